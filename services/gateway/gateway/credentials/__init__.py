"""Where applications get what they connect to NATS with, and NATS is told whom to let in."""
