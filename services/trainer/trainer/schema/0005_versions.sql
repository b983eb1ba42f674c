-- Which part of the label the version of a job raises, and which examples are in the rows that it is made of.

SELECT set_config('ratchet.tenant', '*', true);

ALTER TABLE jobs ADD COLUMN bump text CHECK (bump IN ('patch', 'minor', 'major'));

DROP VIEW jobs_with_attempts;
CREATE VIEW jobs_with_attempts WITH (security_invoker = true) AS
    SELECT jobs.*,
           coalesce(
               (
                   SELECT jsonb_agg(to_jsonb(attempts) ORDER BY attempts.number)
                   FROM attempts
                   WHERE attempts.job_id = jobs.id
               ),
               '[]'
           ) AS attempts
    FROM jobs;

-- Noted while the rows are collected; forgotten if no version comes of them.
CREATE TABLE teachers (
    tenant       text NOT NULL CHECK (tenant <> ''),
    job_id       uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    example_id   text NOT NULL CHECK (example_id <> ''),
    feedback_key text,
    inference_id text,
    PRIMARY KEY (tenant, job_id, example_id)
);

CREATE INDEX teachers_by_example ON teachers (tenant, example_id);
CREATE INDEX teachers_by_feedback ON teachers (tenant, feedback_key) WHERE feedback_key IS NOT NULL;
CREATE INDEX teachers_by_inference ON teachers (tenant, inference_id) WHERE inference_id IS NOT NULL;

ALTER TABLE teachers ENABLE ROW LEVEL SECURITY;
ALTER TABLE teachers FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON teachers
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
