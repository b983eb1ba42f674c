"""Where tests read what a production system is started from: the compose file, the manifests and the image's recipe."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).parents[2]
CLUSTER = ROOT / "deploy" / "k8s"
COMPOSE = ROOT / "docker-compose.yml"
RECIPE = ROOT / "deploy" / "Dockerfile"

Document = dict[str, Any]


def compose() -> dict[str, Document]:
    """Give the services of the compose file."""
    return dict(yaml.safe_load(COMPOSE.read_text())["services"])


def documents(*kinds: str) -> list[Document]:
    """Give the documents of all manifests, or those of some kinds."""
    read = [each for path in sorted(CLUSTER.glob("*.yaml")) for each in yaml.safe_load_all(path.read_text())]
    return [each for each in read if not kinds or each["kind"] in kinds]


def named(kind: str) -> dict[str, Document]:
    """Give the documents of one kind by their names."""
    return {each["metadata"]["name"]: each for each in documents(kind)}


def workloads() -> list[Document]:
    """Give what has pods of Ratchet or NATS; the Dask cluster is described in docs/clusters.md."""
    return [each for each in documents("Deployment", "StatefulSet") if "dask" not in each["metadata"]["name"]]


def pod(workload: Document) -> Document:
    return dict(workload["spec"]["template"]["spec"])


def containers(workload: Document) -> list[Document]:
    return list(pod(workload)["containers"])


def settings_in(path: Path) -> set[str]:
    """Give the environment variables of ours that a file names."""
    return set(re.findall(r"\bRATCHET_[A-Z_]+\b", path.read_text()))


def mentioned(found: object, key: str) -> Iterator[Any]:
    """Give every value that stands under a key, however deep."""
    if isinstance(found, dict):
        known = cast("Document", found)
        if key in known:
            yield known[key]
        found = list(known.values())
    if isinstance(found, list):
        for each in cast("list[object]", found):
            yield from mentioned(each, key)
