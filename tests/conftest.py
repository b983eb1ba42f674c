"""Where the fixtures of all tests are plugged in, and it is said how properties are tried."""

import os

from hypothesis import settings

pytest_plugins = ("chassis.testing.plugin",)

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("exploring", deadline=None)
settings.load_profile(os.environ.get("RATCHET_TEST_PROPERTIES", "repeatable"))
