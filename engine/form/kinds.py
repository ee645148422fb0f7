"""The component types of form-js and the properties of each that are supported: one table for reading, lint and docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["input", "container", "view", "action"]

#: Rows a dynamic list may have, characters a text may have, options a list of choices may give.
MOST_ROWS = 200
MOST_TEXT = 10_000
MOST_OPTIONS = 1000

_ANY = frozenset({"id", "type", "layout", "conditional", "properties"})
_INPUT = _ANY | {"key", "label", "description", "disabled", "readonly", "validate", "defaultValue"}
_CHOICE = _INPUT | {"values", "valuesKey", "valuesExpression"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a component type is and may carry.

    Attributes:
        empty: the value of an input nobody has touched.
        validations: members of `validate` that have a meaning for it.
        english: members of `properties` that carry English text for it, with the property each translates.
    """

    type: str
    role: Role
    properties: frozenset[str]
    empty: Any = None
    validations: frozenset[str] = frozenset()
    english: tuple[tuple[str, str], ...] = (("en", "label"),)


_LABELLED = (("en", "label"), ("en_description", "description"))
_OPTIONS = (*_LABELLED, ("en_options", "values"))
_ADORNED = (*_LABELLED, ("en_prefix", "appearance.prefixAdorner"), ("en_suffix", "appearance.suffixAdorner"))
_REQUIRED = frozenset({"required"})
_LENGTHS = _REQUIRED | {"minLength", "maxLength"}

KINDS: dict[str, Kind] = {
    kind.type: kind
    for kind in (
        Kind(
            "textfield",
            "input",
            _INPUT | {"appearance"},
            "",
            _LENGTHS | {"pattern", "patternErrorMessage", "validationType"},
            (*_ADORNED, ("en_pattern", "validate.patternErrorMessage")),
        ),
        Kind("textarea", "input", _INPUT, "", _LENGTHS, _LABELLED),
        Kind(
            "number",
            "input",
            _INPUT | {"appearance", "decimalDigits", "increment", "serializeToString"},
            None,
            _REQUIRED | {"min", "max"},
            _ADORNED,
        ),
        Kind("checkbox", "input", _INPUT, False, _REQUIRED, _LABELLED),
        Kind("checklist", "input", _CHOICE, [], _REQUIRED, _OPTIONS),
        Kind("radio", "input", _CHOICE, None, _REQUIRED, _OPTIONS),
        Kind("select", "input", _CHOICE | {"searchable"}, None, _REQUIRED, _OPTIONS),
        Kind("taglist", "input", _CHOICE, [], _REQUIRED, _OPTIONS),
        Kind(
            "datetime",
            "input",
            (_INPUT - {"label"})
            | {"subtype", "dateLabel", "timeLabel", "use24h", "disallowPassedDates", "timeInterval"}
            | {"timeSerializingFormat"},
            None,
            _REQUIRED,
            (("en", "dateLabel"), ("en_time", "timeLabel"), ("en_description", "description")),
        ),
        Kind("filepicker", "input", _INPUT | {"accept", "multiple"}, None, _REQUIRED, _LABELLED),
        Kind("expression", "input", _ANY | {"key", "expression", "computeOn"}, None, english=()),
        Kind(
            "group", "container", _ANY | {"label", "path", "showOutline", "verticalAlignment", "components"}
        ),
        Kind(
            "dynamiclist",
            "container",
            _ANY
            | {"label", "path", "showOutline", "verticalAlignment", "components", "isRepeating", "readonly"}
            | {"allowAddRemove", "defaultRepetitions", "disableCollapse", "nonCollapsedItems"},
        ),
        Kind("text", "view", _ANY | {"text"}, english=(("en", "text"),)),
        Kind("html", "view", _ANY | {"content"}, english=(("en", "content"),)),
        Kind("image", "view", _ANY | {"source", "alt"}, english=(("en", "alt"),)),
        Kind(
            "table",
            "view",
            _ANY | {"label", "dataSource", "rowCount", "columns", "columnsExpression"},
            english=(("en", "label"), ("en_columns", "columns")),
        ),
        Kind("documentPreview", "view", _ANY | {"label", "title", "dataSource", "maxHeight"}),
        Kind("spacer", "view", _ANY | {"height"}, english=()),
        Kind("separator", "view", _ANY, english=()),
        Kind("button", "action", _ANY | {"label", "action"}),
    )
}

CHOICES = frozenset({"radio", "select", "checklist", "taglist"})
SEVERAL = frozenset({"checklist", "taglist"})

#: Members of `properties` that steer rather than translate.
HINTS: dict[str, frozenset[str]] = {
    "textfield": frozenset({"autocomplete", "exists", "inputmode", "routing"}),
    "textarea": frozenset({"autocomplete", "rows", "routing"}),
    "number": frozenset({"autocomplete"}),
    "datetime": frozenset({"happened"}),
    "filepicker": frozenset({"capture"}),
    "table": frozenset({"money"}),
    "dynamiclist": frozenset({"min_rows", "max_rows", "en_row", "row"}),
}
