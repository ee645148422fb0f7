"""Make the widgets of a form at one moment, in the person's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from engine.clock import COMPANY_ZONE, utc_now
from engine.errors import Message
from engine.form import files, moments, prose, rules
from engine.form.answers import Answers
from engine.form.component import whole
from engine.form.options import columns, options
from engine.form.path import MISSING, get, text
from engine.form.state import Node
from engine.form.widget import Attachment, Choice, Line, Page, Row, Table, Widget
from engine.form.wording import as_text, grouped, token
from engine.form.words import word
from engine.money import is_amount, yuan

_NOT_IN_ID = re.compile(r"[.\[\]]+")
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+|/(?![/\\]).*", re.IGNORECASE)
_DIGITS_ONLY = re.compile(r"[\^$\\d0-9\[\]{},\-+*?()|]*")
_MOST_TABLE_ROWS = 500
_TABLE_CELLS = frozenset({"textfield", "number", "select", "checkbox", "datetime"})
_WIDEST_TABLE = 6
_MANY_OPTIONS = 8
_TALL = 50


class View:
    """Draws one form once: its answers, its errors, its language."""

    def __init__(self, answers: Answers, errors: Mapping[str, Message], locale: str, page: Page) -> None:
        self.answers = answers
        self.errors = errors
        self.locale = locale
        self.page = page
        self.english = locale.startswith("en")
        now = page.now or utc_now()
        self.now = now.astimezone(COMPANY_ZONE)

    def lines(self, nodes: list[Node]) -> list[Line]:
        """The visible widgets, those of one layout row side by side."""
        lines: dict[str, Line] = {}
        for index, node in enumerate(nodes):
            if node.hidden or node.component.type == "expression":
                continue
            layout = node.component.spec.get("layout")
            row = layout.get("row") if isinstance(layout, Mapping) else None
            key = f"row {row}" if row else f"alone {index}"
            widget = self.widget(node)
            if widget.kind != "prose" or widget.html.strip():
                lines.setdefault(key, Line([])).widgets.append(widget)
        return list(lines.values())

    def widget(self, node: Node) -> Widget:
        """The widget of a visible node."""
        component = node.component
        widget = Widget("", self._id(node), width=_width(node))
        widget.label = self._text(node, "label")
        widget.help = self._text(node, "description")
        self._makers[component.type](self, node, widget)
        if component.is_input or component.is_list:
            message = self.errors.get(text(node.path))
            widget.error = message.text(self.locale) if message else ""
        return widget

    # -- texts -----------------------------------------------------------------------------------

    def _text(self, node: Node, name: str, escape: Callable[[str], str] = str) -> str:
        component = node.component
        template = (component.english.get(name) if self.english else None) or component.texts.get(name)
        if template is None:
            return ""
        return template.line(node.scope) if escape is str else template.text(node.scope, escape)

    def _word(self, name: str, **facts: object) -> str:
        return word(name, self.locale, **facts)

    def _id(self, node: Node) -> str:
        if node.component.is_input or node.component.is_list:
            return f"{self.page.prefix}-{_NOT_IN_ID.sub('-', text(node.path)).strip('-')}"
        indexes = "-".join(str(part) for part in node.path if isinstance(part, int))
        return f"{self.page.prefix}-c-{node.component.id}{'-' if indexes else ''}{indexes}"

    # -- inputs ----------------------------------------------------------------------------------

    def _input(self, node: Node, widget: Widget, kind: str) -> Any:
        """What every input has; its value as typed if it could not be taken, else as it stands."""
        component = node.component
        widget.kind, widget.name = kind, text(node.path)
        widget.required = component.required and node.is_writable
        widget.readonly, widget.disabled = node.readonly, component.disabled
        widget.prefix = self._text(node, "appearance.prefixAdorner")
        widget.suffix = self._text(node, "appearance.suffixAdorner")
        value = get(self.answers.data, node.path)
        if widget.name in self.answers.troubles and node.path in self.answers.given:
            value = self.answers.given[node.path]
        return None if value is MISSING else value

    def _text_input(self, node: Node, widget: Widget) -> None:
        value = self._input(node, widget, "textarea" if node.component.type == "textarea" else "input")
        widget.value = widget.shown = as_text(value)
        attributes = widget.attributes
        component = node.component
        wanted = component.validate.get("validationType")
        if widget.kind == "input":
            attributes["type"] = {"email": "email", "phone": "tel"}.get(str(wanted), "text")
        guess = {"email": "email", "phone": "tel"}.get(str(wanted))
        if autocomplete := component.hints.get("autocomplete") or guess:
            attributes["autocomplete"] = autocomplete
        if inputmode := component.hints.get("inputmode") or _inputmode(node):
            attributes["inputmode"] = inputmode
        most = rules.limit(component, "maxLength", node.scope)
        if isinstance(most, int) and most >= 0:
            attributes["maxlength"] = most
        if widget.kind == "textarea":
            attributes["rows"] = whole(component.hints.get("rows"), 3) or 3

    def _number_input(self, node: Node, widget: Widget) -> None:
        value = self._input(node, widget, "input")
        digits = node.component.spec.get("decimalDigits")
        places = digits if isinstance(digits, int) else None
        widget.value, widget.numeric = as_text(value), True
        if places and widget.prefix + widget.suffix and not isinstance(value, str) and value is not None:
            widget.value = grouped(value, places).replace(",", "")
        widget.shown = grouped(value, places) if value is not None else ""
        fewest = rules.limit(node.component, "min", node.scope)
        signed = not (isinstance(fewest, int) and fewest >= 0) and fewest is not None
        widget.attributes |= {
            "type": "text",
            "autocomplete": node.component.hints.get("autocomplete") or "off",
        }
        if not signed:
            widget.attributes["inputmode"] = "numeric" if places == 0 else "decimal"

    def _moment_input(self, node: Node, widget: Widget) -> None:
        value = self._input(node, widget, "input")
        component = node.component
        kind = moments.subtype(component)
        first, second = self._text(node, "dateLabel"), self._text(node, "timeLabel")
        widget.label = (second or first) if kind == "time" else first or second
        if kind == "datetime" and first and second and second not in first:
            widget.label = f"{first} · {second}"
        written = value if isinstance(value, str) else ""
        known = moments.normal(component, written) is not None
        widget.value = moments.local(component, written) if known else written
        widget.shown = widget.value.replace("T", " ")
        widget.attributes["type"] = {"time": "time", "datetime": "datetime-local"}.get(kind, "date")
        if kind != "date":
            widget.attributes["step"] = moments.interval(component) * 60
        if kind != "time" and component.spec.get("disallowPassedDates"):
            widget.attributes["min"] = f"{self.now:%Y-%m-%d}" + ("T00:00" if kind == "datetime" else "")
        if kind != "time" and component.hints.get("happened") == "true":
            widget.attributes["max"] = f"{self.now:%Y-%m-%d}" + ("T23:59" if kind == "datetime" else "")

    def _checkbox(self, node: Node, widget: Widget) -> None:
        value = self._input(node, widget, "checkbox")
        widget.attributes["checked"] = value is True
        widget.shown = self._word("yes" if value is True else "no")

    def _choice(self, node: Node, widget: Widget) -> None:
        kind = {"select": "select", "radio": "radios"}.get(node.component.type, "checks")
        value = self._input(node, widget, kind)
        chosen = {token(item) for item in (value if isinstance(value, list) else [value]) if item is not None}
        found = options(node.component, self.answers.initial, node.scope)
        widget.choices = [
            Choice(
                f"{widget.id}-{index}",
                option.token,
                option.english if self.english else option.label,
                option.token in chosen,
            )
            for index, option in enumerate(found)
        ]
        widget.attributes["short"] = len(found) <= _MANY_OPTIONS and all(
            len(one.label) <= 12 for one in widget.choices
        )
        widget.shown = self._word("listed").join(choice.label for choice in widget.choices if choice.chosen)

    def _files(self, node: Node, widget: Widget) -> None:
        value = self._input(node, widget, "files")
        widget.attachments = list(self._attachments(widget.id, value))
        accepted = files.accepted(node.component, node.scope)
        if accepted and not widget.locked:
            widget.attributes["accept"] = ",".join(accepted)
            named = (self._word("pictures") if part == "image/*" else part for part in accepted)
            allowed = self._word("allowed", what=self._word("listed").join(named))
            between = "" if widget.help.endswith("。") else " "
            widget.help = f"{widget.help}{between}{allowed}".strip()
        if files.is_several(node.component, node.scope):
            widget.attributes["multiple"] = True
        if (
            files.takes_only_images(node.component, node.scope)
            and node.component.hints.get("capture") != "no"
        ):
            widget.attributes["capture"] = "environment"

    def _attachments(self, base: str, value: Any) -> Iterator[Attachment]:
        for index, reference in enumerate(files.references(value)):
            facts = reference["metadata"]
            media = str(facts.get("contentType", ""))
            url = self.page.file_url(reference) if self.page.file_url else ""
            size = facts.get("size")
            yield Attachment(
                f"{base}-{index}",
                str(reference["documentId"]),
                str(facts["fileName"]),
                _size(size) if isinstance(size, int) else "",
                url,
                media in ("image/png", "image/jpeg", "image/gif", "image/webp"),
            )

    # -- containers ------------------------------------------------------------------------------

    def _group(self, node: Node, widget: Widget) -> None:
        widget.kind = "group"
        widget.lines = self.lines(node.children)
        widget.outlined = node.component.spec.get("showOutline") is True
        widget.aligned = _alignment(node)

    def _list(self, node: Node, widget: Widget) -> None:
        component = node.component
        if not component.is_list:
            self._group(node, widget)
            return
        widget.kind, widget.name = "rows", text(node.path)
        fewest, most = component.rows()
        widget.may_grow = component.may_grow and len(node.rows) < most
        widget.may_shrink = component.may_grow and len(node.rows) > fewest
        row = component.hints.get("en_row" if self.english else "row")
        widget.add_label = self._word("add_named", row=row) if row else self._word("add")
        widget.rows = [self._row(node, widget, index) for index in range(len(node.rows))]
        widget.outlined = component.spec.get("showOutline") is True
        widget.aligned = _alignment(node)
        self._as_table(node, widget)
        self._fold(node, widget)

    def _row(self, node: Node, widget: Widget, index: int) -> Row:
        here = (*node.path, index)
        message = self.errors.get(text(here))
        return Row(
            f"{widget.id}-{index}",
            text(here),
            index + 1,
            self._origin(node, index),
            self.lines(node.rows[index]),
            message.text(self.locale) if message else "",
        )

    def _origin(self, node: Node, index: int) -> str:
        origins = self.answers.origins.get(node.path)
        if origins is not None:
            return "" if origins[index] is None else str(origins[index])
        return str(index) if isinstance(get(self.answers.base, node.path), list) else ""

    def _as_table(self, node: Node, widget: Widget) -> None:
        """Rows of a few short fields, none of which comes and goes, are a table; all others are cards."""
        fields = [one for one in node.component.children if one.type != "expression"]
        simple = all(one.type in _TABLE_CELLS and one.hide is None for one in fields)
        widget.as_table = bool(node.rows) and simple and 0 < len(fields) <= _WIDEST_TABLE
        if widget.as_table:
            widget.headings = [(cell.label, cell.required, cell.numeric) for cell in widget.rows[0].cells()]

    def _fold(self, node: Node, widget: Widget) -> None:
        shown = whole(node.component.spec.get("nonCollapsedItems"), 5) or 5
        if node.component.spec.get("disableCollapse") or self.page.expanded or self.errors:
            return
        widget.folded = shown if len(widget.rows) > shown else 0

    # -- what is only shown ----------------------------------------------------------------------

    def _prose(self, node: Node, widget: Widget) -> None:
        widget.kind = "prose"
        if node.component.type == "text":
            widget.html = prose.of_markdown(self._text(node, "text", prose.in_markdown))
        else:
            widget.html = prose.of_html(self._text(node, "content", prose.in_html))

    def _image(self, node: Node, widget: Widget) -> None:
        source = self._text(node, "source").strip()
        widget.kind, widget.label = "image", self._text(node, "alt")
        widget.value = source if _IMAGE.fullmatch(source) else ""

    def _table(self, node: Node, widget: Widget) -> None:
        component = node.component
        found = component.source.value(node.scope) if component.source else None
        data = [row for row in (found if isinstance(found, list) else []) if row is not None][
            :_MOST_TABLE_ROWS
        ]
        heads = columns(component, node.scope, english=self.english)
        amounts = {key.strip() for key in str(component.hints.get("money") or "").split(",")}
        rows = [
            [_cell(row.get(key) if isinstance(row, Mapping) else None, key in amounts) for key, _ in heads]
            for row in data
        ]
        shown = whole(component.spec.get("rowCount"), 10) or 10
        widget.kind, widget.table = "table", Table(heads, rows[:shown], rows[shown:])

    def _documents(self, node: Node, widget: Widget) -> None:
        component = node.component
        value = component.source.value(node.scope) if component.source else None
        widget.kind, widget.attachments = "documents", list(self._attachments(widget.id, value))
        widget.help = self._text(node, "title")
        tall = whole(component.spec.get("maxHeight"), 0)
        widget.aligned = f"rf-tall-{min(max(round(tall / _TALL), 1), 20) * _TALL}" if tall else ""

    def _spacer(self, node: Node, widget: Widget) -> None:
        widget.kind = "spacer"
        widget.value = str(min(whole(node.component.spec.get("height"), 60), 1000))

    def _separator(self, node: Node, widget: Widget) -> None:
        widget.kind = "separator"

    def _button(self, node: Node, widget: Widget) -> None:
        action = "reset" if node.component.spec.get("action") == "reset" else "submit"
        widget.kind, widget.value = "button", action
        widget.label = widget.label or self._word(action)

    _makers: ClassVar[Mapping[str, Callable[[View, Node, Widget], None]]] = {
        "textfield": _text_input,
        "textarea": _text_input,
        "number": _number_input,
        "datetime": _moment_input,
        "checkbox": _checkbox,
        "checklist": _choice,
        "taglist": _choice,
        "radio": _choice,
        "select": _choice,
        "filepicker": _files,
        "group": _group,
        "dynamiclist": _list,
        "text": _prose,
        "html": _prose,
        "image": _image,
        "table": _table,
        "documentPreview": _documents,
        "spacer": _spacer,
        "separator": _separator,
        "button": _button,
    }


def _width(node: Node) -> str:
    layout = node.component.spec.get("layout")
    wanted = layout.get("columns") if isinstance(layout, Mapping) else None
    count = whole(wanted, 0)
    return f"rf-{min(count, 16)}" if count else "rf-auto"


def _alignment(node: Node) -> str:
    wanted = node.component.spec.get("verticalAlignment")
    return f"align-items-{wanted}" if wanted in ("center", "end") else ""


def _inputmode(node: Node) -> str | None:
    """Digits for a pattern that takes nothing but digits."""
    pattern = node.component.pattern
    return "numeric" if pattern and pattern.source and _DIGITS_ONLY.fullmatch(pattern.source) else None


def _cell(value: Any, amount: bool) -> tuple[str, bool]:
    if amount and is_amount(value):
        return yuan(value), True
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    value = moments.of_value(value)
    return (grouped(value), True) if numeric or type(value).__name__ == "Decimal" else (as_text(value), False)


def _size(size: int) -> str:
    for unit in ("B", "KB", "MB"):
        if size < 1024 or unit == "MB":
            return f"{size} {unit}"
        size = round(size / 1024)
    return ""
