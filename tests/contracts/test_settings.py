"""Where it is tried what values settings take, and what holds when a platform and a tenant both set them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from chassis.settings import PlatformSettings, RetentionSettings
from contracts import settings, topology
from contracts.api.setting import LEEWAY, GivenSettings, Leeway, SettingsChange, SettingValues
from contracts.api.setting_types import FileType
from contracts.service import Service

SWITCHES = [name for name in settings.NAMES if isinstance(getattr(SettingValues(), name), bool)]
FILE_TYPES: tuple[FileType, ...] = ("csv", "jsonl", "json", "parquet")
GIVEN = some.builds(
    GivenSettings,
    training_enabled=some.none() | some.booleans(),
    max_training_runtime_minutes=some.none() | some.floats(0.01, 40_000),
    allowed_file_types=some.none() | some.lists(some.sampled_from(FILE_TYPES), min_size=1, max_size=4),
    default_forecast_window_months=some.none() | some.integers(0, 600),
    admins_may_train=some.none() | some.booleans(),
    soft_prompt_confidence_threshold=some.none() | some.floats(0, 1),
)


def test_only_the_gateway_sets_and_every_service_hears() -> None:
    given = {service: topology.permissions(service) for service in Service}

    setting = [service for service, each in given.items() if any("KV.settings" in told for told in each.publish)]
    hearing = [service for service, each in given.items() if "$JS.API.CONSUMER.CREATE.KV_settings.>" in each.publish]

    assert (setting, hearing) == ([Service.GATEWAY], list(Service))


def test_what_a_tenant_and_the_platform_leave_open_comes_from_the_defaults() -> None:
    default = SettingValues(max_training_runtime_minutes=45)

    held = settings.in_force(default, GivenSettings(training_enabled=False))

    assert held == default.model_copy(update={"training_enabled": False})


@given(GIVEN, GIVEN)
def test_a_tenant_never_allows_itself_more_than_the_platform_does(platform: GivenSettings, own: GivenSettings) -> None:
    limits = settings.in_force(SettingValues(), platform)

    held = settings.in_force(SettingValues(), platform, own)

    assert held.training_enabled <= limits.training_enabled
    assert held.max_training_runtime_minutes <= limits.max_training_runtime_minutes
    assert set(held.allowed_file_types) <= set(limits.allowed_file_types)
    assert held.admins_may_train == limits.admins_may_train


@given(GIVEN)
def test_a_tenant_that_sets_nothing_gets_what_the_platform_has(platform: GivenSettings) -> None:
    assert settings.in_force(SettingValues(), platform, settings.NOTHING) == settings.in_force(
        SettingValues(), platform
    )


def test_a_tenant_sets_freely_what_the_platform_leaves_to_it() -> None:
    own = GivenSettings(default_forecast_window_months=36, soft_prompt_confidence_threshold=0.9)

    held = settings.in_force(SettingValues(), GivenSettings(default_forecast_window_months=12), own)

    assert (held.default_forecast_window_months, held.soft_prompt_confidence_threshold) == (36, 0.9)


def test_it_is_said_of_every_setting_what_tenants_may_do_about_it() -> None:
    assert tuple(LEEWAY) == settings.NAMES == tuple(GivenSettings.model_fields) == tuple(SettingsChange.model_fields)
    assert all(LEEWAY[name] is not Leeway.FREE for name in SWITCHES)


@pytest.mark.parametrize("name", settings.NAMES)
def test_the_environment_names_the_default_of_a_setting(name: str) -> None:
    class Environment(PlatformSettings, RetentionSettings):
        pass

    environment = Environment.model_validate({"database_url": ""})

    assert name in Environment.model_fields
    assert getattr(environment.defaults(), name) == getattr(SettingValues(), name)


@pytest.mark.parametrize("written", ["soft_prompt_enabled", "softPromptEnabled"])
def test_a_setting_is_known_by_both_of_its_names(written: str) -> None:
    assert SettingsChange.model_validate({written: True}).soft_prompt_enabled is True


def test_file_types_may_be_a_list_or_separated_by_commas_and_each_counts_once() -> None:
    assert SettingsChange.model_validate({"allowed_file_types": "csv, json,csv"}).allowed_file_types == ("csv", "json")


@pytest.mark.parametrize(
    "wrong",
    [
        {"training_enabled": "yes"},
        {"training_enabled": 1},
        {"max_training_runtime_minutes": 0},
        {"max_training_runtime_minutes": True},
        {"max_training_runtime_minutes": "60"},
        {"max_training_runtime_minutes": 43_201},
        {"max_training_runtime_minutes": float("nan")},
        {"max_training_runtime_minutes": 10**400},
        {"allowed_file_types": []},
        {"allowed_file_types": ["exe"]},
        {"allowed_file_types": ["csv"] * 1000},
        {"default_forecast_window_months": -1},
        {"default_forecast_window_months": 1.5},
        {"soft_prompt_confidence_threshold": 1.01},
        {"inference_retention_days": 6},
        {"unit_retention_days": 29},
        {"soft_prompt_model_dir": ""},
        {"soft_prompt_model_dir": "a/../../etc"},
        {"soft_prompt_model_dir": "a\\..\\b"},
        {"soft_prompt_model_dir": "~root"},
        {"soft_prompt_model_dir": "a\x00b"},
        {"soft_prompt_model_dir": "a\nb"},
        {"soft_prompt_model_dir": "\ud800"},
        {"soft_prompt_model_dir": "a" * 501},
        {"softPromptEnabled": True, "soft_prompt_enabled": False},
        {"trainingEnabled ": True},
        {"tenant": "*"},
    ],
)
def test_what_is_no_value_of_a_setting_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SettingsChange.model_validate(wrong)
