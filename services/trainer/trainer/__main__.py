"""Where the trainer begins: `python -m trainer`, or `python -m trainer work` for a process that only trains."""

import sys

from chassis import service
from trainer import app
from trainer.settings import Settings


def main() -> None:
    """Read the settings and work until told to stop."""
    settings = Settings.model_validate({})
    answers = sys.argv[1:] != ["work"]
    service.main(lambda stopping: app.run(settings, stopping, answers=answers))


if __name__ == "__main__":
    main()
