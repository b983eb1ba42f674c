"""Where the fixtures of a trainer with a Dask cluster are."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.trainer.executors import clusters
from tests.trainer.executors.clusters import RunningCluster
from tests.trainer.installing import install_kinds
from tests.trainer.stage import Stage, trainer_on_stage
from trainer.settings import Settings


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    """Give a cluster of two workers."""
    folder: Path = tmp_path_factory.mktemp("cluster")
    with clusters.running(folder, install_kinds(folder)) as begun:
        begun.warm()
        yield begun


@pytest.fixture
def dask(settings: Settings, cluster: RunningCluster) -> Settings:
    """Give settings for a trainer that trains on the cluster, two jobs at once."""
    others = {"trainer_executor": "dask", "dask_scheduler": cluster.address, "workers": 2}
    return settings.model_copy(update=others)


@pytest.fixture
async def stage(dask: Settings) -> AsyncIterator[Stage]:
    """Give the stage of a whole trainer that trains on the cluster."""
    async with trainer_on_stage(dask) as (_, made):
        yield made
