"""Where the HTTP API is: one module for each noun."""
