-- Who did what, when, how long it took and how it ended. Lines are added and never changed.

CREATE TABLE audit_log (
    id         uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant     text NOT NULL CHECK (tenant <> ''),
    actor      text NOT NULL,
    action     text NOT NULL,
    target     text NOT NULL,
    status     integer NOT NULL CHECK (status BETWEEN 100 AND 599),
    outcome    text NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    latency_ms double precision NOT NULL CHECK (latency_ms >= 0),
    request_id text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX audit_log_by_tenant ON audit_log (tenant, id);
CREATE INDEX audit_log_by_actor ON audit_log (tenant, actor, id);
CREATE INDEX audit_log_by_action ON audit_log (tenant, action, id);

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON audit_log
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is never changed';
END
$$;

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
