"""Where the tests themselves are held to the house style: they are sentences, and patch nothing."""

from collections.abc import Iterable
from pathlib import Path

from tests.architecture import source

WORDS = 3


def short_names(modules: Iterable[Path]) -> list[str]:
    return [
        f"{source.place(module, function.lineno)} {function.name} is no sentence"
        for module in modules
        if module.stem.startswith("test_")
        for function in source.functions(module)
        if function.name.startswith("test_") and len(source.words(function.name)) <= WORDS
    ]


def patches(modules: Iterable[Path]) -> list[str]:
    return [
        f"{source.place(module)} patches; pass the thing in instead"
        for module in modules
        if any(name.startswith("unittest.mock") for name in source.imported(module))
    ]


def test_the_names_of_tests_are_sentences() -> None:
    assert short_names(source.test_modules()) == []


def test_the_tests_patch_nothing() -> None:
    assert patches(source.test_modules()) == []


def test_a_short_name_is_found(tmp_path: Path) -> None:
    module = tmp_path / "test_jobs.py"
    module.write_text("def test_cancel_job(): ...\ndef test_a_cancelled_job_stays_cancelled(): ...\n")

    assert short_names([module]) == ["test_jobs.py:1 test_cancel_job is no sentence"]


def test_a_patch_is_found(tmp_path: Path) -> None:
    module = tmp_path / "test_jobs.py"
    module.write_text("from unittest.mock import patch\n")

    assert patches([module]) == ["test_jobs.py:1 patches; pass the thing in instead"]
