-- What comes in and goes out, day by day, as counts in a bounded number of buckets: drift is measured on these alone.
--
-- No text and no value of a field is kept, only into how many buckets of hashes or magnitudes they fell.

CREATE TABLE shape_days (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    day        date NOT NULL,
    feature    text NOT NULL,
    field      text NOT NULL,
    version_id text NOT NULL,
    buckets    smallint[] NOT NULL CHECK (cardinality(buckets) > 0),
    counts     bigint[] NOT NULL,
    PRIMARY KEY (tenant, task, day, feature, field, version_id),
    CHECK (cardinality(buckets) = cardinality(counts))
) WITH (fillfactor = 70);

CREATE INDEX shape_days_by_day ON shape_days (day);

-- The last measure of each task, so that a check every half minute does not measure anew what changes in hours.
CREATE TABLE drift_measures (
    tenant      text NOT NULL CHECK (tenant <> ''),
    task        text NOT NULL,
    terms       jsonb NOT NULL,
    found       jsonb NOT NULL,
    measured_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, task)
);

-- Of old checks in which nothing was new, one after another, the first is kept, with their number and the last time.
ALTER TABLE retrain_decisions
    ADD COLUMN checks integer NOT NULL DEFAULT 1 CHECK (checks > 0),
    ADD COLUMN last_at timestamptz CHECK (last_at >= at);

-- Which checks of one asker follow one another and differ in nothing but the time.
CREATE FUNCTION unchanged_decisions(since timestamptz, before timestamptz, asker text)
RETURNS TABLE (id uuid, first_id uuid, checks integer, last_at timestamptz)
LANGUAGE sql STABLE AS $$
    WITH compared AS (
        SELECT old.*,
            (old.asked_by = asker AND NOT old.fired)
            AND (old.policy, old.known, old.asked_by, old.fired) IS NOT DISTINCT FROM (
                lag(old.policy) OVER in_order, lag(old.known) OVER in_order, lag(old.asked_by) OVER in_order,
                lag(old.fired) OVER in_order
            ) AS same
        FROM (
            SELECT decision.*,
                (evidence - '{hours_since_training,cooldown_left_s}'::text[]) #- '{drift,measured_at}' AS known
            FROM retrain_decisions AS decision
            WHERE decision.at >= since AND decision.at < before
        ) AS old
        WINDOW in_order AS (PARTITION BY old.tenant, old.task ORDER BY old.at, old.id)
    ), numbered AS (
        SELECT compared.*, count(*) FILTER (WHERE NOT same) OVER (PARTITION BY tenant, task ORDER BY at, id) AS run
        FROM compared
    )
    SELECT id, first_value(id) OVER whole, (sum(checks) OVER whole)::integer, max(coalesce(last_at, at)) OVER whole
    FROM numbered
    WINDOW whole AS (
        PARTITION BY tenant, task, run ORDER BY at, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
$$;

CREATE INDEX retrain_decisions_by_time ON retrain_decisions (tenant, task, at);
CREATE INDEX retrain_decisions_old ON retrain_decisions (at);

ALTER TABLE shape_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE shape_days FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON shape_days
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE drift_measures ENABLE ROW LEVEL SECURITY;
ALTER TABLE drift_measures FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON drift_measures
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
