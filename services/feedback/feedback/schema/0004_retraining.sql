-- When training is asked for: the policy of each task, every decision, and what is known of trainings and champions.

CREATE TABLE retrain_policies (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    enabled    boolean NOT NULL,
    policy     jsonb NOT NULL,
    set_by     text NOT NULL,
    set_at     timestamptz NOT NULL DEFAULT now(),
    checked_at timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (tenant, task)
);

CREATE INDEX retrain_policies_due ON retrain_policies (checked_at) WHERE enabled;

CREATE TABLE retrain_decisions (
    id       uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant   text NOT NULL CHECK (tenant <> ''),
    task     text NOT NULL,
    fired    boolean NOT NULL,
    reasons  text[] NOT NULL CHECK (cardinality(reasons) > 0),
    evidence jsonb NOT NULL,
    policy   jsonb NOT NULL,
    asked_by text NOT NULL,
    at       timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX retrain_decisions_by_task ON retrain_decisions (tenant, task, id);
CREATE INDEX retrain_decisions_fired ON retrain_decisions (tenant, task, at) WHERE fired;

-- One row a job. Events of different kinds come in any order, so that either time may be known first.
CREATE TABLE trainings (
    tenant    text NOT NULL CHECK (tenant <> ''),
    job_id    text NOT NULL,
    task      text NOT NULL,
    queued_at timestamptz,
    ended_at  timestamptz,
    outcome   text CHECK (outcome IN ('completed', 'failed', 'cancelled')),
    PRIMARY KEY (tenant, job_id),
    CHECK (queued_at IS NOT NULL OR ended_at IS NOT NULL),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);

CREATE INDEX trainings_by_task ON trainings (tenant, task, queued_at);

CREATE TABLE champions (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    version_id text NOT NULL,
    revision   integer NOT NULL,
    since      timestamptz NOT NULL,
    PRIMARY KEY (tenant, task)
);

ALTER TABLE retrain_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE retrain_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON retrain_policies
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE retrain_decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE retrain_decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON retrain_decisions
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE trainings ENABLE ROW LEVEL SECURITY;
ALTER TABLE trainings FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON trainings
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE champions ENABLE ROW LEVEL SECURITY;
ALTER TABLE champions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON champions
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
