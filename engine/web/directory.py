"""Names of roles, people and processes: small lists that pages show everywhere, kept for half a minute."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import Flask, g

from engine.form import read as read_form
from engine.model.database import Database
from engine.money import AMOUNTS, is_amount
from engine.queries import definitions, people
from engine.queries.exposure import Withheld
from engine.services import thresholds
from engine.web import formats, i18n
from engine.web.codes import named
from engine.web.glossary import FIELDS, NAMES
from engine.web.labels import label
from engine.web.session import database

SECONDS = 30.0

#: A moment as a form sends it, "2026-03-02T10:00".
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00)?")

#: Variables and fields of records that hold keys of roles, and those that hold logins.
POSTS = frozenset({"department", "handler_role", "role", "signers"})
PEOPLE = frozenset({"handler", "person", "salesperson", "signer"})

Words = dict[str, tuple[str, str]]


@dataclass(slots=True)
class _Asked:
    """What the forms in use say, in Chinese and in English: one form's labels, everybody's labels, their options."""

    of_form: dict[str, Words] = field(default_factory=dict)
    labels: Words = field(default_factory=dict)
    options: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


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


def recipient(name: str) -> str:
    """Who a notice was for: a role, by its Chinese name, in the request's language; a person as they are called."""
    return next((role(key) for key, (zh, _en) in _roles().items() if zh == name), name)


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


def colleagues(login: str) -> list[tuple[str, str]]:
    """Login, and name with roles, of everybody else who is active and has a role, by name."""
    found = [each for each in _people() if each.active and each.roles and each.login != login]
    named_with = (
        (each.login, i18n.gettext("%(name)s (%(roles)s)", name=each.name, roles=roles(each.roles)))
        for each in found
    )
    return sorted(named_with, key=lambda pair: pair[1])


def _people() -> list[people.Person]:
    found: list[people.Person] = kept("people", people.all_users)
    return found


def company() -> str:
    """What the company calls itself; "" when nobody has said so in the settings."""
    name: str = kept("company", _company_name)
    return name


def _company_name(db: Database) -> str:
    with db.read() as connection:
        return thresholds.text(connection, "company_name")


def processes() -> list[tuple[str, str]]:
    """Key and name of every deployed process, by name."""
    rows: Mapping[str, str] = kept("processes", _newest_names)
    return sorted(((key, label(key, name)) for key, name in rows.items()), key=lambda pair: pair[1])


def _newest_names(db: Database) -> dict[str, str]:
    return {row.key: row.name for row in definitions.list_all(db)}


def labels(form: str = "") -> dict[str, str]:
    """What variables are called in the request's language: by `form` where it asks for them, by the glossary, by any form.

    Forms may ask for different things under one name: "arrived" is the money here and the goods there, "level" the
    customer's class and the degree of a damage.
    """
    if "labels" not in g:
        g.labels = _inside() | _spoken(_asked().labels) | trade()
    everywhere: dict[str, str] = g.labels
    own = _asked().of_form.get(form) if form else None
    return everywhere | _spoken(own) if own else everywhere


def trade() -> dict[str, str]:
    """What the trade calls variables, whatever a form calls a field of the same name."""
    return {name: _begun(i18n.gettext(text)) for name, text in NAMES.items()}


def _inside() -> dict[str, str]:
    """What fields of records are called, the rules among them, as long as no form says it."""
    fields = {name: _begun(i18n.gettext(text)) for name, text in FIELDS.items()}
    return fields | {key: rule.label.text(i18n.locale()) for key, rule in thresholds.by_key().items()}


def _asked() -> _Asked:
    found: _Asked = kept("labels", _form_words)
    return found


def _spoken(words: Words) -> dict[str, str]:
    english = i18n.locale().startswith("en")
    return {path: en if english else zh for path, (zh, en) in words.items()}


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def called(variable: str, within: Collection[str] = ()) -> str:
    """What a variable, or a field of a record with the fields `within`, is called; its own name where nothing says it.

    The value beside a label is what a choice stands for, no amount.
    """
    if variable == "value" and "label" in within:
        return labels().get("code", variable)
    return labels().get(variable, variable)


def worth(value: object, variable: str) -> object:
    """An amount as money, an option as the forms call it, roles and people by name, a moment without its T.

    Everything else as it is; of a list of texts each one.
    """
    if isinstance(value, Withheld):
        return i18n.gettext("only for %(roles)s", roles=roles(value.roles))
    if variable in AMOUNTS and isinstance(value, int | Decimal) and is_amount(value):
        return formats.money(value)
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return [worth(each, variable) for each in value]
    return _worded(value, variable) if isinstance(value, str) else value


def _worded(value: str, variable: str) -> str:
    option = _asked().options.get((variable, value))
    if option:
        return option[i18n.locale().startswith("en")]
    code = named(variable, value, i18n.locale())
    if code:
        return code
    if variable in POSTS:
        return role(value)
    if variable in PEOPLE:
        return person(value)
    return _MOMENT.sub(r"\1 \2", value) if _MOMENT.fullmatch(value) else value


def init_app(app: Flask) -> None:
    """Give the templates the names of variables, and which of them are money."""
    app.jinja_env.filters.update(called=called, worth=worth)


def _form_words(db: Database) -> _Asked:
    found = _Asked()
    for text in definitions.forms(db):
        form = read_form(text)
        own = found.of_form.setdefault(form.id, {})
        for key in form.keys():  # noqa: SIM118 -- a method of the form, which is no mapping
            if key.label:
                words = (key.label, key.english or key.label)
                for name in (key.path, key.path.rsplit(".", 1)[-1]):
                    own.setdefault(name, words)
                    found.labels.setdefault(name, words)
        for choice, words in form.choices().items():
            found.options.setdefault(choice, words)
    return found
