"""Where candidates are taken to all units step by step, as long as nothing speaks against it."""
