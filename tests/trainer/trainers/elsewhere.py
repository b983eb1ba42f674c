"""Where a training is repeated in a fresh interpreter, to compare the bytes that it makes."""

import os
import subprocess
import sys

PROGRAM = """
import sys
sys.path[:0] = {path!r}
from hashlib import sha256
from tests.trainer.trainers import logs
from tests.trainer.trainers.rows import Remembered
from trainer.trainers import installed
from trainer.trainers.kind import Workshop
kind = installed.find({kind!r})
snapshot = kind.split({rows}, kind.parameters(), "hash")
trained = kind.train(snapshot, kind.parameters(), Workshop(Remembered()))
print(sha256(trained.artifact).hexdigest())
"""


def artifact_hash(kind: str, rows: str) -> str:
    """The SHA-256 of the artifact that a kind makes of `rows`, an expression, under another seed of Python's hashes."""
    program = PROGRAM.format(path=[path for path in sys.path if path], kind=kind, rows=rows)
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "77"},
    )
    return ran.stdout.strip()
