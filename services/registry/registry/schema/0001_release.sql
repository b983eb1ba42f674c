-- Which tasks and versions there are, what serves, and what ever served.

CREATE TABLE tasks (
    tenant               text NOT NULL CHECK (tenant <> ''),
    key                  text NOT NULL CHECK (key <> ''),
    kind                 text NOT NULL CHECK (kind <> ''),
    name                 text NOT NULL,
    description          text NOT NULL,
    parameters           jsonb NOT NULL CHECK (jsonb_typeof(parameters) = 'object'),
    auto_approve_quality double precision CHECK (auto_approve_quality BETWEEN 0 AND 1),
    created_at           timestamptz NOT NULL DEFAULT now(),
    created_by           text NOT NULL,
    PRIMARY KEY (tenant, key)
);

CREATE TABLE versions (
    tenant          text NOT NULL CHECK (tenant <> ''),
    id              text NOT NULL CHECK (id <> ''),
    task            text NOT NULL,
    number          integer NOT NULL CHECK (number > 0),
    label           text NOT NULL CHECK (label ~ '^\d+\.\d+\.\d+$'),
    status          text NOT NULL CHECK (status IN ('candidate', 'active', 'deprecated', 'archived')),
    metrics         jsonb NOT NULL CHECK (jsonb_typeof(metrics) = 'object'),
    artifact_sha256 text NOT NULL CHECK (artifact_sha256 <> ''),
    artifact_size   bigint NOT NULL CHECK (artifact_size >= 0),
    lineage         jsonb NOT NULL CHECK (jsonb_typeof(lineage) = 'object'),
    card            jsonb NOT NULL CHECK (jsonb_typeof(card) = 'object'),
    verdict         text NOT NULL CHECK (verdict IN ('ship', 'rollback', 'continue', 'inconclusive')),
    reasons         jsonb NOT NULL CHECK (jsonb_typeof(reasons) = 'array'),
    evidence        jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'object'),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, task, number),
    UNIQUE (tenant, task, label),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key)
);

CREATE UNIQUE INDEX one_champion ON versions (tenant, task) WHERE status = 'active';

-- What serves now: one row a task. Whoever changes anything about a task's release locks this row first.
CREATE TABLE routes (
    tenant   text NOT NULL CHECK (tenant <> ''),
    task     text NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    phase    text NOT NULL CHECK (phase IN ('empty', 'serving')),
    arms     jsonb NOT NULL CHECK (jsonb_typeof(arms) = 'array'),
    salt     text NOT NULL CHECK (salt <> ''),
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant, task),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key),
    CHECK ((phase = 'empty') = (arms = '[]'))
);

-- What ever served: a row for each revision of each route, added and never changed.
CREATE TABLE serving (
    tenant   text NOT NULL CHECK (tenant <> ''),
    task     text NOT NULL,
    revision integer NOT NULL CHECK (revision > 0),
    phase    text NOT NULL CHECK (phase IN ('empty', 'serving')),
    arms     jsonb NOT NULL CHECK (jsonb_typeof(arms) = 'array'),
    champion text,
    change   text NOT NULL CHECK (change IN ('created', 'promoted', 'rolled_back')),
    actor    text NOT NULL,
    reason   text NOT NULL,
    since    timestamptz NOT NULL,
    PRIMARY KEY (tenant, task, revision),
    FOREIGN KEY (tenant, task) REFERENCES tasks (tenant, key),
    FOREIGN KEY (tenant, champion) REFERENCES versions (tenant, id),
    CHECK ((champion IS NULL) = (arms = '[]')),
    CHECK ((phase = 'empty') = (arms = '[]'))
);

CREATE INDEX serving_by_time ON serving (tenant, task, since);

CREATE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the serving ledger is append-only' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON serving
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite();

CREATE VIEW serving_periods WITH (security_invoker) AS
    SELECT tenant, task, revision, phase, arms, actor, reason, since,
           lead(since) OVER (PARTITION BY tenant, task ORDER BY revision) AS until
    FROM serving;

ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON tasks
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE versions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON versions
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE routes ENABLE ROW LEVEL SECURITY;
ALTER TABLE routes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON routes
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE serving ENABLE ROW LEVEL SECURITY;
ALTER TABLE serving FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON serving
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
