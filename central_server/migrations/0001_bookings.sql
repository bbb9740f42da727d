-- Offices, their slots and who has booked them. Every key starts with the office: a city, a prefecture or the country
-- can be spread over machines by that one column.

-- Serves = on text inside the exclusion constraint below; a trusted extension, so the owner of the database may add it.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Central's own chain of facts of each office: one writer at a time holds this row.
CREATE TABLE chains (
    office text PRIMARY KEY,
    machine text NOT NULL,
    seq bigint NOT NULL DEFAULT 0,
    lamport bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL
);

-- Facts of this office, from its machines and from here, exactly as they were stored where they were written.
CREATE TABLE facts (
    office text NOT NULL,
    machine text NOT NULL,
    seq bigint NOT NULL,
    position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    hash bytea NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (office, machine, seq)
);
CREATE INDEX facts_in_order ON facts (office, position);

-- A service group's day: the lanes as the office's hub planned them. `version` counts every change that a seller must
-- see.
CREATE TABLE slot_days (
    office text NOT NULL,
    letter text NOT NULL,
    day date NOT NULL,
    lanes bytea NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    -- Which plan of the hub this is: the later one is the greater.
    epoch bigint NOT NULL DEFAULT 0,
    number bigint NOT NULL DEFAULT 0,
    closed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (office, letter, day)
);

CREATE TABLE bookings (
    office text NOT NULL,
    booking text NOT NULL,
    letter text NOT NULL,
    day date NOT NULL,
    lane integer NOT NULL,
    start_min integer NOT NULL,
    length_min integer NOT NULL,
    after_min integer NOT NULL,
    occupied int4range NOT NULL GENERATED ALWAYS AS (int4range(start_min, start_min + length_min + after_min)) STORED,
    state text NOT NULL CHECK (state IN ('held', 'booked', 'cancelled', 'checked_in', 'no_show')),
    -- Of a held one: until when it waits for the visitor's word.
    held_until timestamptz,
    service text NOT NULL,
    language text NOT NULL,
    source text NOT NULL CHECK (source IN ('web', 'phone', 'counter', 'machine')),
    -- SHA-256 of the secret in the visitor's own link; the code alone changes nothing.
    key_hash bytea NOT NULL,
    contact text,
    made_at timestamptz NOT NULL DEFAULT now(),
    -- Who ended it, and the booking that took its place where it was changed.
    cancelled_by text CHECK (cancelled_by IN ('visitor', 'staff', 'closure')),
    replaced_by text,
    reminded_at timestamptz,
    PRIMARY KEY (office, booking),
    CHECK ((state = 'held') = (held_until IS NOT NULL)),
    -- Two visitors can never have one minute of one lane, whatever the program above does. Numbers first: such an index
    -- looks at them sooner than at texts.
    CONSTRAINT no_minute_twice EXCLUDE USING gist (
        day WITH =, occupied WITH &&, lane WITH =, office WITH =, letter WITH =
    ) WHERE (state IN ('held', 'booked', 'checked_in', 'no_show'))
);
CREATE INDEX bookings_of_a_day ON bookings (office, letter, day) WHERE state <> 'cancelled';
CREATE INDEX bookings_by_contact ON bookings (office, contact) WHERE contact IS NOT NULL;
CREATE INDEX bookings_held ON bookings (held_until) WHERE state = 'held';
CREATE INDEX bookings_of_closures ON bookings (office, day) WHERE cancelled_by = 'closure';
CREATE INDEX bookings_to_remind ON bookings (office, day) WHERE state = 'booked' AND reminded_at IS NULL;

-- Names and addresses lie apart, sealed, under an id that says nothing, and go when their day is long over.
CREATE TABLE contacts (
    office text NOT NULL,
    contact text NOT NULL,
    sealed bytea NOT NULL,
    -- The visitor's own key, for the link in a message; sealed as well.
    key_sealed bytea NOT NULL,
    -- Keyed hashes: the same address again, and the last digits that are typed at a ticket machine.
    address_mark bytea NOT NULL,
    phone_mark bytea,
    purge_on date NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (office, contact)
);
CREATE INDEX contacts_by_address ON contacts (office, address_mark);
CREATE INDEX contacts_by_phone ON contacts (office, phone_mark) WHERE phone_mark IS NOT NULL;
CREATE INDEX contacts_to_purge ON contacts (purge_on);
