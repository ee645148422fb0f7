"""An entry of the history that somebody made unreadable in the database is shown as such, and nothing else is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from engine.model.history import entry
from engine.queries import instance, people
from tests.web.support import Site, words

DAMAGED = [
    "",
    '{"verb":"start"',
    "[7]",
    "{}",
    '{"a":' * 9999,
    '{"actor":7,"at":"2026-03-02T01:00:00.000000Z","verb":"start"}',
    '{"actor":"lin","at":"yesterday","verb":"start"}',
    '{"actor":"lin","at":"2026-03-02T01:00:00.000000Z","changes":7,"verb":"start"}',
    '{"actor":"lin","at":"2026-03-02T01:00:00.000000Z","moves":["?"],"verb":"start"}',
]


@pytest.mark.parametrize("seq", [1, 2])
@pytest.mark.parametrize("body", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_entry_is_told_and_the_rest_is_shown(site: Site, seq: int, body: str) -> None:
    """The page of the instance and that of its open task answer; the entry stands in its place, named."""
    task = site.to_signing(site.person("lin"))
    with site.database.write() as connection:
        connection.execute(text("DROP TRIGGER entry_no_update"))
        mine = (entry.c.instance_id == 1, entry.c.seq == seq)
        connection.execute(update(entry).where(*mine).values(body=body))

    chinese = words(site.person("chen").get("/instances/1"))
    english = words(site.person("chen", locale="en").get("/instances/1"))

    assert "无法读取：有人在数据库里改了这条记录" in chinese
    assert "cannot be read: somebody changed this entry in the database" in english
    told = instance.history(site.database, 1, people.actor(site.database, "chen"))
    assert [seq] == [each.seq for each in told if each.verb == "unreadable"]
    assert "签字表示订单无误" in words(site.person("chen").get(f"/tasks/{task}"))
