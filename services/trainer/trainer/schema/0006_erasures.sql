-- Erasures: how far each is here, which snapshots were written anew without some rows, and who taught no more.

SELECT set_config('ratchet.tenant', '*', true);

CREATE TABLE erasures (
    tenant      text NOT NULL CHECK (tenant <> ''),
    id          uuid NOT NULL,
    stage       text NOT NULL DEFAULT 'datasets'
                CHECK (stage IN ('datasets', 'waiting', 'examples', 'snapshots', 'removing', 'done')),
    after       text NOT NULL DEFAULT '',
    stage_since timestamptz NOT NULL DEFAULT now(),
    heard_at    timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (tenant, id)
);

CREATE INDEX erasures_to_work_on ON erasures (heard_at) WHERE stage <> 'done';

-- The rows that are left have another hash; where a lineage names the old one, this says what became of it.
CREATE TABLE erased_snapshots (
    tenant     text NOT NULL CHECK (tenant <> ''),
    erasure_id uuid NOT NULL,
    old_sha256 text NOT NULL CHECK (old_sha256 <> ''),
    new_sha256 text NOT NULL CHECK (new_sha256 <> ''),
    rows       bigint NOT NULL CHECK (rows >= 0),
    erased     bigint NOT NULL CHECK (erased > 0),
    erased_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, erasure_id, old_sha256),
    FOREIGN KEY (tenant, erasure_id) REFERENCES erasures (tenant, id)
);

ALTER TABLE teachers ADD COLUMN erased_by uuid;
CREATE INDEX teachers_erased ON teachers (tenant, erased_by) WHERE erased_by IS NOT NULL;

ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasures FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON erasures
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE erased_snapshots ENABLE ROW LEVEL SECURITY;
ALTER TABLE erased_snapshots FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON erased_snapshots
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
