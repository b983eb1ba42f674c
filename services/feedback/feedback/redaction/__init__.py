"""Where personal and secret text is found and taken out before anything is stored."""
