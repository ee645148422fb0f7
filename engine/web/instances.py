"""Instances: the list, and one instance with its diagram, history, variables, documents and signatures."""

from __future__ import annotations

from typing import Any, Literal

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine import access
from engine.commands import operate
from engine.queries import instance, related
from engine.queries.history import UNREADABLE, HistoryEntry
from engine.queries.papers import standing
from engine.services import documents as papers
from engine.web import beside, directory, left, marks, stops, trade
from engine.web.diagram import Diagram, Family
from engine.web.documents import kinds
from engine.web.headers import writes_markup
from engine.web.i18n import gettext as _
from engine.web.labels import label, subject
from engine.web.notices import say_next
from engine.web.paging import Shown, page_number, pages_of
from engine.web.records import Link, groups, mark, statuses
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("instances", __name__, url_prefix="/instances")

SIZE = 50
HISTORY_SIZE = 100

STATUSES: tuple[Literal["running", "completed", "cancelled"], ...] = ("running", "completed", "cancelled")


@blueprint.get("")
@logged_in
def listing() -> Response:
    """The instances the person may see, the last moved first."""
    given = request.args
    status = next((each for each in STATUSES if each == given.get("status")), None)
    process, text = given.get("process", "")[:100], given.get("q", "").strip()[:100]
    found = instance.page(
        database(), actor(), status=status, process=process or None, text=text, page=page_number(), size=SIZE
    )
    query = {"process": process, "status": status, "q": text}
    page = render_template(
        "instances.html",
        page=Shown([_row(each) for each in found.rows], found.total, found.page, found.pages),
        asked={"process": process, "status": status, "text": text},
        query={key: value for key, value in query.items() if value},
        filtered=any(query.values()),
        processes=directory.processes(),
        statuses=statuses(),
    )
    return make_response(page)


@blueprint.get("/<int:instance_id>")
@logged_in
@writes_markup
def view(instance_id: int) -> Response:
    """One instance; `scope` shows the diagram of a process it called, `tab` the part below."""
    it = instance.view(database(), instance_id, actor())
    entries = it.history
    scope = request.args.get("scope", "")[:300]
    family = Family(it.definition_id, it.release)
    drawn = family.drawn(scope)
    tab = request.args.get("tab", "history")
    tabs = _tabs(it, len(entries))
    tab = tab if tab in [key for key, _name, _count in tabs] else "history"
    page = render_template(
        "instance.html",
        it=_heading(it),
        above=_above(it, family, scope),
        shown_process=_process_name(drawn),
        diagram=url_for("definitions.diagram_file", definition_id=family.definition_of(scope)),
        marks=marks.of_instance(it, entries, drawn, scope),
        called=_called(entries, drawn, scope),
        incidents=stops.stopped(it, family),
        helpers=stops.helpers(),
        may_operate=access.may(actor(), "operate"),
        running=it.status == "running",
        beside=_beside(it),
        proof=_proof(instance_id),
        scope=scope,
        tab=tab,
        tabs=tabs,
        tab_name=next(name for key, name, _count in tabs if key == tab),
        **_part(it, tab, entries, family),
    )
    return make_response(page)


@blueprint.post("/<int:instance_id>/retry/<int:task>")
@logged_in
def retry(instance_id: int, task: int) -> Response:
    """Run a stopped element again."""
    operate.retry(database(), instance_id, task, actor())
    onward = url_for("instances.view", instance_id=instance_id)
    return say_next(make_response(redirect(onward, code=303)), "retried")


@blueprint.post("/<int:instance_id>/cancel")
@logged_in
def cancel(instance_id: int) -> Response:
    """End an instance before its time, for a reason."""
    operate.cancel_instance(database(), instance_id, request.form.get("reason", "")[:500], actor())
    onward = url_for("instances.view", instance_id=instance_id)
    return say_next(make_response(redirect(onward, code=303)), "ended")


def _row(each: instance.ListRow) -> dict[str, Any]:
    return {
        "id": each.id,
        "subject": subject(each),
        "business_key": each.business_key,
        "process": label(each.process, each.process_name),
        "state": _("stopped")
        if each.incidents and each.status == "running"
        else dict(statuses())[each.status],
        "mark": mark(each.status, stopped=each.incidents > 0 and each.status == "running"),
        "started_at": each.started_at,
        "starter": directory.person(each.starter),
        "moved_at": each.moved_at,
    }


def _heading(it: instance.InstanceView) -> dict[str, Any]:
    stopped = any(each.resolved_at is None for each in it.incidents)
    name = label(it.process, it.process_name)
    return {
        "id": it.id,
        "title": subject(it) or f"{name} #{it.id}",
        "process": name,
        "business_key": it.business_key,
        "version": it.version,
        "started_at": it.started_at,
        "starter": directory.person(it.starter),
        "state": _("stopped")
        if stopped and it.status == "running"
        else dict(statuses()).get(it.status, it.status),
        "mark": mark(it.status, stopped and it.status == "running"),
    }


def _above(it: instance.InstanceView, family: Family, scope: str) -> list[tuple[str, str]]:
    """The processes above the shown one, each with its address."""
    parts = scope.split("/") if scope else []
    above = ["/".join(parts[:n]) for n in range(len(parts))]
    return [
        (_process_name(family.drawn(each)), url_for("instances.view", instance_id=it.id, scope=each or None))
        for each in above
    ]


def _process_name(drawn: Diagram) -> str:
    return label(drawn.key, drawn.process.name)


def _called(entries: list[HistoryEntry], drawn: Diagram, scope: str) -> list[dict[str, str]]:
    return [
        {
            "scope": each.scope,
            "name": drawn.name(each.element) or each.element,
            "mark": "open" if each.running else "done",
        }
        for each in marks.called(entries, scope)
        if drawn.called(each.element)
    ]


def _beside(it: instance.InstanceView) -> list[tuple[str, list[Link]]]:
    """The order, customer, tickets, slips … that belong to it, as far as the person may see them."""
    with database().read() as connection:
        return groups(related.of_instance(connection, it.id, it.business_key, actor()))


def _proof(instance_id: int) -> dict[str, Any]:
    proof = instance.proof(database(), instance_id, actor())
    if proof.whole:
        return {"whole": True, "mark": "done", "text": _("%(num)d entries, chain whole", num=proof.entries)}
    return {
        "whole": False,
        "mark": "late",
        "text": _("%(num)d entries, the chain is broken: tell the auditor", num=proof.entries),
    }


def _tabs(it: instance.InstanceView, entries: int) -> list[tuple[str, str, int | None]]:
    return [
        ("history", _("History"), entries),
        ("variables", _("Variables"), len(it.variables)),
        ("documents", _("Documents"), None),
        ("signatures", _("Signatures"), len(it.signatures)),
    ]


def _part(it: instance.InstanceView, tab: str, entries: list[HistoryEntry], family: Family) -> dict[str, Any]:
    if tab == "variables":
        return {"variables": _variables(it)}
    if tab == "documents":
        return {"documents": _documents(it)}
    if tab == "signatures":
        return {"signatures": beside.signers(it.signatures)}
    number = min(page_number(), pages_of(len(entries), HISTORY_SIZE))
    newest = list(reversed(entries))[(number - 1) * HISTORY_SIZE : number * HISTORY_SIZE]
    rows = [_entry(each, family.name(each), family.form(each)) for each in newest]
    page = Shown([], len(entries), number, pages_of(len(entries), HISTORY_SIZE))
    return {"entries": rows, "page": page, "query": {"tab": "history"}}


def _variables(it: instance.InstanceView) -> list[dict[str, Any]]:
    labels = directory.labels()
    return [
        {
            "name": each.name,
            "label": labels.get(each.name, each.name),
            "value": directory.worth(each.value, each.name),
            "who": directory.person(each.by),
            "at": each.at,
        }
        for each in it.variables
    ]


def _documents(it: instance.InstanceView) -> list[dict[str, Any]]:
    """Papers that the instance issued, and files that people gave."""
    with database().read() as connection:
        issued = papers.of_instance(connection, it.id)
    states, names = trade.paper_states(), kinds()
    rows = [
        {
            "title": names.get(each.kind, each.title),
            "number": f"{each.number} · {each.version}",
            "address": url_for("documents.view", document_id=each.id),
            "pdf": url_for("documents.pdf", document_id=each.id),
            "hash": each.hash,
            "state": states[standing(each.kind, each.state)][0],
            "mark": states[standing(each.kind, each.state)][1],
            "at": each.issued_at,
        }
        for each in issued
    ]
    return rows + [
        {
            "title": each.name,
            "number": "",
            "address": url_for("documents.attachment", instance_id=it.id, file_id=each.id),
            "hash": each.hash,
            "state": _("attached"),
            "mark": "done",
            "at": each.at,
        }
        for each in it.documents
    ]


def _entry(each: HistoryEntry, name: str, form: str) -> dict[str, Any]:
    verb, mark = _verb(each.verb)
    return {
        "seq": each.seq,
        "at": each.at,
        "who": directory.person(each.by),
        "on_behalf": directory.person(each.on_behalf),
        "verb": verb,
        "mark": mark,
        "element": each.element or "",
        "name": name,
        "note": each.note,
        "left": [*left.lines(each.more.get("left", [])), *left.doubts(each.more.get("years_in_doubt", []))],
        "changes": marks.as_rows(each.changes, form),
    }


def _verb(verb: str) -> tuple[str, str]:
    words = {
        "start": (_("started"), "open"),
        "complete": (_("completed"), "done"),
        "sign": (_("signed"), "done"),
        "refuse": (_("refused"), "late"),
        "claim": (_("claimed"), "open"),
        "release": (_("gave back"), "soft"),
        "delegate": (_("passed on"), "open"),
        "service": (_("the system did"), "soft"),
        "timer": (_("the time came"), "wait"),
        "message": (_("a message came"), "wait"),
        "retry": (_("tried again"), "open"),
        "cancel": (_("cancelled"), "late"),
        "set_variables": (_("changed"), "due"),
        "job.failed": (_("failed"), "late"),
        "incident": (_("stopped"), "late"),
        "attach": (_("added a file"), "open"),
        UNREADABLE: (_("cannot be read: somebody changed this entry in the database"), "late"),
    }
    return words.get(verb, (verb, "soft"))
