-- Sums by minute, hour, day and month, kept up to date in the transaction that stores the rows; metrics are answered
-- from these alone, from the longest stretches that cover the time asked about. Minutes and hours are pruned.
--
-- What changes its mind subtracts and adds, so that the sums cannot be checked to be positive here: CHECK would see the
-- row that subtracts before ON CONFLICT adds it up.

CREATE TABLE metric_sums (
    tenant           text NOT NULL CHECK (tenant <> ''),
    task             text NOT NULL,
    grain            text NOT NULL CHECK (grain IN ('minute', 'hour', 'day', 'month')),
    at               timestamptz NOT NULL,
    version_id       text NOT NULL,
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
    conversations    bigint NOT NULL,
    successes        bigint NOT NULL,
    success_nano     numeric NOT NULL,
    parked           bigint NOT NULL,
    PRIMARY KEY (tenant, task, grain, at, version_id)
);

-- Latencies in logarithmic buckets, and confidences by tenths.
CREATE TABLE histogram_sums (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    grain      text NOT NULL CHECK (grain IN ('minute', 'hour', 'day', 'month')),
    at         timestamptz NOT NULL,
    version_id text NOT NULL,
    measure    text NOT NULL CHECK (measure IN ('latency', 'confidence')),
    bucket     integer NOT NULL,
    count      bigint NOT NULL,
    PRIMARY KEY (tenant, task, grain, at, version_id, measure, bucket)
);

CREATE TABLE confusion_sums (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    grain      text NOT NULL CHECK (grain IN ('minute', 'hour', 'day', 'month')),
    at         timestamptz NOT NULL,
    version_id text NOT NULL,
    predicted  text NOT NULL,
    actual     text NOT NULL,
    count      bigint NOT NULL,
    PRIMARY KEY (tenant, task, grain, at, version_id, predicted, actual)
);

CREATE TABLE label_sums (
    tenant           text NOT NULL CHECK (tenant <> ''),
    task             text NOT NULL,
    grain            text NOT NULL CHECK (grain IN ('minute', 'hour', 'day', 'month')),
    at               timestamptz NOT NULL,
    version_id       text NOT NULL,
    label            text NOT NULL,
    inferences       bigint NOT NULL,
    errors           bigint NOT NULL,
    confidences      bigint NOT NULL,
    confidence_micro bigint NOT NULL,
    judged           bigint NOT NULL,
    judged_right     bigint NOT NULL,
    positive         bigint NOT NULL,
    negative         bigint NOT NULL,
    corrected        bigint NOT NULL,
    PRIMARY KEY (tenant, task, grain, at, version_id, label)
);

CREATE TABLE opinion_sums (
    tenant       text NOT NULL CHECK (tenant <> ''),
    task         text NOT NULL,
    grain        text NOT NULL CHECK (grain IN ('minute', 'hour', 'day', 'month')),
    at           timestamptz NOT NULL,
    version_id   text NOT NULL,
    operation    text NOT NULL,
    source       text NOT NULL,
    verdict      text NOT NULL CHECK (verdict IN ('positive', 'negative', '')),
    count        bigint NOT NULL,
    used_told    bigint NOT NULL,
    used         bigint NOT NULL,
    helpful_told bigint NOT NULL,
    helpful      bigint NOT NULL,
    scores       bigint NOT NULL,
    score_nano   bigint NOT NULL,
    PRIMARY KEY (tenant, task, grain, at, version_id, operation, source, verdict)
);

CREATE TABLE outcome_sums (
    tenant     text NOT NULL CHECK (tenant <> ''),
    task       text NOT NULL,
    grain      text NOT NULL CHECK (grain IN ('minute', 'hour', 'day', 'month')),
    at         timestamptz NOT NULL,
    version_id text NOT NULL,
    metric     text NOT NULL,
    count      bigint NOT NULL,
    total_nano numeric NOT NULL,
    PRIMARY KEY (tenant, task, grain, at, version_id, metric)
);

-- What the units of a phase add up to, by version.
CREATE TABLE phase_sums (
    tenant           text NOT NULL CHECK (tenant <> ''),
    phase_id         text NOT NULL,
    version_id       text NOT NULL,
    answers          bigint NOT NULL,
    errors           bigint NOT NULL,
    latencies        bigint NOT NULL,
    latency_us       bigint NOT NULL,
    confidences      bigint NOT NULL,
    confidence_micro bigint NOT NULL,
    costs            bigint NOT NULL,
    cost_nano_usd    numeric NOT NULL,
    PRIMARY KEY (tenant, phase_id, version_id)
);

CREATE TABLE phase_outcome_sums (
    tenant     text NOT NULL CHECK (tenant <> ''),
    phase_id   text NOT NULL,
    version_id text NOT NULL,
    metric     text NOT NULL,
    count      bigint NOT NULL,
    total_nano numeric NOT NULL,
    PRIMARY KEY (tenant, phase_id, version_id, metric)
);

-- What a model's tokens cost from a time on, in thousand-millionths of a dollar for a million of them.
CREATE TABLE prices (
    tenant            text NOT NULL CHECK (tenant <> ''),
    model             text NOT NULL CHECK (model <> ''),
    since             timestamptz NOT NULL,
    input_nano_per_1m  bigint NOT NULL CHECK (input_nano_per_1m >= 0),
    output_nano_per_1m bigint NOT NULL CHECK (output_nano_per_1m >= 0),
    set_by            text NOT NULL,
    set_at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, model, since)
);

ALTER TABLE inferences ADD COLUMN model text;

ALTER TABLE metric_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE metric_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON metric_sums
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE histogram_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE histogram_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON histogram_sums
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE confusion_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE confusion_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON confusion_sums
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE label_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE label_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON label_sums
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE opinion_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON opinion_sums
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE outcome_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE outcome_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON outcome_sums
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE phase_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE phase_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON phase_sums
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE phase_outcome_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE phase_outcome_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON phase_outcome_sums
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

ALTER TABLE prices ENABLE ROW LEVEL SECURITY;
ALTER TABLE prices FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON prices
    USING (current_setting('ratchet.tenant') IN (tenant, '*'));

-- What is stored already counts too: hours as they are, days and months made of them. What was not counted before
-- (labels by judgement, suggestions, outcomes, what waits) is counted from the rows that are still there.
SELECT set_config('ratchet.tenant', '*', true);

INSERT INTO metric_sums (
    tenant, task, grain, at, version_id, inferences, errors, confidences, confidence_micro, tokens_in, tokens_out, costs,
    cost_nano_usd, feedback, positive, negative, judged, judged_right, conversations, successes, success_nano, parked
)
SELECT tenant, task, grain, date_trunc(grain, hour, 'UTC') AS at, version_id, sum(inferences), sum(errors),
    sum(confidences), sum(confidence_micro), sum(tokens_in), sum(tokens_out), sum(costs), sum(cost_nano_usd),
    sum(feedback), sum(positive), sum(negative), sum(judged), sum(judged_right), sum(conversations), sum(successes),
    sum(success_nano), 0
FROM metric_hours
CROSS JOIN unnest(ARRAY['hour', 'day', 'month']) AS grain
GROUP BY tenant, task, grain, at, version_id;

INSERT INTO histogram_sums (tenant, task, grain, at, version_id, measure, bucket, count)
SELECT tenant, task, grain, date_trunc(grain, hour, 'UTC') AS at, version_id, 'latency', bucket, sum(count)
FROM latency_hours
CROSS JOIN unnest(ARRAY['hour', 'day', 'month']) AS grain
GROUP BY tenant, task, grain, at, version_id, bucket;

INSERT INTO histogram_sums (tenant, task, grain, at, version_id, measure, bucket, count)
SELECT tenant, task, grain, date_trunc(grain, occurred_at, 'UTC') AS at, coalesce(version_id, ''), 'confidence',
    least(9, floor(confidence * 10))::integer AS bucket, count(*)
FROM inferences
CROSS JOIN unnest(ARRAY['hour', 'day', 'month']) AS grain
WHERE confidence IS NOT NULL
GROUP BY tenant, task, grain, at, coalesce(version_id, ''), bucket;

INSERT INTO confusion_sums (tenant, task, grain, at, version_id, predicted, actual, count)
SELECT tenant, task, grain, date_trunc(grain, hour, 'UTC') AS at, version_id, predicted, actual, sum(count)
FROM confusion_hours
CROSS JOIN unnest(ARRAY['hour', 'day', 'month']) AS grain
GROUP BY tenant, task, grain, at, version_id, predicted, actual;

INSERT INTO label_sums (
    tenant, task, grain, at, version_id, label, inferences, errors, confidences, confidence_micro, judged, judged_right,
    positive, negative, corrected
)
SELECT tenant, task, grain, date_trunc(grain, occurred_at, 'UTC') AS at, version_id, label, sum(inferences),
    sum(errors), sum(confidences), sum(confidence_micro), sum(judged), sum(judged_right), sum(positive), sum(negative),
    sum(corrected)
FROM (
    SELECT tenant, task, coalesce(version_id, '') AS version_id, date_trunc('hour', occurred_at, 'UTC') AS occurred_at,
        label, count(*) AS inferences, count(error) AS errors, count(confidence) AS confidences,
        coalesce(sum(round(confidence * 1e6)), 0)::bigint AS confidence_micro, 0 AS judged, 0 AS judged_right,
        0 AS positive, 0 AS negative, 0 AS corrected
    FROM inferences
    WHERE label IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT tenant, task, coalesce(version_id, ''), date_trunc('hour', occurred_at, 'UTC'), predicted, 0, 0, 0, 0,
        count(coalesce(label, verdict)),
        count(*) FILTER (WHERE CASE WHEN label IS NULL THEN verdict = 'positive' ELSE label = predicted END),
        count(*) FILTER (WHERE verdict = 'positive'), count(*) FILTER (WHERE verdict = 'negative'), 0
    FROM feedback
    WHERE predicted IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT tenant, task, version_id, hour, label, 0, 0, 0, 0, 0, 0, 0, 0, sum(count)
    FROM label_hours
    WHERE kind = 'corrected'
    GROUP BY 1, 2, 3, 4, 5
) AS told
CROSS JOIN unnest(ARRAY['hour', 'day', 'month']) AS grain
GROUP BY tenant, task, grain, at, version_id, label;

INSERT INTO opinion_sums (
    tenant, task, grain, at, version_id, operation, source, verdict, count, used_told, used, helpful_told, helpful,
    scores, score_nano
)
SELECT tenant, task, grain, date_trunc(grain, occurred_at, 'UTC') AS at, version_id, operation, source, verdict,
    sum(count), sum(used_told), sum(used), sum(helpful_told), sum(helpful), sum(scores), sum(score_nano)
FROM (
    SELECT tenant, task, version_id, hour AS occurred_at, operation, source, verdict, count, 0 AS used_told, 0 AS used,
        0 AS helpful_told, 0 AS helpful, 0 AS scores, 0 AS score_nano
    FROM opinion_hours
    UNION ALL
    SELECT tenant, task, coalesce(version_id, ''), date_trunc('hour', occurred_at, 'UTC'), operation, source,
        coalesce(verdict, ''), 0, count(used), count(*) FILTER (WHERE used), count(helpful),
        count(*) FILTER (WHERE helpful), count(score), coalesce(sum(round(score * 1e9)), 0)::bigint
    FROM feedback
    WHERE used IS NOT NULL OR helpful IS NOT NULL OR score IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7
) AS told
CROSS JOIN unnest(ARRAY['hour', 'day', 'month']) AS grain
GROUP BY tenant, task, grain, at, version_id, operation, source, verdict;

INSERT INTO outcome_sums (tenant, task, grain, at, version_id, metric, count, total_nano)
SELECT tenant, task, grain, date_trunc(grain, occurred_at, 'UTC') AS at, coalesce(version_id, ''), metric, count(*),
    sum(round(value::numeric * 1000000000))
FROM feedback
CROSS JOIN unnest(ARRAY['hour', 'day', 'month']) AS grain
WHERE metric IS NOT NULL
GROUP BY tenant, task, grain, at, coalesce(version_id, ''), metric;

UPDATE metric_sums AS sums
SET parked = waiting.count
FROM (
    SELECT tenant, task, grain, date_trunc(grain, occurred_at, 'UTC') AS at, count(*) AS count
    FROM feedback
    CROSS JOIN unnest(ARRAY['hour', 'day', 'month']) AS grain
    WHERE inference_id IS NOT NULL AND NOT attached
    GROUP BY tenant, task, grain, at
) AS waiting
WHERE (sums.tenant, sums.task, sums.grain, sums.at, sums.version_id)
    = (waiting.tenant, waiting.task, waiting.grain, waiting.at, '');

-- Minutes are counted from the rows, as far back as they are kept: what is attached or revised later is taken back by the
-- minute as well.
INSERT INTO metric_sums (
    tenant, task, grain, at, version_id, inferences, errors, confidences, confidence_micro, tokens_in, tokens_out, costs,
    cost_nano_usd, feedback, positive, negative, judged, judged_right, conversations, successes, success_nano, parked
)
SELECT tenant, task, 'minute', date_trunc('minute', occurred_at, 'UTC') AS at, coalesce(version_id, ''),
    sum(inferences), sum(errors), sum(confidences), sum(confidence_micro), sum(tokens_in), sum(tokens_out), sum(costs),
    sum(cost_nano_usd), sum(feedback), sum(positive), sum(negative), sum(judged), sum(judged_right), sum(conversations),
    count(success), coalesce(sum(round(success * 1e9)::numeric), 0), sum(parked)
FROM (
    SELECT tenant, task, version_id, occurred_at, 1 AS inferences, (error IS NOT NULL)::integer AS errors,
        (confidence IS NOT NULL)::integer AS confidences,
        coalesce(round(confidence * 1e6), 0)::bigint AS confidence_micro,
        coalesce(tokens_in, 0) AS tokens_in, coalesce(tokens_out, 0) AS tokens_out,
        (cost_usd IS NOT NULL)::integer AS costs, coalesce(round(cost_usd * 1e9), 0)::numeric AS cost_nano_usd,
        0 AS feedback, 0 AS positive, 0 AS negative, 0 AS judged, 0 AS judged_right, 0 AS conversations,
        NULL::double precision AS success, 0 AS parked
    FROM inferences
    UNION ALL
    SELECT tenant, task, version_id, occurred_at, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        (verdict IS NOT DISTINCT FROM 'positive')::integer, (verdict IS NOT DISTINCT FROM 'negative')::integer,
        (verdict IS NOT NULL OR predicted IS NOT NULL AND label IS NOT NULL)::integer,
        (CASE WHEN label = predicted THEN true WHEN label <> predicted THEN false ELSE verdict = 'positive' END
            IS TRUE)::integer, 0,
        CASE WHEN operation = 'outcome' THEN coalesce(score, (verdict = 'positive')::integer) END,
        (inference_id IS NOT NULL AND NOT attached)::integer
    FROM feedback
    UNION ALL
    SELECT tenant, task, version_id, began_at, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, NULL, 0
    FROM conversations
) AS told
WHERE occurred_at >= date_trunc('hour', now() - interval '50 hours')
GROUP BY tenant, task, at, coalesce(version_id, '');

INSERT INTO histogram_sums (tenant, task, grain, at, version_id, measure, bucket, count)
SELECT tenant, task, 'minute', date_trunc('minute', occurred_at, 'UTC') AS at, coalesce(version_id, ''), measure, bucket,
    count(*)
FROM inferences, LATERAL (
    VALUES ('confidence', least(9, floor(confidence * 10))),
        ('latency', ceil(ln(greatest(0.001, latency_ms)) / ln(1.01::double precision / 0.99)))
) AS measured (measure, bucket)
WHERE occurred_at >= date_trunc('hour', now() - interval '50 hours')
    AND CASE measure WHEN 'latency' THEN latency_ms ELSE confidence END IS NOT NULL
GROUP BY tenant, task, at, coalesce(version_id, ''), measure, bucket;

INSERT INTO confusion_sums (tenant, task, grain, at, version_id, predicted, actual, count)
SELECT tenant, task, 'minute', date_trunc('minute', occurred_at, 'UTC') AS at, coalesce(version_id, ''), predicted,
    coalesce(label, predicted) AS actual, count(*)
FROM feedback
WHERE occurred_at >= date_trunc('hour', now() - interval '50 hours')
    AND predicted IS NOT NULL AND (label IS NOT NULL OR verdict = 'positive')
GROUP BY tenant, task, at, coalesce(version_id, ''), predicted, actual;

INSERT INTO label_sums (
    tenant, task, grain, at, version_id, label, inferences, errors, confidences, confidence_micro, judged, judged_right,
    positive, negative, corrected
)
SELECT tenant, task, 'minute', date_trunc('minute', occurred_at, 'UTC') AS at, coalesce(version_id, ''), label,
    sum(inferences), sum(errors), sum(confidences), sum(confidence_micro), sum(judged), sum(judged_right), sum(positive),
    sum(negative), sum(corrected)
FROM (
    SELECT tenant, task, version_id, occurred_at, label, 1 AS inferences, (error IS NOT NULL)::integer AS errors,
        (confidence IS NOT NULL)::integer AS confidences,
        coalesce(round(confidence * 1e6), 0)::bigint AS confidence_micro,
        0 AS judged, 0 AS judged_right, 0 AS positive, 0 AS negative, 0 AS corrected
    FROM inferences
    UNION ALL
    SELECT tenant, task, version_id, occurred_at, predicted, 0, 0, 0, 0, (coalesce(label, verdict) IS NOT NULL)::integer,
        (CASE WHEN label IS NULL THEN verdict = 'positive' ELSE label = predicted END IS TRUE)::integer,
        (verdict IS NOT DISTINCT FROM 'positive')::integer, (verdict IS NOT DISTINCT FROM 'negative')::integer, 0
    FROM feedback
    UNION ALL
    SELECT tenant, task, version_id, occurred_at, label, 0, 0, 0, 0, 0, 0, 0, 0, 1
    FROM feedback
) AS told
WHERE occurred_at >= date_trunc('hour', now() - interval '50 hours') AND label IS NOT NULL
GROUP BY tenant, task, at, coalesce(version_id, ''), label;

INSERT INTO opinion_sums (
    tenant, task, grain, at, version_id, operation, source, verdict, count, used_told, used, helpful_told, helpful,
    scores, score_nano
)
SELECT tenant, task, 'minute', date_trunc('minute', occurred_at, 'UTC') AS at, coalesce(version_id, ''), operation,
    source, coalesce(verdict, ''), count(*), count(used), count(*) FILTER (WHERE used), count(helpful),
    count(*) FILTER (WHERE helpful), count(score), coalesce(sum(round(score * 1e9)), 0)::bigint
FROM feedback
WHERE occurred_at >= date_trunc('hour', now() - interval '50 hours')
GROUP BY tenant, task, at, coalesce(version_id, ''), operation, source, coalesce(verdict, '');

INSERT INTO outcome_sums (tenant, task, grain, at, version_id, metric, count, total_nano)
SELECT tenant, task, 'minute', date_trunc('minute', occurred_at, 'UTC') AS at, coalesce(version_id, ''), metric,
    count(*), sum(round(value::numeric * 1000000000))
FROM feedback
WHERE occurred_at >= date_trunc('hour', now() - interval '50 hours') AND metric IS NOT NULL
GROUP BY tenant, task, at, coalesce(version_id, ''), metric;

INSERT INTO phase_sums (
    tenant, phase_id, version_id, answers, errors, latencies, latency_us, confidences, confidence_micro, costs,
    cost_nano_usd
)
SELECT tenant, phase_id, version_id, sum(answers), sum(errors), sum(latencies), sum(latency_us), sum(confidences),
    sum(confidence_micro), sum(costs), sum(cost_nano_usd)
FROM exposures
GROUP BY tenant, phase_id, version_id;

INSERT INTO phase_outcome_sums (tenant, phase_id, version_id, metric, count, total_nano)
SELECT tenant, phase_id, version_id, metric, sum(count), sum(total_nano)
FROM exposure_outcomes
GROUP BY tenant, phase_id, version_id, metric;

DROP TABLE metric_hours, latency_hours, confusion_hours, label_hours, opinion_hours;
