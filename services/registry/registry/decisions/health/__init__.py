"""Where it is decided how healthy a version is, and what to do about it."""
