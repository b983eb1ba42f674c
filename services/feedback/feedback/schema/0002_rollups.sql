-- Sums by hour, kept up to date in the transaction that stores the rows; metrics are answered from these alone.
--
-- An opinion that waited for its inference moves from version '' (unknown) to the inference's version by one row that
-- subtracts and one that adds, so that the sums cannot be checked to be positive here: CHECK would see the row that
-- subtracts before ON CONFLICT adds it up.

CREATE TABLE metric_hours (
    tenant           text NOT NULL CHECK (tenant <> ''),
    task             text NOT NULL,
    version_id       text NOT NULL,
    hour             timestamptz NOT NULL,
    inferences       bigint NOT NULL,
    errors           bigint NOT NULL,
    confidences      bigint NOT NULL,
    confidence_micro bigint NOT NULL,
    tokens_in        bigint NOT NULL,
    tokens_out       bigint NOT NULL,
    costs            bigint NOT NULL,
    cost_nano_usd    numeric NOT NULL,
    feedback         bigint NOT NULL,
    positive         bigint NOT NULL,
    negative         bigint NOT NULL,
    judged           bigint NOT NULL,
    judged_right     bigint NOT NULL,
    PRIMARY KEY (tenant, task, version_id, hour)
);

CREATE TABLE latency_hours (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    version_id text NOT NULL,
    hour       timestamptz NOT NULL,
    bucket     integer NOT NULL,
    count      bigint NOT NULL,
    PRIMARY KEY (tenant, task, version_id, hour, bucket)
);

CREATE TABLE confusion_hours (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    version_id text NOT NULL,
    hour       timestamptz NOT NULL,
    predicted  text NOT NULL,
    actual     text NOT NULL,
    count      bigint NOT NULL,
    PRIMARY KEY (tenant, task, version_id, hour, predicted, actual)
);

CREATE TABLE label_hours (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    version_id text NOT NULL,
    hour       timestamptz NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('predicted', 'corrected')),
    label      text NOT NULL,
    count      bigint NOT NULL,
    PRIMARY KEY (tenant, task, version_id, hour, kind, label)
);

CREATE TABLE opinion_hours (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    version_id text NOT NULL,
    hour       timestamptz NOT NULL,
    operation  text NOT NULL,
    source     text NOT NULL,
    verdict    text NOT NULL CHECK (verdict IN ('positive', 'negative', '')),
    count      bigint NOT NULL,
    PRIMARY KEY (tenant, task, version_id, hour, operation, source, verdict)
);

ALTER TABLE metric_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE metric_hours FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON metric_hours
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE latency_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE latency_hours FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON latency_hours
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE confusion_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE confusion_hours FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON confusion_hours
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE label_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE label_hours FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON label_hours
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE opinion_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_hours FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON opinion_hours
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));
