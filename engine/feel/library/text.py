"""Functions on strings. Places count characters (code points) from 1."""

from __future__ import annotations

import base64

from engine.feel import numbers
from engine.feel.functions import function
from engine.feel.kinds import Value
from engine.feel.limits import Run


@function(
    "substring(string: string, start position: number, length?: number)",
    "the part from a place on (negative: from the end), of a given length",
    "从某位置起（负数从末尾数）截取子串",
)
def substring(run: Run, text: str, start: numbers.Number, length: numbers.Number | None = None) -> str | None:
    """The part of the text; null when the place lies outside or the length is negative."""
    place, size = int(start), None if length is None else int(length)
    if not 1 <= abs(place) <= len(text) or (size is not None and size < 0):
        return None
    first = place - 1 if place > 0 else len(text) + place
    return text[first:] if size is None else text[first : first + size]


@function("string length(string: string)", "the number of characters", "字符数")
def string_length(run: Run, text: str) -> int:
    """How many characters."""
    return len(text)


@function("upper case(string: string)", "in capital letters", "转为大写")
def upper_case(run: Run, text: str) -> str:
    """All letters upper case."""
    run.hold_text(len(text))
    return text.upper()


@function("lower case(string: string)", "in small letters", "转为小写")
def lower_case(run: Run, text: str) -> str:
    """All letters lower case."""
    run.hold_text(len(text))
    return text.lower()


@function(
    "substring before(string: string, match: string)",
    "the part before the first match, empty when there is none",
    "首个匹配之前的部分",
)
def substring_before(run: Run, text: str, match: str) -> str:
    """What stands before."""
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@function(
    "substring after(string: string, match: string)",
    "the part after the first match, empty when there is none",
    "首个匹配之后的部分",
)
def substring_after(run: Run, text: str, match: str) -> str:
    """What stands after."""
    return text.partition(match)[2] if match else text


@function("contains(string: string, match: string)", "whether the text holds the match", "是否包含")
def contains(run: Run, text: str, match: str) -> bool:
    """Whether it is in there."""
    run.read_text(len(text))
    return match in text


@function("starts with(string: string, match: string)", "whether the text begins so", "是否以其开头")
def starts_with(run: Run, text: str, match: str) -> bool:
    """Whether it begins so."""
    return text.startswith(match)


@function("ends with(string: string, match: string)", "whether the text ends so", "是否以其结尾")
def ends_with(run: Run, text: str, match: str) -> bool:
    """Whether it ends so."""
    return text.endswith(match)


@function(
    "string join(list: list, delimiter?: string|null)",
    "the texts of a list joined, nulls left out",
    "将列表中的文本连接，忽略 null",
)
def string_join(run: Run, items: list[Value], delimiter: str | None = None) -> str | None:
    """All texts with the delimiter between; null when something else is among them."""
    texts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in texts):
        return None
    run.hold_text(sum(map(len, texts)) + len(delimiter or "") * len(texts))
    return (delimiter or "").join(texts)


@function(
    "string join(list: list, delimiter: string|null, prefix: string, suffix: string)",
    "the same between a prefix and a suffix (Camunda)",
    "同上，另加前缀和后缀",
)
def string_join_within(
    run: Run, items: list[Value], delimiter: str | None, prefix: str, suffix: str
) -> str | None:
    """Joined, with something before and after."""
    joined = string_join(run, items, delimiter)
    return None if joined is None else prefix + joined + suffix


@function("trim(string: string)", "without spaces at both ends (Camunda)", "去除首尾空白")
def trim(run: Run, text: str) -> str:
    """Without spaces around."""
    return text.strip()


@function("is blank(string: string)", "whether there are only spaces or nothing (Camunda)", "是否为空白文本")
def is_blank(run: Run, text: str) -> bool:
    """Nothing to read."""
    return not text.strip()


@function("to base64(value: string)", "the text's UTF-8 bytes in Base64 (Camunda)", "转为 Base64 文本")
def to_base64(run: Run, text: str) -> str:
    """In Base64."""
    run.hold_text(2 * len(text))
    return base64.b64encode(text.encode()).decode("ascii")
