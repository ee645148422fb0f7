"""Names of roles, people and processes: small lists that pages show everywhere, kept for half a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import Flask, g

from engine.form import read as read_form
from engine.model.database import Database
from engine.queries import definitions, people
from engine.web import formats, i18n
from engine.web.glossary import MONEY, NAMES
from engine.web.labels import label
from engine.web.session import database

SECONDS = 30.0


def kept(name: str, read: Callable[[Database], Any]) -> Any:
    """What `read` gave at most SECONDS ago: a new role or name appears that late, and no page waits for it."""
    db = database()
    until, value = db.cache.get(f"web.{name}", (0.0, None))
    if time.monotonic() >= until:
        value = read(db)
        db.cache[f"web.{name}"] = (time.monotonic() + SECONDS, value)
    return value


def forget() -> None:
    """Read everything anew the next time: something was deployed or renamed."""
    db = database()
    for key in [key for key in db.cache if key.startswith("web.")]:
        del db.cache[key]


def _roles() -> Mapping[str, tuple[str, str]]:
    found: Mapping[str, tuple[str, str]] = kept(
        "roles", lambda db: {key: (zh, en) for key, zh, en in people.all_roles(db)}
    )
    return found


def role(key: str, otherwise: str = "") -> str:
    """The name of a role in the request's language; `otherwise`, or its key, when nobody named it."""
    zh, en = _roles().get(key, (otherwise or key, otherwise or key))
    return en if i18n.locale().startswith("en") else zh


def roles(keys: Iterable[str]) -> str:
    """The names of several roles in one line."""
    return i18n.gettext(", ").join(role(key) for key in keys)


def person(login: str | None) -> str:
    """The name of a person; the login when they are not known any more, "" for nobody."""
    if not login:
        return ""
    if login == "system":
        return i18n.gettext("the system")
    return next((each.name for each in _people() if each.login == login), login)


def people_of(roles: Collection[str]) -> list[tuple[str, str]]:
    """Login and name of the active people who have one of the roles, by name."""
    found = [each for each in _people() if each.active and not set(roles).isdisjoint(each.roles)]
    return sorted(((each.login, each.name) for each in found), key=lambda pair: pair[1])


def _people() -> list[people.Person]:
    found: list[people.Person] = kept("people", people.all_users)
    return found


def processes() -> list[tuple[str, str]]:
    """Key and name of every deployed process, by name."""
    rows: Mapping[str, str] = kept("processes", _newest_names)
    return sorted(((key, label(key, name)) for key, name in rows.items()), key=lambda pair: pair[1])


def _newest_names(db: Database) -> dict[str, str]:
    return {row.key: row.name for row in definitions.list_all(db)}


def labels() -> dict[str, str]:
    """What the forms in use call each variable they ask for, else the glossary, in the request's language."""
    if "labels" not in g:
        g.labels = _labels()
    found: dict[str, str] = g.labels
    return found


def _labels() -> dict[str, str]:
    found: Mapping[str, tuple[str, str]] = kept("labels", _form_labels)
    english = i18n.locale().startswith("en")
    asked = {path: en if english else zh for path, (zh, en) in found.items()}
    return {name: _begun(i18n.gettext(text)) for name, text in NAMES.items()} | asked


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def called(variable: str) -> str:
    """What a variable or a field of a record is called; its own name where no form asks for it."""
    return labels().get(variable, variable)


def worth(value: object, variable: str) -> object:
    """An amount of money as money; everything else as it is."""
    if variable in MONEY and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return formats.money(value)
    return value


def init_app(app: Flask) -> None:
    """Give the templates the names of variables, and which of them are money."""
    app.jinja_env.filters.update(called=called, worth=worth)


def _form_labels(db: Database) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for text in definitions.forms(db):
        asked = read_form(text).keys()
        for key in asked:
            if key.label:
                words = (key.label, key.english or key.label)
                found.setdefault(key.path, words)
                found.setdefault(key.path.rsplit(".", 1)[-1], words)
    return found
