"""Answers from plain HTML posts, and rows that come and go without scripts."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from lxml import html
from werkzeug.datastructures import FileStorage, MultiDict

from engine.errors import Message, Refused

FIELDS = [
    {"type": "textfield", "key": "name", "label": "名称"},
    {"type": "textarea", "key": "note", "label": "备注"},
    {"type": "number", "key": "amount", "label": "金额"},
    {"type": "number", "key": "code", "label": "编号", "serializeToString": True},
    {"type": "checkbox", "key": "agreed", "label": "同意"},
    {"type": "radio", "key": "grade", "label": "等级", "values": ["A", 1, True]},
    {
        "type": "checklist",
        "key": "papers",
        "label": "单据",
        "values": ["i", "n", {"label": "d", "value": {"a": 1.5}}],
    },
    {
        "type": "datetime",
        "key": "at",
        "subtype": "datetime",
        "dateLabel": "时间",
        "timeSerializingFormat": "utc_offset",
    },
    {
        "type": "dynamiclist",
        "path": "lines",
        "label": "货品",
        "components": [
            {"type": "textfield", "id": "s", "key": "sku", "label": "货号"},
            {"type": "checkbox", "id": "u", "key": "urgent", "label": "急"},
        ],
    },
]


def posted(*pairs):
    """A post of these names and values."""
    return MultiDict(pairs)


def as_browser(page) -> MultiDict:
    """What a browser posts of a rendered form."""
    tree = html.fromstring(str(page))
    return MultiDict(
        (name, value) for one in tree.xpath("//form") or [tree] for name, value in _successful(one)
    )


def _successful(form):
    for one in form.xpath(".//input|.//select|.//textarea"):
        name = one.get("name")
        if not name or one.get("disabled") is not None or one.get("type") == "file":
            continue
        if one.tag == "select":
            yield name, ([*one.xpath(".//option[@selected]/@value"), ""])[0]
        elif one.tag == "textarea":
            yield name, (one.text or "").removeprefix("\n").replace("\n", "\r\n")
        elif one.get("type") not in ("checkbox", "radio") or one.get("checked") is not None:
            yield name, one.get("value", "")


@pytest.mark.parametrize("typed", ["1,200", "1\uff0c200", "1200", "１２００"])
def test_reads_numbers_as_a_chinese_keyboard_writes_them(form, typed):
    """Commas and digits of full width are commas and digits."""
    asked = form({"type": "number", "key": "amount", "label": "金额"})

    assert {"amount": 1200} == asked.from_post(posted(("amount", typed)), {})


def test_reads_values_of_the_fields_types(form):
    """A post becomes what `check` takes: numbers, options, times, rows."""
    asked = form(*FIELDS)
    post = posted(
        ("_key", "k"),
        ("name", "王"),
        ("note", "一\r\n二"),
        ("amount", " 1,200.50 "),
        ("code", "0012"),
        ("agreed", ""),
        ("agreed", "on"),
        ("grade", ""),
        ("grade", "json:1"),
        ("papers", ""),
        ("papers", "i"),
        ("papers", 'json:{"a":1.5}'),
        ("at", "2026-11-21T14:30"),
        ("lines", ""),
        ("lines[7].sku", "B"),
        ("lines[7]._row", ""),
        ("lines[3].sku", "A"),
        ("lines[3]._row", "0"),
        ("lines[3].urgent", ""),
    )

    assert {
        "name": "王",
        "note": "一\n二",
        "amount": Decimal("1200.50"),
        "code": "0012",
        "agreed": True,
        "grade": 1,
        "papers": ["i", {"a": Decimal("1.5")}],
        "at": "2026-11-21T14:30+08:00",
        "lines": [{"sku": "A", "_row": 0, "urgent": False}, {"sku": "B", "_row": None}],
    } == asked.from_post(post, {})


def test_unticked_boxes_are_answers_only_where_they_were_shown(form):
    """A box that was on the page and not ticked is no; one that was not on the page keeps its value."""
    asked = form(*FIELDS)

    assert {"agreed": False, "papers": []} == asked.from_post(posted(("agreed", ""), ("papers", "")), {})
    assert asked.check(asked.from_post(posted(("name", "x")), {}), {"agreed": True}).values["agreed"] is True


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "name.x",
        "name[0]",
        "lines.x",
        "lines[0].price",
        "lines[0]",
        "lines[0][1]",
        "a..b",
        "[0]",
        "x" * 500,
        "总计",
    ],
)
def test_unknown_names_are_refused(form, name):
    """A name the form does not have is an error, not a value."""
    asked = form(*FIELDS)

    checked = asked.check(asked.from_post(posted((name, "1")), {}), {})

    assert not checked.ok


def test_a_huge_index_costs_nothing(form):
    """Row numbers are only an order: the millionth row is the first when it is alone."""
    asked = form(*FIELDS)

    assert {"lines": [{"sku": "A"}]} == asked.from_post(posted(("lines[999999].sku", "A")), {})
    many = posted(*((f"lines[{at}].sku", "A") for at in range(500)))
    assert "Give at most 200 rows." == asked.check(asked.from_post(many, {}), {}).errors["lines"].en


def test_what_is_drawn_posts_back_the_same(form):
    """An untouched page, posted, gives the values it was drawn from, also through a browser without scripts."""
    asked = form(*FIELDS)
    context = {
        "name": '"<王>"',
        "note": "\n一\n\n二 ",
        "amount": Decimal("1200.50"),
        "code": "007",
        "grade": True,
        "papers": [{"a": Decimal("1.5")}],
        "at": "2026-11-21T14:30+08:00",
        "lines": [{"sku": "A", "urgent": True, "bin": 7}, {"sku": "B", "urgent": False}],
    }

    post = as_browser(asked.render(asked.initial(context), {}, context, "zh_CN"))
    checked = asked.check(asked.from_post(post, context), context)

    assert {**context, "agreed": False} == checked.values


def test_rows_are_added_and_removed(form):
    """The row buttons give one row more or less; what was typed stays, and rows keep where they came from."""
    asked = form(*FIELDS)
    context = {"lines": [{"sku": "A", "bin": 1}, {"sku": "B", "bin": 2}]}
    post = as_browser(asked.render(asked.initial(context), {}, context, "zh_CN"))
    post.setlist("lines[1].sku", ["B2"])
    typed = asked.from_post(post, context)

    added = asked.act("add:lines", typed, context)
    removed = asked.act("remove:lines:0", added, context)

    assert ["A", "B2", ""] == [row["sku"] for row in added["lines"]]
    assert [(1, "B2"), (None, "")] == [(row["_row"], row["sku"]) for row in removed["lines"]]
    again = as_browser(asked.render(removed, {}, context, "zh_CN"))
    values = asked.check(asked.from_post(again, context), context).values["lines"]
    assert [{"sku": "B2", "urgent": False, "bin": 2}, {"sku": "", "urgent": False}] == values


@pytest.mark.parametrize(
    "action", ["", "add", "add:", "add:name", "add:lines[9]", "remove:lines", "remove:lines:99", "x:lines"]
)
def test_other_actions_change_nothing(form, action):
    """What no button of the form sends changes nothing."""
    asked = form(*FIELDS)
    values = {"lines": [{"sku": "A", "_row": None}]}

    assert values == asked.act(action, values, {})


def test_uploads_go_to_their_keeper(form, shelf):
    """Uploads are kept by the caller and come back as references; kept ones stay unless unticked."""
    asked = form({"type": "filepicker", "key": "papers", "label": "单据", "multiple": True})
    old, other = shelf.put("d1", "旧.pdf"), shelf.put("d2", "别.pdf")
    uploads = MultiDict(
        [("_file:papers", FileStorage(BytesIO(b"x"), "新.pdf", content_type="application/pdf"))]
    )

    typed = asked.from_post(
        posted(("papers", ""), ("papers", "d1")), {"papers": [old, other]}, uploads=uploads, files=shelf
    )

    assert ["旧.pdf", "新.pdf"] == [one["metadata"]["fileName"] for one in typed["papers"]]
    assert asked.check(typed, {"papers": [old, other]}, files=shelf).values == typed


def test_preview_follows_what_is_typed(form):
    """A preview draws rows and conditions again; errors stay where they were and do not run ahead of the person."""
    fields = [{"type": "textfield", "id": "s", "key": "sku", "label": "货号", "validate": {"required": True}}]
    asked = form(
        {**FIELDS[0], "validate": {"required": True}},
        {"type": "dynamiclist", "path": "lines", "label": "l", "components": fields},
    )

    fresh = asked.preview(posted(("name", ""), ("_action", "add:lines")), {})
    judged = asked.preview(posted(("name", ""), ("_checked", "1"), ("_action", "add:lines")), {})

    assert 2 == len(fresh[0]["lines"])
    assert {} == fresh[1]
    assert {"name"} == set(judged[1])


def test_a_refused_upload_is_an_error_of_its_field(form, shelf):
    """A file that its keeper refuses is said at the field, and the other answers stay."""
    asked = form({"type": "filepicker", "key": "paper", "label": "单据"}, FIELDS[0])
    uploads = MultiDict([("_file:paper", FileStorage(BytesIO(b"x"), "big.pdf"))])

    class Full(type(shelf)):
        def store(self, path, upload):
            raise Refused(Message(zh="文件太大。", en="The file is too large."))

    typed = asked.from_post(posted(("paper", ""), ("name", "王")), {}, uploads=uploads, files=Full())
    checked = asked.check(typed, {}, files=shelf)

    assert "王" == typed["name"]
    assert {"paper": "The file is too large."} == {
        path: message.en for path, message in checked.errors.items()
    }
    assert "file" in str(asked.render(typed, checked.errors, {}, "en"))
