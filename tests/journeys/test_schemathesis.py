"""Where every operation of /openapi.json is tried with whatever its description allows, and with what it does not.

No answer may be a fault, have a status that the description does not name, or another shape than it says.
"""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from stack.temporary import Temporary
from tests.journeys.steps import patiently

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.slow]

TENANT, TASK = "strangers", "tickets"
DOOMED = "doomed"
"""Another tenant, and a plan, to which anything may happen."""

CHECKS: Any = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
TIMES = 10 if os.environ.get("RATCHET_TEST_PROPERTIES") == "exploring" else 1
EXAMPLES = {GenerationMode.POSITIVE: 2 * TIMES, GenerationMode.NEGATIVE: TIMES}
"""So often each operation is asked; exploring, it is never the same twice."""

GOVERNED = ("/v1/tenants", "/v1/plans")
"""What only super admins may do; the rest is tried by the admin of a tenant that nobody else uses."""

ASKING = settings(
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def admin(system: Temporary) -> Iterator[requests.Session]:
    """Make a tenant of its own with a task in it, and give somebody who may do everything there."""
    with httpx.Client(base_url=f"{system.local.gateway_url}/v1", headers=system.headers) as governor:
        for path, key in (("/plans", DOOMED), ("/tenants", DOOMED), ("/tenants", TENANT)):
            governor.post(path, json={"key": key}).raise_for_status()
        governor.headers["X-Ratchet-Tenant"] = TENANT
        made = governor.post("/api-keys", json={"name": "a stranger", "role": "admin"}).raise_for_status().json()
        governor.post("/tasks", json={"key": TASK}).raise_for_status()
    with session(made["secret"]) as opened:
        yield opened


def session(secret: str) -> requests.Session:
    opened = requests.Session()
    opened.trust_env = False
    opened.headers["Authorization"] = f"Bearer {secret}"
    return opened


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
def test_whatever_is_asked_is_answered_as_it_is_described(
    system: Temporary, admin: requests.Session, mode: GenerationMode
) -> None:
    url = system.local.gateway_url
    governor, wrong = session(system.local.admin_api_key), list[str]()

    for operation in operations(url, mode):
        asker = governor if operation.path.startswith(GOVERNED) else admin
        wrong += complaints(operation, mode, asker, url)

    assert wrong == [], "\n\n".join(wrong)


def operations(url: str, mode: GenerationMode) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """Give all operations but those whose answers have no end, and those that leave nothing to be asked wrongly."""
    document = httpx.get(f"{url}/openapi.json", timeout=60).json()
    del document["security"]  # or else half of what is asked wrongly is asked without a key, and gets no further
    schema = schemathesis.openapi.from_dict(document)
    for found in schema.get_all_operations():
        operation = found.ok()
        can_be_wrong = mode is GenerationMode.POSITIVE or list(operation.query) or list(operation.body)
        if can_be_wrong and "text/event-stream" not in str(operation.definition.raw["responses"].get("200")):
            yield operation


def complaints(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, asker: requests.Session, url: str
) -> Sequence[str]:
    """Ask some times; give what was wrong with the answers."""
    wrong = list[str]()

    @settings(ASKING, max_examples=EXAMPLES[mode])
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        place(case)
        response = patiently(lambda: case.call(base_url=url, session=asker, timeout=60))
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as found:
            wrong.extend(f"{case.method} {case.formatted_path}: {each}" for each in found.exceptions)

    ask()
    return wrong


def place(case: Case) -> None:
    """Let a request be about the task that there is, so that it gets further, and about no tenant that others use."""
    case.headers.pop("X-Ratchet-Tenant", None)
    for name, value in {"task": TASK, "tenant": DOOMED, "plan": DOOMED}.items():
        if name in case.path_parameters:
            case.path_parameters[name] = value
