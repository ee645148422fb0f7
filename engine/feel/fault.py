"""What FEEL says when an expression cannot be read or goes beyond its limits."""

from __future__ import annotations

from typing import Literal

from engine.errors import Message, Refused


class FeelError(Refused):
    """The expression cannot be read or evaluated.

    Attributes:
        kind: "syntax" (cannot be read), "limit" (goes beyond the limits), "assert" (its own `assert` failed),
            "calendar" (it asks for working days where no calendar is given).
        line, column: where, counted from 1; 0 when no place can be given.
        position: the same place as an offset into the source, from 0; -1 when none.
        zh, en: the sentence for a person.
    """

    chinese = "表达式无法读取或计算。"

    def __init__(
        self,
        en: str,
        zh: str,
        *,
        kind: Literal["syntax", "limit", "assert", "calendar"] = "syntax",
        line: int = 0,
        column: int = 0,
        position: int = -1,
    ) -> None:
        super().__init__(Message(zh=zh, en=en), line=line, column=column, position=position)
        self.kind = kind
        self.line, self.column, self.position = line, column, position

    @property
    def en(self) -> str:
        """The English sentence."""
        return self.message.en

    @property
    def zh(self) -> str:
        """The Chinese sentence."""
        return self.message.zh


def syntax_error(source: str, position: int, en: str, zh: str) -> FeelError:
    """The error at `position` of `source`, with its line and column said in both languages."""
    line = source.count("\n", 0, position) + 1
    column = position - (source.rfind("\n", 0, position) + 1) + 1
    return FeelError(
        f"Line {line}, column {column}: {en}",
        f"第 {line} 行第 {column} 列：{zh}",
        line=line,
        column=column,
        position=position,
    )
