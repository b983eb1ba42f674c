"""Where what happens in the other services is handed on to those who watch."""
