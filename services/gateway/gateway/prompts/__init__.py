"""Where prompts are kept for those who ask for them often, and compared."""
