"""Where versions are loaded into an application, so that it can answer by itself."""
