"""Where all SQL of the trainer is."""
