"""Where what a training tells is noted until the next beat writes it down."""

import time
from collections.abc import Callable
from typing import Any

from trainer import stories
from trainer.executors.frames import Frame
from trainer.store.lines import Line

HEARTBEAT_S = 1.0
LEAST_PAUSE_S = 0.4


class Notebook:
    """The lines of a story that are not stored yet; of several progress lines in a row, the last one counts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lines: list[Line] = []
        self._latest: dict[str, Any] = {"progress": 0.0, "step": "starting", "message": ""}
        self._step_since = self._taken_at = clock()

    def progress(self, fraction: float, step: str, message: str = "") -> None:
        if step != self._latest["step"]:
            self._step_since = self._clock()
        line = stories.progress(max(fraction, self._latest["progress"]), step, message)
        self._latest = line.content
        if self._lines and self._lines[-1].kind == "progress":
            self._lines.pop()
        self._lines.append(line)

    def hear(self, frame: Frame) -> None:
        """Note what a child process tells."""
        if "metric" in frame:
            content = {"name": frame["metric"], "value": frame["value"], "step": frame["step"]}
            self._lines.append(Line("metric", content))
        elif "log" in frame:
            self._lines.append(stories.log(frame["log"]))
        elif "progress" in frame:
            self.progress(frame["progress"], frame["step"], frame["message"])

    def take(self) -> list[Line]:
        """Give what is new, not too often; if nothing is for a second, say for how long the step has been going on."""
        now = self._clock()
        silent_for = now - self._taken_at
        if silent_for < LEAST_PAUSE_S or (not self._lines and silent_for < HEARTBEAT_S * 0.9):
            return []
        return self._take(now)

    def take_all(self) -> list[Line]:
        """Give what is new at once."""
        lines, self._lines = self._lines, []
        return lines

    def put_back(self, lines: list[Line]) -> None:
        """Keep lines that could not be stored."""
        self._lines = lines + self._lines

    def _take(self, now: float) -> list[Line]:
        self._taken_at = now
        return self.take_all() or [self._heartbeat(now - self._step_since)]

    def _heartbeat(self, seconds: float) -> Line:
        told = self._latest["message"]
        going_on = f"{told}, for {seconds:.0f} s" if told else f"for {seconds:.0f} s"
        return stories.progress(self._latest["progress"], self._latest["step"], going_on)
