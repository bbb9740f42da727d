-- What phone pages keep: limits of requests, answers to the survey, how full an office usually is. Nobody is in them.

-- How often an address or a code has asked, under a keyed hash. Not logged: after a crash everybody begins anew.
CREATE UNLOGGED TABLE page_limits (
    name text NOT NULL,
    mark bytea NOT NULL,
    window_number bigint NOT NULL,
    until timestamptz NOT NULL,
    times integer NOT NULL,
    PRIMARY KEY (name, mark, window_number)
);
CREATE INDEX page_limits_over ON page_limits (until);

-- How many gave which answer. Which ticket has answered is known by its hash alone, for some days.
CREATE TABLE survey_answers (
    office text NOT NULL,
    letter text NOT NULL,
    day date NOT NULL,
    answer text NOT NULL CHECK (answer IN ('good', 'fair', 'poor', 'bad')),
    times integer NOT NULL,
    PRIMARY KEY (office, letter, day, answer)
);
CREATE TABLE survey_given (
    mark bytea PRIMARY KEY,
    day date NOT NULL
);
CREATE INDEX survey_given_over ON survey_given (day);

-- Numbers that their holders wanted to give back from the page of their ticket. `refused_at`: the office could not.
CREATE TABLE give_backs (
    office text NOT NULL,
    ticket text NOT NULL,
    asked_at timestamptz NOT NULL,
    refused_at timestamptz,
    PRIMARY KEY (office, ticket)
);
CREATE INDEX give_backs_over ON give_backs (asked_at);

-- People waiting, summed over samples: one in five minutes of each group.
CREATE TABLE crowding (
    office text NOT NULL,
    letter text NOT NULL,
    day date NOT NULL,
    hour integer NOT NULL,
    waiting bigint NOT NULL,
    samples integer NOT NULL,
    last_number integer NOT NULL,
    PRIMARY KEY (office, letter, day, hour)
);
