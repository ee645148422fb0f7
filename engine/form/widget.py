"""What a template draws: widgets, ready with every text and attribute, in lines of up to sixteen columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from engine.form.files import Reference
from engine.form.shadowed import input_name


@dataclass(frozen=True, slots=True)
class Page:
    """Where a form stands and how it is to look.

    Attributes:
        action_url: where the whole form is posted (`Form.render` only).
        preview_url: where htmx posts what is typed to get the fields again; the answer is `Form.fields`.
        draft_url: where htmx posts what is typed to keep it; the answer is a short sentence to show.
        file_url: the address of a file, for links and previews; without it, files are named only.
        hidden: hidden inputs of the caller's own (idempotency key, hash of what was shown).
        submit_label: for the button of a form that has none of its own.
        buttons: further buttons of the caller's beside it.
        prefix: begins every id, so that two forms fit on a page.
        enters: whether Enter sends the form by a button of its own; if not, it presses the page's first.
        summary: whether errors are listed above the fields.
        expanded: whether long lists are shown whole.
        now: the moment that "today" is of; the clock's when not given.
    """

    action_url: str = ""
    preview_url: str = ""
    draft_url: str = ""
    file_url: Callable[[Reference], str] | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    submit_label: str = ""
    buttons: Markup = field(default_factory=Markup)
    prefix: str = "f"
    enters: bool = True
    summary: bool = True
    expanded: bool = False
    now: datetime | None = None


@dataclass(slots=True)
class Choice:
    """One option as drawn."""

    id: str
    token: str
    label: str
    chosen: bool


@dataclass(slots=True)
class Attachment:
    """One file as drawn."""

    id: str
    document_id: str
    name: str
    size: str
    url: str
    is_image: bool


@dataclass(slots=True)
class Row:
    """One row of a list as drawn.

    Attributes:
        origin: which row of the task's data it came from; empty for a new one.
    """

    id: str
    name: str
    number: int
    origin: str
    lines: list[Line]
    error: str = ""

    def cells(self) -> Iterator[Widget]:
        """The widgets of the row, one after another."""
        for line in self.lines:
            yield from line.widgets


@dataclass(slots=True)
class Line:
    """The widgets that stand side by side."""

    widgets: list[Widget]


@dataclass(slots=True)
class Table:
    """A table of data as drawn: columns with key and label, and cells with text and whether it is a number."""

    columns: list[tuple[str, str]]
    rows: list[list[tuple[str, bool]]]
    rest: list[list[tuple[str, bool]]]


@dataclass(slots=True)
class Widget:
    """A component at one place as drawn.

    Attributes:
        kind: the macro that draws it.
        name: its path, empty where nothing is posted.
        width: the class of its columns.
        attributes: of its input element.
        shown: its value as text, for reading.
        described_by: the ids of its help, units and error.
    """

    kind: str
    id: str
    name: str = ""
    label: str = ""
    help: str = ""
    error: str = ""
    required: bool = False
    readonly: bool = False
    disabled: bool = False
    width: str = ""
    value: str = ""
    shown: str = ""
    prefix: str = ""
    suffix: str = ""
    outlined: bool = False
    aligned: str = ""
    numeric: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    folded: int = 0
    headings: list[tuple[str, bool, bool]] = field(default_factory=list)
    may_grow: bool = False
    may_shrink: bool = False
    add_label: str = ""
    as_table: bool = False
    table: Table | None = None
    html: Markup = field(default_factory=Markup)

    @property
    def input(self) -> str:
        """The name of its input."""
        return input_name(self.name)

    @property
    def locked(self) -> bool:
        """Whether its input takes nothing and posts nothing."""
        return self.readonly or self.disabled

    @property
    def read(self) -> str:
        """Its value with what stands around it: ¥18.50, 300 箱."""
        return f"{self.prefix}{self.shown or '–'}{' ' if self.suffix else ''}{self.suffix}"

    @property
    def described_by(self) -> str:
        """What a screen reader reads after the label."""
        parts = (
            (self.prefix, "prefix"),
            (self.suffix, "suffix"),
            (self.help, "help"),
            (self.error, "error"),
        )
        return " ".join(f"{self.id}-{name}" for text, name in parts if text)
