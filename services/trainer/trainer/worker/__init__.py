"""Where jobs are worked on: claimed, held by a beat while a child process trains, and settled."""
