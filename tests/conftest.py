"""Where the fixtures of all tests are plugged in."""

pytest_plugins = ("chassis.testing.plugin",)
