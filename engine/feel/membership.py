"""Whether a value passes a test, as `in` and the cells of decision tables ask."""

from __future__ import annotations

from engine.feel.kinds import Range, Value
from engine.feel.limits import Run
from engine.feel.operators import equal, order, within


def holds(operator: str, value: Value, operand: Value, run: Run) -> bool | None:
    """`value operator operand`; None when it cannot be told."""
    if operator in ("=", "!="):
        found = equal(value, operand, run)
        return found if operator == "=" or found is None else not found
    compared = order(value, operand)
    if compared is None:
        return None
    match operator:
        case "<":
            return compared < 0
        case "<=":
            return compared <= 0
        case ">":
            return compared > 0
    return compared >= 0


def member(value: Value, wanted: Value, run: Run) -> bool | None:
    """Whether `value` is `wanted`, lies in it (a range), or is among it (a list of values, ranges or lists)."""
    if isinstance(wanted, Range):
        return _in_range(value, wanted, run)
    if isinstance(wanted, list):
        run.read(len(wanted))
        return equal(value, wanted, run) is True or any(_matches(value, one, run) for one in wanted)
    if wanted is None:
        # A range with an end that is null is null: nobody knows what lies in it.
        return None if value is not None else True
    return equal(value, wanted, run)


def member_or_true(value: Value, wanted: Value, run: Run) -> bool | None:
    """As `member`; but for a value that is no boolean, true is a condition that holds and false one that does not."""
    if isinstance(wanted, bool) and not isinstance(value, bool):
        return wanted
    return member(value, wanted, run)


def _in_range(value: Value, wanted: Range, run: Run) -> bool | None:
    """A range may itself be the value."""
    if isinstance(value, Range):
        return equal(value, wanted, run) is True
    return within(value, wanted)


def _matches(value: Value, one: Value, run: Run) -> bool:
    if isinstance(one, Range) and within(value, one) is True:
        return True
    return equal(value, one, run) is True
