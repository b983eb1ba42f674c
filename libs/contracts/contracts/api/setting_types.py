"""Where it is said which values each setting may have, and what it means."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

LONGEST_RUNTIME_MINUTES = 43_200.0


def _listed(value: object) -> object:
    return [each.strip() for each in value.split(",")] if isinstance(value, str) else value


def _once(value: "tuple[FileType, ...]") -> "tuple[FileType, ...]":
    return tuple(dict.fromkeys(value))


def _folder(value: str) -> str:
    if not value.isprintable() or value != value.strip():
        message = "must be the path of a folder, without line breaks, control characters or spaces around it"
        raise ValueError(message)
    if value.startswith("~") or ".." in value.replace("\\", "/").split("/"):
        message = "must not begin with ~ or hold .., which lead out of the folder that is named"
        raise ValueError(message)
    return value


def kept_days(least: int) -> AfterValidator:
    """Check how many days something is kept: 0, which is for ever, or so many at least."""

    def check(value: int) -> int:
        if 0 < value < least:
            message = f"must be 0, which is for ever, or at least {least}"
            raise ValueError(message)
        return value

    return AfterValidator(check)


def _retention(least: int, description: str) -> FieldInfo:
    never: JsonDict = {"not": {"minimum": 1, "maximum": least - 1}}
    return Field(strict=True, ge=0, le=36_500, description=description, json_schema_extra=never)


FileType = Literal["csv", "jsonl", "json", "parquet"]
TrainingEnabled = Annotated[bool, Field(strict=True, description="Whether trainings are accepted, and begun.")]
MaxTrainingRuntimeMinutes = Annotated[
    float,
    Field(
        strict=True,
        gt=0,
        le=LONGEST_RUNTIME_MINUTES,
        allow_inf_nan=False,
        description="Minutes after which an attempt at a training is stopped and the job fails.",
    ),
]
AllowedFileTypes = Annotated[
    tuple[FileType, ...],
    Field(min_length=1, max_length=20, description="What may be uploaded, each also as gzip."),
    BeforeValidator(_listed),
    AfterValidator(_once),
]
DefaultForecastWindowMonths = Annotated[
    int,
    Field(strict=True, ge=0, le=600, description="Months of history that a forecast without start_date uses; 0: all."),
]
AdminsMayTrain = Annotated[
    bool, Field(strict=True, description="Whether admins may train; otherwise only super admins may.")
]
SoftPromptEnabled = Annotated[bool, Field(strict=True, description="Whether soft prompts are used.")]
SoftPromptModelDir = Annotated[
    str,
    Field(min_length=1, max_length=500, description="Folder of soft prompts; a relative one lies by the artifacts."),
    AfterValidator(_folder),
]
SoftPromptConfidenceThreshold = Annotated[
    float,
    Field(
        strict=True,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="Confidence from which on the answer of a soft prompt is used.",
    ),
]
InferenceRetentionDays = Annotated[
    int, _retention(7, "Days that inferences are kept after they were stored; 0: for ever."), kept_days(7)
]
FeedbackRetentionDays = Annotated[
    int, _retention(7, "Days that feedback is kept after it was stored; 0: for ever."), kept_days(7)
]
UnitRetentionDays = Annotated[
    int,
    _retention(30, "Days after the end of a phase that its units are kept, and conversations; 0: for ever."),
    kept_days(30),
]
