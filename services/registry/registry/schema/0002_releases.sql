-- Versions side by side: rollouts and experiments, the phases in which units are divided, and what came of them.

SELECT set_config('ratchet.tenant', '*', true);

ALTER TABLE routes ADD COLUMN champion text;
UPDATE routes SET champion = arms -> 0 ->> 'version_id' WHERE arms <> '[]';
ALTER TABLE routes ADD FOREIGN KEY (tenant, champion) REFERENCES versions (tenant, id);
ALTER TABLE routes ADD CHECK ((champion IS NULL) = (arms = '[]'));
ALTER TABLE routes DROP CONSTRAINT routes_phase_check;
ALTER TABLE routes ADD CHECK (phase IN ('empty', 'serving', 'rollout', 'experiment'));

ALTER TABLE serving DROP CONSTRAINT serving_phase_check;
ALTER TABLE serving ADD CHECK (phase IN ('empty', 'serving', 'rollout', 'experiment'));
ALTER TABLE serving DROP CONSTRAINT serving_change_check;
ALTER TABLE serving ADD CHECK (change IN ('created', 'promoted', 'rolled_back', 'shifted', 'configured'));

CREATE TABLE rollouts (
    tenant        text NOT NULL CHECK (tenant <> ''),
    id            text NOT NULL CHECK (id <> ''),
    task          text NOT NULL,
    version_id    text NOT NULL,
    baseline_id   text NOT NULL,
    status        text NOT NULL CHECK (status IN ('running', 'paused', 'completed', 'rolled_back', 'aborted')),
    is_canary     boolean NOT NULL,
    steps         jsonb NOT NULL CHECK (jsonb_typeof(steps) = 'array' AND steps <> '[]'),
    step          integer NOT NULL CHECK (step >= 0),
    interval_s    double precision NOT NULL CHECK (interval_s >= 0),
    terms         jsonb NOT NULL CHECK (jsonb_typeof(terms) = 'object'),
    attempt       integer NOT NULL CHECK (attempt > 0),
    verdict       text NOT NULL CHECK (verdict IN ('ship', 'rollback', 'continue', 'inconclusive')),
    reasons       jsonb NOT NULL CHECK (jsonb_typeof(reasons) = 'array'),
    missing       text NOT NULL,
    step_since    timestamptz NOT NULL,
    started_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    restated      jsonb,
    revision      integer NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key),
    FOREIGN KEY (tenant, version_id) REFERENCES versions (tenant, id),
    FOREIGN KEY (tenant, baseline_id) REFERENCES versions (tenant, id),
    CHECK (version_id <> baseline_id),
    CHECK ((ended_at IS NULL) = (status IN ('running', 'paused')))
);

CREATE UNIQUE INDEX one_open_rollout ON rollouts (tenant, task) WHERE ended_at IS NULL;
CREATE INDEX rollouts_by_task ON rollouts (tenant, task, id);

-- What was done about a rollout and why: added, never changed.
CREATE TABLE rollout_entries (
    tenant          text NOT NULL CHECK (tenant <> ''),
    rollout_id      text NOT NULL,
    number          bigint GENERATED ALWAYS AS IDENTITY,
    action          text NOT NULL CHECK (action <> ''),
    status          text NOT NULL CHECK (status IN ('running', 'paused', 'completed', 'rolled_back', 'aborted')),
    traffic_percent double precision NOT NULL CHECK (traffic_percent BETWEEN 0 AND 100),
    actor           text NOT NULL,
    reasons         jsonb NOT NULL CHECK (jsonb_typeof(reasons) = 'array'),
    evidence        jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'object'),
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, rollout_id, number),
    FOREIGN KEY (tenant, rollout_id) REFERENCES rollouts (tenant, id)
);

CREATE TABLE experiments (
    tenant        text NOT NULL CHECK (tenant <> ''),
    id            text NOT NULL CHECK (id <> ''),
    task          text NOT NULL,
    name          text NOT NULL,
    status        text NOT NULL CHECK (status IN ('running', 'concluded', 'stopped')),
    shares        jsonb NOT NULL CHECK (jsonb_typeof(shares) = 'array'),
    control_id    text NOT NULL,
    terms         jsonb NOT NULL CHECK (jsonb_typeof(terms) = 'object'),
    auto_ship     boolean NOT NULL,
    rollout       jsonb,
    verdict       text NOT NULL CHECK (verdict IN ('ship', 'rollback', 'continue', 'inconclusive')),
    confidence    double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    reasons       jsonb NOT NULL CHECK (jsonb_typeof(reasons) = 'array'),
    missing       text NOT NULL,
    winner        text,
    started_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    restated      jsonb,
    revision      integer NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key),
    FOREIGN KEY (tenant, control_id) REFERENCES versions (tenant, id),
    FOREIGN KEY (tenant, winner) REFERENCES versions (tenant, id),
    CHECK ((ended_at IS NULL) = (status = 'running'))
);

CREATE UNIQUE INDEX one_open_experiment ON experiments (tenant, task) WHERE ended_at IS NULL;
CREATE INDEX experiments_by_task ON experiments (tenant, task, id);

-- A time in which units are divided in the same way, for one rollout or one experiment; and how its versions did, in
-- all, as feedback said last. `judged` is the number of the performance that was judged last.
CREATE TABLE phases (
    tenant    text NOT NULL CHECK (tenant <> ''),
    id        text NOT NULL CHECK (id <> ''),
    task      text NOT NULL,
    owner     text NOT NULL CHECK (owner IN ('rollout', 'experiment')),
    owner_id  text NOT NULL,
    salt      text NOT NULL CHECK (salt <> ''),
    segments  jsonb NOT NULL CHECK (jsonb_typeof(segments) = 'array'),
    versions  jsonb NOT NULL CHECK (jsonb_typeof(versions) = 'array'),
    since     timestamptz NOT NULL,
    until     timestamptz CHECK (until >= since),
    number    integer NOT NULL DEFAULT 0,
    judged    integer NOT NULL DEFAULT 0,
    arms      jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(arms) = 'array'),
    strayed   bigint NOT NULL DEFAULT 0,
    unitless  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key)
);

CREATE UNIQUE INDEX one_open_phase ON phases (tenant, task, owner) WHERE until IS NULL;
CREATE INDEX phases_by_owner ON phases (tenant, owner_id, since);
CREATE INDEX phases_to_judge ON phases (tenant, id) WHERE number > judged;

-- The evidence as it came in, thinned out: other terms can be tried on it.
CREATE TABLE performances (
    tenant    text NOT NULL CHECK (tenant <> ''),
    phase_id  text NOT NULL,
    number    integer NOT NULL CHECK (number > 0),
    units     bigint NOT NULL CHECK (units >= 0),
    arms      jsonb NOT NULL CHECK (jsonb_typeof(arms) = 'array'),
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, phase_id, number),
    FOREIGN KEY (tenant, phase_id) REFERENCES phases (tenant, id)
);

ALTER TABLE rollouts ENABLE ROW LEVEL SECURITY;
ALTER TABLE rollouts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON rollouts
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE rollout_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE rollout_entries FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON rollout_entries
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE experiments ENABLE ROW LEVEL SECURITY;
ALTER TABLE experiments FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON experiments
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE phases ENABLE ROW LEVEL SECURITY;
ALTER TABLE phases FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON phases
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE performances ENABLE ROW LEVEL SECURITY;
ALTER TABLE performances FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON performances
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
