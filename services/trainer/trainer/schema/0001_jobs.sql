-- Jobs: one row each, a status that only moves forward, and a story that is only added to.

CREATE TABLE jobs (
    id             uuid PRIMARY KEY,
    tenant         text NOT NULL CHECK (tenant <> ''),
    task           text NOT NULL CHECK (task <> ''),
    kind           text NOT NULL CHECK (kind <> ''),
    status         text NOT NULL DEFAULT 'queued'
                   CHECK (status IN ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled')),
    progress       float8 NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    step           text NOT NULL DEFAULT 'queued',
    message        text NOT NULL DEFAULT '',
    reason         text NOT NULL,
    requested_by   text NOT NULL,
    parameters     jsonb NOT NULL DEFAULT '{}',
    auto_release   boolean NOT NULL,
    snapshot       jsonb,
    metrics        jsonb NOT NULL DEFAULT '{}',
    error          text,
    version_id     uuid,
    lines          integer NOT NULL DEFAULT 0 CHECK (lines >= 0),
    correlation_id text NOT NULL,
    causation_id   text,
    attempt        integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    failures       integer NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 3),
    worker         text,
    lease_until    timestamptz,
    not_before     timestamptz NOT NULL DEFAULT now(),
    queued_at      timestamptz NOT NULL DEFAULT now(),
    started_at     timestamptz,
    fitted_at      timestamptz,
    finished_at    timestamptz,
    CHECK ((status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CHECK ((status = 'failed') = (error IS NOT NULL)),
    CHECK ((status = 'succeeded') = (version_id IS NOT NULL)),
    CHECK (status <> 'succeeded' OR fitted_at IS NOT NULL),
    CHECK (status <> 'queued' OR attempt = 0),
    CHECK (lease_until IS NULL OR status IN ('running', 'cancelling')),
    CHECK (fitted_at IS NULL OR lease_until IS NULL)
);

CREATE UNIQUE INDEX one_job_for_a_task ON jobs (tenant, task) WHERE status IN ('queued', 'running', 'cancelling');
CREATE INDEX jobs_by_tenant ON jobs (tenant, id);
CREATE INDEX jobs_to_claim ON jobs (queued_at)
    WHERE fitted_at IS NULL AND status IN ('queued', 'running', 'cancelling');
CREATE INDEX jobs_to_register ON jobs (fitted_at) WHERE status = 'running' AND fitted_at IS NOT NULL;

CREATE FUNCTION refuse_backward_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'job % is % and cannot become %', OLD.id, OLD.status, NEW.status;
END
$$;

CREATE TRIGGER status_moves_forward
    BEFORE UPDATE OF status ON jobs
    FOR EACH ROW
    WHEN (
        OLD.status <> NEW.status
        AND (
            OLD.status IN ('succeeded', 'failed', 'cancelled')
            OR NEW.status = 'queued'
            OR (OLD.status = 'cancelling' AND NEW.status = 'running')
        )
    )
    EXECUTE FUNCTION refuse_backward_status();

CREATE TABLE attempts (
    tenant      text NOT NULL CHECK (tenant <> ''),
    job_id      uuid NOT NULL REFERENCES jobs,
    number      integer NOT NULL CHECK (number >= 1),
    worker      text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    error       text,
    PRIMARY KEY (job_id, number),
    CHECK (error IS NULL OR finished_at IS NOT NULL)
);

CREATE TABLE job_events (
    tenant  text NOT NULL CHECK (tenant <> ''),
    job_id  uuid NOT NULL REFERENCES jobs,
    number  integer NOT NULL CHECK (number >= 1),
    kind    text NOT NULL CHECK (kind IN ('progress', 'metric', 'log', 'state')),
    at      timestamptz NOT NULL DEFAULT now(),
    content jsonb NOT NULL,
    PRIMARY KEY (job_id, number)
);

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

CREATE VIEW claimable_jobs WITH (security_invoker = true) AS
    SELECT id, lease_until, queued_at
    FROM jobs
    WHERE fitted_at IS NULL
      AND status IN ('queued', 'running', 'cancelling')
      AND not_before <= now()
      AND (lease_until IS NULL OR lease_until < now());

ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON jobs
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON attempts
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE job_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_events FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON job_events
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
