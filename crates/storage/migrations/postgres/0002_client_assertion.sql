-- Assertions that clients authenticated with, until they expire: each counts once (RFC 7523 section 3).

CREATE TABLE client_assertion (
    hash BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX client_assertion_expiry ON client_assertion (expires_at);
