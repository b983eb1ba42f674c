"""Where the kinds that misbehave are installed, as another package would be."""

import os
from pathlib import Path

KINDS = Path(__file__).parent / "kinds"
NAMES = ("quick", "endless", "crashing", "faulty", "hungry", "spreading", "pairing")


def install_kinds(folder: Path) -> str:
    """Give the value of PYTHONPATH with which a process finds the kinds."""
    installed = folder / "site" / "ratchet_test_kinds-1.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: ratchet-test-kinds\nVersion: 1\n")
    lines = "".join(f"{name} = ratchet_test_kinds:{name.upper()}\n" for name in NAMES)
    (installed / "entry_points.txt").write_text(f"[ratchet.kinds]\n{lines}")
    return os.pathsep.join([str(installed.parent), str(KINDS), *filter(None, [os.environ.get("PYTHONPATH")])])
