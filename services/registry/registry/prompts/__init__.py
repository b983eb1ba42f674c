"""Where prompts are published, found and activated, and where drafts of them are kept."""
