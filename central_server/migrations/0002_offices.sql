-- Offices that central serves, with their tokens; what is to be told to visitors; tries that are counted.

CREATE TABLE offices (
    office text PRIMARY KEY,
    -- Within its city, as reservation codes carry it.
    number integer NOT NULL CHECK (number BETWEEN 1 AND 99),
    -- SHA-256 of the token by which its hub proves who it is; the one before is good until the hub shows the new one.
    token_sha256 bytea NOT NULL UNIQUE,
    old_token_sha256 bytea UNIQUE,
    heard_at timestamptz,
    -- Sealed with the server's key.
    booking_key bytea NOT NULL,
    added_at timestamptz NOT NULL
);

-- One event is told to one visitor once over one channel, however often it is heard of. Nothing personal stands here: a
-- message is written when it is sent, from the booking and its sealed contact.
CREATE TABLE messages (
    office text NOT NULL,
    booking text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('confirmed', 'changed', 'cancelled', 'closed', 'reminder')),
    -- call: nobody but a person can tell this visitor.
    channel text NOT NULL CHECK (channel IN ('mail', 'sms', 'call')),
    -- unknown: handed over, and the answer was lost. Never sent again by itself.
    state text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'refused', 'given_up', 'unknown', 'void', 'called')),
    tries integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL,
    made_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (office, booking, kind, channel)
);
CREATE INDEX messages_to_send ON messages (not_before) WHERE state IN ('waiting', 'sending');
CREATE INDEX messages_by_age ON messages (made_at);

-- Wrong tries of an hour, by keyed hash of who tries or of what is tried.
CREATE TABLE tries (
    mark bytea NOT NULL,
    hour timestamptz NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (mark, hour)
);
CREATE INDEX tries_by_hour ON tries (hour);
