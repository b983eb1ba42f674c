-- Answers to requests with an Idempotency-Key, for a day, or briefly: the same request sent again gets the same answer.
-- The name and the seal are made from the secret of whoever asked, which is not kept anywhere: nobody else can read one.
CREATE TABLE kept_answers (
    tenant     text NOT NULL CHECK (tenant <> ''),
    name       bytea NOT NULL CHECK (length(name) = 32),
    request    bytea NOT NULL CHECK (length(request) = 32),
    claim      uuid NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    brief      boolean NOT NULL,
    sealed     bytea,
    PRIMARY KEY (tenant, name)
);

CREATE INDEX kept_answers_by_age ON kept_answers (claimed_at);
CREATE INDEX brief_answers_by_age ON kept_answers (claimed_at) WHERE brief;

ALTER TABLE kept_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON kept_answers
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
