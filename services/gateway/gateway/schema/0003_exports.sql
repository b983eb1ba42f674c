-- What was exported, by whom, and the hash of what was sent: whoever has the file can tell whether it is whole.
CREATE TABLE exports (
    id         uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    format     text NOT NULL,
    split      double precision,
    part       text,
    as_of      timestamptz NOT NULL,
    status     text NOT NULL CHECK (status IN ('running', 'complete', 'failed')),
    rows       bigint NOT NULL DEFAULT 0,
    train      bigint NOT NULL DEFAULT 0,
    validation bigint NOT NULL DEFAULT 0,
    skipped    jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(skipped) = 'object'),
    size       bigint,
    sha256     text,
    by         text NOT NULL,
    begun_at   timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    CHECK ((status = 'running') = (ended_at IS NULL))
);

CREATE INDEX exports_by_tenant ON exports (tenant, id);

ALTER TABLE exports ENABLE ROW LEVEL SECURITY;
ALTER TABLE exports FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON exports
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
