"""Where all SQL of the gateway is."""
