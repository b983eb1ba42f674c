"""Where the Prometheus metrics that every service has are declared."""

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_ROWS = Gauge("ratchet_outbox_rows", "Events that wait in the outbox.")
OUTBOX_AGE = Gauge("ratchet_outbox_age_seconds", "Age of the oldest event in the outbox.")
PUBLISHED = Counter("ratchet_events_published_total", "Events that left the outbox.")
HANDLED = Histogram("ratchet_handler_seconds", "Time to handle an event.", ["consumer", "outcome"])
ANSWERED = Histogram("ratchet_answer_seconds", "Time to answer a command.", ["command", "status"])
CONSUMER_LAG = Gauge("ratchet_consumer_lag", "Messages that a consumer has not been given yet.", ["consumer"])
DEAD_LETTERS = Gauge("ratchet_dead_letters", "Messages that could not be handled and were not replayed.")
BULK_ITEMS = Counter("ratchet_bulk_items_total", "Items taken in bulk.", ["consumer", "outcome"])
BULK_SECONDS = Histogram("ratchet_bulk_batch_seconds", "Time to store one batch.", ["consumer"])
PARTITIONS_AHEAD = Gauge("ratchet_partitions_ahead", "Days after today that there is a partition for.", ["table"])
PARTITIONS_DROPPED = Counter("ratchet_partitions_dropped_total", "Partitions dropped by retention.", ["table"])
ROWS_FORGOTTEN = Counter("ratchet_rows_forgotten_total", "Rows forgotten by retention.", ["table"])
JOBS = Gauge("ratchet_jobs", "Jobs of all tenants that have not ended.", ["state"])
WORKERS_WANTED = Gauge("ratchet_workers_wanted", "Trainings that wait for a worker or have one; workers follow it.")
