"""What the pages read out of a diagram."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import g

from engine.bpmn.read import read
from engine.queries.history import HistoryEntry, Move
from engine.web import diagram, labels, marks
from tests.company import ROOT
from tests.web.support import Site


@pytest.fixture
def asking(site: Site):
    """A request that speaks Chinese, unless told otherwise."""
    with site.app.test_request_context():
        g.locale = "zh_CN"
        yield


def entry(*moves: Move) -> HistoryEntry:
    """An entry of the history with these moves."""
    at = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
    return HistoryEntry(
        1,
        at,
        "lin",
        "林晓雨",
        None,
        None,
        "complete",
        moves[0].element,
        1,
        list(moves),
        {},
        "",
        None,
        None,
        {},
        "",
    )


def test_documentation_in_one_language(asking):
    """Of a Chinese and an English paragraph the page shows the one it speaks, without the numbers of the sources."""
    text = "[F01.03 F01.R3] 问清货品。\n\nAsk for goods."

    assert "问清货品。" == labels.sentence(text)
    g.locale = "en"
    assert "Ask for goods." == labels.sentence(text)
    assert "只有中文。" == labels.sentence("[F02.01] 只有中文。")


def test_properties_in_one_language(asking):
    """A property's English stands under its name with ":en"; without it the Chinese is shown."""
    said = {"script": "您好", "script:en": "Good day", "then": "签字"}

    assert "您好" == labels.chosen(said, "script")
    g.locale = "en"
    assert ["Good day", "签字", ""] == [labels.chosen(said, name) for name in ("script", "then", "nothing")]


@pytest.mark.parametrize("file", sorted((ROOT / "processes").glob("*.bpmn")), ids=lambda path: path.stem)
def test_pools_and_lanes_have_names_in_both_languages(asking, file):
    """On an English page no pool and no lane of the shipped diagrams keeps its Chinese name."""
    read_file = read(file.read_bytes(), file.name)
    g.locale = "en"

    drawn = diagram.Diagram(file.stem, read_file)

    named = [*read_file.participants, *drawn.process.lanes]
    assert [] == [each.name for each in named if each.id not in drawn.names()]


def test_what_happens_next_is_told_in_words(asking):
    """Without a property the next steps are told with the role that does them; at the end, the end."""
    drawn = diagram.of(1)

    assert "财务签字\uff08财务\uff09。" == drawn.then("take_order")
    assert "已签字。" == drawn.then("sign_order")
    assert "" == drawn.then("nowhere")


def test_called_processes_are_told_with_their_state():
    """A call activity's process is running until the call is completed."""
    entries = [
        entry(
            Move("pay", "entered", 3, ""),
            Move("check", "entered", 4, "pay#3"),
            Move("ask", "entered", 5, "pay#3/deep#9"),
        ),
        entry(Move("check", "completed", 4, "pay#3"), Move("pay", "completed", 3, "")),
        entry(Move("pay", "entered", 6, ""), Move("check", "entered", 7, "pay#6")),
    ]

    assert [("pay#3", False), ("pay#6", True)] == [
        (each.scope, each.running) for each in marks.called(entries, "")
    ]
    assert [("pay#3/deep#9", True)] == [(each.scope, each.running) for each in marks.called(entries, "pay#3")]


def test_unknown_scope_is_not_found(site: Site):
    """A path of called processes that there is not leads nowhere."""
    lin = site.person("lin")
    task = site.start(lin)

    assert 404 == lin.get(f"/instances/{task.split('-')[0]}?scope=take_order%231").status_code
