"""Names of roles, people and processes: small lists that pages show everywhere, kept for half a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.form import read as read_form
from engine.model.database import Database
from engine.queries import definitions, people
from engine.web import i18n
from engine.web.labels import label
from engine.web.session import database

SECONDS = 30.0


def _kept(name: str, read: Callable[[Database], Any]) -> Any:
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
    found: Mapping[str, tuple[str, str]] = _kept(
        "roles", lambda db: {key: (zh, en) for key, zh, en in people.all_roles(db)}
    )
    return found


def role(key: str) -> str:
    """The name of a role in the request's language; its key when nobody named it."""
    zh, en = _roles().get(key, (key, key))
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
    names: Mapping[str, str] = _kept(
        "people", lambda db: {user.login: user.name for user in people.all_users(db)}
    )
    return names.get(login, login)


def processes() -> list[tuple[str, str]]:
    """Key and name of every deployed process, by name."""
    rows: Mapping[str, str] = _kept("processes", _newest_names)
    return sorted(((key, label(key, name)) for key, name in rows.items()), key=lambda pair: pair[1])


def _newest_names(db: Database) -> dict[str, str]:
    return {row.key: row.name for row in definitions.list_all(db)}


def labels() -> dict[str, str]:
    """What the forms in use call each variable they ask for, in the request's language."""
    found: Mapping[str, tuple[str, str]] = _kept("labels", _form_labels)
    english = i18n.locale().startswith("en")
    return {path: en if english else zh for path, (zh, en) in found.items()}


def _form_labels(db: Database) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for text in definitions.forms(db):
        asked = read_form(text).keys()
        for key in asked:
            if key.label:
                found.setdefault(key.path, (key.label, key.english or key.label))
    return found
