"""Limits that may change without a new diagram: their keys, defaults and sources, and how processes read them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlalchemy import Connection, select

from engine.errors import Message
from engine.model.instances import setting
from engine.services.call import Call, Values, WrongInput, decimal_of

#: How a value is written: yuan, any number, whole hours, a whole number, 0 to 100, yes (1) or no (0), words.
Kind = Literal["money", "number", "hours", "count", "percent", "flag", "text"]

_WHOLE = frozenset({"hours", "count", "flag"})
#: The most that makes sense for each kind, so that a slip of the finger is told.
_MOST = {"money": 1_000_000, "number": 1_000_000, "hours": 8_760, "count": 10_000, "percent": 100, "flag": 1}
_DECIMALS = {"money": 2, "number": 3, "percent": 2}
_LONGEST = 100

_UNITS = {
    "money": Message(zh="元", en="yuan"),
    "hours": Message(zh="小时", en="hours"),
    "percent": Message(zh="%", en="%"),
}
_NO_UNIT = Message(zh="", en="")
_EXPECTED = {
    "money": Message(
        zh="0 至 1000000 的金额，至多两位小数", en="an amount from 0 to 1000000 with at most 2 decimals"
    ),
    "number": Message(
        zh="0 至 1000000 的数，至多三位小数", en="a number from 0 to 1000000 with at most 3 decimals"
    ),
    "hours": Message(zh="0 至 8760 的整小时数", en="a whole number of hours from 0 to 8760"),
    "count": Message(zh="0 至 10000 的整数", en="a whole number from 0 to 10000"),
    "percent": Message(
        zh="0 至 100 的百分数，至多两位小数", en="a percentage from 0 to 100 with at most 2 decimals"
    ),
    "flag": Message(zh="1（是）或 0（否）", en="1 (yes) or 0 (no)"),
    "text": Message(zh="1 至 100 个字的文本，不含换行", en="1 to 100 characters without line breaks"),
}

#: What diagrams read: a number, or the words of a text.
Setting = Decimal | int | str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit: its key in table `setting`, its value when nobody changed it, its names, its source step, its unit."""

    key: str
    default: Decimal | str
    zh: str
    en: str
    source: str
    kind: Kind
    #: Of a number or count: what is counted.
    unit: Message = _NO_UNIT

    def read(self, text: str) -> Setting:
        """The value that a text means. Raises WrongInput when it is none of this kind."""
        if self.kind == "text":
            return self._words(text)
        number = decimal_of(text, self.key)
        whole = number == number.to_integral_value()
        if not 0 <= number <= _MOST[self.kind] or (self.kind in _WHOLE and not whole):
            raise self._wrong()
        if not whole and number != round(number, _DECIMALS[self.kind]):
            raise self._wrong()
        return int(number) if whole else number

    @property
    def usual(self) -> Setting:
        """The value when nobody changed it; a text may be empty then."""
        return self.default if isinstance(self.default, str) else self.read(str(self.default))

    @property
    def expected(self) -> Message:
        """What a value has to be, in words."""
        return _EXPECTED[self.kind]

    @property
    def label(self) -> Message:
        """What people call it."""
        return Message(zh=self.zh, en=self.en)

    @property
    def measured(self) -> Message:
        """The unit that stands behind the value; empty for plain numbers and words."""
        return _UNITS.get(self.kind, self.unit)

    def _words(self, text: str) -> str:
        found = text.strip()
        if not 0 < len(found) <= _LONGEST or not found.isprintable():
            raise self._wrong()
        return found

    def _wrong(self) -> WrongInput:
        return WrongInput(self.key, self.expected.zh, self.expected.en)


THRESHOLDS: tuple[Threshold, ...] = (
    Threshold(
        "slip_rate", Decimal(5), "补货单逾期罚款，每件", "Fine for a late slip, a piece", "F05.09", "money"
    ),
    Threshold(
        "discrepancy_rate",
        Decimal(2),
        "差异单逾期罚款，每件",
        "Fine for a late transfer, a piece",
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
        Message(zh="次", en="slips"),
    ),
    Threshold(
        "fine_by_line",
        Decimal(0),
        "罚款的“件”按明细行计，不按货品件数",
        "Fines count lines instead of pieces",
        "F05.09",
        "flag",
    ),
    Threshold("small_amount", Decimal(20), "小额商品金额上限", "Small goods, up to", "F31.05", "money"),
    Threshold(
        "small_weight",
        Decimal("0.5"),
        "轻小商品重量上限",
        "Light goods, up to",
        "F31.05",
        "number",
        Message(zh="千克", en="kg"),
    ),
    Threshold(
        "small_volume",
        Decimal(5),
        "轻小商品体积上限",
        "Compact goods, up to",
        "F31.05",
        "number",
        Message(zh="升", en="l"),
    ),
    Threshold(
        "scale_tolerance",
        Decimal("0.2"),
        "称重误差，更轻的查不实",
        "Error of the scale: lighter goods prove nothing",
        "F31.03",
        "number",
        Message(zh="千克", en="kg"),
    ),
    Threshold(
        "allowance_percent", Decimal(10), "轻微破损折让", "Allowance for slight damage", "F31.14", "percent"
    ),
    Threshold(
        "refund_limit",
        Decimal(200),
        "退款超过此数须主管签字",
        "Refunds above need the supervisor's signature",
        "F31.15",
        "money",
    ),
    Threshold(
        "delay_on_deposit",
        Decimal(0),
        "定金晚到，交期顺延",
        "A late deposit moves the due date",
        "F14.19",
        "flag",
    ),
    Threshold("company_name", "", "公司名称", "Name of the company", "G04", "text"),
)


#: Limits that stand in the diagrams now: diagrams deployed before go on reading them, nobody changes them any more.
_RETIRED = (
    Threshold("slip_hours", Decimal(24), "补货单处理时限", "Time to process a store slip", "F05.03", "hours"),
    Threshold(
        "transfer_hours", Decimal(24), "差异单调配时限", "Time to transfer what was short", "F05.08", "hours"
    ),
)


def by_key() -> dict[str, Threshold]:
    """The thresholds by their keys."""
    return {each.key: each for each in THRESHOLDS}


def values(connection: Connection) -> dict[str, Setting]:
    """Every threshold as it stands now."""
    stored = {row.key: row.value for row in connection.execute(select(setting.c.key, setting.c.value))}
    every = (*THRESHOLDS, *_RETIRED)
    return {each.key: each.read(stored[each.key]) if each.key in stored else each.usual for each in every}


def value(connection: Connection, key: str) -> Decimal | int:
    """One number as it stands now. Raises KeyError for one that does not exist."""
    found = values(connection)[key]
    if isinstance(found, str):
        raise KeyError(key)
    return found


def text(connection: Connection, key: str) -> str:
    """One setting in words as it stands now. Raises KeyError for one that does not exist."""
    return str(values(connection)[key])


def read(call: Call) -> Values:
    """The thresholds that a process runs by: read once at its start, so that a later change is for later ones."""
    known = values(call.connection)
    names = call.get("names")
    if names is None:
        names = list(by_key())
    if not isinstance(names, list) or not set(names) <= set(known):
        raise WrongInput("names", f"设置项的列表（{'、'.join(known)}）", f"a list among {', '.join(known)}")
    return {"settings": {name: known[name] for name in names}}
