"""Where a text is changed in the editor of whoever sits at the terminal."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from contracts.errors import InvalidInput


def changed(text: str, suffix: str = ".md") -> str:
    """Give the text as it was left in ``$VISUAL`` or ``$EDITOR``; raises `InvalidInput` if neither is named."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise InvalidInput("Name an editor in EDITOR, or give the new text as a file or with --text.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"text{suffix}"
        file.write_bytes(text.encode())
        subprocess.run([*shlex.split(editor), str(file)], check=True)  # noqa: S603 (the user's own editor)
        return file.read_bytes().decode()
