"""Where inferences and feedback are taken in by the thousand: checked, stored by NATS, then acknowledged."""
