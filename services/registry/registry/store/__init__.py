"""Where all SQL of the registry is."""
