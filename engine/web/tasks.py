"""The task page: the form, what one needs beside it, and what can be done with the task."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for

from engine.audit.chain import brought
from engine.clock import utc_now
from engine.commands import claim as claiming
from engine.commands import complete as completing
from engine.commands import draft as drafting
from engine.commands import sign as signing
from engine.commands.proof import TooManyAttempts
from engine.commands.reading import TaskClosed
from engine.commands.sign import CommentNeeded
from engine.errors import Conflict, FieldsRefused, Message, NotFound, Refused
from engine.model.work import KeyReused
from engine.queries import inbox
from engine.queries import task as tasks
from engine.web import answers, beside, diagram, files, formats, i18n
from engine.web.headers import writes_markup
from engine.web.i18n import gettext as _
from engine.web.labels import sentence
from engine.web.notices import COOKIE, say_next
from engine.web.session import actor, database, logged_in

#: Seconds between looks for the next task: the system's steps take a few hundredths each.
PAUSES = (0.03, 0.05, 0.08, 0.12, 0.0)


blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")


@blueprint.get("/<task_id>")
@logged_in
@writes_markup
def view(task_id: str) -> Response:
    """The task with its form as last saved; a task that is done says by whom and when."""
    task = _seen(task_id)
    if task.status != "open":
        return _closed(task)
    return _page(task, task.draft, {})


@blueprint.post("/<task_id>/complete")
@logged_in
@writes_markup
def complete(task_id: str) -> Response:
    """Send the answers; what is wrong is said beside its field, with everything typed still there."""
    who = actor()
    form, context = tasks.form(database(), task_id, who)
    given = answers.posted(form, context, files.of_task(task_id, who))
    if answers.is_row_button():
        return _page(_seen(task_id), given, {})
    try:
        done = completing.complete(
            database(),
            task_id,
            given,
            who,
            idempotency_key=_key(),
            given=brought(given),
            shown_hash=request.form.get("_shown") or None,
        )
    except FieldsRefused as refused:
        return _page(_seen(task_id), given, refused.errors, 422)
    except KeyReused:
        # Other answers from a page that was sent before, after a step back in the browser.
        return _meanwhile(task_id, TaskClosed())
    except Conflict as conflict:
        return _meanwhile(task_id, conflict)
    return _onward(done, "completed")


@blueprint.get("/after/<int:instance_id>")
@logged_in
def onward(instance_id: int) -> Response:
    """On to the person's next task of an instance, once what the system does in between is done; else the inbox.

    A call goes on while stock is looked up: the next form is there a moment later, and nobody should look for it.
    """
    for pause in PAUSES:
        waiting = inbox.page(database(), actor(), scope="ours", instance_id=instance_id, size=1).rows
        if waiting:
            return make_response(redirect(url_for("tasks.view", task_id=waiting[0].task_id), code=303))
        time.sleep(pause)
    said = request.cookies.get(COOKIE, "")
    response = make_response(redirect(url_for("inbox.page"), code=303))
    return say_next(response, "finished") if said == "completed" else response


@blueprint.post("/<task_id>/sign")
@logged_in
@writes_markup
def sign(task_id: str) -> Response:
    """Sign or refuse what is shown, proved by the password again."""
    decision: signing.Decision = "sign" if request.form.get("decision") == "sign" else "refuse"
    comment = request.form.get("comment", "").strip()
    asked, context = tasks.form(database(), task_id, actor())
    given = answers.beside_signature(asked, context)
    try:
        done = signing.sign(
            database(),
            task_id,
            decision,
            actor(),
            comment=comment,
            password=request.form.get("password", ""),
            code=request.form.get("code", ""),
            answers=given,
            shown_hash=request.form.get("_shown") or None,
            idempotency_key=_key(),
        )
    except FieldsRefused as refused:
        return _page(_seen(task_id), {**given, "comment": comment}, refused.errors, 422)
    except Conflict as conflict:
        return _meanwhile(task_id, conflict)
    except (Refused, TooManyAttempts) as refused:
        field = "comment" if isinstance(refused, CommentNeeded) else "password"
        return _page(_seen(task_id), {**given, "comment": comment}, {field: refused.message}, refused.status)
    return _onward(done, "signed" if decision == "sign" else "refused")


@blueprint.post("/<task_id>/form")
@logged_in
@writes_markup
def form(task_id: str) -> Response:
    """The fields again for what is typed now: conditions and rows; nothing is saved."""
    asked, context = tasks.form(database(), task_id, actor())
    preview = url_for("tasks.form", task_id=task_id)
    return make_response(answers.previewed(asked, context, preview, files.address_in(task_id)))


@blueprint.post("/<task_id>/draft")
@logged_in
def draft(task_id: str) -> Response:
    """Keep what is typed, right or wrong, until it is sent."""
    asked, context = tasks.form(database(), task_id, actor())
    try:
        drafting.save_draft(database(), task_id, answers.posted(asked, context), actor())
    except Conflict as conflict:
        return _meanwhile(task_id, conflict)
    text = _("Draft saved %(when)s", when=formats.near(utc_now()))
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify({"text": text})
    return say_next(make_response(redirect(url_for("tasks.view", task_id=task_id), code=303)), "draft")


@blueprint.post("/<task_id>/claim")
@logged_in
def claim(task_id: str) -> Response:
    """Make the task mine."""
    try:
        claiming.claim(database(), task_id, actor())
    except Conflict as conflict:
        return _meanwhile(task_id, conflict)
    onward = (
        url_for("tasks.view", task_id=task_id)
        if request.form.get("back") == "task"
        else url_for("inbox.page")
    )
    return say_next(make_response(redirect(onward, code=303)), "claimed")


@blueprint.post("/<task_id>/release")
@logged_in
def release(task_id: str) -> Response:
    """Give the task back to its group."""
    try:
        claiming.release(database(), task_id, actor())
    except Conflict as conflict:
        return _meanwhile(task_id, conflict)
    return say_next(make_response(redirect(url_for("inbox.page"), code=303)), "released")


@blueprint.post("/<task_id>/delegate")
@logged_in
@writes_markup
def delegate(task_id: str) -> Response:
    """Pass the task on to a colleague."""
    to = request.form.get("to", "").strip().lower()
    try:
        claiming.delegate(database(), task_id, to, actor())
    except Conflict as conflict:
        return _meanwhile(task_id, conflict)
    except Refused as refused:
        return _page(_seen(task_id), None, {}, 422, passing=(to, refused.message))
    return say_next(make_response(redirect(url_for("inbox.page"), code=303)), "passed")


def _page(
    task: tasks.TaskView,
    given: Mapping[str, Any] | None,
    errors: Mapping[str, Message],
    status: int = 200,
    *,
    passing: tuple[str, Message] | None = None,
) -> Response:
    drawn = diagram.of(task.element_definition_id)
    common = {
        "task": beside.heading(task, actor()),
        "key": request.form.get("_key") or secrets.token_urlsafe(18),
        "shown": task.shown_hash or "",
        "guide": sentence(task.documentation),
        "scripts": beside.scripts(task.properties, task.context),
        "about": beside.about(task),
        "past": beside.past(task.history, diagram.Family(task.definition_id)),
        "colleagues": beside.colleagues(task, actor()),
        "passing": (passing[0], passing[1].text(i18n.locale())) if passing else None,
        "then": drawn.then(task.element),
        "draft_said": _("A draft is kept") if task.draft and not errors else "",
    }
    if task.signature:
        page = render_template(
            "signing.html",
            **common,
            **beside.signature(task, actor()),
            form=answers.fields_beside_signature(task.form, given, errors, task.context),
            errors={path: text.text(i18n.locale()) for path, text in errors.items()},
            given=given or {},
        )
    else:
        fields = answers.fields(
            task.form,
            given,
            errors,
            task.context,
            url_for("tasks.form", task_id=task.task_id),
            files.address_in(task.task_id),
        )
        page = render_template(
            "task.html",
            **common,
            form=fields,
            submit_label=beside.submit_label(task.properties),
            may=task.may_complete,
        )
    return make_response(page, status)


def _closed(task: tasks.TaskView, conflict: Conflict | None = None) -> Response:
    page = render_template(
        "meanwhile.html",
        task=beside.heading(task, actor()),
        status=task.status,
        told=conflict.message.text(i18n.locale()) if conflict else "",
        past=beside.past(task.history, diagram.Family(task.definition_id)),
        open=task.status == "open",
    )
    return make_response(page, 409 if conflict else 200)


def _meanwhile(task_id: str, conflict: Conflict) -> Response:
    try:
        task = _seen(task_id)
    except NotFound:
        raise conflict from None
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return make_response(jsonify({"text": conflict.message.text(i18n.locale())}), 409)
    return _closed(task, conflict)


def _onward(done: completing.Completed, key: str) -> Response:
    if done.tasks:
        address = url_for("tasks.view", task_id=done.tasks[0])
    elif done.status == "running":
        address = url_for("tasks.onward", instance_id=done.instance_id)
    else:
        address, key = url_for("inbox.page"), "finished" if key == "completed" else key
    return say_next(make_response(redirect(address, code=303)), key)


def _seen(task_id: str) -> tasks.TaskView:
    return tasks.view(database(), task_id, actor())


def _key() -> str | None:
    return request.form.get("_key", "")[:100] or None
