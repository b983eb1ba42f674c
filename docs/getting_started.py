"""Where a new user goes from nothing to a served prediction, in Python: read it from the top, or run it.

`make up` starts a Ratchet; then `.venv/bin/python docs/getting_started.py` plays it, and docs/getting-started.md tells
the same story with the command line.
"""

import csv
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ratchet import Client, OverNats, Predictor, Recorder, Resolver, errors
from ratchet.sample import Ticket, load

TASK = "my-tickets"
TICKETS = load()
KNOWN, FRESH = TICKETS[:600], TICKETS[600:640]


def main() -> None:
    """Play it against the gateway that is found here: the environment, a login, or the local system."""
    with Client() as client, tempfile.TemporaryDirectory() as folder:
        play(client, TASK, Path(folder))


def play(client: Client, task: str, folder: Path) -> float:
    """Create a task, teach it, serve it, judge it; gives the accuracy that people found."""
    create(client, task)
    train(client, task, folder)
    version_id = answer_over_http(client, task)
    answer_in_your_program(client, task, folder)
    accuracy = judged(client, task, version_id, answers=1 + len(FRESH))
    print(f"People found {accuracy:.0%} of the answers of version {version_id} right.")
    return accuracy


def create(client: Client, task: str) -> None:
    """A task is one thing that an AI does for you; its kind says how it is trained (`ratchet train kinds`)."""
    try:
        client.tasks.create(key=task, kind="classification", description="Which team a ticket belongs to.")
    except errors.TaskExists:
        print(f"The task {task} is here already.")


def train(client: Client, task: str, folder: Path) -> None:
    """Upload what people decided before, and train on it. What passes the gate serves at once."""
    file = written(folder / "tickets.csv", KNOWN)
    dataset = client.datasets.upload(file, task=task)
    job = client.training.start(task=task, dataset_id=dataset.id, reason="getting started")
    for line in client.training.events(job.id):
        if line.kind == "state":
            print(f"Training: {line.content['status']}.")
    ended = client.training.get(job.id)
    if ended.version_id is None:
        raise SystemExit(ended.error)
    version = client.versions.get(ended.version_id)
    print(f"Version {version.label} has an accuracy of {version.metrics['accuracy']:.0%} on tickets it never saw.")


def answer_over_http(client: Client, task: str) -> str:
    """Ask the gateway, the simplest way to be answered; gives the version that did. It logs its answer by itself."""
    answer = client.predictions.predict(task, ["I was charged twice this month"]).predictions[0]
    print(f"'I was charged twice this month' is a matter of {answer['label']} ({answer['confidence']:.0%}).")
    client.feedback.send(task=task, inference_id=answer["inference_id"], correction="billing")
    return answer["version_id"]


def answer_in_your_program(client: Client, task: str, folder: Path) -> None:
    """Answer without a call to anybody, by the version that serves, and report it: what a busy application does.

    The resolver hears of every change within a second, the predictor loads what serves, and the recorder reports in the
    background. None of them stops answering while Ratchet is away.
    """
    made = client.nats_credentials.create(name=f"{task}-{time.time_ns()}")
    tenant = client.me().tenant
    server, seed = made.url, made.seed
    with (
        Resolver(server, seed, tenant=tenant, cache_folder=folder) as resolver,
        Recorder(OverNats(server, seed, tenant=tenant), folder=folder) as recorder,
        Predictor(task, client, resolver=resolver, recorder=recorder) as predictor,
    ):
        for ticket in FRESH:
            answer = predictor.predict([ticket.text], unit=ticket.text[:20]).predictions[0]
            recorder.log_feedback(task=task, inference_id=answer["inference_id"], correction=ticket.category)
        recorder.flush()
        print(f"{len(FRESH)} tickets were answered here, and reported: {recorder.state().delivered} reports delivered.")


def judged(client: Client, task: str, version_id: str, *, answers: int) -> float:
    """Wait until people's opinions are in the numbers, and give the accuracy of a version."""
    for _ in range(200):
        found = client.metrics.get(task, version=version_id).versions
        judged = [each.classification for each in found if each.classification.judged >= answers]
        if judged and judged[0].accuracy is not None:
            return judged[0].accuracy
        time.sleep(0.1)
    raise SystemExit("The opinions are not in the numbers yet; `ratchet metrics` shows them in a moment.")


def written(file: Path, tickets: Sequence[Ticket]) -> Path:
    """Write a table as any program can: a column `text` and a column `label`."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(("text", "label"))
        rows.writerows((ticket.text, ticket.category) for ticket in tickets)
    return file


if __name__ == "__main__":
    main()
