-- Inferences and feedback by day (UTC) of `stored_at`, so that old days are dropped as whole tables.
--
-- A unique key of a partitioned table has to contain what it is partitioned by. So an item is claimed first, in a narrow
-- table, in the transaction that stores it: the claim says where the row is, by `stored_at` (which partition) and `place`
-- (where in it), and places are handed out there.
--
-- What is stored already stays where it is: the tables of before become the first partitions, which end with this day.

SELECT set_config('ratchet.tenant', '*', true);

CREATE TABLE inference_claims (
    tenant    text NOT NULL CHECK (tenant <> ''),
    id        text NOT NULL CHECK (id <> ''),
    place     bigint GENERATED ALWAYS AS IDENTITY,
    stored_at timestamptz NOT NULL
);

CREATE TABLE feedback_claims (
    tenant       text NOT NULL CHECK (tenant <> ''),
    key          text NOT NULL CHECK (key <> ''),
    inference_id text CHECK (inference_id <> ''),
    place        bigint GENERATED ALWAYS AS IDENTITY,
    stored_at    timestamptz NOT NULL
);

INSERT INTO inference_claims (tenant, id, place, stored_at) OVERRIDING SYSTEM VALUE
SELECT tenant, id, place, stored_at FROM inferences;

INSERT INTO feedback_claims (tenant, key, inference_id, place, stored_at) OVERRIDING SYSTEM VALUE
SELECT tenant, key, inference_id, place, stored_at FROM feedback;

ALTER TABLE inference_claims ADD PRIMARY KEY (tenant, id);
ALTER TABLE feedback_claims ADD PRIMARY KEY (tenant, key);
CREATE INDEX feedback_claims_by_inference ON feedback_claims (tenant, inference_id) WHERE inference_id IS NOT NULL;

SELECT setval(pg_get_serial_sequence('inference_claims', 'place'), coalesce(max(place), 0) + 1, false)
FROM inference_claims;
SELECT setval(pg_get_serial_sequence('feedback_claims', 'place'), coalesce(max(place), 0) + 1, false)
FROM feedback_claims;

-- On which days something of a task was stored, from which place on, and between which full hours it happened. A list
-- goes through these days, newest first, and what asks for a time looks at the days that have to do with it alone.
CREATE TABLE stored_days (
    tenant      text NOT NULL CHECK (tenant <> ''),
    noun        text NOT NULL CHECK (noun IN ('inferences', 'feedback')),
    task        text NOT NULL,
    until       timestamptz NOT NULL,
    since       timestamptz NOT NULL,
    first_place bigint NOT NULL,
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant, noun, task, until),
    CHECK (since < until),
    CHECK (first_at <= last_at)
);

-- Phases that are over for so long that what came of their units is being deleted.
CREATE TABLE forgotten_phases (
    tenant   text NOT NULL CHECK (tenant <> ''),
    phase_id text NOT NULL,
    PRIMARY KEY (tenant, phase_id)
);

CREATE INDEX conversations_by_time ON conversations USING brin (began_at) WITH (pages_per_range = 32, autosummarize = on);

-- The table of before ends with the day of now, or with that of its last row where a clock was ahead.
CREATE FUNCTION become_partition(parent text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last timestamptz;
    until timestamptz;
    name text;
BEGIN
    EXECUTE format('SELECT greatest(now(), max(stored_at)) FROM %I', parent) INTO last;
    name := parent || '_' || to_char(last AT TIME ZONE 'UTC', 'YYYYMMDD');
    until := (date_trunc('day', last AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC';
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', parent, parent || '_pkey');
    EXECUTE format('ALTER TABLE %I ALTER place DROP IDENTITY', parent);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', parent, name);
    EXECUTE format('ALTER INDEX %I RENAME TO %I', parent || '_by_task', name || '_by_task');
    EXECUTE format(
        'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)
        PARTITION BY RANGE (stored_at)', parent, name
    );
    EXECUTE format('CREATE INDEX %I ON %I (tenant, task, place)', parent || '_by_task', parent);
    EXECUTE format('CREATE INDEX %I ON %I (tenant, place)', parent || '_by_place', parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', parent, name, until);
    EXECUTE format(
        'INSERT INTO stored_days (tenant, noun, task, until, since, first_place, first_at, last_at)
        SELECT tenant, %L, task, %L::timestamptz, date_trunc(''day'', min(stored_at), ''UTC''), min(place),
            date_trunc(''hour'', min(occurred_at), ''UTC''), date_trunc(''hour'', max(occurred_at), ''UTC'')
        FROM %I
        GROUP BY tenant, task', parent, until, parent
    );
END
$$;

DROP INDEX feedback_by_inference;
ALTER INDEX inferences_by_time RENAME TO inferences_before_partitions_by_time;
SELECT become_partition('inferences');
SELECT become_partition('feedback');
DROP FUNCTION become_partition;
CREATE INDEX inferences_by_time ON inferences USING brin (occurred_at) WITH (pages_per_range = 32, autosummarize = on);

-- A partition is made as a table of its own and attached then, which waits for no one who reads or writes. Its rows can
-- be seen by its name too, so that it has the policy of its parent.
CREATE FUNCTION make_partition(parent text, day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := parent || '_' || to_char(day, 'YYYYMMDD');
BEGIN
    EXECUTE format(
        'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', name, parent
    );
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
        'CREATE POLICY own_tenant ON %I USING (current_setting(''ratchet.tenant'') IN (tenant, ''*''))', name
    );
    EXECUTE format(
        'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent, name, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC'
    );
END
$$;

CREATE FUNCTION drop_partition(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', name);
END
$$;

ALTER TABLE inferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE inferences FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON inferences
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON feedback
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE inference_claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE inference_claims FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON inference_claims
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE feedback_claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_claims FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON feedback_claims
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE stored_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE stored_days FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON stored_days
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE forgotten_phases ENABLE ROW LEVEL SECURITY;
ALTER TABLE forgotten_phases FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON forgotten_phases
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
