"""Where everything that the four services share below their own business lives."""
