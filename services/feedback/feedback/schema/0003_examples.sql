-- What is worth training on, and who said so. `likeness` is the hash of the normalised text of the input: examples that
-- ask the same thing share it.

CREATE TABLE examples (
    id              uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant          text NOT NULL CHECK (tenant <> ''),
    task            text NOT NULL,
    input           jsonb NOT NULL,
    output          jsonb,
    expected_output jsonb NOT NULL,
    label           text,
    likeness        bytea,
    kind            text NOT NULL CHECK (kind IN ('good', 'bad', 'correction')),
    status          text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
    quality         double precision NOT NULL CHECK (quality BETWEEN 0 AND 1),
    quality_reasons jsonb NOT NULL CHECK (jsonb_typeof(quality_reasons) = 'array'),
    source          text NOT NULL CHECK (source IN ('user', 'expert', 'automated')),
    inference_id    text,
    feedback_key    text,
    submitted_by    text NOT NULL CHECK (submitted_by <> ''),
    reviewed_by     text,
    note            text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    reviewed_at     timestamptz,
    CHECK ((status = 'pending') = (reviewed_at IS NULL)),
    CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL))
);

CREATE UNIQUE INDEX examples_by_feedback ON examples (tenant, feedback_key);
CREATE INDEX examples_by_tenant ON examples (tenant, id);
CREATE INDEX examples_by_status ON examples (tenant, task, status, id);
CREATE INDEX examples_by_likeness ON examples (tenant, task, likeness) WHERE likeness IS NOT NULL;
CREATE INDEX examples_by_approval ON examples (tenant, task, reviewed_at) WHERE status = 'approved';

CREATE TABLE reviews (
    id          uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant      text NOT NULL CHECK (tenant <> ''),
    example_id  uuid NOT NULL REFERENCES examples ON DELETE CASCADE,
    verdict     text NOT NULL CHECK (verdict IN ('approve', 'reject')),
    note        text,
    edited      boolean NOT NULL,
    reviewed_by text NOT NULL CHECK (reviewed_by <> ''),
    reviewed_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX reviews_by_example ON reviews (tenant, example_id);

ALTER TABLE examples ENABLE ROW LEVEL SECURITY;
ALTER TABLE examples FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON examples
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE reviews ENABLE ROW LEVEL SECURITY;
ALTER TABLE reviews FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON reviews
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
