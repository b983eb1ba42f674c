-- With what applications connect to NATS. Of the nkey only the public half is known here.
CREATE TABLE nats_credentials (
    id         uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant     text NOT NULL REFERENCES tenants,
    name       text NOT NULL CHECK (name <> ''),
    name_key   text NOT NULL CHECK (name_key <> ''),
    public_key text NOT NULL UNIQUE CHECK (public_key ~ '^U[A-Z2-7]{55}$'),
    events     boolean NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    revoked_by text,
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);

CREATE INDEX nats_credentials_by_tenant ON nats_credentials (tenant, id);
CREATE UNIQUE INDEX nats_credentials_by_name ON nats_credentials (tenant, name_key) WHERE revoked_at IS NULL;
CREATE INDEX nats_credentials_by_end ON nats_credentials (revoked_at);

ALTER TABLE nats_credentials ENABLE ROW LEVEL SECURITY;
ALTER TABLE nats_credentials FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON nats_credentials
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
