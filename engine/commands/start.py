"""Start an instance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from engine import access
from engine.access import Actor, Startable
from engine.audit.record import Note
from engine.bpmn import runtime
from engine.bpmn.moved import Moved
from engine.commands import starts, step
from engine.commands.library import Definition, Library
from engine.errors import FieldsRefused, NotFound, Refused
from engine.feel.values import from_plain, to_json
from engine.model.database import Database
from engine.model.definitions import definition, release
from engine.model.work import Repeated, Work, working
from engine.services import existing

_NEWEST = (
    select(definition.c.id, select(func.max(release.c.id)).scalar_subquery().label("newest"))
    .where(definition.c.key == bindparam("key"), definition.c.state == "active")
    .order_by(definition.c.version.desc())
    .limit(1)
)


#: Characters of a business key.
LONGEST_KEY = 200


class WrongBusinessKey(Refused):
    """A business key has at most 200 characters, none of them invisible."""

    chinese = "业务编号最多 200 个字符，不能含不可见字符。"


@dataclass(frozen=True, slots=True)
class Started:
    """The new instance; `tasks` are those the starter may do next."""

    instance_id: int
    status: str
    tasks: list[str]

    def kept(self) -> str:
        """The answer as it is kept for a request that comes again."""
        return json.dumps([self.instance_id, self.status, self.tasks])


def start(
    db: Database,
    definition_key: str,
    variables: Mapping[str, Any],
    actor: Actor,
    *,
    business_key: str = "",
    idempotency_key: str | None = None,
    given: str = "",
) -> Started:
    """Begin an instance of the newest version of a process, with the answers to its start form, or plain variables.

    The same idempotency key again gives the first answer; with another `given`, made by `brought`, it is refused.

    Raises KeyReused then, NotFound without a process the actor may start, FieldsRefused when the start form does not
    accept the answers or misses one: what it would propose is no answer.
    """
    if as_key(business_key) != business_key:
        raise WrongBusinessKey
    about = f"start:{definition_key}#{given}"
    try:
        with working(db) as work:
            known = work.answered(idempotency_key, actor.login, about)
            if known is not None:
                return Started(*json.loads(known))
            started = _start(work, definition_key, variables, actor, business_key)
            work.answer(idempotency_key, actor.login, about, started.kept())
            return started
    except Repeated:
        with working(db) as work:
            known = work.answered(idempotency_key, actor.login, about)
        if known is None:
            raise
        return Started(*json.loads(known))


def _start(work: Work, key: str, variables: Mapping[str, Any], actor: Actor, business_key: str) -> Started:
    row = work.connection.execute(_NEWEST, {"key": key}).one_or_none()
    if row is None:
        raise NotFound
    library = Library(work.db, work.connection, row.newest)
    found = library.definition(row.id)
    if not access.may(actor, "start", Startable(found.key, found.starters)):
        raise NotFound
    values = _checked(work, library, found, variables, row.newest)
    moved = begin(work, library, found, values, actor, newest=row.newest, business_key=business_key)
    return Started(work.instance.id, moved.status, step.open_to(actor, work.instance.id, moved.opened))


def as_key(text: str) -> str:
    """`text` where an instance may carry it as its business key; "" otherwise."""
    return text if len(text) <= LONGEST_KEY and text.isprintable() else ""


def begin(
    work: Work,
    library: Library,
    found: Definition,
    values: Mapping[str, Any],
    actor: Actor,
    *,
    newest: int,
    business_key: str = "",
    start_event: str | None = None,
    following: starts.Armed | None = None,
) -> Moved:
    """Make the instance and run it to its first wait, in a transaction that is under way.

    `following`: when the timer that begins it fires next.
    """
    work.create(
        {
            "definition_id": found.id,
            "status": "running",
            "starter": actor.login,
            "business_key": business_key,
        },
        newest,
    )
    moved = runtime.start(
        library,
        found.executable,
        variables=values,
        instance_id=work.instance.id,
        release=newest,
        now=work.now,
        start_event=start_event,
    )
    version = f"{found.key}:{found.version}"
    more: dict[str, Any] = {"definition": version, "definition_hash": found.hash, "release": newest}
    # Entries from here on tell what `restock verify` compares the rows with; older ones did not.
    more["tells"] = 1
    if following is not None:
        more["next"] = list(following)
    if business_key:
        more["business_key"] = business_key
    note = Note("start", element=start_event, more=more)
    note.changes = {name: [None, to_json(value)] for name, value in values.items()}
    step.write(work, library, actor, moved, note)
    return moved


def _checked(
    work: Work, library: Library, found: Definition, variables: Mapping[str, Any], newest: int
) -> Mapping[str, Any]:
    """The variables as FEEL values, through the start form where there is one."""
    form = library.resource_id("form", found.start_form, "latest", newest) if found.start_form else None
    if form is None:
        return {name: from_plain(value) for name, value in variables.items()}
    asked = library.form(form)
    checked = asked.check(variables, asked.unanswered(variables), clock=lambda: work.now)
    if checked.errors:
        raise FieldsRefused(checked.errors)
    if errors := existing.wrong(work.connection, asked.hinted("exists"), checked.values):
        raise FieldsRefused(errors)
    return checked.values
