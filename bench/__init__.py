"""Where it is measured what Ratchet promises to be fast."""
