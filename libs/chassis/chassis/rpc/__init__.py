"""Where services ask one another over NATS request/reply; an answer or a problem, never a silent timeout."""
