-- Conversations of a telephone booking that are under way: what was said of a person lies sealed, and goes in half an hour.
CREATE TABLE phone_sessions (
    session text PRIMARY KEY,
    -- Of the sentence that was said last: two answers at once are told apart by it.
    turn integer NOT NULL,
    sealed bytea NOT NULL,
    -- The turn that some request carries out, and until when it is waited for.
    claimed_turn integer NOT NULL DEFAULT -1,
    claimed_until timestamptz,
    expires_at timestamptz NOT NULL
);
CREATE INDEX phone_sessions_to_purge ON phone_sessions (expires_at);
