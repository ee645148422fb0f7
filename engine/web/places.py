"""The places of the menu: which there are, who is led to them, and how much waits in the inbox."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, Response, g, request

from engine import access
from engine.access import Actor
from engine.queries import inbox, starts
from engine.web import directory
from engine.web.i18n import gettext as _
from engine.web.i18n import marked
from engine.web.session import database

#: Seconds for which the number beside the inbox is believed; whatever the person does makes it look again.
BELIEVED = 15.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the menu; `verb` is what one must be allowed to do to be led there, `within` its blueprints."""

    endpoint: str
    name: str
    icon: str
    verb: str = ""
    within: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether the shown page belongs to it."""
        return request.blueprint in self.within if self.within else request.endpoint == self.endpoint


INBOX = Place("inbox.page", marked("Inbox"), "inbox", within=("inbox", "tasks"))
START = Place("starts.page", marked("Start"), "start", "start anything", within=("starts",))
INSTANCES = Place("instances.listing", marked("Instances"), "instances", within=("instances",))

#: Records to look up.
LOOK_UP = (
    Place("customers.page", marked("Customers"), "person", "see customers", ("customers",)),
    Place("orders.page", marked("Orders"), "order", "see orders", ("orders",)),
    Place("stock.page", marked("Stock"), "stock", "see stock", ("stock",)),
    Place("documents.listing", marked("Slips"), "paper", within=("documents",)),
    Place("tickets.page", marked("Tickets"), "chat", "see tickets", ("tickets",)),
    Place("store_slips.page", marked("Store slips"), "store", "see slips", ("store_slips",)),
    Place("fines.page", marked("Fines"), "clock", "see fines", ("fines",)),
    Place("outbox.page", marked("Outbox"), "outbox", within=("outbox",)),
)

#: By what rules it all runs.
RULES = (
    Place("definitions.page", marked("Processes"), "definitions", within=("definitions", "resources")),
    Place("settings.page", marked("Settings"), "settings", "see rules", ("settings",)),
    Place("calendar.page", marked("Working days"), "calendar", within=("calendar",)),
    Place("audit.page", marked("Audit"), "lock", "audit", ("audit",)),
    Place("people.page", marked("People"), "person", "admin", ("people",)),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Places under one word of the menu."""

    name: str
    icon: str
    places: Sequence[Place]

    @property
    def is_here(self) -> bool:
        """Whether the shown page is one of them."""
        return any(place.is_here for place in self.places)


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu of one person: places that stand open, and groups that open on a click."""

    places: Sequence[Place]
    groups: Sequence[Group]


def menu() -> Menu:
    """Where the person who is logged in is led; on the page that tells of a fault perhaps to less."""
    groups = ((marked("Look up"), "search", LOOK_UP), (marked("Rules"), "definitions", RULES))
    found = [Group(_(name), icon, _open(places)) for name, icon, places in groups]
    return Menu(_open((INBOX, START, INSTANCES)), [group for group in found if group.places])


def leads(endpoint: str) -> bool:
    """Whether the person is led to that place: records are links only for those who may see them."""
    who: Actor | None = g.get("actor")
    return who is not None and any(
        _leads(who, place) for place in (*LOOK_UP, *RULES) if place.endpoint == endpoint
    )


def may_start() -> bool:
    """Whether there is a process that the person may start."""
    who: Actor | None = g.get("actor")
    return who is not None and any(
        access.may(who, "start", each) for each in directory.kept("startable", starts.startable)
    )


def waiting() -> inbox.Counts | None:
    """How much waits for the person; None when nobody is there or it cannot be told now."""
    who: Actor | None = g.get("actor")
    if who is None:
        return None
    if "waiting" not in g:
        g.waiting = None
        with suppress(Exception):
            g.waiting = _known(who)
    found: inbox.Counts | None = g.waiting
    return found


def remember(who: Actor, counts: inbox.Counts) -> None:
    """Keep what a page has counted anyway."""
    g.waiting = counts
    database().cache[_key(who)] = (time.monotonic() + BELIEVED, counts)


def init_app(app: Flask) -> None:
    """Give the templates the menu, and count anew after whatever the person did."""

    @app.context_processor
    def places() -> dict[str, Any]:
        return {"menu": menu, "menu_leads": leads, "may_start": _safely_may_start, "waiting": waiting}

    @app.after_request
    def look_again(response: Response) -> Response:
        who: Actor | None = g.get("actor")
        if who is not None and request.method not in ("GET", "HEAD"):
            database().cache.pop(_key(who), None)
        return response


def _known(who: Actor) -> inbox.Counts:
    until, counts = database().cache.get(_key(who), (0.0, None))
    if counts is None or time.monotonic() >= until:
        counts = inbox.counts(database(), who)
        remember(who, counts)
    found: inbox.Counts = counts
    return found


def _key(who: Actor) -> str:
    return f"web.waiting.{who.login}"


def _open(places: Sequence[Place]) -> list[Place]:
    """Those the person is led to, with their names in the request's language."""
    who: Actor | None = g.get("actor")
    with suppress(Exception):  # The page that tells of a fault has a menu too: better none than no page.
        if who is not None:
            return [replace(place, name=_(place.name)) for place in places if _leads(who, place)]
    return []


def _leads(who: Actor, place: Place) -> bool:
    if place.verb == "start anything":
        return may_start()
    return not place.verb or access.may(who, place.verb)


def _safely_may_start() -> bool:
    with suppress(Exception):
        return may_start()
    return False
