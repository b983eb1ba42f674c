"""Where the main job is told, step by step: people correct answers, and a better version comes to serve."""

from dataclasses import dataclass

from contracts.api.job import Job
from contracts.api.version import Version
from contracts.errors import AlreadyRunning, DomainError, TaskExists
from ratchet.client import Client
from ratchet.demo import review, traffic, waiting
from ratchet.demo.outcome import Outcome
from ratchet.demo.plan import Plan, Tickets, deal
from ratchet.demo.stage import Stage

_TRAINING_WITHIN_S = 180


@dataclass(frozen=True, slots=True)
class Scene:
    """What every step works with."""

    client: Client
    stage: Stage
    plan: Plan

    @property
    def task(self) -> str:
        """The task that is played with."""
        return self.plan.task


class StoryEnded(DomainError):
    """The demo could not go on."""


def play(scene: Scene) -> Outcome:
    """Play it once; played again, it goes on from the version that serves, with tickets nobody has seen."""
    versions = create_task(scene)
    tickets = deal(scene.plan, versions)
    first = serving(scene) or train_first(scene, tickets)
    before = traffic.serve(scene, first, tickets.judged)
    review.approve_all(scene)
    job = ask_for_training(scene)
    candidate = train(scene, job)
    champion = release(scene, candidate)
    after = traffic.serve(scene, champion, tickets.proof)
    ledger = scene.client.routes.history(scene.task, limit=5).items
    return Outcome(
        task=scene.task,
        before=before,
        candidate=candidate,
        promoted=champion.id == candidate.id,
        after=after,
        ledger=ledger,
    )


def create_task(scene: Scene) -> int:
    """Create the task, or find it; gives how many versions it has."""
    scene.stage.step(f"A task for Ratchet to get better at: {scene.task}")
    try:
        scene.client.tasks.create(
            key=scene.task, name="Ticket category", description="Which team a support ticket belongs to."
        )
    except TaskExists:
        newest = scene.client.versions.list(scene.task, limit=1).items
        versions = newest[0].number if newest else 0
        scene.stage.tell(f"It is here already and has {versions} versions; the story goes on with new tickets.")
        return versions
    scene.stage.tell("Created. No version serves it yet.")
    return 0


def serving(scene: Scene) -> Version | None:
    """Give the version that serves."""
    champion = scene.client.routes.get(scene.task).champion
    return scene.client.versions.get(champion.version_id) if champion else None


def train_first(scene: Scene, tickets: Tickets) -> Version:
    """Train a first version from a few examples, so that there is something to correct."""
    scene.stage.step(f"A first version, from {len(tickets.taught)} examples written by hand")
    review.teach(scene, tickets.taught)
    train(scene, _started(scene))
    found = serving(scene)
    if found is None:
        raise StoryEnded("The first version did not pass the gate, so nothing serves; `ratchet model list` says why.")
    scene.stage.tell(f"Version {found.number} serves.")
    return found


def ask_for_training(scene: Scene) -> Job:
    """Set a retrain policy, and let it decide; where it does not ask for training, an admin does."""
    scene.stage.step("The retrain policy looks at the evidence")
    newest = _newest_job(scene)
    set_policy(scene, cooldown_minutes=0)
    decision = scene.client.retraining.check(scene.task)
    set_policy(scene, cooldown_minutes=scene.plan.cooldown_minutes)
    scene.stage.tell("It asks for training:" if decision.fired else "It does not ask for training:")
    for reason in decision.reasons:
        scene.stage.tell(f"  {reason}")
    return _asked_for(scene, newest) if decision.fired else _started(scene)


def set_policy(scene: Scene, *, cooldown_minutes: float) -> None:
    """Say when training is to be asked for; the cooldown is what keeps it from being asked for without end."""
    scene.client.retraining.set_policy(
        scene.task,
        enabled=True,
        min_accuracy=scene.plan.min_accuracy,
        min_new_examples=scene.plan.min_new_examples,
        cooldown_minutes=cooldown_minutes,
    )


def train(scene: Scene, job: Job) -> Version:
    """Watch a job until its version is registered."""
    scene.stage.tell(f"Job {job.id}: {job.reason}")
    scene.stage.follow(scene.client.training.events(job.id, within_s=_TRAINING_WITHIN_S))
    ended = scene.client.training.get(job.id)
    if ended.version_id is None:
        raise StoryEnded(f"The training {ended.status}: {ended.error or 'no reason was given'}")
    return scene.client.versions.get(ended.version_id)


def release(scene: Scene, candidate: Version) -> Version:
    """Read the gate's verdict, and give the version that serves now."""
    scene.stage.step(f"The gate compares version {candidate.number} with the champion on the same holdout")
    scene.stage.tell(f"Verdict: {candidate.gate.verdict}")
    for reason in candidate.gate.reasons:
        scene.stage.tell(f"  {reason}")
    champion = serving(scene)
    if champion is None:
        raise StoryEnded("Nothing serves any more.")
    promoted = champion.id == candidate.id
    scene.stage.tell(f"Version {champion.number} {'serves since this moment' if promoted else 'goes on serving'}.")
    return champion


def _asked_for(scene: Scene, before: Job | None) -> Job:
    def newer() -> Job | None:
        job = _newest_job(scene)
        return job if job and (before is None or job.id != before.id) else None

    return waiting.until(newer, what="the training was queued", within_s=15)


def _started(scene: Scene) -> Job:
    try:
        return scene.client.training.start(task=scene.task, reason="asked for by the demo")
    except AlreadyRunning as running:
        newest = _newest_job(scene)
        if newest is None:
            raise StoryEnded(str(running)) from running
        return newest


def _newest_job(scene: Scene) -> Job | None:
    return next(iter(scene.client.training.list(task=scene.task, limit=1).items), None)
