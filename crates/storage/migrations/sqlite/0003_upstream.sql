-- People and their sessions at the product's own login. Sessions are here only sealed, tokens that
-- were handed over only as SHA-256.

CREATE TABLE upstream_identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    profile TEXT NOT NULL,
    checked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX upstream_identity_user ON upstream_identity (user_id);

-- Under its interaction until consent, then under its grant. The interaction is no reference: a
-- session outlives it until it was ended upstream too.
CREATE TABLE upstream_session (
    id TEXT NOT NULL PRIMARY KEY,
    interaction_id TEXT,
    grant_id TEXT REFERENCES access_grant (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    lease_holder TEXT,
    lease_until INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX upstream_session_interaction ON upstream_session (interaction_id)
    WHERE interaction_id IS NOT NULL;
CREATE UNIQUE INDEX upstream_session_grant ON upstream_session (grant_id)
    WHERE grant_id IS NOT NULL;
CREATE INDEX upstream_session_user ON upstream_session (user_id);

-- Which ended grants still have a session to end upstream: few, of the many that ended.
ALTER TABLE access_grant ADD COLUMN upstream_session_id TEXT;

CREATE INDEX access_grant_upstream ON access_grant (ended_at)
    WHERE ended_at IS NOT NULL AND upstream_session_id IS NOT NULL;

CREATE TABLE used_upstream_token (
    hash BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX used_upstream_token_expiry ON used_upstream_token (expires_at);

ALTER TABLE interaction ADD COLUMN device_codes_sealed BLOB;
