-- Certificates at kiosks: which kiosks there are, whose card is being served, and what became of every document. No name, no
-- address and no document stands here.

CREATE TABLE kiosks (
    office text NOT NULL,
    kiosk text NOT NULL,
    -- SHA-256 of the token by which it proves which kiosk it is.
    token_sha256 bytea NOT NULL UNIQUE,
    added_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (office, kiosk)
);

-- What a card is asked to sign. Deleted by whoever uses it: none is good twice.
CREATE TABLE card_challenges (
    office text NOT NULL,
    challenge text NOT NULL,
    kiosk text NOT NULL,
    nonce bytea NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (office, challenge)
);
CREATE INDEX card_challenges_to_purge ON card_challenges (expires_at);

-- A card that has proved itself, for some minutes. Which one lies sealed, and goes with the session.
CREATE TABLE card_sessions (
    office text NOT NULL,
    session_sha256 bytea NOT NULL,
    kiosk text NOT NULL,
    -- Its person's name in this session: unguessable, and nowhere else.
    resident text NOT NULL,
    subject_sealed bytea NOT NULL,
    opened_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (office, session_sha256)
);
CREATE INDEX card_sessions_to_purge ON card_sessions (expires_at);

-- The last serial number of each office. Every number has its row in issuances, whatever became of it.
CREATE TABLE serials (
    office text PRIMARY KEY,
    last bigint NOT NULL
);

CREATE TABLE issuances (
    office text NOT NULL,
    number bigint NOT NULL,
    issuance text NOT NULL,
    kiosk text NOT NULL,
    session_sha256 bytea NOT NULL,
    resident text NOT NULL,
    kind text NOT NULL,
    layout text NOT NULL,
    -- making: the issuer has been asked. prepared: the kiosk may have it, and nothing counts yet. issuing: the visitor has
    -- confirmed, so its paper may exist from now on.
    state text NOT NULL CHECK (state IN ('making', 'prepared', 'issuing', 'issued', 'not_issued', 'unknown', 'void')),
    sha256 bytea,
    pages integer,
    fee_yen integer,
    settled text NOT NULL DEFAULT '' CHECK (settled IN ('', 'not_paid', 'refunded', 'claim')),
    claim text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL,
    -- When the visitor confirmed, and when the last word of its paper came.
    confirmed_at timestamptz,
    ended_at timestamptz,
    -- A kiosk has said of its paper what cannot be true beside what was said before: for a person to look at.
    contradicted boolean NOT NULL DEFAULT false,
    PRIMARY KEY (office, number),
    UNIQUE (office, issuance),
    CHECK (state = 'making' OR state = 'void' OR sha256 IS NOT NULL),
    CHECK (state IN ('making', 'prepared', 'void') OR confirmed_at IS NOT NULL)
);
CREATE INDEX issuances_of_session ON issuances (office, session_sha256) WHERE state IN ('making', 'prepared', 'issuing');
CREATE INDEX issuances_without_outcome ON issuances (confirmed_at) WHERE state = 'issuing';

-- Public keys of codes that are on paper: one that signs no more still proves what it has signed.
CREATE TABLE verification_keys (
    key_id bytea PRIMARY KEY,
    public_key bytea NOT NULL,
    since timestamptz NOT NULL
);
