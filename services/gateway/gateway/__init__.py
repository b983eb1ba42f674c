"""Where the gateway service lives."""
