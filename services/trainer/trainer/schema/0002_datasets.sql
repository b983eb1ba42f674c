-- Datasets: uploaded files, read by whoever holds the lease, and what came of them; jobs name those they train on.

CREATE TABLE datasets (
    id             uuid PRIMARY KEY,
    tenant         text NOT NULL CHECK (tenant <> ''),
    task           text NOT NULL CHECK (task <> ''),
    kind           text NOT NULL CHECK (kind <> ''),
    name           text NOT NULL,
    upload         text NOT NULL CHECK (upload <> ''),
    upload_sha256  text NOT NULL,
    bytes          bigint NOT NULL CHECK (bytes >= 0),
    status         text NOT NULL DEFAULT 'reading' CHECK (status IN ('reading', 'ready', 'refused')),
    progress       float8 NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    table_name     text,
    rows           bigint NOT NULL DEFAULT 0 CHECK (rows >= 0),
    columns        jsonb NOT NULL DEFAULT '[]',
    sha256         text,
    format         text,
    encoding       text,
    problems       jsonb NOT NULL DEFAULT '[]',
    problem_count  bigint NOT NULL DEFAULT 0,
    refused_rows   bigint NOT NULL DEFAULT 0,
    error          text,
    errors         jsonb NOT NULL DEFAULT '[]',
    attempt        integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    lease_until    timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    created_by     text NOT NULL,
    correlation_id text NOT NULL,
    read_at        timestamptz,
    CHECK ((status = 'reading') = (read_at IS NULL)),
    CHECK ((status = 'ready') = (sha256 IS NOT NULL)),
    CHECK ((status = 'refused') = (error IS NOT NULL)),
    CHECK (status <> 'ready' OR (rows > 0 AND table_name IS NOT NULL)),
    CHECK (lease_until IS NULL OR status = 'reading')
);

CREATE INDEX datasets_by_tenant ON datasets (tenant, id);
CREATE INDEX datasets_by_task ON datasets (tenant, task, table_name, id) WHERE status = 'ready';
CREATE INDEX datasets_to_read ON datasets (created_at) WHERE status = 'reading';

ALTER TABLE datasets ENABLE ROW LEVEL SECURITY;
ALTER TABLE datasets FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON datasets
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

-- What was asked for, and what the job trains on: a dataset of each table of its kind.
ALTER TABLE jobs
    ADD COLUMN dataset_id uuid,
    ADD COLUMN datasets jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN collects boolean NOT NULL DEFAULT true;

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
