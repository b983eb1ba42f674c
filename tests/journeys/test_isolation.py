"""Where an admin of another tenant goes through the whole API with the ids of what is not theirs, and finds nothing."""

import asyncio
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import nats
import pytest

from tests.journeys.steps import Body, Journey, eventually, patiently

pytestmark = [pytest.mark.xdist_group("system")]
NOTHING = "0199a000-0000-7000-8000-000000000000"
METHODS = frozenset({"get", "post", "put", "patch", "delete"})
ROWS = "text,label\n" + "".join(f"my card {n} is lost,card\nmy parcel {n} is late,parcel\n" for n in range(40))
CHATS = ("{task}/prompts", "/rollouts", "/versions")
BODIES: Mapping[str, Any] = {
    "/tasks/{task}/monitors": {"monitors": []},
    "/tasks/{task}/predict": {"inputs": [{"text": "x"}]},
    "/tasks/{task}/prompts": {"text": "Say x."},
    "/tasks/{task}/versions": {"artifact": {"uri": "s3://models/x"}},
    "/versions/{version_id}/canary": {"traffic_percent": 5},
    "/examples/{example_id}/review": {"verdict": "approve"},
    "/examples/{example_id}": {"expected_output": "x"},
    "/examples/{example_id}/assign": {"to": ["eve"]},
    "/users/{user_id}": {"name": "mine"},
}
QUESTIONS = {"/tasks/{task}/prompts/diff": "?from=1&to=1"}
OF_ONES_OWN = {("PUT", "/prices/{model}")}
"""What makes something for oneself, whatever others have of that name."""

EMPTY = "/examples/{name}/versions"
"""Answered without a look whether there is such an example: with an empty list."""

ENDLESS = frozenset({"/events", "/alerts/events"})


class Owner:
    """Somebody's things, one of everything that has an id, by the name of its place in a path."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.chat, self.trial = f"{journey.task}-chat", f"{journey.task}-trial"
        self.ids: dict[str, str] = {"task": journey.task, "number": "1", "model": f"{journey.task}-model"}
        self.ids |= {"service": "feedback", "action": "pause", "tenant": "acme", "plan": "standard"}
        self._learn()
        self._release()
        self._govern()
        self.ids["alert_id"] = NOTHING

    def _learn(self) -> None:
        journey, task = self.journey, self.journey.task
        journey.create_task()
        dataset = self.ids["dataset_id"] = journey.upload(ROWS.encode())["id"]
        self.ids["schedule_id"] = journey.post("/training/schedules", {"task": task, "cron": "0 3 1 1 *"})["id"]
        example = {"task": task, "input": "my card is gone", "expected_output": "card"}
        self.ids["example_id"] = self.ids["name"] = journey.post("/examples", example)["id"]
        told = [{"id": f"{task}-1", "task": task, "input": "x", "output": "card"}]
        self.ids["inference_id"] = journey.post("/inferences", told)["ids"][0]
        eventually(lambda: journey.ask("GET", f"/inferences/{self.ids['inference_id']}").status_code == 200 or None)
        eventually(lambda: journey.get(f"/datasets/{dataset}")["status"] == "ready" or None)
        self.ids["job_id"] = journey.train(dataset_id=dataset)["id"]
        journey.put(f"/prices/{self.ids['model']}", {"input_usd_per_1m": 1, "output_usd_per_1m": 2})

    def _release(self) -> None:
        """Publish prompts, which are versions, of which one is rolled out and another is tried."""
        journey = self.journey
        for task in (self.chat, self.trial):
            journey.post("/tasks", {"key": task, "kind": "chat"})
            for text in ("Be short.", "Be kind."):
                journey.post(f"/tasks/{task}/prompts", {"text": text})
            journey.post(f"/tasks/{task}/prompts/1/activate", {})
        second, first = (each["id"] for each in journey.get(f"/tasks/{self.chat}/versions")["items"])
        tried = [each["id"] for each in journey.get(f"/tasks/{self.trial}/versions")["items"]]
        self.ids |= {"version_id": second, "a": first, "b": second}
        self.ids["draft_id"] = journey.post(f"/tasks/{self.chat}/prompts", {"text": "Hm.", "draft": True})["id"]
        rollout = self.ids["rollout_id"] = journey.post("/rollouts", {"task": self.chat, "version_id": second})["id"]
        eventually(lambda: journey.get(f"/rollouts/{rollout}")["missing"] or None)
        arms = [{"version_id": each, "weight": 50} for each in tried]
        order = {"task": self.trial, "arms": arms, "goal": "acceptance"}
        self.ids["experiment_id"] = journey.post("/experiments", order)["id"]

    def _govern(self) -> None:
        journey, name = self.journey, self.journey.task
        hook = {"url": "https://hooks.example.com/x", "name": name, "enabled": False}
        self.ids["webhook_id"] = journey.post("/webhooks", hook)["id"]
        self.ids["delivery_id"] = journey.post(f"/webhooks/{self.ids['webhook_id']}/test")["id"]
        self.ids["key_id"] = journey.post("/api-keys", {"name": name})["id"]
        self.ids["user_id"] = journey.post("/users", {"name": f"u-{name}", "email": f"{name}@example.com"})["id"]
        self.ids["credential_id"] = journey.post("/nats-credentials", {"name": name})["id"]
        self.ids["erasure_id"] = journey.post("/erasures", {"subject": f"nobody-{name}"})["id"]
        journey.ask("POST", "/examples/export", json={"task": name, "format": "csv"}).raise_for_status()
        self.ids["export_id"] = journey.get("/examples/exports")["items"][0]["id"]
        self.ids["session_id"] = NOTHING
        asyncio.run(self._publish_rubbish())
        letters = eventually(lambda: journey.get("/dead-letters", service="feedback", limit=100)["items"] or None)
        self.ids["dead_letter_id"] = letters[0]["id"]

    async def _publish_rubbish(self) -> None:
        local = self.journey.system.local
        connection = await nats.connect(local.nats_url)
        await connection.jetstream().publish(f"ingest.{local.tenant}.feedback", b"{")
        await connection.close()

    def address(self, path: str) -> str:
        """Write a path with the ids of what is there."""
        task = self.chat if any(each in path for each in CHATS) else self.ids["task"]
        return re.sub(r"{(\w+)}", lambda place: (self.ids | {"task": task})[place[1]], path) + QUESTIONS.get(path, "")


@pytest.fixture
def stranger(journey: Journey) -> Iterator[httpx.Client]:
    """Give an admin of another tenant."""
    tenant = f"stranger-{secrets.token_hex(4)}"
    journey.post("/tenants", {"key": tenant})
    elsewhere = {"X-Ratchet-Tenant": tenant}
    made = journey.answered(journey.ask("POST", "/api-keys", json={"name": "eve", "role": "admin"}, headers=elsewhere))
    headers = {"Authorization": f"Bearer {made['secret']}"}
    with httpx.Client(base_url=journey.http.base_url, headers=headers, timeout=60) as client:
        yield client


def operations(journey: Journey) -> list[tuple[str, str]]:
    """Give the methods and paths under /v1."""
    paths: dict[str, Any] = httpx.get(f"{journey.system.local.gateway_url}/openapi.json", timeout=30).json()["paths"]
    return sorted(
        (method.upper(), path.removeprefix("/v1"))
        for path, methods in paths.items()
        for method in methods.keys() & METHODS
        if path.startswith("/v1/")
    )


def test_ids_of_another_tenant_lead_nowhere_and_lists_name_none_of_them(
    journey: Journey, stranger: httpx.Client
) -> None:
    owner, every = Owner(journey), operations(journey)
    with_ids = [each for each in every if "{" in each[1] and each not in OF_ONES_OWN and each[1] != EMPTY]
    before = kept(owner, every)

    answers = {each: ask(stranger, owner, *each) for each in with_ids}
    told = {path: told_about(stranger, owner, path) for path in lists(every)}
    empty = stranger.get(owner.address(EMPTY))

    odd = {each: code for each, code in answers.items() if code != 404 and not _governed(*each)}
    assert odd == {}
    assert empty.json()["items"] == []
    assert {path: ids for path, ids in told.items() if ids} == {}
    assert kept(owner, every) == before


def ask(client: httpx.Client, owner: Owner, method: str, path: str) -> int:
    body = None if method in {"GET", "DELETE"} else BODIES.get(path, {})
    return patiently(lambda: _asked(client, method, owner.address(path), body)).status_code


def _asked(client: httpx.Client, method: str, path: str, body: Any) -> httpx.Response:
    with client.stream(method, path, json=body) as answer:
        return answer


def lists(every: list[tuple[str, str]]) -> list[str]:
    return [path for method, path in every if method == "GET" and "{" not in path and path not in ENDLESS]


def told_about(client: httpx.Client, owner: Owner, path: str) -> list[str]:
    """Name the things of the owner that an answer to somebody else holds."""
    text = "".join(client.get(path, params=asked).text for asked in ({}, {"task": owner.ids["task"]}))
    own = {name: each for name, each in owner.ids.items() if name not in {"number", "service", "action", "plan"}}
    return [name for name, each in own.items() if each != NOTHING and f'"{each}"' in text and name != "task"]


def kept(owner: Owner, every: list[tuple[str, str]]) -> dict[str, Body]:
    """Give all that the owner has, as far as it does not change by itself."""
    found = {path: owner.journey.ask("GET", owner.address(path)) for path in STILL if ("GET", path) in every}
    return {path: (answer.status_code, answer.text) for path, answer in found.items()}


STILL = (
    "/tasks/{task}",
    "/tasks/{task}/route",
    "/tasks/{task}/monitors",
    "/tasks/{task}/feedback-policy",
    "/tasks/{task}/retrain-policy",
    "/tasks/{task}/prompts/drafts/{draft_id}",
    "/training/jobs/{job_id}",
    "/training/schedules/{schedule_id}",
    "/datasets/{dataset_id}",
    "/examples/{example_id}",
    "/prices/{model}",
    "/rollouts/{rollout_id}",
    "/api-keys/{key_id}",
    "/users/{user_id}",
    "/nats-credentials/{credential_id}",
)


def _governed(method: str, path: str) -> bool:
    """Say whether a route takes a super admin, who looks after all tenants."""
    return path.startswith("/plans") or (path == "/tenants/{tenant}" and method != "GET")
