"""Where applications are played that serve what the route says, and people who say what they think of it."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from contracts import routing
from contracts.api.route import Arm, Route
from contracts.ids import new_id
from tests.journeys.steps import Body, Journey

_UNITS = 800
"""Units that come at once."""

_MOST = 150
_PAUSE_S = 0.5
"""As long as evidence takes to be summed up and judged: traffic that outruns it would be over before the release is."""


@dataclass(frozen=True)
class Conduct:
    """How a version behaves in production: how often it is right, and how often it fails."""

    right: float
    errors: float = 0.0


class Traffic:
    """New units that come by, each of whom gets the version of the route, and an opinion is given about the answer.

    They come in the shares of the route, and a version is right and fails exactly as often as is said of it: by chance
    there is now and then a difference between equals, which experiments are right to find.
    """

    def __init__(self, journey: Journey, conducts: Mapping[str, Conduct], operation: str = "suggestion") -> None:
        self._journey = journey
        self._operation = operation
        self._conducts = conducts
        self._numbers = count()
        self._tried = Counter[tuple[str, str]]()

    def comes(self, units: int = _UNITS) -> None:
        """Let so many units come by, each once."""
        route = Route.model_validate(self._journey.get(f"/tasks/{self._journey.task}/route"))
        served = [self._served(route, unit, arm) for unit, arm in self._units(route, units)]
        self._journey.post("/inferences", served)
        self._journey.post("/feedback", [self._opinion(each) for each in served])

    def comes_until(self, look: Callable[[], Body | None], *, most: int = _MOST) -> Body:
        """Let units come by until there is something to see."""
        for _ in range(most):
            self.comes()
            time.sleep(_PAUSE_S)
            if (found := look()) is not None:
                return found
        raise AssertionError(f"nothing to see after {most * _UNITS:,} units")

    def _units(self, route: Route, units: int) -> Iterator[tuple[str, Arm]]:
        """Give as many units of each arm as is its share."""
        wanted = Counter[str]()
        for arm in route.arms:
            wanted[arm.version_id] += round(arm.weight * units)
        while +wanted:
            unit = f"user-{next(self._numbers)}"
            arm = routing.choose(route, unit)
            assert arm is not None
            if wanted[arm.version_id]:
                wanted[arm.version_id] -= 1
                yield unit, arm

    def _happens(self, what: str, version_id: str, rate: float) -> bool:
        """Say whether it happens this time, of which so many in one hundred it does, evenly."""
        before = self._tried[what, version_id]
        self._tried[what, version_id] += 1
        return int((before + 1) * rate) > int(before * rate)

    def _served(self, route: Route, unit: str, arm: Arm) -> Body:
        fails = self._happens("fails", arm.version_id, self._conducts[arm.version_id].errors)
        answer = {"error": "model timed out"} if fails else {"output": "shipping"}
        return {
            "id": new_id(),
            "task": route.task,
            "version_id": arm.version_id,
            "unit": unit,
            "session": unit,
        } | answer

    def _opinion(self, served: Body) -> Body:
        is_right = self._happens("is right", served["version_id"], self._conducts[served["version_id"]].right)
        verdict = "positive" if is_right else "negative"
        about = {"task": served["task"], "inference_id": served["id"]}
        return about | {"operation": self._operation, "verdict": verdict, "source": "user"}


def shares(route: Body) -> dict[str, float]:
    """Give the part of the units of each version of a route."""
    found: dict[str, float] = {}
    for arm in route["arms"]:
        found[arm["version_id"]] = round(found.get(arm["version_id"], 0) + arm["weight"], 9)
    return found


def percentages(history: Iterable[Body]) -> list[float]:
    """Give the percentages that a rollout went through."""
    return [entry["traffic_percent"] for entry in history if entry["action"] in {"started", "advanced"}]
