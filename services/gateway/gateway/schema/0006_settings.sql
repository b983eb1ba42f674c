-- Who set what, when, for the platform (tenant '*') or for one tenant. Lines are added and never changed; the latest one
-- of a name is what is set, and one without a new value takes it back.

CREATE TABLE setting_changes (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant     text NOT NULL CHECK (tenant <> ''),
    name       text NOT NULL CHECK (name <> ''),
    old        jsonb,
    new        jsonb,
    by         text NOT NULL,
    request_id text NOT NULL,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (old IS DISTINCT FROM new)
);

CREATE INDEX setting_changes_by_name ON setting_changes (tenant, name, number);

-- What holds on the platform is no secret to tenants, but only a transaction across tenants writes it.
ALTER TABLE setting_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE setting_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON setting_changes
    USING (tenant = '*' OR current_setting('ratchet.tenant') IN (tenant, '*'))
    WITH CHECK (current_setting('ratchet.tenant') IN (tenant, '*'));

CREATE FUNCTION refuse_setting_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of settings is never changed';
END
$$;

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON setting_changes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_setting_change();
