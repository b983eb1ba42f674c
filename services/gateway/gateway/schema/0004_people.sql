-- Who the people are, with what they log in, and how often that went wrong.

CREATE TABLE users (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant        text NOT NULL REFERENCES tenants,
    name          text NOT NULL CHECK (name <> ''),
    name_key      text NOT NULL CHECK (name_key <> ''),
    email         text CHECK (email <> ''),
    role          text NOT NULL CHECK (role IN ('super_admin', 'admin', 'manager', 'operator', 'viewer')),
    active        boolean NOT NULL DEFAULT true,
    password_hash text CHECK (password_hash LIKE '$argon2id$%'),
    password_at   timestamptz,
    must_change   boolean NOT NULL DEFAULT false,
    issuer        text CHECK (issuer <> ''),
    subject       text CHECK (subject <> ''),
    last_seen_at  timestamptz,
    revision      integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz,
    CHECK ((password_hash IS NULL) = (password_at IS NULL)),
    CHECK ((issuer IS NULL) = (subject IS NULL)),
    CHECK ((deleted_at IS NULL) = (email IS NOT NULL)),
    CHECK (deleted_at IS NULL OR (password_hash IS NULL AND issuer IS NULL AND NOT active)),
    UNIQUE (tenant, name_key),
    UNIQUE (tenant, email),
    UNIQUE (tenant, issuer, subject)
);

CREATE INDEX users_by_tenant ON users (tenant, id);
CREATE INDEX users_by_email ON users (email);

CREATE TABLE sessions (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant       text NOT NULL CHECK (tenant <> ''),
    user_id      uuid NOT NULL REFERENCES users,
    sha256       bytea NOT NULL UNIQUE CHECK (length(sha256) = 32),
    method       text NOT NULL CHECK (method IN ('password', 'oidc', 'invitation')),
    address      text NOT NULL,
    user_agent   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    idle         interval NOT NULL,
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz
);

CREATE INDEX sessions_by_user ON sessions (tenant, user_id, id);
CREATE INDEX sessions_by_end ON sessions (least(ended_at, expires_at));

-- One invitation of somebody is valid at a time; who uses it chooses a new password.
CREATE TABLE invitations (
    user_id    uuid PRIMARY KEY REFERENCES users,
    tenant     text NOT NULL CHECK (tenant <> ''),
    sha256     bytea NOT NULL UNIQUE CHECK (length(sha256) = 32),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);

CREATE INDEX invitations_by_end ON invitations (expires_at);

-- How often a login went wrong, by the hash of an email, an account or an address; of no tenant, as all count together.
CREATE TABLE failed_logins (
    key      bytea PRIMARY KEY CHECK (length(key) = 32),
    failures integer NOT NULL CHECK (failures >= 0),
    free_at  timestamptz NOT NULL,
    last_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX failed_logins_by_time ON failed_logins (last_at);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON users
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON sessions
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON invitations
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
