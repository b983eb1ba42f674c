"""Where the registry service lives."""
