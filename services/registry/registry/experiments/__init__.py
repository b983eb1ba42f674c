"""Where versions serve side by side until the evidence says which is best."""
