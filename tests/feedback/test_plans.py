"""Where it is tried that questions about sums read the rows of their stretches alone, whatever the planner believes."""

import re
from pathlib import Path

import pytest

from chassis.database import Database
from feedback.store import measures, spreads
from tests.architecture import source

STATEMENTS = [
    text
    for module in (measures, spreads)
    for _, text in source.strings(Path(module.__file__))
    if "AS piece (grain, since, until)" in text
]


def test_all_questions_about_stretches_are_looked_at() -> None:
    assert len(STATEMENTS) == 8


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: re.search(r"\w+_sums", statement)[0])
async def test_a_question_goes_from_its_stretches_to_the_index_of_the_sums(database: Database, statement: str) -> None:
    nothing = ", ".join(["NULL"] * max(map(int, re.findall(r"\$(\d+)", statement))))

    async with database.transaction("acme") as tx:
        await measures.hold_still(tx)
        await tx.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await tx.execute(f"PREPARE question AS {statement}")
        plan = "\n".join(row[0] for row in await tx.fetch(f"EXPLAIN EXECUTE question ({nothing})"))
        await tx.execute("DEALLOCATE question")

    stretches, _, sums = plan.partition("Function Scan on piece")
    assert "Nested Loop" in stretches
    assert re.search(r"Index Scan using \w+_sums_pkey", sums)
    assert "at >= " in sums.partition("Index Cond:")[2].splitlines()[0]
    assert "Seq Scan" not in plan
