-- Versions from elsewhere, approvals, what a task asks of its versions, and what serves while nothing is routed.

SELECT set_config('ratchet.tenant', '*', true);

ALTER TABLE tasks
    ADD COLUMN approvals                 integer NOT NULL DEFAULT 0 CHECK (approvals BETWEEN 0 AND 1),
    ADD COLUMN minimum_gain              double precision NOT NULL DEFAULT 0 CHECK (minimum_gain >= 0),
    ADD COLUMN block_on_slice_regression boolean NOT NULL DEFAULT false,
    ADD COLUMN keep_versions             integer NOT NULL DEFAULT 50 CHECK (keep_versions > 0),
    ADD COLUMN release                   jsonb CHECK (jsonb_typeof(release) = 'object'),
    ADD COLUMN revision                  integer NOT NULL DEFAULT 1 CHECK (revision > 0);

ALTER TABLE versions
    ADD COLUMN source       text NOT NULL DEFAULT 'trained' CHECK (source IN ('trained', 'external', 'prompt')),
    ADD COLUMN artifact_uri text CHECK (artifact_uri <> '');
ALTER TABLE versions DROP CONSTRAINT versions_artifact_sha256_check;
ALTER TABLE versions ADD CHECK (artifact_sha256 <> '' OR artifact_uri IS NOT NULL);

CREATE INDEX versions_by_status ON versions (tenant, task, status, number);

-- Who said that a version may serve: added, never changed.
CREATE TABLE approvals (
    tenant     text NOT NULL CHECK (tenant <> ''),
    version_id text NOT NULL,
    actor      text NOT NULL CHECK (actor <> ''),
    note       text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, version_id, actor),
    FOREIGN KEY (tenant, version_id) REFERENCES versions (tenant, id)
);

CREATE VIEW approved_versions WITH (security_invoker) AS
    SELECT versions.*,
           coalesce(
               (
                   SELECT jsonb_agg(jsonb_build_object('by', actor, 'at', at, 'note', note) ORDER BY at, actor)
                   FROM approvals
                   WHERE approvals.tenant = versions.tenant AND approvals.version_id = versions.id
               ),
               '[]'
           ) AS approvals
    FROM versions;

-- What serves while a route has no arms; and since when there is none any more, because its task was deleted.
ALTER TABLE routes
    ADD COLUMN default_arm jsonb CHECK (jsonb_typeof(default_arm) = 'object'),
    ADD COLUMN closed_at   timestamptz;
ALTER TABLE routes ADD CHECK (closed_at IS NULL OR (arms = '[]' AND default_arm IS NULL));
CREATE INDEX serving_by_champion ON serving (tenant, task, champion) WHERE change IN ('promoted', 'rolled_back');
ALTER TABLE serving ADD COLUMN default_arm jsonb CHECK (jsonb_typeof(default_arm) = 'object');

DROP VIEW serving_periods;
CREATE VIEW serving_periods WITH (security_invoker) AS
    SELECT tenant, task, revision, phase, arms, default_arm, actor, reason, since,
           lead(since) OVER (PARTITION BY tenant, task ORDER BY revision) AS until
    FROM serving;

CREATE VIEW present_tasks WITH (security_invoker) AS
    SELECT tasks.*, routes.default_arm ->> 'version_id' AS default_version
    FROM tasks
    JOIN routes ON routes.tenant = tasks.tenant AND routes.task = tasks.key
    WHERE closed_at IS NULL;

-- A route as everybody follows it; that of a deleted task says so.
CREATE VIEW present_routes WITH (security_invoker) AS
    SELECT routes.tenant, routes.task, tasks.kind, routes.revision, routes.arms, routes.salt, routes.since,
           routes.champion AS champion_version_id, routes.default_arm AS "default", routes.closed_at,
           CASE WHEN routes.closed_at IS NULL THEN routes.phase ELSE 'deleted' END AS phase
    FROM routes
    JOIN tasks ON tasks.tenant = routes.tenant AND tasks.key = routes.task;

ALTER TABLE approvals ENABLE ROW LEVEL SECURITY;
ALTER TABLE approvals FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON approvals
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
