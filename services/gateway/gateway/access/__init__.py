"""Where it is decided who comes in, and what they may do."""
