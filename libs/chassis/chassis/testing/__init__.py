"""Where tests get real servers, fresh schemas and running services."""
