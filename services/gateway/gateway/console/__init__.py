"""Where the pages are that people open in a browser."""
