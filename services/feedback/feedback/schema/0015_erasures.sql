-- Erasures: who is to be forgotten, how far that is, and what must not come back.

-- Names are kept as keyed hashes, so that nobody reads them here, and one tenant's say nothing about another's.
CREATE TABLE erasure_salts (
    tenant text PRIMARY KEY CHECK (tenant <> ''),
    salt   bytea NOT NULL CHECK (length(salt) = 32)
);

-- The names are there while services look for them, and forgotten when all have said that they are done.
CREATE TABLE erasures (
    tenant        text NOT NULL CHECK (tenant <> ''),
    id            uuid NOT NULL DEFAULT uuidv7(),
    subject_hash  bytea NOT NULL,
    names         text[] NOT NULL,
    name_count    integer NOT NULL CHECK (name_count > 0),
    requested_by  text NOT NULL,
    requested_at  timestamptz NOT NULL DEFAULT now(),
    refused_until timestamptz NOT NULL,
    stage         text NOT NULL DEFAULT 'inferences'
                  CHECK (stage IN ('inferences', 'feedback', 'examples', 'rest', 'done')),
    day           timestamptz NOT NULL DEFAULT '-infinity',
    after         text NOT NULL DEFAULT '',
    completed_at  timestamptz,
    PRIMARY KEY (tenant, id),
    CHECK (completed_at IS NULL OR (stage = 'done' AND names = '{}'))
);

CREATE UNIQUE INDEX one_erasure_of_a_subject ON erasures (tenant, subject_hash) WHERE completed_at IS NULL;
CREATE INDEX erasures_to_sweep ON erasures (requested_at) WHERE stage <> 'done';

-- What each service has done.
CREATE TABLE erasure_parts (
    tenant      text NOT NULL CHECK (tenant <> ''),
    erasure_id  uuid NOT NULL,
    service     text NOT NULL CHECK (service IN ('feedback', 'trainer', 'registry')),
    counts      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(counts) = 'object'),
    finished_at timestamptz,
    PRIMARY KEY (tenant, erasure_id, service),
    FOREIGN KEY (tenant, erasure_id) REFERENCES erasures (tenant, id)
);

-- What was found, for what depends on it to be found too; gone when the erasure is completed.
CREATE TABLE erasure_finds (
    tenant     text NOT NULL CHECK (tenant <> ''),
    erasure_id uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('inference', 'feedback', 'session', 'example')),
    id         text NOT NULL,
    PRIMARY KEY (tenant, erasure_id, kind, id),
    FOREIGN KEY (tenant, erasure_id) REFERENCES erasures (tenant, id)
);

-- What is dropped if it comes again.
CREATE TABLE tombstones (
    tenant text NOT NULL CHECK (tenant <> ''),
    hash   bytea NOT NULL CHECK (length(hash) = 32),
    until  timestamptz NOT NULL,
    PRIMARY KEY (tenant, hash)
);

CREATE INDEX tombstones_by_age ON tombstones (tenant, until);

ALTER TABLE erasure_salts ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure_salts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON erasure_salts
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasures FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON erasures
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE erasure_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON erasure_parts
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE erasure_finds ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure_finds FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON erasure_finds
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE tombstones ENABLE ROW LEVEL SECURITY;
ALTER TABLE tombstones FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON tombstones
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
