"""Where the manifests and the compose file are held against the settings, commands and ports that there are."""

import re
import tomllib

import pytest

from chassis import metrics
from chassis.settings import ChassisSettings
from contracts.topology import SERVICES
from docs.settings_page import SERVICES as CLASSES
from tests.architecture import source
from tests.stack import manifests
from tests.stack.manifests import Document


def named(workload: Document) -> str:
    return workload["metadata"]["name"]


WORKLOADS = pytest.mark.parametrize("workload", manifests.workloads(), ids=named)
ALWAYS_THERE = [each for each in manifests.workloads() if named(each) != "ratchet-worker"]
"""A worker may be taken away: the attempt that is lost is made again."""

TEXTS = {".yml", ".yaml", ".conf", ".env", ".sql", ".json", ""}
OF_COMPOSE = {"SECRETS", "IMAGES", "VERSION", "GATEWAY_PORT", "NATS_PORT", "POSTGRES_IMAGE", "NATS_IMAGE"}
SECRET = re.compile(r"\bSU[A-Z2-7]{56}\b|\brk_[\w-]{30,}|SCRAM-SHA-256\$\d+:\w{20,}|BEGIN [A-Z ]*PRIVATE KEY")


def known_settings() -> set[str]:
    classes = (ChassisSettings, *CLASSES.values())
    return {f"RATCHET_{name.upper()}" for each in classes for name in each.model_fields}


@pytest.mark.parametrize(
    "path", [manifests.RECIPE, *sorted(manifests.CLUSTER.glob("*.yaml"))], ids=lambda each: each.name
)
def test_every_variable_is_a_setting(path: manifests.Path) -> None:
    assert sorted(manifests.settings_in(path) - known_settings()) == []


def test_every_variable_of_the_compose_file_is_a_setting_or_its_own() -> None:
    named = manifests.settings_in(manifests.COMPOSE) - {f"RATCHET_{each}" for each in OF_COMPOSE}

    assert sorted(named - known_settings()) == []


def test_every_service_is_there() -> None:
    deployed = manifests.named("Deployment")

    assert {str(each) for each in SERVICES} <= set(manifests.compose())
    assert {f"ratchet-{each}" for each in SERVICES} <= set(deployed)


@WORKLOADS
def test_every_container_is_probed_and_limited(workload: Document) -> None:
    for container in manifests.containers(workload):
        assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container)
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]


@WORKLOADS
def test_every_pod_is_confined(workload: Document) -> None:
    pod = manifests.pod(workload)

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in [*pod["containers"], *pod.get("initContainers", [])]:
        confined = container["securityContext"]
        assert confined["readOnlyRootFilesystem"] is True
        assert confined["allowPrivilegeEscalation"] is False
        assert confined["capabilities"] == {"drop": ["ALL"]}


@WORKLOADS
def test_what_a_pod_mounts_is_there(workload: Document) -> None:
    pod = manifests.pod(workload)
    volumes = {each["name"] for each in pod["volumes"]}
    volumes |= {each["metadata"]["name"] for each in workload["spec"].get("volumeClaimTemplates", [])}

    assert {each["name"] for each in manifests.mentioned(pod, "volumeMounts") for each in each} == volumes
    assert set(manifests.mentioned(pod["volumes"], "claimName")) <= set(manifests.named("PersistentVolumeClaim"))


@WORKLOADS
def test_every_probe_and_service_finds_its_port(workload: Document) -> None:
    ports = {each["name"] for container in manifests.containers(workload) for each in container["ports"]}
    labels = workload["spec"]["template"]["metadata"]["labels"].items()
    asked = {each["port"] for each in manifests.mentioned(manifests.pod(workload), "httpGet")}
    for service in manifests.documents("Service"):
        if service["spec"]["selector"].items() <= labels:
            asked |= {each["targetPort"] for each in service["spec"]["ports"]}

    assert asked <= ports


@WORKLOADS
def test_every_secret_is_made_by_the_kustomization(workload: Document) -> None:
    [kustomization] = manifests.documents("Kustomization")
    made = {each["name"] for each in kustomization["secretGenerator"]}
    used = {each["name"] for each in manifests.mentioned(manifests.pod(workload), "secretRef")}

    assert used | set(manifests.mentioned(manifests.pod(workload), "secretName")) <= made


@pytest.mark.parametrize("workload", ALWAYS_THERE, ids=named)
def test_more_than_one_pod_is_never_taken_away_at_once(workload: Document) -> None:
    labels = workload["spec"]["template"]["metadata"]["labels"].items()
    budgets = manifests.documents("PodDisruptionBudget")
    kept = [each for each in budgets if each["spec"]["selector"]["matchLabels"].items() <= labels]

    assert [each["spec"]["maxUnavailable"] for each in kept] == [1]
    assert workload["spec"]["replicas"] > 1


def test_the_ports_are_those_of_the_image() -> None:
    said = dict(re.findall(r"(RATCHET_(?:HEALTH_)?PORT)=(\d+)", manifests.RECIPE.read_text()))
    ports = {
        (each["name"], each["containerPort"])
        for workload in manifests.workloads()
        if workload["kind"] == "Deployment"
        for container in manifests.containers(workload)
        for each in container["ports"]
    }

    assert ports == {("api", int(said["RATCHET_PORT"])), ("health", int(said["RATCHET_HEALTH_PORT"]))}


def test_workers_follow_a_metric_that_there_is() -> None:
    [scaled] = manifests.documents("ScaledObject")
    [trigger] = scaled["spec"]["triggers"]
    [metric] = metrics.WORKERS_WANTED.collect()

    assert trigger["metadata"]["valueLocation"] == metric.name
    assert scaled["spec"]["scaleTargetRef"]["name"] in manifests.named("Deployment")


@pytest.mark.parametrize("service", manifests.compose())
def test_every_container_of_the_compose_file_is_confined(service: str) -> None:
    read = manifests.compose()[service]

    assert read["read_only"] is True
    assert read["cap_drop"] == ["ALL"]
    assert read["security_opt"] == ["no-new-privileges:true"]
    assert read["restart"] in {"unless-stopped", "no"}
    assert "mem_limit" in read


def test_only_this_machine_reaches_the_compose_file() -> None:
    published = [port for each in manifests.compose().values() for port in each.get("ports", [])]

    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_an_image_installs_hashed_requirements_as_nobody() -> None:
    recipe = manifests.RECIPE.read_text()

    assert "--require-hashes -r requirements/${SERVICE}.txt" in recipe
    assert "\nUSER 10001:10001\n" in recipe
    assert "\nHEALTHCHECK " in recipe


def test_an_image_has_all_that_its_service_asks_for() -> None:
    for service in SERVICES:
        listed = (manifests.ROOT / "requirements" / f"{service}.txt").read_text()
        project = tomllib.loads((manifests.ROOT / "services" / service / "pyproject.toml").read_text())["project"]
        wanted = {re.split(r"[\[><=; ]", each)[0] for each in project["dependencies"]}

        missing = [each for each in wanted if not each.startswith("ratchet-") and f"\n{each}==" not in f"\n{listed}"]
        assert sorted(missing) == [], f"run `make lock`: requirements/{service}.txt"


def test_no_secret_is_committed() -> None:
    files = [
        path for path in source.kept_files() if path.suffix in {".yml", ".yaml", ".conf", ".env", ".sql", ".json", ""}
    ]

    assert [path.name for path in files if SECRET.search(path.read_text(errors="ignore"))] == []
