-- Who may come in: tenants, and the keys of people and applications.

CREATE TABLE tenants (
    key        text PRIMARY KEY CHECK (key ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant       text NOT NULL REFERENCES tenants,
    name         text NOT NULL CHECK (name <> ''),
    role         text NOT NULL
                 CHECK (role IN ('super_admin', 'admin', 'manager', 'operator', 'viewer', 'service')),
    sha256       bytea NOT NULL UNIQUE CHECK (length(sha256) = 32),
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at   timestamptz
);

CREATE INDEX api_keys_by_tenant ON api_keys (tenant, id);

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON api_keys
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
