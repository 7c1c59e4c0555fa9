-- Assertions that clients authenticated with, until they expire: each counts once (RFC 7523 section 3).

CREATE TABLE client_assertion (
    hash BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX client_assertion_expiry ON client_assertion (expires_at);
