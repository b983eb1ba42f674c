-- What every service needs to say and hear each event exactly once.

CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject    text NOT NULL,
    headers    jsonb NOT NULL,
    body       bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE inbox (
    consumer text NOT NULL,
    event_id text NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);

CREATE INDEX inbox_by_age ON inbox (taken_at);

CREATE TABLE answers (
    tenant      text NOT NULL,
    command     text NOT NULL,
    key         text NOT NULL,
    request     bytea NOT NULL,
    status      integer NOT NULL,
    body        bytea NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, command, key)
);

CREATE INDEX answers_by_age ON answers (answered_at);

CREATE TABLE dead_letters (
    id          uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant      text NOT NULL CHECK (tenant <> ''),
    consumer    text NOT NULL,
    subject     text NOT NULL,
    headers     jsonb NOT NULL,
    body        bytea NOT NULL,
    reason      text NOT NULL,
    buried_at   timestamptz NOT NULL DEFAULT now(),
    replayed_at timestamptz
);

CREATE INDEX dead_letters_by_tenant ON dead_letters (tenant, id);

ALTER TABLE dead_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE dead_letters FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON dead_letters
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE answers FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON answers
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
