-- What came of the units while versions served side by side, conversations, and outcomes that applications name.
--
-- All sums are whole numbers, so that order cannot matter. What was counted beyond the end of a phase is taken back by
-- adding negative numbers, so that they cannot be checked to be positive: CHECK would see the row that subtracts before
-- ON CONFLICT adds it up.

-- `since` is infinity while only the end of a phase was heard. `changed` counts what was counted, `reported` is how much
-- of that was said when the performance `number` was.
CREATE TABLE phases (
    tenant   text NOT NULL CHECK (tenant <> ''),
    id       text NOT NULL CHECK (id <> ''),
    task     text NOT NULL,
    salt     text NOT NULL DEFAULT '',
    segments jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(segments) = 'array'),
    versions text[] NOT NULL DEFAULT '{}',
    since    timestamptz NOT NULL DEFAULT 'infinity',
    until    timestamptz NOT NULL DEFAULT 'infinity',
    strayed  bigint NOT NULL DEFAULT 0,
    unitless bigint NOT NULL DEFAULT 0,
    changed  bigint NOT NULL DEFAULT 0,
    reported bigint NOT NULL DEFAULT 0,
    number   integer NOT NULL DEFAULT 0,
    due_at   timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (tenant, id),
    CHECK (reported <= changed)
);

CREATE INDEX phases_by_task ON phases (tenant, task, since);
CREATE INDEX phases_to_report ON phases (due_at) WHERE changed > reported;

CREATE TABLE exposures (
    tenant           text NOT NULL CHECK (tenant <> ''),
    phase_id         text NOT NULL,
    unit             text NOT NULL,
    version_id       text NOT NULL,
    answers          bigint NOT NULL,
    errors           bigint NOT NULL,
    latencies        bigint NOT NULL,
    latency_us       bigint NOT NULL,
    confidences      bigint NOT NULL,
    confidence_micro bigint NOT NULL,
    costs            bigint NOT NULL,
    cost_nano_usd    numeric NOT NULL,
    PRIMARY KEY (tenant, phase_id, unit)
);

CREATE TABLE exposure_outcomes (
    tenant     text NOT NULL CHECK (tenant <> ''),
    phase_id   text NOT NULL,
    unit       text NOT NULL,
    metric     text NOT NULL,
    version_id text NOT NULL,
    count      bigint NOT NULL,
    total_nano numeric NOT NULL,
    PRIMARY KEY (tenant, phase_id, unit, metric)
);

-- A phase that was opened or closed a moment ago asks for the last answers alone; rows lie in about their order in time.
CREATE INDEX inferences_by_time ON inferences USING brin (occurred_at) WITH (pages_per_range = 32, autosummarize = on);

-- Each session of a version, with its first answer: it counts in that hour.
CREATE TABLE conversations (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    version_id text NOT NULL,
    session    text NOT NULL,
    began_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant, task, version_id, session)
);

ALTER TABLE feedback
    ADD COLUMN metric text,
    ADD COLUMN value  double precision CHECK (abs(value) <= 1e12),
    ADD CHECK ((metric IS NULL) = (value IS NULL));

ALTER TABLE metric_hours
    ADD COLUMN conversations bigint NOT NULL DEFAULT 0,
    ADD COLUMN successes     bigint NOT NULL DEFAULT 0,
    ADD COLUMN success_nano  bigint NOT NULL DEFAULT 0;

ALTER TABLE phases ENABLE ROW LEVEL SECURITY;
ALTER TABLE phases FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON phases
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE exposures ENABLE ROW LEVEL SECURITY;
ALTER TABLE exposures FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON exposures
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE exposure_outcomes ENABLE ROW LEVEL SECURITY;
ALTER TABLE exposure_outcomes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON exposure_outcomes
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversations FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON conversations
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

-- What is stored already counts too.
SELECT set_config('ratchet.tenant', '*', true);

INSERT INTO conversations (tenant, task, version_id, session, began_at)
SELECT tenant, task, coalesce(version_id, ''), session, min(occurred_at)
FROM inferences
WHERE session IS NOT NULL
GROUP BY tenant, task, coalesce(version_id, ''), session;

UPDATE metric_hours AS hours
SET conversations = begun.count
FROM (
    SELECT tenant, task, version_id, date_trunc('hour', began_at, 'UTC') AS hour, count(*) AS count
    FROM conversations
    GROUP BY tenant, task, version_id, hour
) AS begun
WHERE (hours.tenant, hours.task, hours.version_id, hours.hour)
    = (begun.tenant, begun.task, begun.version_id, begun.hour);

UPDATE metric_hours AS hours
SET successes = told.count, success_nano = told.nano
FROM (
    SELECT tenant, task, coalesce(version_id, '') AS version_id, date_trunc('hour', occurred_at, 'UTC') AS hour,
        count(*) AS count, sum(round(coalesce(score, (verdict = 'positive')::integer) * 1e9))::bigint AS nano
    FROM feedback
    WHERE operation = 'outcome' AND (score IS NOT NULL OR verdict IS NOT NULL)
    GROUP BY tenant, task, coalesce(version_id, ''), hour
) AS told
WHERE (hours.tenant, hours.task, hours.version_id, hours.hour)
    = (told.tenant, told.task, told.version_id, told.hour);
