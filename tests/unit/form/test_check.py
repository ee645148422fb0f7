"""What comes of a submission: exact values for the process, or an error at the field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

NAME = {"type": "textfield", "key": "name", "label": "名称", "validate": {"required": True, "maxLength": 4}}
AMOUNT = {"type": "number", "key": "amount", "label": "金额", "decimalDigits": 2, "validate": {"min": 0}}
AGREED = {"type": "checkbox", "key": "agreed", "label": "同意"}
GRADE = {"type": "select", "key": "grade", "label": "等级", "values": ["A", "B", {"label": "三", "value": 3}]}
LOCKED = {"type": "textfield", "key": "owner", "label": "客服", "readonly": True}
LINES = {
    "type": "dynamiclist",
    "path": "lines",
    "label": "货品",
    "components": [
        {"type": "textfield", "id": "sku", "key": "sku", "label": "货号", "readonly": True},
        {
            "type": "number",
            "id": "qty",
            "key": "quantity",
            "label": "数量",
            "validate": {"required": True, "min": 1},
        },
        {"type": "expression", "id": "sum", "key": "sum", "expression": "=this.quantity * this.price"},
    ],
}


def said(checked):
    """The errors in English, by path."""
    return {path: message.en for path, message in checked.errors.items()}


def test_gives_exact_values(form):
    """Numbers come as int or Decimal, never float; texts as typed."""
    asked = form(NAME, AMOUNT, AGREED, GRADE)

    checked = asked.check({"name": " 王 ", "amount": 12.30, "agreed": True, "grade": 3}, {})

    assert {"name": " 王 ", "amount": Decimal("12.3"), "agreed": True, "grade": 3} == checked.values
    assert {} == checked.errors


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", 5),
        ("name", ["x"]),
        ("name", "a\0b"),
        ("name", "\ud800"),
        ("name", "字" * 10_001),
        ("amount", True),
        ("amount", "12"),
        ("amount", float("nan")),
        ("amount", 10**40),
        ("amount", Decimal("1e-50")),
        ("agreed", "true"),
        ("agreed", 1),
        ("grade", "C"),
        ("grade", True),
        ("grade", ["A"]),
        ("lines", {}),
        ("lines", [1]),
        ("lines", [{}] * 201),
        ("unknown", 1),
    ],
)
def test_refuses_wrong_types(form, path, value):
    """A value of another type, an unknown option or an unknown field is an error at its path, and nothing is given."""
    asked = form(
        {**NAME, "validate": {}}, AMOUNT, AGREED, GRADE, {**LINES, "components": LINES["components"][1:2]}
    )

    checked = asked.check({path: value}, {"lines": []})

    assert {} == checked.values
    assert any(name.startswith(path) for name in checked.errors)


def test_refuses_writing_a_locked_field(form):
    """A read-only field may be sent back as it is, and not otherwise."""
    asked = form(NAME, LOCKED, {**NAME, "key": "other", "disabled": True})
    context = {"owner": "林晓雨", "other": "x"}

    same = asked.check({"name": "王", "owner": "林晓雨", "other": "x"}, context)
    changed = asked.check({"name": "王", "owner": "赵敏", "other": "y"}, context)

    assert {"name": "王"} == same.values
    assert {"owner": "This field is read-only.", "other": "This field is read-only."} == said(changed)


def test_refuses_variables_the_form_does_not_ask_for(form):
    """Whatever the task's data holds, only the form's own fields are taken from a submission."""
    asked = form(NAME, LOCKED)
    context = {"owner": "林", "total": 9600, "role": {"admin": False}}

    checked = asked.check({"name": "王", "total": 1, "role": {"admin": True}, "__proto__": {}}, context)

    assert {"total", "role", "__proto__"} == set(checked.errors)


def test_hidden_answers_do_not_count(form):
    """A hidden field is neither demanded nor handed on, and nothing is computed from what was sent for it."""
    asked = form(
        {**AGREED, "key": "split"},
        {"type": "number", "key": "discount", "label": "折扣", "conditional": {"hide": "=not(split)"}},
        {**NAME, "key": "reason", "conditional": {"hide": "=split != true"}},
        {"type": "expression", "key": "price", "expression": "=100 - discount"},
    )

    checked = asked.check({"split": False, "discount": 90, "reason": 5}, {"discount": 10})
    shown = asked.check({"split": True, "discount": 90, "reason": "好"}, {"discount": 10})

    assert {"split": False, "price": 90} == checked.values
    assert {"split": True, "discount": 90, "reason": "好", "price": 10} == shown.values


def test_a_row_cannot_smuggle_a_hidden_answer(form):
    """What is hidden in a row does not count for the row's computed values either."""
    fields = [
        {"type": "number", "id": "p", "key": "price", "label": "价", "readonly": True},
        {
            "type": "number",
            "id": "d",
            "key": "discount",
            "label": "折扣",
            "conditional": {"hide": "=not(manager)"},
        },
        {
            "type": "expression",
            "id": "s",
            "key": "sum",
            "expression": "=if this.discount = null then this.price else 0",
        },
    ]
    asked = form({**LINES, "components": fields})

    checked = asked.check(
        {"lines": [{"discount": 100, "_row": 0}]}, {"manager": False, "lines": [{"price": 5}]}
    )

    assert {"lines": [{"price": 5, "sum": 5}]} == checked.values


def test_rows_keep_what_the_form_does_not_show(form):
    """Rows keep their read-only and unknown members, also when rows are taken away; new rows have none."""
    asked = form(LINES)
    context = {"lines": [{"sku": "A", "price": 2, "bin": 7}, {"sku": "B", "price": 3, "bin": 9}]}

    checked = asked.check({"lines": [{"_row": 1, "quantity": 4}, {"_row": None, "quantity": 1}]}, context)

    expected = [
        {"sku": "B", "price": 3, "bin": 9, "quantity": 4, "sum": 12},
        {"sku": "", "quantity": 1, "sum": None},
    ]
    assert {"lines": expected} == checked.values


def test_a_row_counts_once(form):
    """One row of the task's data cannot be given twice, nor can one that is not there."""
    asked = form(LINES)
    context = {"lines": [{"sku": "A", "price": 2}]}

    twice = asked.check({"lines": [{"_row": 0, "quantity": 1}, {"_row": 0, "quantity": 1}]}, context)
    absent = asked.check({"lines": [{"_row": 5, "quantity": 1}]}, context)

    assert {"lines[1]"} == set(twice.errors)
    assert {"lines[0]"} == set(absent.errors)


def test_fixed_lists_keep_their_rows(form):
    """Without add and remove, the number and order of rows stay."""
    asked = form({**LINES, "allowAddRemove": False})
    context = {"lines": [{"sku": "A", "price": 2}, {"sku": "B", "price": 2}]}

    fewer = asked.check({"lines": [{"quantity": 1}]}, context)
    turned = asked.check({"lines": [{"_row": 1, "quantity": 1}, {"_row": 0, "quantity": 1}]}, context)

    assert {"lines": "Rows of this list cannot be added or removed."} == said(fewer)
    assert {"lines": "Rows of this list cannot be added or removed."} == said(turned)


def test_number_of_rows_is_bounded(form):
    """`properties.min_rows` and `max_rows` bound a list, and 200 bounds every list."""
    asked = form(
        {**LINES, "components": LINES["components"][1:2], "properties": {"min_rows": "1", "max_rows": "2"}}
    )

    assert {"lines": "Give at least 1 rows."} == said(asked.check({"lines": []}, {}))
    assert {"lines": "Give at most 2 rows."} == said(asked.check({"lines": [{"quantity": 1}] * 3}, {}))


def test_days_before_today_are_refused_when_new(form, clock):
    """A field that takes no past day refuses yesterday, but not the day it already had."""
    asked = form(
        {"type": "datetime", "key": "on", "dateLabel": "送货", "subtype": "date", "disallowPassedDates": True}
    )

    assert {"on": "2026-11-21"} == asked.check({"on": "2026-11-21"}, {}, clock=clock).values
    assert {"on"} == set(asked.check({"on": "2026-11-20"}, {}, clock=clock).errors)
    assert {"on": "2026-11-20"} == asked.check(
        {"on": "2026-11-20"}, {"on": date(2026, 11, 20)}, clock=clock
    ).values


@pytest.mark.parametrize(
    ("subtype", "fine", "refused"),
    [("date", "2026-11-21", "2026-11-22"), ("datetime", "2026-11-21T09:30", "2026-11-21T09:31")],
)
def test_what_has_happened_is_not_in_the_future(form, subtype, fine, refused):
    """`properties.happened` refuses a day after today, a minute after now, but not what the task's data already had."""
    field = {"type": "datetime", "key": "at", "subtype": subtype, "dateLabel": "送达"}
    asked = form({**field, "properties": {"happened": "true"}})

    def now():
        return datetime(2026, 11, 21, 1, 30, tzinfo=UTC)

    assert {"at": fine} == asked.check({"at": fine}, {}, clock=now).values
    assert ("happened",) == asked.check({"at": refused}, {}, clock=now).rules["at"]
    assert {} == asked.check({"at": refused}, {"at": refused}, clock=now).errors


@pytest.mark.parametrize(
    ("format_", "given", "kept"),
    [
        ("no_timezone", "2026-11-21T14:30", "2026-11-21T14:30"),
        ("no_timezone", "2026-11-21T06:30Z", "2026-11-21T14:30"),
        ("utc_offset", "2026-11-21T14:30", "2026-11-21T14:30+08:00"),
        ("utc_offset", "2026-11-21T14:30-03:00", "2026-11-21T14:30-03:00"),
        ("utc_normalized", "2026-11-21T00:30", "2026-11-20T16:30Z"),
        ("utc_normalized", "2026-02-30T00:30", None),
        ("utc_normalized", "2026-11-21", None),
        ("no_timezone", "0001-01-01T00:00+14:00", None),
    ],
)
def test_times_are_kept_in_the_fields_format(form, format_, given, kept):
    """A time is converted to the format the field declares; a time without zone is Shanghai's."""
    asked = form(
        {
            "type": "datetime",
            "key": "at",
            "dateLabel": "日期",
            "subtype": "datetime",
            "timeInterval": 30,
            "timeSerializingFormat": format_,
        }
    )

    checked = asked.check({"at": given}, {})

    assert ({"at": kept} if kept else {}) == checked.values


@pytest.mark.parametrize("given", ["１４:３０", "14:3０", "２０２６-１１-２１T14:30", "2026-11-21T１４:30"])
def test_times_of_other_digits_are_refused(form, given):
    """No expression could read them: they are told at the field and not kept."""
    kind = "datetime" if "T" in given else "time"
    asked = form({"type": "datetime", "key": "at", "subtype": kind, "timeLabel": "时间", "timeInterval": 1})

    assert ["at"] == list(asked.check({"at": given}, {}).errors)


def test_times_follow_the_interval(form):
    """Minutes that the field does not offer are refused."""
    asked = form(
        {"type": "datetime", "key": "at", "timeLabel": "时间", "subtype": "time", "timeInterval": 15}
    )

    assert {"at": "The minutes must be a multiple of 15."} == said(asked.check({"at": "14:10"}, {}))


def test_limits_may_be_computed(form):
    """A limit in FEEL reads the task's data and the row."""
    fields = [
        {
            "type": "number",
            "id": "q",
            "key": "quantity",
            "label": "数量",
            "validate": {"max": "=this.available", "min": "=least"},
        }
    ]
    asked = form({**LINES, "components": fields})

    checked = asked.check(
        {"lines": [{"quantity": 61}, {"quantity": 1}]},
        {"least": 2, "lines": [{"available": 60}, {"available": 5}]},
    )

    assert {"lines[0].quantity": "Must be at most 60.", "lines[1].quantity": "Must be at least 2."} == said(
        checked
    )


def test_options_of_the_data(form):
    """Options come from the task's data or are computed; what is no option any more is not kept."""
    asked = form(
        {"type": "radio", "key": "a", "label": "a", "valuesKey": "stores"},
        {"type": "taglist", "key": "b", "label": "b", "valuesExpression": "=for s in stores return s.value"},
    )
    context = {
        "stores": [{"label": "一店", "value": "s1"}, {"label": "二店", "value": "s2"}],
        "a": "old",
        "b": ["s1", "old"],
    }

    assert {"a": None, "b": ["s1"]} == asked.check({}, context).values
    assert {"a": "s2", "b": ["s2", "s1"]} == asked.check({"a": "s2", "b": ["s2", "s1"]}, context).values
    assert {"a", "b"} == set(asked.check({"a": "old", "b": ["old"]}, context).errors)


def test_files_are_references_of_the_keeper(form, shelf):
    """A file counts when the keeper knows it, is of an accepted kind, and is told in the keeper's words."""
    asked = form({"type": "filepicker", "key": "papers", "label": "单据", "accept": ".pdf,image/*"})
    reference = shelf.put("d1", "合同.PDF")
    shelf.put("d2", "x.exe", "application/x-msdownload")

    taken = asked.check(
        {"papers": [{"documentId": "d1", "metadata": {"fileName": "forged"}}]}, {}, files=shelf
    )

    assert {"papers": [reference]} == taken.values
    for wrong in (["d2"], ["d9"], ["d1", "d1"], "d1", [{"documentId": {}}]):
        assert {"papers"} == set(asked.check({"papers": wrong}, {}, files=shelf).errors)
    assert {"papers"} == set(asked.check({"papers": ["d1"]}, {}).errors)


def test_computed_values_follow_one_another(form):
    """Computed values may be computed from one another, in any order."""
    asked = form(
        {"type": "expression", "key": "gross", "expression": "=net + tax"},
        {"type": "expression", "key": "tax", "expression": "=net * 0.13"},
        {"type": "number", "key": "net", "label": "净额"},
    )

    assert {"net": 100, "tax": Decimal(13), "gross": Decimal(113)} == asked.check({"net": 100}, {}).values


def test_parts_that_chase_one_another_come_to_rest(form):
    """A form whose parts hide or compute one another in a ring still answers."""
    asked = form(
        {**NAME, "key": "a", "validate": {}, "conditional": {"hide": '=b = ""'}},
        {**NAME, "key": "b", "validate": {}, "conditional": {"hide": '=a != ""'}},
        {"type": "expression", "key": "n", "expression": "=n + 1"},
    )

    assert asked.check({"a": "x", "b": "y"}, {"n": 0}).ok


def test_messages_name_what_to_do_in_both_languages(form):
    """Every error is a sentence in Chinese and in English."""
    asked = form(NAME, AMOUNT)

    checked = asked.check({"name": "太长的名称", "amount": -1.234}, {})

    assert ["最多 4 个字。", "最多 2 位小数。"] == [message.zh for message in checked.errors.values()]
    assert {"name": ("maxLength",), "amount": ("decimalDigits", "min")} == checked.rules
