"""Where the whole of Ratchet is run on one machine."""
