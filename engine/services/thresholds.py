"""Limits that may change without a new diagram: their keys, defaults and sources, and how processes read them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlalchemy import Connection, select

from engine.errors import Message
from engine.model.instances import setting
from engine.services.call import Call, Values, WrongInput, decimal_of

Kind = Literal["money", "number", "hours", "count", "percent"]

_WHOLE = frozenset({"hours", "count"})


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit: its key in table `setting`, its value when nobody changed it, its names, its source step, its unit."""

    key: str
    default: Decimal
    zh: str
    en: str
    source: str
    kind: Kind

    def read(self, text: str) -> Decimal | int:
        """The value that a text means. Raises WrongInput when it is no number, or less than nothing."""
        number = decimal_of(text, self.key)
        if number < 0 or (self.kind in _WHOLE and number != number.to_integral_value()):
            raise WrongInput(self.key, "不小于零的数", "a number that is not below zero")
        return int(number) if number == number.to_integral_value() else number

    @property
    def label(self) -> Message:
        """What people call it."""
        return Message(zh=self.zh, en=self.en)


THRESHOLDS: tuple[Threshold, ...] = (
    Threshold(
        "slip_rate",
        Decimal(5),
        "补货单逾期每件（元）",
        "Fine a piece of a late slip (yuan)",
        "F05.09",
        "money",
    ),
    Threshold(
        "discrepancy_rate",
        Decimal(2),
        "差异单逾期每件（元）",
        "Fine a piece of a late transfer (yuan)",
        "F05.10",
        "money",
    ),
    Threshold(
        "strike_limit",
        Decimal(3),
        "当月逾期达几次扣绩效",
        "Late slips a month before performance is deducted",
        "F05.11",
        "count",
    ),
    Threshold(
        "fine_by_line",
        Decimal(0),
        "“件”按明细行计（1 是，0 按货品件数）",
        "Fines count lines (1) instead of pieces (0)",
        "F05.09",
        "count",
    ),
    Threshold(
        "small_amount", Decimal(20), "小额商品金额上限（元）", "Small goods, up to (yuan)", "F31.05", "money"
    ),
    Threshold(
        "small_weight",
        Decimal("0.5"),
        "轻小商品重量上限（千克）",
        "Light goods, up to (kg)",
        "F31.05",
        "number",
    ),
    Threshold(
        "small_volume", Decimal(5), "轻小商品体积上限（升）", "Compact goods, up to (l)", "F31.05", "number"
    ),
    Threshold(
        "scale_tolerance",
        Decimal("0.2"),
        "称重误差（千克），更轻的查不实",
        "Error of the scale (kg): lighter goods prove nothing",
        "F31.03",
        "number",
    ),
    Threshold(
        "allowance_percent",
        Decimal(10),
        "轻微破损折让（%）",
        "Allowance for slight damage (%)",
        "F31.14",
        "percent",
    ),
    Threshold(
        "refund_limit",
        Decimal(200),
        "退款超过多少须主管签字（元）",
        "Refunds above need the supervisor's signature (yuan)",
        "F31.15",
        "money",
    ),
)


def by_key() -> dict[str, Threshold]:
    """The thresholds by their keys."""
    return {each.key: each for each in THRESHOLDS}


def values(connection: Connection) -> dict[str, Decimal | int]:
    """Every threshold as it stands now."""
    stored = {row.key: row.value for row in connection.execute(select(setting.c.key, setting.c.value))}
    return {each.key: each.read(stored.get(each.key, str(each.default))) for each in THRESHOLDS}


def value(connection: Connection, key: str) -> Decimal | int:
    """One threshold as it stands now. Raises KeyError for one that does not exist."""
    return values(connection)[key]


def read(call: Call) -> Values:
    """The thresholds that a process runs by: read once at its start, so that a later change is for later ones."""
    known = values(call.connection)
    names = call.get("names")
    if names is None:
        return {"settings": dict(known)}
    if not isinstance(names, list) or not set(names) <= set(known):
        raise WrongInput("names", f"设置项的列表（{'、'.join(known)}）", f"a list among {', '.join(known)}")
    return {"settings": {name: known[name] for name in names}}
