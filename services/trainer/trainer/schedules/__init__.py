"""Where trainings are started at certain times."""
