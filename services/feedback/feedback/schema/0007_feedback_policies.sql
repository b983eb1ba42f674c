-- How the feedback of a task counts; where there is no row, the default of the contract.
CREATE TABLE feedback_policies (
    tenant text NOT NULL CHECK (tenant <> ''),
    task   text NOT NULL,
    policy jsonb NOT NULL,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, task)
);

ALTER TABLE feedback_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE feedback_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON feedback_policies
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
