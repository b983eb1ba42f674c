-- What applications report. Each id and each key of a tenant is stored once, whatever is sent twice.
--
-- Partitions by day can come later without touching what reads: `inferences` and `feedback` become partitioned by
-- stored_at, and since a unique constraint of a partitioned table has to contain the partition key, two narrow tables
-- (tenant, id, stored_at) and (tenant, key, stored_at) take over the primary keys below: an item is then claimed there
-- first, in the same transaction, and found through it. Nothing may reference the two tables by foreign key for that
-- reason.

CREATE TABLE inferences (
    tenant      text NOT NULL CHECK (tenant <> ''),
    id          text NOT NULL CHECK (id <> ''),
    place       bigint GENERATED ALWAYS AS IDENTITY,
    task        text NOT NULL,
    version_id  text CHECK (version_id <> ''),
    unit        text,
    session     text,
    input       jsonb,
    output      jsonb,
    label       text,
    confidence  double precision CHECK (confidence BETWEEN 0 AND 1),
    latency_ms  double precision CHECK (latency_ms >= 0),
    tokens_in   integer CHECK (tokens_in >= 0),
    tokens_out  integer CHECK (tokens_out >= 0),
    cost_usd    double precision CHECK (cost_usd >= 0),
    error       text,
    occurred_at timestamptz NOT NULL,
    stored_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id)
);

CREATE INDEX inferences_by_task ON inferences (tenant, task, place);

CREATE TABLE feedback (
    tenant       text NOT NULL CHECK (tenant <> ''),
    key          text NOT NULL CHECK (key <> ''),
    place        bigint GENERATED ALWAYS AS IDENTITY,
    inference_id text CHECK (inference_id <> ''),
    task         text NOT NULL,
    operation    text NOT NULL CHECK (operation IN ('classification', 'suggestion', 'sentiment', 'outcome')),
    verdict      text CHECK (verdict IN ('positive', 'negative')),
    score        double precision CHECK (score BETWEEN 0 AND 1),
    input        jsonb,
    correction   jsonb,
    label        text,
    comment      text,
    used         boolean,
    helpful      boolean,
    by           text,
    source       text NOT NULL CHECK (source IN ('user', 'expert', 'automated')),
    occurred_at  timestamptz NOT NULL,
    stored_at    timestamptz NOT NULL DEFAULT now(),
    version_id   text CHECK (version_id <> ''),
    predicted    text,
    attached     boolean NOT NULL,
    PRIMARY KEY (tenant, key),
    CHECK (attached OR (version_id IS NULL AND predicted IS NULL)),
    CHECK (inference_id IS NOT NULL OR NOT attached)
);

CREATE INDEX feedback_by_task ON feedback (tenant, task, place);
CREATE INDEX feedback_by_inference ON feedback (tenant, inference_id) WHERE inference_id IS NOT NULL;

ALTER TABLE inferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE inferences FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON inferences
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON feedback
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
