"""Processes of a few elements, written as lines of elements and flows."""

from __future__ import annotations

import json
from collections.abc import Sequence

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="d" targetNamespace="http://example.org" '
    'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">'
)


def _flow(source: str, target: str, condition: str = "") -> str:
    inner = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">={condition}</bpmn:conditionExpression>'
    )
    return (
        f'<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}">'
        + (inner if condition else "")
        + "</bpmn:sequenceFlow>"
    )


def _user(key: str, groups: str, form: str = "", more: str = "", properties: str = "") -> str:
    parts = [
        "<zeebe:userTask />",
        f'<zeebe:formDefinition formId="{form}" />' if form else "",
        f'<zeebe:assignmentDefinition candidateGroups="{groups}" />',
        f"<zeebe:properties>{properties}</zeebe:properties>" if properties else "",
    ]
    return (
        f'<bpmn:userTask id="{key}" name="{key}"><bpmn:extensionElements>{"".join(parts)}{more}'
        "</bpmn:extensionElements></bpmn:userTask>"
    )


def _service(key: str, kind: str, retries: int = 3, io: str = "") -> str:
    return (
        f'<bpmn:serviceTask id="{key}" name="{key}"><bpmn:extensionElements>'
        f'<zeebe:taskDefinition type="{kind}" retries="{retries}" />{io}'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )


def _catch(key: str, definition: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="{key}" name="{key}">{definition}</bpmn:intermediateCatchEvent>'


def _timer(kind: str, text: str) -> str:
    tag = {"duration": "timeDuration", "cycle": "timeCycle", "date": "timeDate"}[kind]
    inner = f'<bpmn:{tag} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{tag}>'
    return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"


def _message(key: str, name: str, correlation: str | None) -> str:
    inner = f'<zeebe:subscription correlationKey="={correlation}" />' if correlation else ""
    extension = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    return f'<bpmn:message id="{key}" name="{name}">{extension}</bpmn:message>'


def _process(
    key: str, elements: Sequence[str], flows: Sequence[tuple[str, ...]], *, outside: str = ""
) -> bytes:
    body = "".join(elements) + "".join(_flow(*flow) for flow in flows)
    body = _with_ends(body, flows)
    process = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process>'
    return f"{_HEAD}{outside}{process}</bpmn:definitions>".encode()


def _with_ends(body: str, flows: Sequence[tuple[str, ...]]) -> str:
    """A start before and an end after whatever has no flow there."""
    begin = '<bpmn:startEvent id="start" name="start" />' if any(f[0] == "start" for f in flows) else ""
    end = '<bpmn:endEvent id="end" name="end" />' if any(f[1] == "end" for f in flows) else ""
    return begin + body + end


def _form(key: str, *components: dict[str, object]) -> bytes:
    head = {"schemaVersion": 19, "executionPlatform": "Camunda Cloud", "executionPlatformVersion": "8.8.0"}
    return json.dumps({"type": "default", "id": key, **head, "components": list(components)}).encode()


def _field(key: str, kind: str = "textfield", **more: object) -> dict[str, object]:
    return {"type": kind, "key": key, "id": f"Field_{key}", "label": key, **more}


_START = "start"

_SIGNATURE = (
    '<zeebe:property name="signature" value="approve" /><zeebe:property name="signature:document" value="slip" />'
    '<zeebe:property name="signature:meaning" value="我同意" />'
)

_PROMISED = (
    '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P1D&quot;)" followUpDate="=now()" />'
    '<zeebe:priorityDefinition priority="=70" />'
)

_TOLD = '<zeebe:ioMapping><zeebe:input source="=customer" target="recipient" /></zeebe:ioMapping>'

_FILES: dict[str, bytes] = {
    "order.form": _form(
        "order", _field("customer", validate={"required": True}), _field("amount", "number"), _field("note")
    ),
    # order: two tasks of one role, one after the other
    "order.bpmn": _process(
        "order",
        [_user("take_order", "cs", "order"), _user("check_order", "cs,finance", "order")],
        [(_START, "take_order"), ("take_order", "check_order"), ("check_order", "end")],
    ),
    # ship: a service between two tasks
    "ship.bpmn": _process(
        "ship",
        [_user("pick", "warehouse"), _service("book", "stock.book"), _user("load", "warehouse")],
        [(_START, "pick"), ("pick", "book"), ("book", "load"), ("load", "end")],
    ),
    # remind: a timer, then a service
    "remind.bpmn": _process(
        "remind",
        [_catch("wait", _timer("duration", "PT1H")), _service("tell", "notify")],
        [(_START, "wait"), ("wait", "tell"), ("tell", "end")],
    ),
    # decide: a table is asked, then a person
    "decide.bpmn": _process(
        "decide",
        [
            (
                '<bpmn:businessRuleTask id="ask" name="ask"><bpmn:extensionElements>'
                '<zeebe:calledDecision decisionId="wrong_item" resultVariable="found" />'
                "</bpmn:extensionElements></bpmn:businessRuleTask>"
            ),
            _user("answer", "cs"),
        ],
        [(_START, "ask"), ("ask", "answer"), ("answer", "end")],
    ),
    # nag: a task with a cycle at its edge
    "nag.bpmn": _process(
        "nag",
        [
            _user("answer", "cs"),
            '<bpmn:boundaryEvent id="daily" name="daily" attachedToRef="answer" cancelActivity="false">'
            + _timer("cycle", "R3/P1D")
            + "</bpmn:boundaryEvent>",
            _service("nagging", "notify"),
            '<bpmn:endEvent id="nagged" name="nagged" />',
        ],
        [(_START, "answer"), ("answer", "end"), ("daily", "nagging"), ("nagging", "nagged")],
    ),
    # wait_payment and pay: one waits for the other's message
    "wait_payment.bpmn": _process(
        "wait_payment",
        [_catch("paid", '<bpmn:messageEventDefinition messageRef="m" />'), _user("thank", "cs")],
        [(_START, "paid"), ("paid", "thank"), ("thank", "end")],
        outside=_message("m", "payment", "order_no"),
    ),
    # on_payment: begins with the message
    "on_claim.bpmn": _process(
        "on_claim",
        [
            '<bpmn:startEvent id="claimed" name="claimed"><bpmn:messageEventDefinition messageRef="m" /></bpmn:startEvent>',
            _user("handle_claim", "cs"),
        ],
        [("claimed", "handle_claim"), ("handle_claim", "end")],
        outside=_message("m", "claim", None),
    ),
    # on_order: begins with the message that it waits for afterwards
    "on_order.bpmn": _process(
        "on_order",
        [
            '<bpmn:startEvent id="placed" name="placed"><bpmn:messageEventDefinition messageRef="m" /></bpmn:startEvent>',
            _catch("changed", '<bpmn:messageEventDefinition messageRef="m" />'),
        ],
        [("placed", "changed"), ("changed", "end")],
        outside=_message("m", "order", "order_no"),
    ),
    # daily: begins by the clock
    "daily.bpmn": _process(
        "daily",
        [
            f'<bpmn:startEvent id="morning" name="morning">{_timer("cycle", "R/P1D")}</bpmn:startEvent>',
            _user("count_stock", "warehouse"),
        ],
        [("morning", "count_stock"), ("count_stock", "end")],
    ),
    # both: two branches at once
    "both.bpmn": _process(
        "both",
        [
            '<bpmn:parallelGateway id="split" name="split" />',
            '<bpmn:parallelGateway id="join" name="join" />',
            *(_user(f"branch_{n}", "cs", f"branch-{n}") for n in range(8)),
        ],
        [
            (_START, "split"),
            *(("split", f"branch_{n}") for n in range(8)),
            *((f"branch_{n}", "join") for n in range(8)),
            ("join", "end"),
        ],
    ),
    **{f"branch-{n}.form": _form(f"branch-{n}", _field(f"answer_{n}")) for n in range(8)},
    # promise: a person's task by tomorrow, a service and a timer at once
    "promise.bpmn": _process(
        "promise",
        [
            '<bpmn:parallelGateway id="split" name="split" />',
            _user("call", "cs", "order", _PROMISED),
            _user("ring", "cs"),
            _service("tell", "notify", io=_TOLD),
            _service("book", "stock.book"),
            _catch("wait", _timer("duration", "PT1H")),
        ],
        [
            (_START, "split"),
            *(("split", each) for each in ("call", "ring", "tell", "book", "wait")),
            *((each, "end") for each in ("call", "ring", "tell", "book", "wait")),
        ],
    ),
    # about: what it is about is said by its variables, and by the clock
    "about.bpmn": _process(
        "about",
        [_user("first", "cs", "order"), _user("second", "cs", "order")],
        [(_START, "first"), ("first", "second"), ("second", "end")],
    ).replace(
        b'isExecutable="true">',
        b'isExecutable="true"><bpmn:extensionElements><zeebe:properties>'
        b'<zeebe:property name="subject" value="=customer" />'
        b'<zeebe:property name="subject:en" value="=customer + string(today())" />'
        b"</zeebe:properties></bpmn:extensionElements>",
    ),
    # endless: more elements in one step than are allowed
    "endless.bpmn": _process(
        "endless",
        [
            _user("begin", "cs"),
            *(
                f'<bpmn:scriptTask id="{key}" name="{key}"><bpmn:extensionElements>'
                '<zeebe:script expression="=item + 1" resultVariable="n" /></bpmn:extensionElements>'
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
                '<zeebe:loopCharacteristics inputCollection="=for i in 1..400 return i" inputElement="item" />'
                "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics></bpmn:scriptTask>"
                for key in ("work_1", "work_2", "work_3")
            ),
        ],
        [
            (_START, "begin"),
            ("begin", "work_1"),
            ("work_1", "work_2"),
            ("work_2", "work_3"),
            ("work_3", "end"),
        ],
    ),
    # sign: three signatures under one slip, in a row
    "sign.bpmn": _process(
        "sign",
        [_user(f"sign_{role}", role, properties=_SIGNATURE) for role in ("cs", "finance", "general_manager")]
        + [_user("correct", "cs", "slip")],
        [
            (_START, "sign_cs"),
            ("sign_cs", "sign_finance"),
            ("sign_finance", "correct"),
            ("correct", "sign_general_manager"),
            ("sign_general_manager", "end"),
        ],
    ),
    "slip.form": _form("slip", _field("slip")),
    # twice: one person's role signs twice
    "twice.bpmn": _process(
        "twice",
        [_user("first", "cs", properties=_SIGNATURE), _user("second", "cs", properties=_SIGNATURE)],
        [(_START, "first"), ("first", "second"), ("second", "end")],
    ),
}


def file(name: str) -> tuple[str, bytes]:
    """The file of this name."""
    return name, _FILES[name]


def text(name: str) -> str:
    """Its text, to change it."""
    return _FILES[name].decode()
