"""Where the settings of the platform and of tenants are shown, changed, and made known to all services."""
