"""The page where a paper is signed names who signed that paper, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from engine.model.instances import signature, task
from tests.web.support import Site, words


@pytest.mark.parametrize("document", ["receipt", "document"])
def test_signatures_of_other_papers_are_not_named(site: Site, document: str) -> None:
    """Signed in another variable, or earlier in this one under other content: here one is the first to sign."""
    # given
    signing = site.to_signing(site.person("lin"))
    number, n = map(int, signing.split("-"))
    row = {"document": document, "document_hash": "0" * 64, "values_hash": "0" * 64, "meaning": "同意"}
    who = {"signer": "liu", "signer_name": "刘仓", "decision": "sign"}
    with site.database.write() as connection:
        done = {"instance_id": number, "seq": 2, "task": 1, "element": "sign", "at": datetime.now(UTC)}
        connection.execute(insert(signature), [{**row, **who, **done}])
        role = connection.execute(
            select(task.c.pool).where(task.c.instance_id == number, task.c.n == n)
        ).scalar_one()

    # when
    login = {"finance": "chen", "warehouse": "liu", "cs": "zhao"}[role.split(",")[0]]
    page = words(site.person(login).get(f"/tasks/{signing}"))

    # then
    assert "您是第一位签字人" in page
    assert "刘仓" in words(site.person("qian").get(f"/instances/{number}?tab=signatures"))
