-- Schedules: at what times a task is trained, and what came of each time.

CREATE TABLE schedules (
    id           uuid PRIMARY KEY,
    tenant       text NOT NULL CHECK (tenant <> ''),
    task         text NOT NULL CHECK (task <> ''),
    cron         text NOT NULL,
    timezone     text NOT NULL,
    parameters   jsonb NOT NULL,
    auto_release boolean NOT NULL,
    enabled      boolean NOT NULL,
    missed       text NOT NULL CHECK (missed IN ('once', 'skip')),
    next_at      timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text NOT NULL,
    CHECK (enabled = (next_at IS NOT NULL))
);

CREATE INDEX schedules_by_tenant ON schedules (tenant, id);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;

-- The key is what makes a time come once, however many trainers there are.
CREATE TABLE schedule_runs (
    tenant      text NOT NULL CHECK (tenant <> ''),
    schedule_id uuid NOT NULL REFERENCES schedules ON DELETE CASCADE,
    due_at      timestamptz NOT NULL,
    at          timestamptz NOT NULL DEFAULT now(),
    job_id      uuid,
    outcome     text NOT NULL,
    PRIMARY KEY (schedule_id, due_at)
);

CREATE VIEW schedules_with_runs WITH (security_invoker = true) AS
    SELECT schedules.*, to_jsonb(last_run) AS last_run
    FROM schedules
    LEFT JOIN LATERAL (
        SELECT due_at, at, job_id, outcome
        FROM schedule_runs
        WHERE schedule_runs.schedule_id = schedules.id
        ORDER BY due_at DESC
        LIMIT 1
    ) AS last_run ON true;

ALTER TABLE schedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedules FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON schedules
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE schedule_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule_runs FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON schedule_runs
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
