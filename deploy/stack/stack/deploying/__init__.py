"""Where is written what a production system is started with: its secrets, and the configuration of its servers."""
