"""Where trainings are carried out, away from the service's own process."""
