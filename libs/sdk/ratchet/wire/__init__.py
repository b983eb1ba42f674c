"""Where calls become HTTP requests and answers become contract models, for both kinds of client."""
