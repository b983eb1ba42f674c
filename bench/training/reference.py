"""Where statsforecast is installed into an environment of its own, and asked for its forecasts.

The environment lies in the user's cache folder and is made once; nothing of it is seen by Ratchet.
"""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from bench import report
from bench.training import children
from bench.training.forecasts import Made
from bench.training.series import Collection

REQUIREMENT = "statsforecast==2.1.1"
SCRIPT = Path(__file__).parent / "asking_statsforecast.py"


class NotInstalled(Exception):
    """The reference library cannot be installed here."""


@cache
def environment() -> Path:
    """Give the interpreter that has the library, and install it first where that is needed; raises `NotInstalled`."""
    cached = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cached / "ratchet-bench" / REQUIREMENT.replace("==", "-")
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        report.say(f"Installing {REQUIREMENT} into an environment of its own (once)")
        for command in (
            [sys.executable, "-m", "venv", str(folder)],
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", REQUIREMENT],
        ):
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            if ended.returncode:
                raise NotInstalled(f"{REQUIREMENT} cannot be installed: {ended.stderr.strip().splitlines()[-1:]}")
        done.touch()
    return python


def forecasts(collection: Collection, model: str) -> Made:
    """Forecast with one model of statsforecast; raises `NotInstalled` or `Failed`."""
    python = environment()
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "given.npz"), Path(folder, "made.npz")
        lengths = np.array([len(each) for each in collection.histories])
        np.savez(given, values=np.concatenate(collection.histories), lengths=lengths)
        settings = [model, str(collection.season), str(collection.horizon), children.threads()]
        command = [str(python), "-W", "ignore", str(SCRIPT), *settings, str(given), str(made)]
        cost = children.run(command, Path(folder, "log"))
        with np.load(made) as answer:
            return Made(answer["forecasts"], float(answer["seconds"]), cost.cpu, cost.peak)
