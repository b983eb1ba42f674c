"""Where the modules of the API become one FastAPI application."""

from types import ModuleType
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from contracts import asyncapi
from gateway.api import (
    alerts,
    api_keys,
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
    manual,
    me,
    metrics,
    nats_credentials,
    parameters,
    plans,
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
    sessions,
    settings,
    single_sign_on,
    tasks,
    tenants,
    users,
    versions,
    webhooks,
)
from gateway.api.answers import Described

VERSION = "0.1.0"
NOUNS: tuple[ModuleType, ...] = (
    api_keys,
    me,
    sessions,
    single_sign_on,
    users,
    nats_credentials,
    tenants,
    plans,
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
    webhooks,
    retraining,
    erasures,
    events,
    dead_letters,
    settings,
    audit,
)


def build() -> FastAPI:
    """Build the API; who asks has been found out before a request comes here."""
    api = Described(
        title="Ratchet",
        version=VERSION,
        summary="Keeps AI features improving, and never lets them slip back.",
        openapi_url=None,  # made by `manual`
        redirect_slashes=False,
        dependencies=[Depends(parameters.refuse_unknown)],
        generate_unique_id_function=_name,
        exception_handlers=problems.HANDLERS,
        strict_content_type=False,
        responses=problems.RESPONSES,
    )
    for noun in NOUNS:
        api.include_router(noun.router)
    api.add_api_route("/asyncapi.json", _messages, include_in_schema=False)
    manual.add(api)
    api.state.known_routes = known_routes()
    return api


def known_routes() -> list[APIRoute]:
    """Give all routes of the nouns."""
    return [each for noun in NOUNS for each in noun.router.routes if isinstance(each, APIRoute)]


def _name(route: APIRoute) -> str:
    """Name an operation for generated clients; function names are unique in their module alone."""
    return f"{route.endpoint.__module__.rpartition('.')[2]}_{route.name}"


def _messages() -> dict[str, Any]:
    """What may be published to Ratchet over NATS, and what it says (AsyncAPI 3.0)."""
    return asyncapi.document(VERSION)
