"""Where the commands about artifacts from elsewhere and about lineage are declared; the trainer owns them."""

from contracts.api.lineage import Learner, Teacher
from contracts.api.page import Page
from contracts.api.version import Artifact
from contracts.command import Command
from contracts.commands.listing import Listing
from contracts.service import Service


class ImportArtifact(Command[Artifact]):
    """Keep an uploaded file as an artifact, if the kind can load it; raises `InvalidInput`.

    ``upload`` names the file on the shared shelf; ``sha256`` and ``size`` are those of its bytes.
    """

    subject = "artifacts.import"
    owner = Service.TRAINER
    timeout_s = 60.0

    kind: str
    upload: str
    sha256: str
    size: int


class ListTeachers(Command[Page[Teacher]], Listing):
    """Give the examples in the rows that a job trained on, by id; raises `UnknownJob`."""

    subject = "lineage.teachers"
    owner = Service.TRAINER

    job_id: str


class ListLearners(Command[Page[Learner]], Listing):
    """Give the versions that learnt from an example, newest first.

    ``name`` is the example's id, the key of the feedback or the id of the inference that it came from.
    """

    subject = "lineage.learners"
    owner = Service.TRAINER

    name: str
