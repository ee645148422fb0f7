"""JSON from outside over the real API: kept exactly, or refused in words; never a fault, never half (T6, F12, F13)."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.access import SYSTEM
from engine.commands.deploy import deploy
from tests.security.people import Crew

#: Documents that readers without care let in, and what they break later.
REFUSED: dict[str, bytes] = {
    "empty": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"definition"',
    "cut off": b'{"definition": "open_values", "variables": {"a": 1',
    "two documents": b'{"definition": "open_values"}{"definition": "open_values"}',
    "comma at the end": b'{"definition": "open_values",}',
    "comment": b'{"definition": "open_values" /* one */}',
    "single quotes": b"{'definition': 'open_values'}",
    "byte order mark": b'\xef\xbb\xbf{"definition": "open_values"}',
    "utf-16": '{"definition": "open_values"}'.encode("utf-16"),
    "broken utf-8": b'{"definition": "open_values", "variables": {"a": "\xff"}}',
    "overlong utf-8": b'{"definition": "open_values", "variables": {"a": "\xc0\xaf"}}',
    "utf-8 surrogate": b'{"definition": "open_values", "variables": {"a": "\xed\xa0\x80"}}',
    "a name twice": b'{"definition": "open_values", "definition": "other"}',
    "a name twice inside": b'{"definition": "open_values", "variables": {"a": {"b": 1, "b": 2}}}',
    "a name twice, escaped": b'{"definition": "open_values", "variables": {"a": 1, "\\u0061": 2}}',
    "NaN": b'{"definition": "open_values", "variables": {"a": NaN}}',
    "Infinity": b'{"definition": "open_values", "variables": {"a": Infinity}}',
    "-Infinity": b'{"definition": "open_values", "variables": {"a": -Infinity}}',
    "huge exponent": b'{"definition": "open_values", "variables": {"a": 1e999999999}}',
    "tiny exponent": b'{"definition": "open_values", "variables": {"a": 1e-999999999}}',
    "a million digits": b'{"definition": "open_values", "variables": {"a": ' + b"9" * 900_000 + b"}}",
    "35 digits": b'{"definition": "open_values", "variables": {"a": ' + b"9" * 35 + b"}}",
    "leading zero": b'{"definition": "open_values", "variables": {"a": 01}}',
    "NUL": b'{"definition": "open_values", "variables": {"a": "\\u0000"}}',
    "NUL in a name": b'{"definition": "open_values", "variables": {"a\\u0000": 1}}',
    "lone surrogate": b'{"definition": "open_values", "variables": {"a": "\\ud800"}}',
    "surrogates the wrong way": b'{"definition": "open_values", "variables": {"a": "\\udc00\\ud800"}}',
    "raw line break in a text": b'{"definition": "open_values", "variables": {"a": "\n"}}',
    "depth 21": b'{"definition": "open_values", "variables": ' + b'{"a":' * 21 + b"1" + b"}" * 22,
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "long name": b'{"definition": "open_values", "variables": {"' + b"a" * 257 + b'": 1}}',
    "another name": b'{"definition": "open_values", "typename": "Foo"}',
    "values of another type": b'{"definition": "open_values", "variables": "a"}',
}  # fmt: skip

#: Values whose names or spelling other engines mistake for commands of their own.
KEPT: list[Any] = [
    {"typename": "Foo"},
    {"typename": "timedelta", "days": 1},
    {"$": "n", "v": "1"},
    {"$": "date", "v": "no date"},
    {"$": "months", "v": {"$": "n"}},
    {"__class__": "x", "__proto__": {"admin": True}, "constructor": 1},
    {"a b": 1, "": 2, "客户": "和顺商行 🚚", "\u202e": "\u202e"},
    ["", " ", "\u2028", "\x7f", "\x01", "e\u0301", "\ufffe"],
    [0, -0, 2**63 - 1, -(2**63), True, False, None, [], {}],
    "=1+1",
    "{{ 7 * 7 }}",
    "${7*7}",
    "'; DROP TABLE instance; --",
]

SHAPE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
  id="o" targetNamespace="urn:o" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
<bpmn:process id="open_values" name="Open" isExecutable="true">
<bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
<bpmn:userTask id="wait" name="Wait"><bpmn:extensionElements><zeebe:userTask/>
<zeebe:assignmentDefinition candidateGroups="cs"/></bpmn:extensionElements>
<bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
<bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/>
<bpmn:sequenceFlow id="f2" sourceRef="wait" targetRef="end"/>
</bpmn:process></bpmn:definitions>"""


@pytest.fixture(scope="module")
def crew(shared: Crew) -> Crew:
    """A company with a process that takes any variables."""
    deploy(shared.db, [("open.bpmn", SHAPE.encode())], SYSTEM)
    return shared


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_is_refused(crew: Crew, name: str) -> None:
    """Each document is refused with a sentence, as a problem and not as a fault, and nothing was started."""
    before = _started(crew)

    answer = crew.call("lin", "POST", "/instances", REFUSED[name])

    assert answer.status_code in (400, 413, 422), answer.text
    assert "application/problem+json" == answer.content_type
    assert answer.json["detail"]
    assert before == _started(crew)


@pytest.mark.parametrize("value", KEPT, ids=lambda value: json.dumps(value)[:30])
def test_odd_values_come_back_as_they_were(crew: Crew, value: Any) -> None:
    """What looks like a command to somebody is a value, read back from the database and shown on the page."""
    begun = crew.call("lin", "POST", "/instances", {"definition": "open_values", "variables": {"it": value}})
    assert 201 == begun.status_code, begun.text

    shown = crew.call("lin", "GET", f"/instances/{begun.json['id']}")

    assert value == shown.json["variables"]["it"]
    assert 200 == crew.client("lin").get(f"/instances/{begun.json['id']}?tab=variables").status_code


texts = st.text(st.characters(), max_size=8)
numbers = st.integers() | st.floats() | st.sampled_from([10**33, 10**34, 10**40, -(10**34)])
values = st.recursive(
    st.none() | st.booleans() | numbers | texts | st.sampled_from(["typename", "$", "\ud800", "\0", "="]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@settings(
    phases=[Phase.generate],
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=values)
def test_any_json_value_survives(crew: Crew, value: Any) -> None:
    """Whatever is sent is refused, or exactly the same when the instance is read from the database again."""
    body = json.dumps({"definition": "open_values", "variables": {"it": value}}).encode()

    begun = crew.call("lin", "POST", "/instances", body)

    assert begun.status_code in (201, 400, 422), begun.text
    if begun.status_code == 201:
        crew.db.cache.clear()
        shown = crew.call("lin", "GET", f"/instances/{begun.json['id']}")
        assert _exact(value) == _exact(shown.json["variables"]["it"])


def test_random_bytes_are_no_fault(crew: Crew) -> None:
    """Noise, and documents with a few bytes turned, are refused or taken, nothing else."""
    chance = random.Random(4711)
    whole = json.dumps({"definition": "open_values", "variables": {"a": [1, "é", None, {"b": 2.5}]}}).encode()
    for _ in range(60):
        noise = bytearray(whole if chance.random() < 0.7 else chance.randbytes(40))
        for _ in range(chance.randint(1, 4)):
            noise[chance.randrange(len(noise))] = chance.randrange(256)

        assert crew.call("lin", "POST", "/instances", bytes(noise)).status_code in (201, 400, 404, 422)


@pytest.mark.parametrize(
    "path", ["/starts/%00", "/inbox?q=%00", "/inbox?%00=1", "/instances?process=a%00b", "/tasks/1-1%00"]
)
def test_nul_in_an_address_is_refused(crew: Crew, path: str) -> None:
    """PostgreSQL cannot keep NUL in a text: it is refused before any statement sees it."""
    assert 400 == crew.client("lin").get(path).status_code


def test_nul_in_a_form_is_refused(crew: Crew) -> None:
    """The same for what forms send, multipart or not, before and after the login."""
    task = crew.replenish()
    asked = [
        crew.client().post("/login", data={"login": "lin\0", "password": "x"}),
        crew.client("lin").post("/login", data={"login": "lin", "pass\0word": "x"}),
        crew.client("lin").post(f"/tasks/{task}/delegate", data={"to": "zhao\0"}),
        crew.client("lin").post(f"/tasks/{task}/draft", data={"a": "\0"}, content_type="multipart/form-data"),
        crew.call("lin", "GET", "/definitions/a%00b"),
        crew.call("lin", "GET", "/instances?text=%00"),
    ]

    assert [400] * 6 == [answer.status_code for answer in asked]


@pytest.mark.parametrize("named", ["", "name", 'filename="a.bpmn"'])
def test_a_part_of_a_form_without_a_name_is_refused(crew: Crew, named: str) -> None:
    """Nobody could ask for it; pages and API say that the request is wrong, nothing breaks."""
    disposition = "; ".join(filter(None, ["form-data", named]))
    part = f"--x\r\nContent-Disposition: {disposition}\r\n\r\nnull\r\n--x--\r\n".encode()
    kind = "multipart/form-data; boundary=x"

    pages = [
        crew.client("qian").post(path, data=part, content_type=kind) for path in ("/login", "/definitions")
    ]
    call = crew.call("qian", "POST", "/definitions", data=part, content_type=kind)

    assert [400] * 3 == [answer.status_code for answer in (*pages, call)]


@pytest.mark.parametrize("number", ["9223372036854775808", "99999999999999999999999", "9" * 500])
def test_numbers_no_row_can_have_are_not_found(crew: Crew, number: str) -> None:
    """A number beyond 64 bits in an address is no fault of the database."""
    for path in ("/instances", "/definitions", "/documents", "/tasks/after"):
        assert 404 == crew.client("lin").get(f"{path}/{number}").status_code


def _exact(value: Any) -> Any:
    """The value as JSON readers agree on it: 1.0 and 1 are one number, a float is its shortest digits, also beyond 2**53."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value)).normalize()
    if isinstance(value, list):
        return [_exact(each) for each in value]
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    return value


def _started(crew: Crew) -> int:
    with crew.db.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM instance").scalar_one())
