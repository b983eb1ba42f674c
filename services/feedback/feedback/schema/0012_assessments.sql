-- How likely the label of an example is to a classifier that did not learn from it, as of which label; what was served
-- when it was submitted; what its submitter remarked; and examples that were deleted, which lineages may still name.
ALTER TABLE examples
    ADD COLUMN confidence     double precision CHECK (confidence BETWEEN 0 AND 1),
    ADD COLUMN remark         text,
    ADD COLUMN assessed_label text,
    ADD COLUMN assessed_at    timestamptz,
    ADD COLUMN p_label        double precision CHECK (p_label BETWEEN 0 AND 1),
    ADD COLUMN likely_label   text,
    ADD COLUMN p_likely       double precision CHECK (p_likely BETWEEN 0 AND 1),
    ADD COLUMN label_texts    integer,
    ADD COLUMN idle_days      integer,
    ADD COLUMN deleted_at     timestamptz,
    ADD COLUMN deleted_by     text,
    ADD CHECK ((deleted_at IS NULL) = (deleted_by IS NULL)),
    ADD CHECK (deleted_at IS NULL OR status = 'rejected'),
    ADD CHECK ((assessed_label IS NULL) = (assessed_at IS NULL)),
    ADD CHECK (p_label IS NULL OR (assessed_label, likely_label, p_likely, label_texts) IS NOT NULL);

-- A hash comes first, so that no other index can seem as good while Postgres has no statistics of the table yet.
DROP INDEX examples_by_likeness;
CREATE INDEX examples_by_likeness ON examples (likeness, tenant, task) WHERE likeness IS NOT NULL;

CREATE INDEX examples_by_quality ON examples (tenant, task, quality, id);
CREATE UNIQUE INDEX examples_by_answer ON examples (tenant, inference_id, submitted_by)
    WHERE feedback_key IS NULL AND inference_id IS NOT NULL AND deleted_at IS NULL;

-- Holds those alone that are new or were changed since the last assessment, so that counting them costs nothing else.
CREATE INDEX examples_unassessed ON examples (tenant, task)
    WHERE label IS NOT NULL AND status <> 'rejected' AND assessed_label IS DISTINCT FROM label
        AND 'string' IN (jsonb_typeof(input), jsonb_typeof(input -> 'text'));

-- The last or the running assessment of each task; `left_over` examples could not be looked at in it.
CREATE TABLE assessments (
    tenant      text NOT NULL CHECK (tenant <> ''),
    task        text NOT NULL,
    number      integer NOT NULL DEFAULT 0,
    status      text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'unfit')),
    progress    double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    tries       integer NOT NULL DEFAULT 0,
    asked_by    text NOT NULL,
    asked_at    timestamptz NOT NULL DEFAULT now(),
    begun_at    timestamptz,
    leased_till timestamptz,
    finished_at timestamptz,
    examples    integer NOT NULL DEFAULT 0,
    assessed    integer NOT NULL DEFAULT 0,
    approved    integer NOT NULL DEFAULT 0,
    suspects    integer NOT NULL DEFAULT 0,
    left_over   integer NOT NULL DEFAULT 0,
    problem     text,
    PRIMARY KEY (tenant, task),
    CHECK (status <> 'running' OR leased_till IS NOT NULL)
);

CREATE INDEX assessments_under_way ON assessments (asked_at) WHERE status IN ('queued', 'running');

ALTER TABLE assessments ENABLE ROW LEVEL SECURITY;
ALTER TABLE assessments FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON assessments
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
