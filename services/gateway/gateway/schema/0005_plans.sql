-- What the plan of a tenant includes, which tenants are switched off, and what a key may do and until when.

CREATE TABLE plans (
    key                 text PRIMARY KEY CHECK (key ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name                text NOT NULL,
    ai_training_enabled boolean NOT NULL DEFAULT true,
    max_tasks           bigint CHECK (max_tasks >= 0),
    max_users           bigint CHECK (max_users >= 0),
    max_keys            bigint CHECK (max_keys >= 0),
    requests_per_s      bigint CHECK (requests_per_s >= 1),
    revision            integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    created_by          text NOT NULL,
    created_at          timestamptz NOT NULL DEFAULT now()
);

INSERT INTO plans (key, name, created_by) VALUES ('standard', 'Standard', 'ratchet');

ALTER TABLE tenants
    ADD COLUMN plan           text NOT NULL DEFAULT 'standard' REFERENCES plans,
    ADD COLUMN deactivated_at timestamptz,
    ADD COLUMN revision       integer NOT NULL DEFAULT 1 CHECK (revision > 0);

CREATE INDEX tenants_by_plan ON tenants (plan);

-- A key counts as the person who made it, or as itself where the bootstrap key did.
ALTER TABLE api_keys
    ADD COLUMN scopes     text[] CHECK (cardinality(scopes) > 0),
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN rotated_at timestamptz,
    ADD COLUMN person     text CHECK (person <> ''),
    ADD COLUMN bootstrap  boolean NOT NULL DEFAULT false,
    ADD COLUMN revision   integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    ADD CHECK (NOT (bootstrap AND person IS NOT NULL));

-- Row-level security holds for the owner of the tables too: without a tenant no row would be seen.
SELECT set_config('ratchet.tenant', '*', true);

UPDATE api_keys
SET bootstrap = true
WHERE created_by = 'ratchet' AND role = 'super_admin';

UPDATE api_keys
SET name = api_keys.name || ' (' || right(api_keys.id::text, 12) || ')'
FROM (
    SELECT id, row_number() OVER (PARTITION BY tenant, lower(name) ORDER BY id) AS place
    FROM api_keys
    WHERE revoked_at IS NULL
) AS namesakes
WHERE namesakes.id = api_keys.id AND namesakes.place > 1;

CREATE UNIQUE INDEX api_keys_by_name ON api_keys (tenant, lower(name)) WHERE revoked_at IS NULL;
CREATE INDEX api_keys_by_end ON api_keys (least(revoked_at, expires_at)) WHERE NOT bootstrap;

-- The secrets that keys had before: valid for a while after a rotation, and never again after that. Each goes on counting
-- as whoever knew it, and not as whoever rotated the key.
CREATE TABLE former_secrets (
    sha256  bytea PRIMARY KEY CHECK (length(sha256) = 32),
    tenant  text NOT NULL CHECK (tenant <> ''),
    key_id  uuid NOT NULL REFERENCES api_keys ON DELETE CASCADE,
    person  text,
    until   timestamptz NOT NULL
);

CREATE INDEX former_secrets_by_key ON former_secrets (key_id, until);
CREATE INDEX former_secrets_by_end ON former_secrets (until);

ALTER TABLE former_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE former_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON former_secrets
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
