"""Where the tests beside this one are run again as an ordinary user, by root."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.embedded import accounts, folders
from chassis.embedded.accounts import Account

HERE = Path(__file__).parent
STACK = HERE.parents[1] / "stack"
CHOSEN = {
    HERE / "test_embedded_postgres.py": "",
    HERE / "test_embedded_nats.py": "",
    STACK / "test_local_stack.py": "everything_runs or only_what_died or keeps_addresses",
    STACK / "test_stack_access.py": "kept_out",
}


def reachable_python(account: Account) -> str:
    named = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, shutil.which(named, path=os.defpath)):
        if candidate and folders.reachable(Path(candidate).resolve().parent, account):
            return candidate
    pytest.skip("this machine has no Python that an ordinary user can reach")


def run_as(account: Account, file: Path, scratch: Path) -> subprocess.CompletedProcess[str]:
    options = ["-q", "-p", "no:cacheprovider", "-o", "addopts=", "-o", "asyncio_default_fixture_loop_scope=function"]
    options += ["-k", CHOSEN[file], f"--basetemp={scratch / 'tests'}"]
    env = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [reachable_python(account), "-m", "pytest", *options, str(file)],
        env={**env, "TMPDIR": str(scratch), "HOME": str(scratch)},
        capture_output=True,
        text=True,
        check=False,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
    )


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has run these tests already")
@pytest.mark.parametrize("file", CHOSEN, ids=lambda file: file.stem)
def test_it_works_for_an_ordinary_user_too(file: Path) -> None:
    account = accounts.unprivileged(Path("nothing-yet"))
    assert account is not None
    if not folders.reachable(HERE, account):
        pytest.skip("an ordinary user cannot reach this clone")

    with folders.scratch(account) as scratch:
        ran = run_as(account, file, scratch)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "passed" in ran.stdout
