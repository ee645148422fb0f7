"""The inbox: what waits for me and for my groups, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from engine import access
from engine.access import Actor
from engine.queries import inbox
from engine.web import directory, places
from engine.web.i18n import gettext as _
from engine.web.labels import label, subject
from engine.web.paging import Shown, page_number
from engine.web.session import actor, database, logged_in

blueprint = Blueprint("inbox", __name__)

T = TypeVar("T")

SIZE = 50

#: Whose tasks can be asked for; the first is what the page opens with.
SCOPES: tuple[inbox.Scope, ...] = ("ours", "mine", "group", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything odd in it becomes the default."""

    scope: inbox.Scope
    process: str
    role: str
    text: str
    sort: str
    page: int

    @classmethod
    def read(cls) -> Asked:
        """From the request's address."""
        given = request.args
        return cls(
            scope=_one_of(given.get("scope"), SCOPES),
            process=given.get("process", "")[:100],
            role=given.get("role", "")[:100],
            text=given.get("q", "").strip()[:100],
            sort=_one_of(given.get("sort"), tuple(sorts())),
            page=page_number(),
        )

    @property
    def is_narrow(self) -> bool:
        """Whether more is asked for than whose tasks."""
        return bool(self.process or self.role or self.text)

    @property
    def query(self) -> dict[str, str]:
        """As arguments of the page's address."""
        pairs = {
            "scope": self.scope,
            "process": self.process,
            "role": self.role,
            "q": self.text,
            "sort": self.sort,
        }
        return {key: value for key, value in pairs.items() if value}


@dataclass(frozen=True, slots=True)
class Row:
    """A task as its line in the inbox."""

    id: str
    title: str
    process: str
    subject: str
    business_key: str
    facts: tuple[str, ...]
    due: datetime | None
    role: str
    mine: bool
    holder: str
    claimable: bool


@blueprint.get("/inbox")
@logged_in
def page() -> Response:
    """My tasks, my groups' tasks, filtered as asked; with nothing there, when the next thing is due."""
    asked, who = Asked.read(), actor()
    counts = inbox.counts(database(), who)
    places.remember(who, counts)
    found = inbox.page(
        database(),
        who,
        scope=asked.scope,
        process=asked.process or None,
        role=asked.role or None,
        text=asked.text,
        sort=asked.sort,
        page=asked.page,
        size=SIZE,
        total=None if asked.is_narrow else _known_total(asked.scope, counts),
    )
    return make_response(
        render_template(
            "inbox.html",
            page=Shown([row(each, who) for each in found.rows], found.total, found.page, found.pages),
            asked=asked,
            query=asked.query,
            counts=counts,
            state=_state(counts),
            scopes=_scopes(counts, who),
            heading=_heading(asked.scope),
            sorts=sorts().items(),
            processes=directory.processes(),
            roles=[(key, directory.role(key)) for key in sorted(who.roles)],
            next_due=_next_due(who) if not found.rows and not asked.is_narrow else None,
        )
    )


@blueprint.get("/inbox/state")
@logged_in
def state() -> Response:
    """How much waits now, in a word that changes with it: the open page looks whether it is still true."""
    return jsonify({"state": _state(inbox.counts(database(), actor()))})


def row(task: inbox.Row, who: Actor) -> Row:
    """A task of the query as the line shows it."""
    parts = [part for part in subject(task).split(" · ") if part and part != task.business_key]
    return Row(
        id=task.task_id,
        title=label(task.process, task.name),
        process=label(task.process, task.process_name),
        subject=parts[0] if parts else "",
        business_key=task.business_key,
        facts=tuple(parts[1:]),
        due=task.due,
        role=directory.roles(role for role in task.roles if not role.startswith("@")),
        mine=task.assignee == who.login,
        holder=directory.person(task.assignee),
        claimable=task.claimable,
    )


def sorts() -> dict[str, str]:
    """The orders a list of tasks can have."""
    return {
        "due": _("Most urgent first"),
        "-opened": _("Newest first"),
        "opened": _("Oldest first"),
        "priority": _("By priority"),
        "process": _("By process"),
    }


def _state(counts: inbox.Counts) -> str:
    return f"{counts.mine}-{counts.group}-{counts.overdue}"


def _known_total(scope: inbox.Scope, counts: inbox.Counts) -> int | None:
    return {"ours": counts.mine + counts.group, "mine": counts.mine, "group": counts.group}.get(scope)


def _heading(scope: inbox.Scope) -> str:
    return {
        "ours": _("To do"),
        "mine": _("My tasks"),
        "group": _("My groups' tasks"),
        "all": _("All I may see"),
    }[scope]


def _scopes(counts: inbox.Counts, who: Actor) -> list[tuple[str, str, int | None]]:
    watches = access.may(who, "operate") or access.may(who, "audit")
    return [
        ("ours", _("Mine and my groups'"), counts.mine + counts.group),
        ("mine", _("My tasks"), counts.mine),
        ("group", _("My groups', not claimed"), counts.group),
        ("all", _("Everybody's") if watches else _("With colleagues' too"), None),
    ]


def _next_due(who: Actor) -> datetime | None:
    coming = inbox.page(database(), who, scope="all", sort="due", page=1, size=1).rows
    return coming[0].due if coming else None


def _one_of(given: str | None, allowed: tuple[T, ...]) -> T:
    return next((each for each in allowed if each == given), allowed[0])
