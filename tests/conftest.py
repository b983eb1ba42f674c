"""Where the fixtures of all tests are plugged in, and it is said how properties are tried and on how many threads."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ("chassis.testing.plugin",)

# The test processes fill the cores. Threads of one that spin while they wait for one another, as OpenMP's do, keep the
# others from working: fittings that take 7 s took 90.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

# How long it takes to make examples says more about the machine than about the test.
WITHOUT_CLOCK = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("repeatable", derandomize=True, **WITHOUT_CLOCK)
settings.register_profile("exploring", **WITHOUT_CLOCK)
settings.load_profile(os.environ.get("RATCHET_TEST_PROPERTIES", "repeatable"))
