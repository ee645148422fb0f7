"""How FEEL writes its values out: `string(...)`."""

from __future__ import annotations

from engine.feel.kinds import Range, Value, kind
from engine.feel.limits import Run
from engine.feel.numbers import number, write_number
from engine.feel.temporal import write


def write_value(value: Value, run: Run) -> str:
    """`value` as text: a string as it is, all else as one would write it in FEEL."""
    text = value if isinstance(value, str) else _inner(value, run)
    run.hold_text(len(text))
    return text


def _inner(value: Value, run: Run) -> str:
    match kind(value):
        case "null":
            return "null"
        case "boolean":
            return "true" if value else "false"
        case "number":
            return write_number(number(value))
        case "string":
            return quote(value)
        case "list":
            run.hold_list(len(value))
            return f"[{', '.join(_inner(item, run) for item in value)}]"
        case "context":
            run.hold_list(len(value))
            return f"{{{', '.join(f'{_key(name)}: {_inner(item, run)}' for name, item in value.items())}}}"
        case "range":
            return _range(value, run)
        case "function":
            return f"function {value.name}".rstrip()
    return write(value)


def quote(text: str) -> str:
    """`text` as a FEEL string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return '"' + escaped.replace("\t", "\\t") + '"'


def _key(name: str) -> str:
    plain = name and not any(letter in name for letter in '{}":,\n\\')
    return name if plain else quote(name)


def _range(value: Range, run: Run) -> str:
    start, end = ("" if side is None else _inner(side, run) for side in (value.start, value.end))
    return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"
