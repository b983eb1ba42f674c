-- Which versions were made of rows that were erased on behalf of a person: a version stays as it was, and says so.

-- Without a foreign key to versions: a version may be told of before it is registered.
CREATE TABLE version_erasures (
    tenant     text NOT NULL CHECK (tenant <> ''),
    version_id text NOT NULL,
    erasure_id uuid NOT NULL,
    rows       bigint NOT NULL CHECK (rows >= 0),
    snapshot   text,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, version_id, erasure_id)
);

-- Which parts of what the trainer says about an erasure were heard.
CREATE TABLE erasure_parts (
    tenant     text NOT NULL CHECK (tenant <> ''),
    erasure_id uuid NOT NULL,
    part       integer NOT NULL CHECK (part > 0),
    PRIMARY KEY (tenant, erasure_id, part)
);

DROP VIEW approved_versions;
CREATE VIEW approved_versions WITH (security_invoker) AS
    SELECT versions.*,
           coalesce(
               (
                   SELECT jsonb_agg(jsonb_build_object('by', actor, 'at', at, 'note', note) ORDER BY at, actor)
                   FROM approvals
                   WHERE approvals.tenant = versions.tenant AND approvals.version_id = versions.id
               ),
               '[]'
           ) AS approvals,
           coalesce(
               (
                   SELECT jsonb_agg(
                       jsonb_build_object('erasure_id', erasure_id, 'at', at, 'rows', rows, 'snapshot', snapshot)
                       ORDER BY at, erasure_id
                   )
                   FROM version_erasures
                   WHERE version_erasures.tenant = versions.tenant AND version_erasures.version_id = versions.id
               ),
               '[]'
           ) AS erasures
    FROM versions;

ALTER TABLE version_erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE version_erasures FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON version_erasures
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE erasure_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON erasure_parts
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
