-- Times are milliseconds since the Unix epoch. Secrets are here only as SHA-256 of 256 random
-- bits, keys and successors only sealed. Identifiers compare bytewise, as on SQLite, whatever the
-- database's locale: pages are cut by their order.

CREATE TABLE user_account (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    username_folded TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE UNIQUE INDEX user_account_name ON user_account (username_folded);

CREATE TABLE password (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
    phc TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE passkey (
    credential_id BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    credential TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);

CREATE INDEX passkey_user ON passkey (user_id);

CREATE TABLE passkey_ceremony (
    hash BYTEA NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX passkey_ceremony_expiry ON passkey_ceremony (expires_at);

CREATE TABLE invitation (
    hash BYTEA NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    user_id TEXT COLLATE "C" REFERENCES user_account (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    redeemed_at BIGINT
);

CREATE INDEX invitation_user ON invitation (user_id);
CREATE INDEX invitation_expiry ON invitation (expires_at);

CREATE TABLE browser_session (
    hash BYTEA NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX browser_session_user ON browser_session (user_id);
CREATE INDEX browser_session_expiry ON browser_session (expires_at);

CREATE TABLE client (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    metadata TEXT NOT NULL,
    secret_hash BYTEA,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);

-- What is counted against the cap on registrations, and what may be forgotten.
CREATE INDEX client_unused ON client (created_at)
    WHERE kind = 'registered' AND last_used_at IS NULL;

CREATE TABLE interaction (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    browser_hash BYTEA NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    request TEXT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C",
    authenticated_at BIGINT,
    grant_id TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    completed_at BIGINT
);

CREATE INDEX interaction_expiry ON interaction (expires_at);
CREATE INDEX interaction_open ON interaction (expires_at) WHERE completed_at IS NULL;
CREATE INDEX interaction_browser ON interaction (browser_hash) WHERE completed_at IS NULL;
CREATE INDEX interaction_client ON interaction (client_id) WHERE completed_at IS NULL;

CREATE TABLE access_grant (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    client_id TEXT COLLATE "C" NOT NULL,
    scope TEXT NOT NULL,
    resource TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    authenticated_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT
);

CREATE INDEX access_grant_user ON access_grant (user_id, client_id);
CREATE INDEX access_grant_client ON access_grant (client_id);
CREATE INDEX access_grant_expiry ON access_grant (expires_at) WHERE ended_at IS NULL;
CREATE INDEX access_grant_ended ON access_grant (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE authorization_code (
    hash BYTEA NOT NULL PRIMARY KEY,
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES access_grant (id) ON DELETE CASCADE,
    client_id TEXT COLLATE "C" NOT NULL,
    redirect_uri TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    nonce TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    redeemed_at BIGINT
);

-- One code per grant: a token family is a grant.
CREATE UNIQUE INDEX authorization_code_grant ON authorization_code (grant_id);
CREATE INDEX authorization_code_waiting ON authorization_code (expires_at)
    WHERE redeemed_at IS NULL;

CREATE TABLE refresh_token (
    hash BYTEA NOT NULL PRIMARY KEY,
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES access_grant (id) ON DELETE CASCADE,
    parent_hash BYTEA,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    rotated_at BIGINT,
    successor_sealed BYTEA,
    used_at BIGINT
);

CREATE INDEX refresh_token_grant ON refresh_token (grant_id);
-- One successor per token, one live leaf per family: whatever races, the index decides.
CREATE UNIQUE INDEX refresh_token_parent ON refresh_token (parent_hash);
CREATE UNIQUE INDEX refresh_token_leaf ON refresh_token (grant_id) WHERE rotated_at IS NULL;
CREATE INDEX refresh_token_leaf_expiry ON refresh_token (expires_at) WHERE rotated_at IS NULL;
CREATE INDEX refresh_token_rotated_expiry ON refresh_token (expires_at)
    WHERE rotated_at IS NOT NULL;

CREATE TABLE revoked_access_token (
    jti TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX revoked_access_token_expiry ON revoked_access_token (expires_at);

CREATE TABLE signing_key (
    kid TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    algorithm TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,
    public_jwk TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    activated_at BIGINT,
    retired_at BIGINT,
    expires_at BIGINT,
    imported_at BIGINT
);

-- Two replicas that make or advance keys at once: the second finds the place taken.
CREATE UNIQUE INDEX signing_key_active ON signing_key (algorithm) WHERE state = 'active';
CREATE UNIQUE INDEX signing_key_next ON signing_key (algorithm) WHERE state = 'next';

CREATE TABLE rate_bucket (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    full_at BIGINT NOT NULL
);

CREATE INDEX rate_bucket_full ON rate_bucket (full_at);

CREATE TABLE event (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C",
    user_id TEXT COLLATE "C",
    grant_id TEXT COLLATE "C",
    detail TEXT NOT NULL
);

CREATE INDEX event_time ON event (at);

CREATE TABLE note (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX note_user ON note (user_id, id);
