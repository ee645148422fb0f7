"""What a page says where an instance has stopped: what failed, since when, and who can try it again."""

from __future__ import annotations

from typing import Any

from engine import access
from engine.queries import holders
from engine.queries.instance import InstanceView
from engine.web import directory, i18n
from engine.web.diagram import Family
from engine.web.i18n import gettext as _
from engine.web.session import actor


def stopped(it: InstanceView, family: Family) -> list[dict[str, Any]]:
    """The elements that could not go on and wait to be tried again, also in called processes."""
    english = i18n.locale().startswith("en")
    scopes = {token.element: token.scope for token in it.tokens}
    dead = {job.task: job.attempts for job in it.jobs if job.dead}
    return [
        {
            "name": family.drawn(scopes.get(each.element, "")).name(each.element) or each.element,
            "text": each.en if english else each.zh,
            "task": each.task,
            "since": each.at,
            "tries": dead.get(each.task, 0),
        }
        for each in it.incidents
        if each.resolved_at is None
    ]


def helpers() -> str:
    """The people who can try again, as one line; nobody's name for who can do it alone."""
    if access.may(actor(), "operate"):
        return ""
    people = directory.kept("operators", lambda db: holders.names(db, "operate"))
    return _(", ").join(people)
