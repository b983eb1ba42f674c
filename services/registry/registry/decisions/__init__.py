"""Where decisions are made from numbers alone: pure functions from evidence to a verdict with reasons."""
