"""The answers in a posted HTML form, and the rows its buttons add and take away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from engine.clock import COMPANY_ZONE
from engine.form import files as filing
from engine.form import moments
from engine.form.answers import ROW, answers, asked, initial
from engine.form.component import Component, Shape
from engine.form.files import Files, Upload
from engine.form.kinds import MOST_ROWS
from engine.form.path import MISSING, Path, copied, get, parse, put, text
from engine.form.shadowed import field_path
from engine.form.values import Bad, number
from engine.form.wording import of_token

#: Begins the names of file inputs, so that a script that posts their names instead of their bytes does no harm.
UPLOAD = "_file:"

#: Thousands set apart by commas, also by the full-width one of a Chinese keyboard.
_COMMA = "[,\uff0c]"
_GROUPED = re.compile(rf"[-+]?\d{{1,3}}({_COMMA}\d{{3}})+(\.\d+)?")


class Posted(Protocol):
    """The fields of a post (Werkzeug's MultiDict is one)."""

    def keys(self) -> Iterable[str]:
        """The names posted."""

    def getlist(self, key: str, /) -> list[Any]:
        """All values posted under a name."""


def submitted(
    shape: Shape,
    posted: Posted,
    context: Mapping[str, Any],
    uploads: Posted | None = None,
    files: Files | None = None,
) -> dict[str, Any]:
    """The answers in a post, of the fields' types as far as they can be read; the rest as it was typed.

    Names of the form's own (`_…`) are left out; names the form does not know stay, for `check` to refuse.
    Uploads are handed to `files`, which keeps them and tells their references.
    """
    found: dict[str, Any] = {}
    for name in list(posted.keys()):
        if not name.startswith("_"):
            path = field_path(name)
            _place(found, parse(path), path, _Texts([str(one) for one in posted.getlist(name)]))
    for name in list(uploads.keys()) if uploads else []:
        field = field_path(name.removeprefix(UPLOAD))
        if uploads and not field.startswith("_"):
            _place(
                found, parse(field), field, _Uploads([one for one in uploads.getlist(name) if one.filename])
            )
    return _Reader(context, files).group(shape, found, ())


class _Texts(list[str]):
    """What was typed under one name."""


class _Uploads(list[Any]):
    """What was uploaded under one name."""


def _place(found: dict[str, Any], path: Path | None, name: str, value: _Texts | _Uploads) -> None:
    """Put what was posted at its path; indexes are keys for now, so that a huge one costs nothing."""
    at: dict[Any, Any] = found
    for part in path or ():
        below = at.setdefault(part, {})
        if not isinstance(below, dict) or len(path or ()) > 20:
            at = found
            path = None
            break
        at = below
    if path is None:
        at = found.setdefault(name, {})
    at.setdefault("", []).append(value)


class _Reader:
    """Turns what was posted into values, field by field."""

    def __init__(self, context: Mapping[str, Any], files: Files | None) -> None:
        self.context = context
        self.files = files

    def group(self, shape: Shape, found: Mapping[Any, Any], path: Path) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, below in found.items():
            if name == "":
                continue
            here = (*path, name)
            entry = shape.get(name) if isinstance(name, str) else None
            if name == ROW and path and isinstance(path[-1], int):
                out[ROW] = _origin(below)
            elif isinstance(entry, Component):
                value = self.rows(entry, below, here) if entry.is_list else self.value(entry, below, here)
                if value is not MISSING:
                    out[name] = value
            elif entry is not None:
                out[name] = self.inner(entry, below, here)
            else:
                out[str(name)] = _typed(below)
        return out

    def inner(self, shape: Shape, below: Mapping[Any, Any], path: Path) -> Any:
        """A group or a row; what was typed in its place stays, to be refused."""
        typed = _typed(below) if set(below) == {""} else None
        return typed or self.group(shape, below, path)

    def rows(self, component: Component, below: Mapping[Any, Any], path: Path) -> Any:
        """The rows in the order of their numbers; anything but rows stays, to be refused."""
        if any(not isinstance(key, int) and key != "" for key in below):
            return _typed(below)
        indexes = sorted(key for key in below if key != "")[: MOST_ROWS + 1]
        return [self.inner(component.shape, below[index], (*path, index)) for index in indexes]

    def value(self, component: Component, below: Mapping[Any, Any], path: Path) -> Any:
        if any(key != "" for key in below):
            return _typed(below)
        texts = [one for part in below.get("", []) if isinstance(part, _Texts) for one in part]
        if component.type == "filepicker":
            return self.given_files(below, texts, path)
        return typed_value(component, texts) if texts else MISSING

    def given_files(self, below: Mapping[Any, Any], texts: list[str], path: Path) -> Any:
        known = get(self.context, path)
        present = {filing.identity(one): one for one in known} if isinstance(known, list) else {}
        kept = [name for name in dict.fromkeys(texts) if name]
        found = [
            present.get(name) or (self.files.find(name) if self.files else None) or {"documentId": name}
            for name in kept
        ]
        uploads: list[Upload] = [
            one for part in below.get("", []) if isinstance(part, _Uploads) for one in part
        ]
        if self.files:
            found += [
                filing.stored(self.files, text(path), upload) for upload in uploads[: filing.MOST_FILES]
            ]
        return [dict(reference) for reference in found]


def _typed(below: Any) -> Any:
    """What was typed where the form has no field: kept so that it can be refused by name."""
    if not isinstance(below, Mapping):
        return below
    if set(below) == {""}:
        return [str(one) for part in below[""] for one in part][-1:] or None
    return {str(name): _typed(inner) for name, inner in below.items() if name != ""}


def _origin(below: Any) -> int | None:
    texts = [one for part in below.get("", []) for one in part] if isinstance(below, Mapping) else []
    last = texts[-1] if texts else ""
    return int(last) if last.isascii() and last.isdigit() and len(last) < 6 else None


def typed_value(component: Component, texts: list[str]) -> Any:
    """The value of what was typed into the field; the text itself where it cannot be read as one."""
    last = texts[-1]
    if component.type == "checkbox":
        return last != ""
    if component.is_several:
        return [of_token(one) for one in texts if one]
    if component.is_choice:
        return of_token(last) if last else None
    if component.type == "number":
        return _number(component, last.strip())
    if component.type == "datetime":
        return _moment(component, last.strip())
    return last.replace("\r\n", "\n") if component.type == "textarea" else last


def _number(component: Component, typed: str) -> Any:
    if not typed:
        return None
    plain = re.sub(_COMMA, "", typed) if _GROUPED.fullmatch(typed) else typed
    found = number(plain)
    if isinstance(found, Bad):
        return typed
    return plain if component.spec.get("serializeToString") else found


def _moment(component: Component, typed: str) -> str | None:
    if not typed:
        return None
    return moments.normal(component, typed, COMPANY_ZONE) or typed


def acted(shape: Shape, action: str, values: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The answers after a button: `add:lines` gives one more row, `remove:lines:2` takes the third away.

    Rows keep which row of the task's data they came from. What no button of the form sends changes nothing.
    """
    given = answers(shape, values, context)
    out: dict[str, Any] = copied(dict(values))
    verb, _, rest = action.partition(":")
    name, _, index = rest.partition(":")
    path = parse(name)
    component = _list_at(shape, path) if path else None
    if component is None or path is None or not component.may_grow:
        return out
    rows = _rows_with_origins(get(out, path), get(given.data, path), given.origins.get(path))
    fewest, most = component.rows()
    if verb == "add" and len(rows) < most:
        rows.append({**asked(component.shape, initial(component.shape, {})), ROW: None})
    elif verb == "remove" and index.isascii() and index.isdigit() and int(index[:6]) < len(rows) > fewest:
        del rows[int(index[:6])]
    put(out, path, rows)
    return out


def _list_at(shape: Shape, path: Path) -> Component | None:
    entry: Component | Shape = shape
    for part in path:
        if isinstance(part, int):
            if not isinstance(entry, Component) or not entry.is_list:
                return None
            entry = entry.shape
            continue
        found = entry.get(part) if isinstance(entry, dict) else None
        if found is None:
            return None
        entry = found
    return entry if isinstance(entry, Component) and entry.is_list else None


def _rows_with_origins(rows: Any, present: Any, origins: list[int | None] | None) -> list[dict[str, Any]]:
    shown = rows if isinstance(rows, list) else present if isinstance(present, list) else []
    where = origins if origins is not None and isinstance(rows, list) else list(range(len(shown)))
    return [
        {**(row if isinstance(row, dict) else {}), ROW: where[index] if index < len(where) else None}
        for index, row in enumerate(shown)
    ]
