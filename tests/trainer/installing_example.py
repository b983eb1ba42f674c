"""Where the example of a user's own kind is installed for real, into a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "ratchet-kind-keywords"
OFFLINE = ("--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet")


def install_example(folder: Path) -> str:
    """Install it as a user would, but without any index; give the value of PYTHONPATH with which it is found."""
    subprocess.run([sys.executable, "-m", "pip", "install", *OFFLINE, "--target", folder, EXAMPLE], check=True)
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
