"""Where versions get their semver labels."""

FIRST = "1.0.0"


def following(previous: str, *, same_parameters: bool) -> str:
    """Give the label after another: a patch for the same parameters on other rows, a minor for other parameters."""
    major, minor, patch = map(int, previous.split("."))
    return f"{major}.{minor}.{patch + 1}" if same_parameters else f"{major}.{minor + 1}.0"
