"""Where the predictor is held to answering with what serves, here or at the gateway, and to recording it."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from contracts.api.route import Arm
from contracts.errors import Conflict, InvalidInput, Unavailable
from ratchet import Client, Predictor, Recorder, Resolver
from ratchet.predicting import kinds
from ratchet.predictor import Keeping
from tests.sdk.fake_gateway import Gateway
from tests.sdk.recording.other_end import OtherEnd
from tests.sdk.test_curating import version
from tests.sdk.test_resolver import NOWHERE, TASK, route

GATEWAYS = {"predictions": [{"label": "far", "inference_id": "i-9"}], "version_id": "v-9", "revision": 9}


class Model:
    """Answers with what its bytes say."""

    def __init__(self, content: bytes) -> None:
        if content == b"broken":
            raise ValueError(content)
        self.label = content.decode()

    def predict(self, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if "text" not in inputs[0]:
            message = "inputs[0].text: is missing"
            raise ValueError(message)
        return [{"label": self.label, "confidence": 0.5} for _ in inputs]


class Stage:
    """A resolver that hears nothing by itself, a recorder, and a predictor between them."""

    def __init__(self, gateway: Gateway, client: Client, folder: Path) -> None:
        self.gateway = gateway
        self.other_end = OtherEnd()
        self.resolver = Resolver(NOWHERE, tenant="acme", cache_folder=folder)
        self.recorder = Recorder(self.other_end, folder=folder)
        keeping = Keeping(folder / "versions", 2, lambda kind: Model if kind == "classification" else None)
        self.predictor = Predictor(
            TASK, client, resolver=self.resolver, recorder=self.recorder, keeping=keeping
        ).start()

    def serves(self, revision: int, content: bytes, kind: str = "classification") -> None:
        """Have the registry say that a version with these bytes serves from now on."""
        digest = sha256(content).hexdigest()
        self.gateway.gives(f"GET /v1/versions/v-{revision}/artifact", content)
        arm = Arm(version_id=f"v-{revision}", label="1", artifact=digest, weight=1)
        told = route(revision).model_copy(update={"arms": (arm,), "kind": kind})
        self.resolver._known.learn(told)

    def downloads(self) -> int:
        return sum(asked.path.endswith("/artifact") for asked in self.gateway.asked)

    def recorded(self) -> list[Any]:
        self.recorder.flush(60)
        return self.other_end.items()


@pytest.fixture
def stage(gateway: Gateway, client: Client, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(gateway, client, tmp_path)
    yield made
    made.predictor.close()
    made.recorder.close()


def test_an_answer_is_given_here_and_recorded_as_the_gateway_would(stage: Stage) -> None:
    stage.serves(3, b"near")

    answered = stage.predictor.predict(["hello", {"text": "there"}], unit="user-1")

    first = answered.predictions[0]
    assert (answered.version_id, answered.revision, first["label"]) == ("v-3", 3, "near")
    recorded = stage.recorded()
    assert [each["id"] for each in recorded] == [each["inference_id"] for each in answered.predictions]
    assert (recorded[0]["input"], recorded[0]["output"]) == ({"text": "hello"}, {"label": "near"})
    assert (recorded[0]["unit"], recorded[0]["version_id"], recorded[0]["confidence"]) == ("user-1", "v-3", 0.5)
    assert stage.downloads() == 1


def test_a_new_route_is_followed_at_once_and_an_old_version_is_not_downloaded_again(stage: Stage) -> None:
    labels: list[str] = []
    for revision, content in ((1, b"one"), (2, b"two"), (3, b"one")):
        stage.serves(revision, content)
        labels.append(stage.predictor.predict(["hello"]).predictions[0]["label"])

    assert labels == ["one", "two", "one"]
    assert stage.downloads() == 2


def test_what_is_wrong_with_an_input_is_told_as_the_gateway_would(stage: Stage) -> None:
    stage.serves(1, b"near")

    with pytest.raises(InvalidInput) as refusal:
        stage.predictor.predict([{"txet": "hello"}])

    assert [(each.field, each.reason) for each in refusal.value.errors] == [("inputs.0.text", "is missing")]
    assert stage.recorded() == []


def test_where_the_kind_is_not_installed_the_gateway_answers(stage: Stage) -> None:
    stage.serves(1, b"near", kind="rag")
    stage.gateway.says(f"POST /v1/tasks/{TASK}/predict", GATEWAYS)

    answered = stage.predictor.predict(["hello"], unit="user-1")

    assert answered.version_id == "v-9"
    assert stage.gateway.asked[-1].body == {"inputs": [{"text": "hello"}], "unit": "user-1"}
    assert stage.recorded() == []


@pytest.mark.parametrize("content", [b"broken", b"altered"])
def test_a_version_that_cannot_be_loaded_here_is_asked_at_the_gateway(stage: Stage, content: bytes) -> None:
    stage.gateway.says(f"POST /v1/tasks/{TASK}/predict", GATEWAYS)
    if content == b"altered":
        stage.gateway.gives("GET /v1/versions/v-1/artifact", b"something else")
    stage.serves(1, content)

    answered = stage.predictor.predict(["hello"])

    assert answered.version_id == "v-9"


def test_while_nothing_else_is_possible_the_version_that_answered_last_goes_on(stage: Stage) -> None:
    stage.serves(1, b"one")
    stage.predictor.predict(["hello"])
    stage.gateway.refuses("GET /v1/versions/v-2/artifact", 403, "not-allowed", "Your key may not.")
    stage.serves(2, b"two")
    stage.gateway.refuses(f"POST /v1/tasks/{TASK}/predict", 503, "unavailable", "Away.", retry_after_s=60)

    answered = stage.predictor.predict(["hello"])

    assert (answered.version_id, answered.predictions[0]["label"]) == ("v-1", "one")


def test_without_any_version_it_is_said_what_is_wrong(stage: Stage) -> None:
    stage.gateway.refuses(f"POST /v1/tasks/{TASK}/predict", 503, "unavailable", "Away.")

    with pytest.raises(Unavailable):
        stage.predictor.predict(["hello"])


def test_a_version_that_a_developer_insists_on_answers_or_nobody_does(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.serves(1, b"one")
    stage.gateway.gives("GET /v1/versions/v-7/artifact", b"seven")
    monkeypatch.setenv("RATCHET_FORCE_TICKET_CATEGORY", "v-7")

    with pytest.raises(Conflict, match="v-7"):
        stage.predictor.predict(["hello"])
    digest = sha256(b"seven").hexdigest()
    stage.gateway.says("GET /v1/versions/v-7", version(id="v-7", artifact={"sha256": digest, "size": 5}))
    answered = stage.predictor.predict(["hello"])

    assert (answered.version_id, answered.predictions[0]["label"]) == ("v-7", "seven")


async def test_a_program_of_coroutines_asks_likewise(stage: Stage) -> None:
    stage.serves(1, b"near")

    answered = await stage.predictor.predict_async(["hello"])

    assert answered.predictions[0]["label"] == "near"


def test_nothing_is_answered_here_without_being_recorded(client: Client, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="recorder"):
        Predictor(TASK, client, resolver=Resolver(NOWHERE, tenant="acme", cache_folder=tmp_path))


def test_what_was_altered_on_disk_is_downloaded_again(stage: Stage, tmp_path: Path) -> None:
    kept = tmp_path / "versions" / sha256(b"near").hexdigest()
    kept.parent.mkdir()
    kept.write_bytes(b"evil")

    stage.serves(1, b"near")
    answered = stage.predictor.predict(["hello"])

    assert answered.predictions[0]["label"] == "near"
    assert kept.read_bytes() == b"near"


def test_the_kinds_that_are_installed_are_found_and_others_are_not() -> None:
    assert kinds.find("actions")
    assert kinds.find("levitation") is None
