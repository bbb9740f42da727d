-- The city's technicians: what they see of every machine, who they are, and what they are told. Nobody else is in them.

-- kiosk_app/office/fleet.py as msgpack, when it came, and what the hub's own clock said then.
ALTER TABLE office_sync
    ADD COLUMN machines bytea,
    ADD COLUMN machines_at timestamptz,
    ADD COLUMN machines_as_of_utc_ms bigint NOT NULL DEFAULT 0;

-- technician: a person, who signs in to the pages. metrics: a program, which reads the metrics and nothing else.
CREATE TABLE fleet_tokens (
    name text PRIMARY KEY,
    use text NOT NULL CHECK (use IN ('technician', 'metrics')),
    token_sha256 bytea NOT NULL UNIQUE,
    added_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
);

-- Of technicians who have signed in. It goes with its token.
CREATE TABLE fleet_sessions (
    session_sha256 bytea PRIMARY KEY,
    name text NOT NULL REFERENCES fleet_tokens (name),
    expires_at timestamptz NOT NULL
);
CREATE INDEX fleet_sessions_to_purge ON fleet_sessions (expires_at);

-- One row for one trouble from its beginning to its end, however often it is looked at and by how many processes. An
-- empty office is this server itself, an empty machine the office's way to it.
CREATE TABLE alerts (
    alert text PRIMARY KEY,
    office text NOT NULL,
    machine text NOT NULL,
    kind text NOT NULL,
    part text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('warning', 'critical')),
    detail text NOT NULL,
    seen_since timestamptz NOT NULL,
    -- Told from then on; NULL while it may still be a trouble of a moment.
    opened_at timestamptz,
    -- Not seen any more since then; NULL while it lasts.
    gone_since timestamptz,
    ended_at timestamptz
);
CREATE UNIQUE INDEX alerts_never_two_of_one ON alerts (office, machine, kind, part) WHERE ended_at IS NULL;
CREATE INDEX alerts_by_end ON alerts (ended_at) WHERE ended_at IS NOT NULL;

-- One event of one alert goes to one receiver once, under one id; the receiver drops what it knows by that id.
CREATE TABLE alert_messages (
    alert text NOT NULL REFERENCES alerts (alert) ON DELETE CASCADE,
    event text NOT NULL CHECK (event IN ('opened', 'worse', 'ended')),
    receiver text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'refused', 'given_up')),
    -- The JSON as it is sent, the same however often.
    body text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL,
    made_at timestamptz NOT NULL,
    position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (alert, event, receiver)
);
CREATE INDEX alert_messages_to_send ON alert_messages (receiver, position) WHERE state IN ('waiting', 'sending');
