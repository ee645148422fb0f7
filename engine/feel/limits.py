"""How much one evaluation may do: steps, memory, depth. Nothing runs without these bounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Protocol

from engine.feel.fault import FeelError

#: Longest expression, in characters.
SOURCE_LIMIT = 2_000
#: Nodes of the expression that one evaluation may visit.
STEP_LIMIT = 10_000
#: Bytes (estimated) that the values made by one evaluation may take together.
SPACE_LIMIT = 1_048_576
#: How deep an expression, a value or calls of functions may be nested.
NESTING_LIMIT = 60
CALL_LIMIT = 64
VALUE_DEPTH_LIMIT = 100

#: Reading a long list or text inside a function counts one step for so many elements or characters.
ELEMENTS_PER_STEP = 64
CHARACTERS_PER_STEP = 4_096
#: What one element of a list or one entry of a context is taken to weigh.
ELEMENT_WEIGHT = 16


class BusinessCalendar(Protocol):
    """What knows the working days."""

    def is_business_day(self, day: date, /) -> bool:
        """Whether people work on this day."""


class Run:
    """One evaluation: what is left of its steps and space, its clock, and its calendar where there is one."""

    __slots__ = ("calendar", "calls", "clock", "space", "steps")

    def __init__(
        self, clock: Callable[[], datetime] | None = None, calendar: BusinessCalendar | None = None
    ) -> None:
        self.steps = STEP_LIMIT
        self.space = SPACE_LIMIT
        self.calls = 0
        self.clock = clock
        self.calendar = calendar

    def step(self, count: int = 1) -> None:
        """Spend `count` steps; FeelError when they are used up."""
        self.steps -= count
        if self.steps < 0:
            raise too_many_steps()

    def read(self, elements: int) -> None:
        """Spend the steps for walking through a list of so many elements."""
        self.step(1 + elements // ELEMENTS_PER_STEP)

    def read_text(self, length: int) -> None:
        """Spend the steps for walking through a text of so many characters."""
        self.step(1 + length // CHARACTERS_PER_STEP)

    def hold(self, size: int) -> None:
        """Spend `size` bytes of room for a new value; FeelError when there is no more."""
        self.space -= size
        if self.space < 0:
            raise too_large()

    def hold_list(self, elements: int) -> None:
        """Spend the room and the steps for a new list of so many elements."""
        self.hold(elements * ELEMENT_WEIGHT)
        self.read(elements)

    def hold_text(self, length: int) -> None:
        """Spend the room and the steps for a new text of so many characters."""
        self.hold(length)
        self.read_text(length)


def check_result(value: Any) -> None:
    """FeelError when a result, written out, would be larger or deeper than a value may be."""
    room = SPACE_LIMIT
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > VALUE_DEPTH_LIMIT:
            raise too_deep()
        kind = type(item)
        if kind is str:
            room -= len(item)
        elif kind is list:
            room -= ELEMENT_WEIGHT * len(item)
            waiting.extend((element, depth + 1) for element in item)
        elif kind is dict:
            room -= sum(map(len, item)) + ELEMENT_WEIGHT * len(item)
            waiting.extend((element, depth + 1) for element in item.values())
        if room < 0:
            raise too_large()


def too_many_steps() -> FeelError:
    """The error of an evaluation that takes too long."""
    return FeelError(
        f"The expression takes more than {STEP_LIMIT:,} steps.",
        f"表达式的计算超过 {STEP_LIMIT:,} 步。",
        kind="limit",
    )


def too_large() -> FeelError:
    """The error of an evaluation that makes too much."""
    return FeelError(
        "The expression makes more than 1 MB of values.", "表达式产生的值超过 1 MB。", kind="limit"
    )


def too_deep() -> FeelError:
    """The error of an expression, value or call that is nested too deeply."""
    return FeelError(
        "The expression or one of its values is nested too deeply.",
        "表达式或其中的值嵌套过深。",
        kind="limit",
    )
