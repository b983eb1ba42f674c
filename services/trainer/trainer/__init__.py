"""Where the trainer service lives."""
