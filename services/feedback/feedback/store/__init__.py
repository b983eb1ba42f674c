"""Where all SQL of the feedback service lives, by noun."""
