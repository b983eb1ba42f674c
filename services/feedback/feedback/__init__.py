"""Where the feedback service lives."""
