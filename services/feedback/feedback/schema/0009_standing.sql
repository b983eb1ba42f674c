-- Of several opinions of one source about one answer the latest counts; those before are kept, as its history.
--
-- What is stored already was counted one by one, and stays so (`alone`): else the sums would be restated for a past in
-- which nobody knew the rule. Whether an opinion came too late is decided when it meets its answer, and kept, so that a
-- policy that changes later cannot make the sums differ from what they were made of. For the same reason it is kept what
-- was counted as success with an opinion: what is revised, or meets its answer, is taken back as it was counted.

ALTER TABLE feedback
    ADD COLUMN late    boolean NOT NULL DEFAULT false,
    ADD COLUMN alone   boolean NOT NULL DEFAULT true,
    ADD COLUMN success double precision,
    ADD CHECK (attached OR NOT late);

ALTER TABLE feedback ALTER COLUMN alone SET DEFAULT false;

CREATE INDEX feedback_parked ON feedback (tenant, place) WHERE inference_id IS NOT NULL AND NOT attached;
CREATE INDEX feedback_late ON feedback (tenant, place) WHERE late;

-- An answer that is told about a million times has few opinions that stand; those are found without the others, and those
-- of one metric, '' where they report none, without those of a million other metrics.
ALTER TABLE feedback_claims
    ADD COLUMN superseded boolean NOT NULL DEFAULT false,
    ADD COLUMN metric text NOT NULL DEFAULT '';

DROP INDEX feedback_claims_by_inference;
CREATE INDEX feedback_claims_by_inference ON feedback_claims (tenant, inference_id, superseded, metric)
    WHERE inference_id IS NOT NULL;

-- How many opinions stand aside, by hour, and at '-infinity' in all. As with the other sums, what moves is subtracted and
-- added in one statement.
CREATE TABLE aside_hours (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    version_id text NOT NULL,
    hour       timestamptz NOT NULL,
    why        text NOT NULL CHECK (why IN ('late', 'superseded')),
    count      bigint NOT NULL,
    PRIMARY KEY (tenant, hour, task, version_id, why)
);

ALTER TABLE aside_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE aside_hours FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON aside_hours
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

SELECT set_config('ratchet.tenant', '*', true);

UPDATE feedback_claims AS claims
SET metric = feedback.metric
FROM feedback
WHERE (feedback.tenant, feedback.key) = (claims.tenant, claims.key) AND feedback.metric IS NOT NULL;

-- Of what is stored already, only what waits can still be taken back.
UPDATE feedback
SET success = coalesce(score, (verdict = 'positive')::integer)
WHERE operation = 'outcome' AND inference_id IS NOT NULL AND NOT attached;
