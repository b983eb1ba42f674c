"""Where predictions are made with the version that serves, and logged."""
