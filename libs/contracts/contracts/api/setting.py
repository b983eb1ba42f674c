"""Where the settings of the platform and of tenants are described: their values, their limits, and who may set them."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AliasChoices, AliasGenerator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from contracts.api.setting_types import (
    AdminsMayTrain,
    AllowedFileTypes,
    DefaultForecastWindowMonths,
    FeedbackRetentionDays,
    InferenceRetentionDays,
    MaxTrainingRuntimeMinutes,
    SoftPromptConfidenceThreshold,
    SoftPromptEnabled,
    SoftPromptModelDir,
    TrainingEnabled,
    UnitRetentionDays,
)
from contracts.message import Message, Moment


class SettingScope(StrEnum):
    """For whom a setting is set: for all tenants, or for one."""

    PLATFORM = "platform"
    TENANT = "tenant"


class Leeway(StrEnum):
    """What an admin may do for their own tenant about what holds on the platform.

    ``none``: nothing. ``narrow``: allow less than the platform does. ``free``: set another value.
    """

    NONE = "none"
    NARROW = "narrow"
    FREE = "free"


class SettingSource(StrEnum):
    """Where the value that holds comes from."""

    DEFAULT = "default"
    PLATFORM = "platform"
    TENANT = "tenant"


LEEWAY: dict[str, Leeway] = {
    "training_enabled": Leeway.NARROW,
    "max_training_runtime_minutes": Leeway.NARROW,
    "allowed_file_types": Leeway.NARROW,
    "default_forecast_window_months": Leeway.FREE,
    "admins_may_train": Leeway.NONE,
    "soft_prompt_enabled": Leeway.NARROW,
    "soft_prompt_model_dir": Leeway.NONE,
    "soft_prompt_confidence_threshold": Leeway.FREE,
    "inference_retention_days": Leeway.NONE,
    "feedback_retention_days": Leeway.NONE,
    "unit_retention_days": Leeway.NONE,
}
"""What an admin may do about each setting; a super admin may set all of them for the platform."""


class SettingValues(Message):
    """A value for each setting; the defaults hold unless the environment of the services names others."""

    training_enabled: TrainingEnabled = True
    max_training_runtime_minutes: MaxTrainingRuntimeMinutes = 60
    allowed_file_types: AllowedFileTypes = ("csv", "jsonl", "json", "parquet")
    default_forecast_window_months: DefaultForecastWindowMonths = 0
    admins_may_train: AdminsMayTrain = True
    soft_prompt_enabled: SoftPromptEnabled = False
    soft_prompt_model_dir: SoftPromptModelDir = "soft-prompts"
    soft_prompt_confidence_threshold: SoftPromptConfidenceThreshold = 0.5
    inference_retention_days: InferenceRetentionDays = 0
    feedback_retention_days: FeedbackRetentionDays = 0
    unit_retention_days: UnitRetentionDays = 0


class GivenSettings(Message):
    """What was set for the platform or for a tenant; what is null was not."""

    training_enabled: TrainingEnabled | None = None
    max_training_runtime_minutes: MaxTrainingRuntimeMinutes | None = None
    allowed_file_types: AllowedFileTypes | None = None
    default_forecast_window_months: DefaultForecastWindowMonths | None = None
    admins_may_train: AdminsMayTrain | None = None
    soft_prompt_enabled: SoftPromptEnabled | None = None
    soft_prompt_model_dir: SoftPromptModelDir | None = None
    soft_prompt_confidence_threshold: SoftPromptConfidenceThreshold | None = None
    inference_retention_days: InferenceRetentionDays | None = None
    feedback_retention_days: FeedbackRetentionDays | None = None
    unit_retention_days: UnitRetentionDays | None = None


class KeptSettings(GivenSettings):
    """All that is set for the platform or for a tenant since a revision, as services are told it."""

    revision: int = 0


class SettingsChange(GivenSettings):
    """Settings to change; null takes back what was set, and what is not named stays as it is.

    Names may also be written in camel case: ``softPromptEnabled``.
    """

    model_config = ConfigDict(
        extra="forbid",
        alias_generator=AliasGenerator(validation_alias=lambda name: AliasChoices(name, to_camel(name))),
        json_schema_extra={"examples": [{"training_enabled": False}, {"max_training_runtime_minutes": 120}]},
    )


class Setting(Message):
    """One setting: what holds for the tenant, where that comes from, and who may change it."""

    name: str
    value: Any
    source: SettingSource
    default: Annotated[Any, Field(description="What holds where nobody set anything.")]
    platform: Annotated[Any, Field(description="What was set for the platform; null: nothing.")] = None
    tenant: Annotated[Any, Field(description="What was set for the tenant; null: nothing.")] = None
    leeway: Leeway
    may_set: Annotated[tuple[SettingScope, ...], Field(description="For whom you may set it.")] = ()
    takes: Annotated[dict[str, Any], Field(description="The JSON schema of its values.")]
    description: str
    set_by: str | None = None
    set_at: Moment | None = None


class SettingsInForce(SettingValues):
    """What holds for a tenant at this moment, and what is known of each setting."""

    tenant: str
    revision: int
    settings: tuple[Setting, ...]


class SettingChanged(Message):
    """One entry of the history of settings; null is what nobody had set, or what was taken back."""

    number: int
    name: str
    scope: SettingScope
    old: Any
    new: Any
    by: str
    at: Moment
    request_id: str
