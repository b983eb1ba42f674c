"""Where the modules of the API become one FastAPI application."""

from types import ModuleType
from typing import Any

from fastapi import FastAPI

from contracts import asyncapi
from gateway.api import (
    access,
    alerts,
    assessments,
    audit,
    datasets,
    dead_letters,
    documented,
    downloads,
    drafts,
    erasures,
    events,
    examples,
    experiments,
    exports,
    feedback,
    feedback_policies,
    health,
    inferences,
    insights,
    jobs,
    kinds,
    lineage,
    metrics,
    predictions,
    prices,
    problems,
    prompts,
    redaction,
    registrations,
    retraining,
    reviews,
    rollouts,
    routes,
    schedules,
    tasks,
    versions,
)
from gateway.api.answers import Described

VERSION = "0.1.0"
NOUNS: tuple[ModuleType, ...] = (
    access,
    kinds,
    tasks,
    jobs,
    schedules,
    datasets,
    versions,
    registrations,
    lineage,
    downloads,
    drafts,
    prompts,
    routes,
    rollouts,
    experiments,
    predictions,
    documented,
    inferences,
    feedback,
    feedback_policies,
    redaction,
    exports,
    reviews,
    examples,
    assessments,
    metrics,
    prices,
    insights,
    health,
    alerts,
    retraining,
    erasures,
    events,
    dead_letters,
    audit,
)


def build() -> FastAPI:
    """Build the API; who asks has been found out before a request comes here."""
    api = Described(
        title="Ratchet",
        version=VERSION,
        summary="Keeps AI features improving, and never lets them slip back.",
        redoc_url=None,
        exception_handlers=problems.HANDLERS,
        strict_content_type=False,
        responses=problems.RESPONSES,
    )
    for noun in NOUNS:
        api.include_router(noun.router)
    api.add_api_route("/asyncapi.json", _messages, include_in_schema=False)
    return api


def _messages() -> dict[str, Any]:
    """What may be published to Ratchet over NATS, and what it says (AsyncAPI 3.0)."""
    return asyncapi.document(VERSION)
