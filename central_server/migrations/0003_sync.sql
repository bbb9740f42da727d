-- What each office has told: its machines' chains of facts, its board, its last word; and the catalogue that it is to
-- use.

-- The last fact of each chain that an office's hub has brought, and of central's own chains that have ended.
CREATE TABLE office_chains (
    office text NOT NULL,
    machine text NOT NULL,
    seq bigint NOT NULL,
    lamport bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (office, machine)
);

-- Facts that the office itself has lost, or destroyed by its rule of retention before they came here.
CREATE TABLE office_gaps (
    office text NOT NULL,
    machine text NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    PRIMARY KEY (office, machine, first_seq)
);

-- A second fact for a place that is taken already: kept, shown, and never applied.
CREATE TABLE office_forks (
    office text NOT NULL,
    machine text NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (office, machine, seq, hash)
);

CREATE TABLE office_sync (
    office text PRIMARY KEY,
    -- What its hub knows of us holds under this name; another one after this database was put back.
    session text NOT NULL,
    -- Which log greeted last, and the highest hub that any of them knew of.
    hub text NOT NULL DEFAULT '',
    epoch bigint NOT NULL DEFAULT 0,
    heard_at timestamptz,
    -- kiosk_app/office/board.py as msgpack, and when it came.
    board bytea,
    board_at timestamptz,
    -- So many facts of the office were not here then.
    pending bigint NOT NULL DEFAULT 0,
    -- The last thing that a person must look at; empty when there is none.
    trouble text NOT NULL DEFAULT '',
    trouble_at timestamptz,
    -- The catalogue file that the office's hub shall use from its next morning on.
    catalogue text,
    catalogue_sha256 text NOT NULL DEFAULT ''
);

-- Lanes of days that are not sold after this database was restored, until the office has told what was lost.
CREATE TABLE paused_days (
    office text NOT NULL,
    letter text NOT NULL,
    day date NOT NULL,
    lanes bytea NOT NULL,
    epoch bigint NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (office, letter, day)
);

-- Days of which central has not said its last word: looked for all the time.
CREATE INDEX slot_days_open ON slot_days (day) WHERE NOT closed;
