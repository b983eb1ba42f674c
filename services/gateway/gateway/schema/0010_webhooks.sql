-- Where a tenant has its events sent, what waits to be sent, and what came of every try.

-- A secret is derived from the platform's key and the salt, so that it stands nowhere; `proof` is its hash.
CREATE TABLE webhooks (
    id                uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant            text NOT NULL REFERENCES tenants,
    name              text NOT NULL,
    url               text NOT NULL CHECK (url ~* '^https?://'),
    types             text[] NOT NULL,
    task              text,
    enabled           boolean NOT NULL,
    enabled_since     timestamptz NOT NULL DEFAULT now(),
    salt              bytea NOT NULL CHECK (length(salt) = 32),
    proof             bytea NOT NULL CHECK (length(proof) = 32),
    former_salt       bytea CHECK (length(former_salt) = 32),
    former_until      timestamptz,
    failures          integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failing_since     timestamptz,
    last_delivered_at timestamptz,
    switched_off_at   timestamptz,
    off_reason        text,
    revision          integer NOT NULL DEFAULT 1,
    created_by        text NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT now(),
    CHECK ((former_salt IS NULL) = (former_until IS NULL)),
    CHECK ((failures = 0) = (failing_since IS NULL)),
    CHECK (switched_off_at IS NULL OR NOT enabled)
);

CREATE INDEX webhooks_by_tenant ON webhooks (tenant, id);

ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON webhooks
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

-- A delivery that somebody has in hand is one whose next try is a while ahead.
CREATE TABLE webhook_deliveries (
    id              uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant          text NOT NULL CHECK (tenant <> ''),
    webhook_id      uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    event_id        text NOT NULL,
    type            text NOT NULL,
    task            text,
    body            bytea NOT NULL,
    status          text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'failed')),
    tries           integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    next_try_at     timestamptz DEFAULT now(),
    response_status integer,
    latency_ms      double precision,
    error           text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    UNIQUE (webhook_id, event_id),
    CHECK ((status = 'waiting') = (next_try_at IS NOT NULL)),
    CHECK ((status = 'waiting') = (ended_at IS NULL))
);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_try_at) WHERE status = 'waiting';
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON webhook_deliveries
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

CREATE TABLE webhook_tries (
    id              uuid PRIMARY KEY DEFAULT uuidv7(),
    tenant          text NOT NULL CHECK (tenant <> ''),
    delivery_id     uuid NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
    response_status integer,
    response_start  text NOT NULL,
    latency_ms      double precision NOT NULL CHECK (latency_ms >= 0),
    error           text,
    at              timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX webhook_tries_by_delivery ON webhook_tries (delivery_id, id);

ALTER TABLE webhook_tries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_tries FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON webhook_tries
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

-- The platform's key, where RATCHET_SECRET_KEY gives none.
CREATE TABLE platform_key (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    key      bytea NOT NULL CHECK (length(key) = 32)
);
