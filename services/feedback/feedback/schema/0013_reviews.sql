-- Several people review an example: what each said stands until they say something else, or the example is edited.
-- Who should look at which example, who does so now, and all that ever happened to one.

SELECT set_config('ratchet.tenant', '*', true);

ALTER TABLE examples
    ADD COLUMN revision integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    ADD COLUMN disputed boolean NOT NULL DEFAULT false;

CREATE INDEX examples_by_task ON examples (tenant, task, id);
CREATE INDEX examples_by_hardness ON examples (tenant, task, quality, id) WHERE status = 'pending';
CREATE INDEX examples_by_dispute ON examples (tenant, task, id) WHERE status = 'pending' AND disputed;

ALTER TABLE reviews
    ADD COLUMN task            text,
    ADD COLUMN expected_output jsonb,
    ADD COLUMN adjudicates     boolean NOT NULL DEFAULT false,
    ADD COLUMN standing        boolean NOT NULL DEFAULT true;

UPDATE reviews
SET task = examples.task
FROM examples
WHERE examples.id = reviews.example_id;

ALTER TABLE reviews
    ALTER COLUMN task SET NOT NULL;

CREATE UNIQUE INDEX reviews_that_stand ON reviews (tenant, example_id, reviewed_by) WHERE standing;
CREATE INDEX reviews_by_task ON reviews (tenant, task, id);

CREATE TABLE review_assignments (
    tenant      text NOT NULL CHECK (tenant <> ''),
    example_id  uuid NOT NULL REFERENCES examples ON DELETE CASCADE,
    person      text NOT NULL CHECK (person <> ''),
    task        text NOT NULL,
    assigned_by text NOT NULL,
    assigned_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, example_id, person)
);

CREATE INDEX review_assignments_by_person ON review_assignments (tenant, task, person, example_id);
CREATE INDEX review_assignments_by_example ON review_assignments (example_id);

CREATE TABLE review_claims (
    tenant     text NOT NULL CHECK (tenant <> ''),
    example_id uuid NOT NULL REFERENCES examples ON DELETE CASCADE,
    person     text NOT NULL CHECK (person <> ''),
    task       text NOT NULL,
    until      timestamptz NOT NULL,
    PRIMARY KEY (tenant, example_id, person)
);

CREATE INDEX review_claims_by_task ON review_claims (tenant, task, until);
CREATE INDEX review_claims_by_example ON review_claims (example_id);

-- Whether an example needs somebody's review: they have not given one, and too few others have, should or do. What has
-- enough reviews and is pending still was left behind when the policy changed: one more settles it. After a week what
-- is assigned is everybody's again, lest it wait for somebody who has left.
CREATE FUNCTION needs_review_by(example uuid, whose text, who text, required integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT count(*) FILTER (WHERE reviewed AND person = who) = 0
        AND (
            count(*) FILTER (WHERE reviewed) >= required
            OR count(DISTINCT person) FILTER (WHERE person <> who) < required
        )
    FROM (
        SELECT person, false AS reviewed FROM review_assignments
        WHERE tenant = whose AND example_id = example AND assigned_at > now() - interval '7 days'
        UNION ALL
        SELECT person, false FROM review_claims WHERE tenant = whose AND example_id = example AND until > now()
        UNION ALL
        SELECT reviewed_by, true FROM reviews WHERE tenant = whose AND example_id = example AND standing
    ) AS taken
$$;

CREATE TABLE example_history (
    tenant     text NOT NULL CHECK (tenant <> ''),
    example_id uuid NOT NULL REFERENCES examples ON DELETE CASCADE,
    place      bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    by         text NOT NULL,
    what       text NOT NULL CHECK (what IN (
        'submitted', 'assigned', 'released', 'edited', 'reviewed', 'disputed', 'adjudicated', 'settled'
    )),
    content    jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'),
    PRIMARY KEY (example_id, place)
);

CREATE FUNCTION refuse_to_rewrite_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of examples is append-only';
END
$$;

CREATE TRIGGER append_only
    BEFORE UPDATE OR TRUNCATE ON example_history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_history();

INSERT INTO example_history (tenant, example_id, at, by, what, content)
SELECT tenant, example_id, reviewed_at, reviewed_by, 'reviewed', jsonb_build_object(
    'sentence', 'Reviewed: ' || verdict || '.', 'verdict', verdict, 'note', note
)
FROM reviews
ORDER BY id;

ALTER TABLE review_assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE review_assignments FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON review_assignments
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE review_claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE review_claims FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON review_claims
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE example_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE example_history FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON example_history
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
