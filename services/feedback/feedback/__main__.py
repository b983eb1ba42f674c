"""Where the feedback service is started as a program."""

from chassis import service
from feedback import app
from feedback.settings import Settings

if __name__ == "__main__":
    settings = Settings()  # pyright: ignore[reportCallIssue] (read from the environment)
    service.main(lambda stopping: app.run(settings, stopping))
