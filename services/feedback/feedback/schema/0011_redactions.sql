-- What is taken out of texts before they are stored; the key makes hashes of equal values of a tenant equal.
CREATE TABLE redactions (
    tenant   text NOT NULL PRIMARY KEY CHECK (tenant <> ''),
    rules    jsonb NOT NULL,
    hash_key bytea NOT NULL CHECK (octet_length(hash_key) >= 32),
    set_by   text NOT NULL,
    set_at   timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE redactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE redactions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON redactions
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
