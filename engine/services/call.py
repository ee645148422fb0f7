"""A service job as its handler sees it, and the two ways it can end badly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Connection

from engine.clock import COMPANY_ZONE
from engine.errors import Message, Refused

#: Values by name, as FEEL has them.
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One job inside the transaction that settles it.

    `key` is the same for every attempt of the job, `now` the moment that counts (aware). `papers` collects what became
    of papers, for the history: id, kind, number, version, state, and of one just issued its fingerprint, order, batch.
    """

    connection: Connection
    variables: Mapping[str, Any]
    headers: Mapping[str, str]
    key: str
    now: datetime
    instance_id: int = 0
    actor: str = "system"
    papers: list[Values] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The company's date."""
        return self.now.astimezone(COMPANY_ZONE).date()

    def get(self, name: str) -> Any:
        """An input; None when it was not given."""
        return self.variables.get(name)

    def text(self, name: str) -> str:
        """An input as text without blanks at its ends; "" when it was not given."""
        return text_of(self.variables.get(name))


Handler = Callable[[Call], Values]


class ServiceError(Refused):
    """A service found that the business case does not hold: the BPMN error `code` is thrown in the diagram."""

    chinese = "业务条件不成立。"

    def __init__(self, code: str, message: Message) -> None:
        super().__init__(message, code=code)
        self.code = code


class WrongInput(Refused):
    """A service job was given a value it cannot work with: correct the diagram or the variables, then retry."""

    chinese = "服务任务的输入不正确：请修改流程图或变量后重试。"

    def __init__(self, name: str, expected_zh: str, expected_en: str) -> None:
        message = Message(
            zh=f"输入 {name} 应为{expected_zh}。", en=f"The input {name} must be {expected_en}."
        )
        super().__init__(message, name=name)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list input (an order line, a candidate), read with care."""

    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A value as text; "" when it is missing."""
        return text_of(self.values.get(name))

    def count(self, name: str) -> int:
        """A value as a whole number; 0 when it is missing. Raises WrongInput."""
        return count_of(self.values.get(name), name)


def rows(value: object, name: str) -> list[Row]:
    """A list of contexts; none when it is missing. Raises WrongInput."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise WrongInput(name, "一组行", "a list of rows")
    return [Row(item) for item in value]


def text_of(value: object) -> str:
    """A value as text without blanks at its ends."""
    return "" if value is None else str(value).strip()


def count_of(value: object, name: str) -> int:
    """A whole number, 0 for nothing. Raises WrongInput."""
    if value is None or value == "":
        return 0
    number = decimal_of(value, name)
    if number != number.to_integral_value():
        raise WrongInput(name, "整数", "a whole number")
    return int(number)


def decimal_of(value: object, name: str) -> Decimal:
    """A number. Raises WrongInput."""
    number = None
    if isinstance(value, int | Decimal | str) and not isinstance(value, bool):
        with suppress(InvalidOperation):
            number = Decimal(value)
    if number is None or not number.is_finite():
        raise WrongInput(name, "数字", "a number")
    return number


def money_of(value: object, name: str) -> Decimal:
    """Yuan with two decimals, rounded half up. Raises WrongInput."""
    return decimal_of(value, name).quantize(Decimal("0.01"), ROUND_HALF_UP)


def date_of(value: object, name: str) -> date | None:
    """A date, also from ISO text or a moment in the company's zone. Raises WrongInput."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return (value.astimezone(COMPANY_ZONE) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise WrongInput(name, "日期", "a date") from None


def mapping_of(value: object, name: str) -> Mapping[str, Any]:
    """A context; empty when it is missing. Raises WrongInput."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise WrongInput(name, "一组值", "a context")
    return value
