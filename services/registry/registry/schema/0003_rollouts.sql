-- What judging a rollout keeps in mind: when it was judged last, which worries a person let pass in the present step, and
-- since when the present attempt goes.

SELECT set_config('ratchet.tenant', '*', true);

ALTER TABLE rollouts ADD COLUMN judged_at timestamptz;
ALTER TABLE rollouts ADD COLUMN accepted jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(accepted) = 'array');
ALTER TABLE rollouts ADD COLUMN attempt_since timestamptz NOT NULL DEFAULT clock_timestamp();

CREATE INDEX open_rollouts ON rollouts (tenant, id) WHERE ended_at IS NULL;
