"""What stands beside a task's form: what it is about, what to say, what happened so far, who has signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import current_app
from markupsafe import Markup

from engine.access import Actor
from engine.audit.chain import digest
from engine.errors import NotFound
from engine.feel.fault import FeelError
from engine.feel.values import to_json
from engine.form.prose import unbroken
from engine.form.template import template
from engine.queries.history import HistoryEntry
from engine.queries.signatures import of_paper
from engine.queries.task import TaskView
from engine.services import slips
from engine.web import answers, directory, formats
from engine.web.diagram import Family
from engine.web.i18n import gettext as _
from engine.web.labels import chosen, label, subject, titled
from engine.web.session import database

#: What people did; the rest of the history is the system's and stays on the instance page.
DEEDS = frozenset({"start", "complete", "sign", "refuse"})
STEPS_SHOWN = 12
FACTS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class Heading:
    """The task as its page names it."""

    id: str
    instance_id: int
    title: str
    process: str
    subject: str
    business_key: str
    due: datetime | None
    role: str
    mine: bool
    holder: str
    may_claim: bool
    may_release: bool
    may_delegate: bool
    closed_by: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Script:
    """Words to read aloud, or a rule to keep in view."""

    title: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Past:
    """A step that somebody did."""

    title: str
    at: datetime
    who: str
    state: str


def heading(task: TaskView, who: Actor) -> Heading:
    """The task in the request's language."""
    return Heading(
        id=task.task_id,
        instance_id=task.instance_id,
        title=label(task.process, task.name),
        process=label(task.process, task.process_name),
        subject=subject(task),
        business_key=task.business_key,
        due=task.due,
        role=directory.roles(role for role in task.roles if not role.startswith("@")),
        mine=task.assignee == who.login,
        holder=directory.person(task.assignee),
        may_claim=task.may_claim,
        may_release=task.may_release,
        may_delegate=task.may_delegate,
        closed_by=directory.person(task.closed_by),
        closed_at=task.closed_at,
    )


def scripts(properties: Mapping[str, str], context: Mapping[str, Any]) -> list[Script]:
    """The texts of the task's properties `script`, `script_1`, `script_2` …, with the values of `context` in them."""
    names = ["script", *(f"script_{n}" for n in range(1, 10))]
    found = [(name, chosen(properties, name)) for name in names if properties.get(name)]
    return [
        Script(chosen(properties, f"{name}_title") or _("To say"), unbroken(_spoken(text, context)))
        for name, text in found
    ]


def _spoken(text: str, context: Mapping[str, Any]) -> str:
    """A script with its values; `company_name` is the company's own, which every script may say."""
    try:
        made = template(text)
    except FeelError:
        return text
    names = {name for each in made.formulas for name in each.names}
    return made.text({**context, "company_name": directory.company()} if "company_name" in names else context)


def about(task: TaskView) -> list[tuple[str, Any]]:
    """Facts of the customer and the order: those the property `beside` lists, else all simple ones with a name.

    What the form itself shows in a field is not said twice.
    """
    asking = answers.field_labels(task.form)
    listed = (name.strip() for name in task.properties.get("beside", "").split(","))
    asked = [name for name in listed if name and name not in asking]
    labels = {**directory.labels(), **asking, **directory.trade()}
    names = (
        asked
        if "beside" in task.properties
        else [name for name in task.context if name in labels and name not in asking]
    )
    rows = [
        (labels.get(name, name), directory.worth(task.context.get(name), name))
        for name in names
        if name not in task.withheld
    ]
    facts = [_paper(value) or (name, _brief(value)) for name, value in rows if _is_brief(value)]
    return list(dict.fromkeys(facts))[:FACTS_SHOWN]


def _paper(value: Any) -> tuple[str, str] | None:
    """A paper under its own name, which is not always the variable's: a store gets an allocation slip, no outbound slip."""
    if not isinstance(value, Mapping) or not value.get("title") or not value.get("number"):
        return None
    return str(titled(value["title"])), str(value["number"])


def past(history: Iterable[HistoryEntry], family: Family) -> list[Past]:
    """What people did so far, oldest first, the last steps only."""
    done = [
        Past(
            family.name(each) or _("Started"),
            each.at,
            directory.person(each.by),
            "late" if each.verb == "refuse" else "done",
        )
        for each in history
        if each.verb in DEEDS and each.by != "system"
    ]
    return done[-STEPS_SHOWN:]


def signature(task: TaskView, who: Actor) -> dict[str, Any]:
    """What the signing page needs: the meaning in one sentence, and who has signed."""
    told = dict(task.signature or {})
    name = str(told.get("document") or "")
    document = task.context.get(name)
    content = digest(to_json(document if name else task.context))
    return {
        "meaning": chosen(told, "meaning") or _("By signing you confirm that what is shown is right."),
        "slip": _slip(document),
        "signatures": signers(of_paper(task.signatures, name, content)),
        "needs_code": who.has_code,
    }


def _slip(document: Any) -> Markup | None:
    """The paper as it will be printed; a document of no known kind is shown by its values."""
    if not isinstance(document, Mapping):
        return None
    try:
        with database().read() as connection:
            return slips.fragment(connection, document)
    except NotFound:
        macro = current_app.jinja_env.get_template("parts/value.html").module.mapping  # type: ignore[attr-defined]
        return Markup(macro(document))  # noqa: S704 -- made by a template that escapes


def signers(signatures: Sequence[Any]) -> list[dict[str, Any]]:
    """Signatures as rows of a page."""
    return [
        {
            "name": each.signer_name,
            "role": _("for %(name)s", name=directory.person(each.on_behalf)) if each.on_behalf else "",
            "at": each.at,
            "decision": each.decision,
            "comment": each.comment,
            "void": each.void_seq is not None,
            "meaning": each.meaning,
            "on_behalf": directory.person(each.on_behalf),
            "hash": each.document_hash,
        }
        for each in signatures
    ]


def colleagues(task: TaskView, who: Actor) -> list[tuple[str, str]]:
    """Login and name of the others who could do the task."""
    return [(login, name) for login, name in directory.people_of(task.roles) if login != who.login]


def submit_label(properties: Mapping[str, str]) -> str:
    """What the button says that sends the form."""
    return chosen(properties, "submit") or _("Submit")


def _is_brief(value: Any) -> bool:
    simple = str | int | Decimal | date | timedelta
    return value not in (None, "") and (isinstance(value, simple) or _named(value) != "")


def _brief(value: Any) -> str:
    return _named(value) or formats.plain(value)


def _named(value: Any) -> str:
    """A record's own name and number."""
    if not isinstance(value, Mapping):
        return ""
    parts = [value.get("title") or value.get("name"), value.get("number")]
    return " ".join(str(part) for part in parts if part)
