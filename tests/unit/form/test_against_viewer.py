"""Our judgement of generated forms and answers is that of form-js's own viewer."""

from __future__ import annotations

import json
import random
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from engine.form import read
from engine.form.answers import answers
from engine.form.path import MISSING, get, text
from engine.form.state import settled

FRONTEND = Path(__file__).parents[3] / "frontend"
VIEWER = Path(__file__).with_name("viewer.mjs")

pytestmark = pytest.mark.node

TEXTS = [
    "",
    "x",
    "ab",
    "张三",
    " 两 ",
    "a@b.cn",
    "a@",
    "+8613800138000",
    "0086 138",
    "13800138000",
    "emoji 😀😀",
    "多" * 12,
]
NUMBERS = [None, 0, 1, 5, -3, 12, 2.5, 3.14159, 1000000, 0.1, -0.5]
OPTIONS = [
    [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}],
    [{"label": "One", "value": 1}, {"label": "Yes", "value": True}, "c"],
    ["a", "b", "c"],
]
HIDES = [
    '=k1 = "x"',
    "=k2 > 4",
    "=flag",
    "=not(flag)",
    "=k9",
    '=k1 = "x" or flag',
    "=k2 = null",
    "=count(kinds) = 0",
]
ROW_HIDES = ["=this.r2 > 4", "=flag", '=parent.k1 = "x"', "=i[1] = 2", "=k2 > 4"]


class Maker:
    """Makes forms, task data and answers from one seed."""

    def __init__(self, seed: int) -> None:
        self.any = random.Random(seed)
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.any.random() < share

    def component(self, kind: str, key: str, hides: list[str]) -> dict:
        self.count += 1
        made = {"type": kind, "id": f"f{self.count}", "key": key, "label": key}
        if self.chance(0.25) and key not in ("k1", "k2", "flag"):
            made["conditional"] = {"hide": self.any.choice(hides)}
        if self.chance(0.1):
            made["disabled"] = True
        if self.chance(0.1):
            made["readonly"] = self.any.choice([True, "=flag", "=k2 > 4", "=nothing"])
        rules = self.rules(kind)
        if rules:
            made["validate"] = rules
        self.dress(kind, made)
        return made

    def rules(self, kind: str) -> dict:
        rules = {"required": True} if self.chance(0.5) else {}
        if kind in ("textfield", "textarea") and self.chance(0.6):
            rules |= self.any.choice(
                [{"minLength": 2}, {"maxLength": 3}, {"minLength": "=k2"}, {"maxLength": "=nothing"}]
            )
        if kind == "textfield" and self.chance(0.5):
            rules |= self.any.choice(
                [
                    {"validationType": "email"},
                    {"validationType": "phone"},
                    {"pattern": "^1[3-9]\\d{9}$", "patternErrorMessage": "no"},
                    {"pattern": "[\\u4e00-\\u9fa5]"},
                    {"pattern": "^\\s*\\w+\\s*$"},
                ]
            )
        if kind == "number" and self.chance(0.7):
            rules |= self.any.choice(
                [{"min": 1}, {"max": 4}, {"min": 0, "max": 10}, {"min": "=k2"}, {"max": "=k1"}]
            )
        return rules

    def dress(self, kind: str, made: dict) -> None:
        if kind == "number":
            made |= self.any.choice(
                [{}, {"decimalDigits": 2}, {"decimalDigits": 0}, {"increment": 0.5}, {"increment": "5"}]
            )
        elif kind in ("radio", "select", "checklist", "taglist"):
            made |= self.any.choice(
                [
                    {"values": self.any.choice(OPTIONS)},
                    {"valuesKey": "choices"},
                    {"valuesExpression": "=more"},
                ]
            )
        elif kind == "datetime":
            made.pop("label")
            made |= {
                "subtype": self.any.choice(["date", "time", "datetime"]),
                "dateLabel": "d",
                "timeInterval": 1,
            }
            made["timeSerializingFormat"] = self.any.choice(["utc_offset", "utc_normalized", "no_timezone"])
        elif self.chance(0.3):
            default = {"textfield": "默认", "textarea": "默认", "checkbox": True}.get(kind)
            made |= {} if default is None else {"defaultValue": default}

    def value(self, made: dict, context: dict) -> object:
        kind = made["type"]
        if kind in ("textfield", "textarea"):
            return self.any.choice(TEXTS)
        if kind == "number":
            return self.any.choice(NUMBERS)
        if kind == "checkbox":
            return self.chance(0.5)
        if kind == "datetime":
            return self.moment(made) if self.chance(0.7) else None
        allowed = self.allowed(made, context)
        if kind in ("radio", "select"):
            return self.any.choice([None, *allowed])
        return self.any.sample(allowed, self.any.randrange(len(allowed) + 1))

    def allowed(self, made: dict, context: dict) -> list:
        found = made.get("values") or (context["choices"] if "valuesKey" in made else context["more"])
        return [item["value"] if isinstance(item, dict) else item for item in found]

    def moment(self, made: dict) -> str:
        suffix = {"utc_offset": "+08:00", "utc_normalized": "Z"}.get(made["timeSerializingFormat"], "")
        clock = f"{self.any.randrange(24):02}:{self.any.randrange(60):02}{suffix}"
        day = f"20{self.any.randrange(20, 30)}-{self.any.randrange(1, 13):02}-{self.any.randrange(1, 29):02}"
        return {"date": day, "time": clock}.get(made["subtype"], f"{day}T{clock}")

    def kind(self) -> str:
        return self.any.choice(
            [
                "textfield",
                "textarea",
                "number",
                "checkbox",
                "radio",
                "select",
                "checklist",
                "taglist",
                "datetime",
            ]
        )

    def form(self) -> dict:
        parts = [self.component("textfield", "k1", HIDES), self.component("number", "k2", HIDES)]
        parts.append(self.component("checkbox", "flag", HIDES))
        parts += [self.component(self.kind(), f"k{number}", HIDES) for number in range(3, 8)]
        group = [self.component(self.kind(), f"g{number}", HIDES) for number in range(1, 3)]
        rows = [
            self.component(kind, f"r{at}", ROW_HIDES)
            for at, kind in ((1, "textfield"), (2, "number"), (3, self.kind()))
        ]
        rows[1].pop("conditional", None)  # a hidden answer in a row counts for nothing in ours
        if self.chance(0.5):
            rows.append(
                {
                    "type": "expression",
                    "id": "rx",
                    "key": "rx",
                    "expression": "=this.r2 * 2",
                    "computeOn": "change",
                }
            )
        parts.append(
            {"type": "group", "id": "grp", "label": "g", "components": group}
            | ({"path": "box"} if self.chance(0.6) else {})
            | ({"conditional": {"hide": self.any.choice(HIDES)}} if self.chance(0.2) else {})
        )
        parts.append(
            {"type": "dynamiclist", "id": "lst", "label": "l", "path": "rows", "components": rows}
            | ({"conditional": {"hide": self.any.choice(HIDES)}} if self.chance(0.15) else {})
            | ({"defaultRepetitions": self.any.randrange(3)} if self.chance(0.5) else {})
        )
        if self.chance(0.5):
            parts.append(
                {
                    "type": "expression",
                    "id": "ex",
                    "key": "ex",
                    "expression": "=k2 + 1",
                    "computeOn": "change",
                }
            )
        return {"type": "default", "id": "made", "components": parts}

    def data(self, parts: list[dict], context: dict, share: float) -> dict:
        found: dict = {}
        for part in parts:
            if part["type"] == "expression":
                continue
            if part["type"] == "group":
                inner = self.data(part["components"], context, share)
                found |= {part["path"]: inner} if "path" in part else inner
            elif part["type"] == "dynamiclist":
                if self.chance(share):
                    found[part["path"]] = [
                        self.data(part["components"], context, 1) for _ in range(self.any.randrange(4))
                    ]
            elif self.chance(share):
                old = share < WHOLE and self.chance(0.15) and part.get("readonly") in (None, True)
                found[part["key"]] = (
                    self.any.choice(STRANGE[part["type"] in SEVERAL]) if old else self.value(part, context)
                )
        return found

    def writable(self, parts: list[dict], given: dict) -> dict:
        """The answers less those of fields that a person cannot type into."""
        out = dict(given)
        for part in parts:
            if part["type"] == "group":
                inner = out.get(part["path"], {}) if "path" in part else out
                kept = self.writable(part["components"], inner)
                out = {**out, part["path"]: kept} if "path" in part else kept
            elif part["type"] == "dynamiclist":
                out["rows"] = [self.writable(part["components"], row) for row in out.get("rows", [])]
            elif part.get("disabled") or part.get("readonly"):
                out.pop(part["key"], None)
        return out

    def case(self) -> dict:
        form = self.form()
        extra = {"choices": ["p", "q"], "more": [{"label": "M", "value": "m"}, {"label": "N", "value": 7}]}
        context = extra | self.data(form["components"], extra, 0.4)
        context.pop("rows", None)
        given = self.data(form["components"], extra, 0.8)
        given.setdefault("rows", [])
        return {"schema": form, "context": context, "submitted": self.writable(form["components"], given)}


def viewer(node: str, cases: list[dict]) -> list[dict]:
    """What the real viewer makes of the cases."""
    ran = subprocess.run(
        [node, str(VIEWER), str(FRONTEND)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
        env={"TZ": "Asia/Shanghai", "PATH": str(Path(node).parent)},
    )
    return json.loads(ran.stdout)


def plain(value: object) -> object:
    """A value with its numbers as JavaScript has them."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value)


def ours(case: dict) -> tuple[dict, dict]:
    """Values and numbers of complaints by path, as our engine has them."""
    form = read(json.dumps(case["schema"]))
    context = json.loads(json.dumps(case["context"]), parse_float=Decimal)
    submitted = json.loads(json.dumps(case["submitted"]), parse_float=Decimal)
    given = answers(form.shape, submitted, context)
    state = settled(form.components, given)
    values = {
        text(node.path): plain(get(state.data, node.path))
        for node in state.all_nodes()
        if node.component.is_input and not node.hidden and not node.component.disabled
        if get(state.data, node.path) is not MISSING
    }
    return values, {path: len(rules) for path, rules in form.check(submitted, context).rules.items()}


def theirs(case: dict, result: dict) -> tuple[dict, dict]:
    """The same of the viewer, whose complaints stand under ids and row numbers."""
    places: dict[str, str] = {}

    def walk(parts: list[dict], base: str) -> None:
        for part in parts:
            below = f"{base}{part['path']}." if part.get("path") and part["type"] == "group" else base
            if part["type"] == "dynamiclist":
                walk(part["components"], "rows[#].")
            elif part["type"] == "group":
                walk(part["components"], below)
            else:
                places[part["id"]] = base + part["key"]

    walk(case["schema"]["components"], "")
    complaints: dict = {}
    for name, found in result["errors"].items():
        if found and all(isinstance(one, str) for one in found):
            complaints[places[name]] = len(found)
        else:
            complaints |= {
                places[name].replace("#", str(at)): len(row) for at, row in enumerate(found) if row
            }
    return leaves(result["data"], ""), complaints


def leaves(data: dict, base: str) -> dict:
    """Values by path."""
    found: dict = {}
    for key, value in data.items():
        if isinstance(value, dict):
            found |= leaves(value, f"{base}{key}.")
        elif key == "rows":
            for at, row in enumerate(value):
                found |= leaves(row or {}, f"rows[{at}].")
        else:
            found[base + key] = plain(value)
    return found


def test_judges_as_the_viewer_does(node):
    """Over generated forms and answers, values and complaints are those of form-js, field by field."""
    maker = Maker(20261121)
    cases = [maker.case() for _ in range(CASES)]
    results = viewer(node, cases)

    differences = [
        (number, ours(case), theirs(case, result))
        for number, (case, result) in enumerate(zip(cases, results, strict=True))
        if ours(case) != theirs(case, result)
    ]

    assert [] == differences


CASES = 100
#: Less than this share of the fields is in the task's data, and that may hold what the form would not take.
WHOLE = 0.5
STRANGE = [
    ["zzz", ["zzz", "a"], None, 12, "5", True, {"a": 1}, "2026-13-01", []],
    [["zzz"], ["zzz", "a", "m"], [], ["p", 7]],
]
SEVERAL = ("checklist", "taglist")
