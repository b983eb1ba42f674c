"""Where an uploaded file becomes a table with typed columns, in flat memory, and its problems are named by line."""
