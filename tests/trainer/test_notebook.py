"""Where it is shown how often something is told of a training: not too often, and at every beat, by a clock of ours."""

from trainer.worker.notebook import HEARTBEAT_S, LEAST_PAUSE_S, Notebook


class Clock:
    """A clock that stands still until it is set forward."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_something_is_told_at_every_beat_and_so_every_second_however_long_a_step_goes_on() -> None:
    clock = Clock()
    notebook = Notebook(clock)
    notebook.progress(0.5, "learning", "a lot")

    told = []
    for _ in range(60):
        clock.now += HEARTBEAT_S
        told.append([line.content["message"] for line in notebook.take()])

    assert HEARTBEAT_S <= 1
    assert told == [["a lot"], *([f"a lot, for {seconds} s"] for seconds in range(2, 61))]


def test_of_what_is_told_in_between_the_latest_is_kept_until_the_pause_is_over() -> None:
    clock = Clock()
    notebook = Notebook(clock)
    clock.now = LEAST_PAUSE_S / 2
    notebook.progress(0.1, "learning")
    notebook.progress(0.2, "learning")

    early = notebook.take()
    clock.now = LEAST_PAUSE_S
    late = notebook.take()

    assert early == []
    assert [line.content["progress"] for line in late] == [0.2]


def test_lines_that_could_not_be_stored_come_before_those_that_are_new() -> None:
    clock = Clock()
    notebook = Notebook(clock)
    notebook.hear({"log": "first"})
    clock.now = HEARTBEAT_S

    notebook.put_back(notebook.take())
    notebook.hear({"log": "second"})

    assert [line.content["message"] for line in notebook.take_all()] == ["first", "second"]
