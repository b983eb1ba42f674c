"""Where a resolver's parts are: what it knows, what it keeps on disk, and how it follows the registry."""
