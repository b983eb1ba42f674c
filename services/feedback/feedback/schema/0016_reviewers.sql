-- By which people are told apart who submit and review examples: nobody is a second reviewer under another name, or with
-- another key. Of what was said before, and of end users, only names are known.

ALTER TABLE examples ADD COLUMN submitter text NOT NULL DEFAULT '';
ALTER TABLE reviews ADD COLUMN person text NOT NULL DEFAULT '';

CREATE UNIQUE INDEX reviews_that_stand_by_person ON reviews (tenant, example_id, person) WHERE standing AND person <> '';

CREATE FUNCTION is_same_person(name text, person text, other_name text, other_person text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT name = other_name OR (person <> '' AND person = other_person)
$$;

DROP FUNCTION needs_review_by(uuid, text, text, integer);

-- As before, but reviews of the same person under another name are theirs too.
CREATE FUNCTION needs_review_by(example uuid, whose text, who text, known_as text, required integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT count(*) FILTER (WHERE reviewed AND own) = 0
        AND (
            count(*) FILTER (WHERE reviewed) >= required
            OR count(DISTINCT name) FILTER (WHERE NOT own) < required
        )
    FROM (
        SELECT person AS name, person = who AS own, false AS reviewed FROM review_assignments
        WHERE tenant = whose AND example_id = example AND assigned_at > now() - interval '7 days'
        UNION ALL
        SELECT person, person = who, false FROM review_claims
        WHERE tenant = whose AND example_id = example AND until > now()
        UNION ALL
        SELECT reviewed_by, is_same_person(reviewed_by, person, who, known_as), true FROM reviews
        WHERE tenant = whose AND example_id = example AND standing
    ) AS taken
$$;
