"""Where the registry is started as a program: python -m registry."""

from functools import partial

from chassis import service
from registry.app import run
from registry.settings import Settings

if __name__ == "__main__":
    settings = Settings()  # pyright: ignore[reportCallIssue] (the environment gives what is missing)
    service.main(partial(run, settings))
