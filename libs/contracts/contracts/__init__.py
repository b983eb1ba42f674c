"""Where what the services say to one another, and to the world, is declared once."""
