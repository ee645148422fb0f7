"""Instances beside records and records beside an instance: what links both ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from engine.queries.related import Record
from engine.web import documents, i18n
from engine.web.i18n import gettext as _
from engine.web.labels import label, subject
from engine.web.tickets import kinds


@dataclass(frozen=True, slots=True)
class Link:
    """A record that a page leads to."""

    address: str
    name: str
    more: str


def statuses() -> list[tuple[str, str]]:
    """The states an instance can be in, with their words."""
    return [("running", _("running")), ("completed", _("completed")), ("cancelled", _("cancelled"))]


def mark(status: str, stopped: bool = False) -> str:
    """The colour of an instance's state."""
    return "failed" if stopped else {"running": "open", "completed": "done"}.get(status, "cancelled")


def lines(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Instances as the pages of other records list them."""
    words = dict(statuses())
    return [
        {
            "id": each.id,
            "subject": subject(each),
            "process": label(each.process, each.process_name),
            "state": words.get(each.status, each.status),
            "mark": mark(each.status),
            "moved_at": each.moved_at,
        }
        for each in rows
    ]


def groups(found: Iterable[Record]) -> list[tuple[str, list[Link]]]:
    """Records by kind, under the name of the kind."""
    titles = {
        "order": _("Order"),
        "customer": _("Customer"),
        "ticket": _("Tickets"),
        "slip": _("Store slip"),
        "fine": _("Fines"),
        "document": _("Slips"),
        "instance": _("Instances"),
    }
    grouped: dict[str, list[Link]] = {}
    for record in found:
        grouped.setdefault(titles[record.kind], []).append(_link(record))
    return list(grouped.items())


def _link(record: Record) -> Link:
    key, name, more = record.key, record.name, record.more
    match record.kind:
        case "order":
            return Link(url_for("orders.view", number=key), name, more)
        case "customer":
            return Link(
                url_for("customers.view", customer_id=int(key)), name, _("Class %(level)s", level=more)
            )
        case "ticket":
            return Link(url_for("tickets.page", q=key), name, kinds().get(more, more))
        case "slip":
            return Link(url_for("store_slips.page", q=key), name, "")
        case "fine":
            return Link(url_for("fines.page", month=more, _anchor=key), name, more)
        case "document":
            return Link(
                url_for("documents.view", document_id=int(key)), name, documents.kinds().get(more, more)
            )
        case _:
            said = more if more and i18n.locale().startswith("en") else name
            return Link(url_for("instances.view", instance_id=int(key)), f"#{key}", said)
