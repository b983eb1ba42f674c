"""Where what the cards of all kinds say alike is written: what a version was made with."""

import platform
from importlib.metadata import version

from pydantic import BaseModel

LIBRARIES = ("numpy", "polars", "scikit-learn", "scipy")


def made_with(parameters: BaseModel, *further: str) -> dict[str, object]:
    """Give the parameters, the seed among them, and the versions of Python and the libraries; plain JSON.

    `further` names installed packages that a kind stands on besides the usual ones.
    """
    chosen = parameters.model_dump(mode="json")
    libraries = {name: version(name) for name in (*LIBRARIES, *further)}
    return {
        "parameters": chosen,
        "seed": chosen.get("seed"),
        "versions": {"python": platform.python_version(), **libraries},
    }
