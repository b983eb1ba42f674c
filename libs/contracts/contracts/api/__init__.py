"""Where the nouns of the HTTP API, which are also the answers of commands, are defined."""
