"""Instances of an earlier version, kept as its database was, live on in this one.

`earlier/first.db.zst` was written by the version whose newest migration was `first`: a demo company with an order that
waits for its money, one whose customer was just verified, a store slip at its handler and a question of a customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from engine.access import SYSTEM
from engine.commands.deploy import deploy
from engine.migrations import OutOfDate, assert_current, upgrade
from engine.queries.verify import verify
from tests.company import Company, shipped
from tests.processes.walking import Walk

EARLIER = Path(__file__).parent / "earlier"
SIGNS = {"cs": "lin", "finance": "chen", "general_manager": "wang"}
WAITING = (
    (1, "customer_replenishment", "check_arrival"),
    (2, "customer_replenishment", "check_conditions"),
    (3, "store_replenishment", "open_pending_slip"),
    (4, "after_sales", "respond_customer"),
)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """The company as the earlier version left it."""
    kept = tmp_path / "kept.db"
    kept.write_bytes(zstandard.ZstdDecompressor().decompress((EARLIER / "first.db.zst").read_bytes()))
    made = Company(kept, tmp_path)
    yield made
    made.close()


def test_an_earlier_database_is_refused_until_it_is_brought_up_to_date(company: Company) -> None:
    """Nothing works on tables of another version."""
    with pytest.raises(OutOfDate):
        assert_current(company.db)

    upgrade(company.db)

    assert_current(company.db)


def test_the_history_of_the_earlier_version_proves_itself(company: Company) -> None:
    """Not an entry is lost or changed."""
    upgrade(company.db)

    report = verify(company.db)

    assert (4, []) == (report.instances, report.problems)


@pytest.mark.parametrize("cold", [False, True])
def test_instances_of_the_earlier_version_come_to_their_ends(company: Company, cold: bool) -> None:
    """Each goes on from where it stood, on its own version, although newer ones are live."""
    upgrade(company.db)
    deploy(company.db, shipped(), SYSTEM)

    walks = [Walk(company, cold, process, id=number) for number, process, _ in WAITING]
    assert [[element] for _, _, element in WAITING] == [walk.open for walk in walks]
    for walk in walks:
        _finish(walk)

    assert ["completed"] * len(walks) == [walk.status for walk in walks]
    assert [] == verify(company.db).problems


def _finish(walk: Walk) -> None:
    while walk.status == "running":
        waiting = walk.company.open(walk.id)
        if not waiting:
            walk.next()
        elif waiting[0].element == "sign_document":
            walk.sign(SIGNS[waiting[0].pool])
        else:
            walk.do(waiting[0].element)
