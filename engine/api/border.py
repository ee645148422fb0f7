"""The one reader of JSON from outside: exact, bounded, and only what the database can keep.

`json.loads` alone lets through what breaks later: NaN, NUL and lone surrogates (PostgreSQL refuses them at commit),
two values for one name (the last one wins, silently), binary fractions (0.1 is not 0.1) and nesting without end.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from engine.errors import Message, Refused
from engine.form.values import UNSTORABLE

#: What one document may hold.
MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_DIGITS = 34
MAX_EXPONENT = 34
MAX_NAME = 256


class Unreadable(Refused):
    """The request is not JSON that can be kept."""

    status = 400
    chinese = "请求内容不是可以保存的 JSON。"


class TooLarge(Refused):
    """The request is larger than one megabyte."""

    status = 413
    chinese = "请求内容超过 1 MB。"


def read(data: bytes) -> Any:
    """The value of a JSON document in UTF-8: whole numbers as int, all others as Decimal, never float.

    Raises TooLarge above 1 MB, and Unreadable for everything that is not strict JSON, is nested deeper than 20 levels,
    names a thing twice, or holds a number above 34 digits, NUL or half a character.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge
    try:
        value = _decode(data)
    except UnicodeDecodeError as error:
        raise Unreadable(
            Message(zh=f"第 {error.start} 个字节处不是 UTF-8。", en=f"Byte {error.start} is not UTF-8.")
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise Unreadable(
            Message(
                zh=f"第 {error.lineno} 行第 {error.colno} 列处的 JSON 写法有误。",
                en=f"The JSON is malformed at line {error.lineno}, column {error.colno}.",
            )
        ) from None
    _inspect(value, MAX_DEPTH)
    return value


def read_object(data: bytes) -> dict[str, Any]:
    """As `read`, for a document that must be an object."""
    value = read(data)
    if not isinstance(value, dict):
        raise Unreadable(Message(zh="请求内容应是一个 JSON 对象。", en="The request must be a JSON object."))
    return value


def _inspect(value: Any, depth: int) -> None:
    """Refuse what is nested too deep or cannot be stored, wherever it stands."""
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        if depth == 0:
            raise _too_deep()
        for name, inner in value.items():
            _check_text(name)
            _inspect(inner, depth - 1)
    elif isinstance(value, list):
        if depth == 0:
            raise _too_deep()
        for inner in value:
            _inspect(inner, depth - 1)


def _check_text(text: str) -> None:
    if not text.isascii() or "\0" in text:
        found = UNSTORABLE.search(text)
        if found:
            code = f"U+{ord(found.group()):04X}"
            raise Unreadable(
                Message(
                    zh=f"文本中含有无法保存的字符 {code}。",
                    en=f"A text holds {code}, which cannot be stored.",
                )
            )


def _too_deep() -> Unreadable:
    return Unreadable(Message(zh="JSON 嵌套超过 20 层。", en="The JSON is nested deeper than 20 levels."))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Unreadable(
            Message(zh=f"名称「{name}」出现了两次。", en=f"The name “{name}” stands twice in one object.")
        )
    for name in result:
        if len(name) > MAX_NAME:
            raise Unreadable(Message(zh="名称超过 256 个字符。", en="A name is longer than 256 characters."))
    return result


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise _too_many_digits()
    return int(text)


def _fraction(text: str) -> Decimal:
    number = Decimal(text)
    if len(number.as_tuple().digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_EXPONENT:
        raise _too_many_digits()
    return number


def _too_many_digits() -> Unreadable:
    return Unreadable(Message(zh="数字超过 34 位。", en="A number has more than 34 digits."))


def _no_constant(name: str) -> Any:
    raise Unreadable(Message(zh=f"{name} 不是 JSON 数字。", en=f"{name} is no JSON number."))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_no_constant
)


def _decode(data: bytes) -> Any:
    return _DECODER.decode(data.decode("utf-8"))
