"""Where it is shown by simulation how often decisions are wrong, how soon they come, and what they cost meanwhile."""

from bench.decisions.simulating import main as main
