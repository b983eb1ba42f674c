"""Where it is described which examples taught a version, and which versions learnt from an example."""

from contracts.message import Message, Moment


class Teacher(Message):
    """An example in the rows that a version was made of, and the feedback and inference that it came from."""

    example_id: str
    feedback_key: str | None = None
    inference_id: str | None = None


class Learner(Message):
    """A version whose rows hold an example."""

    version_id: str
    task: str
    job_id: str
    example_id: str
    learned_at: Moment
