"""Where real Postgres and NATS servers are started from wheels, for the local stack and for tests."""
