"""Tasks: find, look at, claim, give back and complete."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from engine.api import shapes
from engine.api.caller import Caller
from engine.api.operations import LARGEST_ID, PAGE, Query, operation
from engine.api.problems import answer
from engine.commands.claim import claim, release
from engine.commands.complete import complete
from engine.commands.sign import sign
from engine.feel.values import to_plain
from engine.queries import inbox
from engine.queries import task as tasks

LIST = (
    Query("instance", "Only tasks of this instance", most=LARGEST_ID),
    Query("candidate", "`me`: only what the caller may do", choices=("me",)),
    Query("state", "Only open tasks are listed; closed ones stand in the history", choices=("open",)),
    Query("definition", "Only tasks of this process"),
    PAGE,
)


@operation(
    "GET",
    "/tasks",
    zh="待办任务",
    en="Open tasks the caller may see, by due date",
    result=shapes.TaskPage,
    query=LIST,
    direct=True,
)
def list_tasks(caller: Caller, query: dict[str, Any]) -> Response:
    """One page of open tasks."""
    page = inbox.page(
        caller.database,
        caller.actor,
        scope="ours" if "candidate" in query else "all",
        instance_id=query.get("instance"),
        process=query.get("definition"),
        page=query.get("page", 1),
    )
    return answer({"items": [row_shape(row) for row in page.rows], "page": page.page, "total": page.total})


@operation(
    "GET",
    "/tasks/{task}",
    zh="一项任务及其表单",
    en="One task with its form and values",
    result=shapes.TaskDetail,
    refusals=(404,),
    direct=True,
)
def show_task(caller: Caller, task: str) -> Response:
    """A task as the caller may see it."""
    view = tasks.view(caller.database, task, caller.actor)
    form = view.form_resource
    return answer(
        {
            "id": view.task_id,
            "instance": view.instance_id,
            "definition": view.process,
            "version": view.version,
            "element": view.element,
            "name": view.name,
            "business_key": view.business_key,
            "status": view.status,
            "assignee": view.assignee,
            "roles": list(view.roles),
            "priority": view.priority,
            "created_at": view.opened_at,
            "due_at": view.due,
            "form": {"key": form.key, "version": form.version, "schema": json.loads(form.text)}
            if form
            else None,
            "values": to_plain({k: v for k, v in view.context.items() if k not in view.withheld}),
            "shown_hash": view.shown_hash,
        }
    )


@operation(
    "POST",
    "/tasks/{task}/claim",
    zh="领取任务",
    en="Take a task of one's group",
    status=204,
    refusals=(404, 409),
    direct=True,
)
def claim_task(caller: Caller, task: str) -> Response:
    """The task becomes the caller's own."""
    claim(caller.database, task, caller.actor)
    return Response(status=204)


@operation(
    "POST",
    "/tasks/{task}/release",
    zh="退回任务",
    en="Give a task back to its group",
    status=204,
    refusals=(404, 409),
    direct=True,
)
def release_task(caller: Caller, task: str) -> Response:
    """The task is the group's again."""
    release(caller.database, task, caller.actor)
    return Response(status=204)


@operation(
    "POST",
    "/tasks/{task}/complete",
    zh="完成任务",
    en="Give the answers to a task and move its instance on",
    body=shapes.CompleteTask,
    result=shapes.Moved,
    refusals=(404, 409, 422),
    idempotent=True,
    direct=True,
)
def complete_task(caller: Caller, task: str, body: shapes.CompleteTask) -> Response:
    """The answers are checked against the form, kept, and the instance moves on: all or nothing."""
    done = complete(
        caller.database,
        task,
        body.values,
        caller.actor,
        shown_hash=body.shown_hash or None,
        idempotency_key=caller.key,
        given=caller.given(body.values),
    )
    return answer({"instance": done.instance_id, "status": done.status, "tasks": list(done.tasks)})


@operation(
    "POST",
    "/tasks/{task}/sign",
    zh="签字或拒签",
    en="Sign, or refuse to sign, what a task shows",
    body=shapes.Sign,
    result=shapes.Moved,
    refusals=(403, 404, 409, 422, 429),
    idempotent=True,
)
def sign_task(caller: Caller, task: str, body: shapes.Sign) -> Response:
    """The password is asked for again: a token alone signs nothing. A wrong one is told at its field."""
    done = sign(
        caller.database,
        task,
        body.decision,
        caller.actor,
        comment=body.comment,
        password=body.password,
        code=body.code,
        answers=body.values or None,
        shown_hash=body.shown_hash or None,
        idempotency_key=caller.key,
        given=caller.given(body.comment, body.values),
    )
    return answer({"instance": done.instance_id, "status": done.status, "tasks": list(done.tasks)})


def row_shape(row: inbox.Row) -> dict[str, Any]:
    """A row of the inbox as JSON."""
    return {
        "id": row.task_id,
        "instance": row.instance_id,
        "definition": row.process,
        "element": row.element,
        "name": row.name,
        "subject": row.subject,
        "business_key": row.business_key,
        "assignee": row.assignee,
        "roles": list(row.roles),
        "priority": row.priority,
        "created_at": row.opened_at,
        "due_at": row.due,
        "signature": row.signature,
    }
