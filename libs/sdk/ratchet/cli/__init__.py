"""Where the command line is: one module a noun."""
