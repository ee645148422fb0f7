"""Instances: start, find, look at, and what an operator does with them."""

from __future__ import annotations

from typing import Any

from flask import Response

from engine.api import shapes
from engine.api.caller import Caller
from engine.api.operations import PAGE, Query, operation
from engine.api.problems import answer, locale
from engine.commands.message import deliver_message
from engine.commands.operate import cancel_instance, retry
from engine.commands.start import start
from engine.feel.values import to_plain
from engine.queries import instance as instances
from engine.queries.exposure import Withheld
from engine.queries.history import HistoryEntry

STATES = ("running", "completed", "cancelled")


@operation(
    "POST",
    "/instances",
    zh="启动流程",
    en="Start an instance of the newest version of a process",
    body=shapes.StartInstance,
    status=201,
    result=shapes.Started,
    refusals=(403, 404, 409, 422),
    idempotent=True,
    direct=True,
)
def start_instance(caller: Caller, body: shapes.StartInstance) -> Response:
    """The instance runs to its first wait states."""
    begun = start(
        caller.database,
        body.definition,
        body.variables,
        caller.actor,
        business_key=body.business_key,
        idempotency_key=caller.key,
        given=caller.given(body.business_key, body.variables),
    )
    value = {"id": begun.instance_id, "status": begun.status, "tasks": list(begun.tasks)}
    return answer(value, 201, {"Location": f"/api/v1/instances/{begun.instance_id}"})


@operation(
    "GET",
    "/instances",
    zh="流程实例列表",
    en="Instances the caller may see, newest first",
    result=shapes.InstancePage,
    query=(
        Query("status", "Only instances with this status", choices=STATES),
        Query("definition", "Only instances of this process"),
        Query("text", "Only instances whose subject or business key holds this text"),
        PAGE,
    ),
)
def list_instances(caller: Caller, query: dict[str, Any]) -> Response:
    """One page of instances."""
    page = instances.page(
        caller.database,
        caller.actor,
        status=query.get("status"),
        process=query.get("definition"),
        text=query.get("text", ""),
        page=query.get("page", 1),
    )
    return answer({"items": [_row_shape(row) for row in page.rows], "page": page.page, "total": page.total})


@operation(
    "GET",
    "/instances/{instance}",
    zh="一个流程实例",
    en="One instance: its values and where it stands",
    result=shapes.InstanceDetail,
    refusals=(404,),
)
def show_instance(caller: Caller, instance: int) -> Response:
    """An instance as the caller may see it."""
    view = instances.view(caller.database, instance, caller.actor)
    language = locale()
    return answer(
        {
            **_row_shape(view),
            "variables": {
                each.name: to_plain(each.value)
                for each in view.variables
                if not isinstance(each.value, Withheld)
            },
            "standing": [{"element": token.element, "scope": token.scope} for token in view.tokens],
            "incidents": [
                _incident_shape(row, language) for row in view.incidents if row.resolved_at is None
            ],
        }
    )


@operation(
    "GET",
    "/instances/{instance}/history",
    zh="流程实例的历史",
    en="The history of an instance, a hash chain",
    result=shapes.History,
    refusals=(404,),
)
def show_history(caller: Caller, instance: int) -> Response:
    """Every step of an instance, with who did it and what changed."""
    entries = instances.history(caller.database, instance, caller.actor)
    return answer({"items": [_entry_shape(entry) for entry in entries]})


@operation(
    "POST",
    "/instances/{instance}/cancel",
    zh="终止流程实例",
    en="End an instance before its time (operators)",
    body=shapes.Cancel,
    status=204,
    refusals=(403, 404, 409, 422),
)
def cancel(caller: Caller, instance: int, body: shapes.Cancel) -> Response:
    """The instance ends; its tasks and jobs are withdrawn, and what it left open in the trade is closed."""
    cancel_instance(caller.database, instance, body.reason, caller.actor)
    return Response(status=204)


@operation(
    "POST",
    "/instances/{instance}/retry",
    zh="重试失败的步骤",
    en="Try a failed step again (operators)",
    body=shapes.Retry,
    status=204,
    refusals=(403, 404, 409, 422),
)
def retry_step(caller: Caller, instance: int, body: shapes.Retry) -> Response:
    """The incident of a task is resolved and the step is tried again."""
    retry(caller.database, instance, body.task, caller.actor, values=body.values or None)
    return Response(status=204)


@operation(
    "POST",
    "/messages",
    zh="发送消息",
    en="Send a message to the instance that waits for it",
    body=shapes.PublishMessage,
    result=shapes.Published,
    refusals=(403, 409, 422),
)
def publish_message(caller: Caller, body: shapes.PublishMessage) -> Response:
    """The message reaches whoever waits for its name and key, now or within its time."""
    delivered = deliver_message(caller.database, body.name, body.correlation_key, body.values, caller.actor)
    return answer({"delivered": delivered})


def _row_shape(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "definition": row.process,
        "version": row.version,
        "name": row.process_name,
        "subject": row.subject,
        "business_key": row.business_key,
        "status": row.status,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }


def _incident_shape(row: instances.IncidentRow, language: str) -> dict[str, Any]:
    text = row.en if language == "en" else row.zh
    return {"task": row.task, "element": row.element, "code": row.code, "message": text}


def _entry_shape(entry: HistoryEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.by,
        "on_behalf_of": entry.on_behalf,
        "verb": entry.verb,
        "element": entry.element,
        "task": entry.task,
        "changes": {
            name: {"old": to_plain(old), "new": to_plain(new)}
            for name, (old, new) in entry.changes.items()
            if not isinstance(new, Withheld)
        },
        "note": entry.note,
        "hash": entry.hash,
    }
