"""Where the page of settings is written from the settings classes."""

from collections.abc import Iterable

from chassis.settings import ChassisSettings
from feedback.settings import Settings as FeedbackSettings
from gateway.settings import Settings as GatewaySettings
from registry.settings import Settings as RegistrySettings
from trainer.settings import Settings as TrainerSettings

SERVICES: dict[str, type[ChassisSettings]] = {
    "gateway": GatewaySettings,
    "trainer": TrainerSettings,
    "registry": RegistrySettings,
    "feedback": FeedbackSettings,
}


def page() -> str:
    """Write every setting with its default and meaning."""
    return "\n".join(
        (
            "# Settings",
            "",
            "Written by `make docs` from the settings classes. Every setting is an environment variable; the local",
            "stack (`make run`) sets those that a service needs, `docker-compose.yml` and the k8s manifests likewise.",
            "",
            "## Every service",
            "",
            *_table(ChassisSettings, frozenset()),
            *(line for name, settings in SERVICES.items() for line in _own(name, settings)),
        )
    )


def _own(name: str, settings: type[ChassisSettings]) -> Iterable[str]:
    yield from (f"## {name.capitalize()}", "")
    yield from _table(settings, frozenset(ChassisSettings.model_fields))


def _table(settings: type[ChassisSettings], known: frozenset[str]) -> Iterable[str]:
    own = {name: field for name, field in settings.model_fields.items() if name not in known}
    if not own:
        yield from ("It has none of its own.", "")
        return
    yield from ("| variable | default | meaning |", "|---|---|---|")
    for name, field in own.items():
        default = "needed" if field.is_required() else f"`{field.default}`" if field.default != "" else "empty"
        yield f"| `RATCHET_{name.upper()}` | {default} | {field.description} |"
    yield ""
