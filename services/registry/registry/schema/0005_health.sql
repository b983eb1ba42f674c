-- How tasks do: by which numbers they are watched, what was seen last, how that changed, and what somebody should look at.

CREATE TABLE monitors (
    tenant   text NOT NULL CHECK (tenant <> ''),
    task     text NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    monitors jsonb NOT NULL CHECK (jsonb_typeof(monitors) = 'array'),
    set_by   text NOT NULL,
    set_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, task),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key)
);

-- What was seen when a task was last looked at; `claimed_at` is when a registry last set out to look by itself.
CREATE TABLE health (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    claimed_at timestamptz NOT NULL,
    status     text NOT NULL DEFAULT 'no_data' CHECK (status IN ('unhealthy', 'degraded', 'no_data', 'healthy')),
    issue      text,
    issues     integer NOT NULL DEFAULT 0 CHECK (issues >= 0),
    content    jsonb CHECK (jsonb_typeof(content) = 'object'),
    as_of      timestamptz,
    PRIMARY KEY (tenant, task),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key),
    CHECK ((content IS NULL) = (as_of IS NULL))
);

CREATE INDEX health_to_look_at ON health (claimed_at);

-- How the status changed: added, never changed.
CREATE TABLE health_changes (
    tenant  text NOT NULL CHECK (tenant <> ''),
    task    text NOT NULL,
    number  bigint GENERATED ALWAYS AS IDENTITY,
    status  text NOT NULL CHECK (status IN ('unhealthy', 'degraded', 'no_data', 'healthy')),
    was     text NOT NULL CHECK (was IN ('unhealthy', 'degraded', 'no_data', 'healthy')),
    reasons jsonb NOT NULL CHECK (jsonb_typeof(reasons) = 'array'),
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, task, number),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key),
    CHECK (status <> was)
);

CREATE FUNCTION refuse_to_rewrite_health() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of health is append-only' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON health_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_health();

CREATE TABLE alerts (
    tenant          text NOT NULL CHECK (tenant <> ''),
    id              uuid NOT NULL,
    task            text NOT NULL,
    version_id      text,
    about           text NOT NULL CHECK (about <> ''),
    metric          text NOT NULL,
    severity        text NOT NULL CHECK (severity IN ('warning', 'alert')),
    sentence        text NOT NULL,
    action          text NOT NULL,
    value           double precision,
    threshold       double precision,
    raised_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    acknowledged_by text,
    acknowledged_at timestamptz,
    note            text,
    resolved_at     timestamptz,
    resolution      text,
    state           text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN resolved_at IS NOT NULL THEN 'resolved'
             WHEN acknowledged_at IS NOT NULL THEN 'acknowledged'
             ELSE 'open' END
    ) STORED,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key),
    CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
    CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);

CREATE UNIQUE INDEX one_open_alert ON alerts (tenant, task, about, coalesce(version_id, '')) WHERE resolved_at IS NULL;
CREATE INDEX alerts_by_task ON alerts (tenant, task, id);

ALTER TABLE monitors ENABLE ROW LEVEL SECURITY;
ALTER TABLE monitors FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON monitors
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE health ENABLE ROW LEVEL SECURITY;
ALTER TABLE health FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON health
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE health_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE health_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON health_changes
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE alerts ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON alerts
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
