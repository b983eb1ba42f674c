"""Where the fixtures of all tests are plugged in, and it is said how properties are tried and on how many threads."""

import os

from hypothesis import settings

pytest_plugins = ("chassis.testing.plugin",)

# The test processes fill the cores. Threads of one that spin while they wait for one another, as OpenMP's do, keep the
# others from working: fittings that take 7 s took 90.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("exploring", deadline=None)
settings.load_profile(os.environ.get("RATCHET_TEST_PROPERTIES", "repeatable"))
