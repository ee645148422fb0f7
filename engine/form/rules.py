"""What a value must satisfy: form-js's validation, rule by rule, with messages people can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any, NamedTuple

import re2

from engine.clock import COMPANY_ZONE
from engine.errors import Message
from engine.form import messages, moments
from engine.form.component import Component
from engine.form.formula import Formula, Scope
from engine.form.pattern import units
from engine.form.phone import PHONE


class Fault(NamedTuple):
    """A rule that a value breaks: the rule's name in the form, and what to tell the person."""

    rule: str
    message: Message


#: The e-mail addresses an HTML input takes (WHATWG HTML, "valid e-mail address").
_EMAIL = re2.compile(
    r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
)
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_PHONE = re2.compile(PHONE)
#: Digits enough to divide the largest number that is judged by the smallest step.
_WIDE = Context(prec=900)


def faults(component: Component, value: Any, scope: Scope) -> list[Fault]:
    """The rules of the form that the value breaks, in the order form-js names them."""
    found = list(_number_faults(component, value))
    if component.validate:
        found += _preset_faults(component, value, scope)
    return found


def _number_faults(component: Component, value: Any) -> Iterator[Fault]:
    number = _decimal(value) if component.type == "number" else None
    if not number:
        return
    digits = component.spec.get("decimalDigits")
    if isinstance(digits, int) and -_exponent(number) > digits >= 0:
        yield Fault("decimalDigits", messages.decimals(digits))
    step = _decimal(component.spec.get("increment"))
    if step:
        offset = _WIDE.remainder(number, step)
        if offset:
            below = _WIDE.subtract(number, offset)
            yield Fault("increment", messages.multiple(step, below, _WIDE.add(below, step)))


def _exponent(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _decimal(value: Any) -> Decimal | None:
    """A number, or a text that writes one, exactly; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < 400 else None


def _preset_faults(component: Component, value: Any, scope: Scope) -> Iterator[Fault]:
    text = value if isinstance(value, str) else ""
    if component.pattern and text and not component.pattern.fits(text):
        yield Fault("pattern", _pattern_message(component))
    if component.required and (
        value is None or value in ("", []) or (component.type == "checkbox" and value is False)
    ):
        yield Fault("required", _required_message(component))
    if value is not None and value != "":
        yield from _limit_faults(component, value, scope)
    if text:
        yield from _length_faults(component, text, scope)
    wanted = component.validate.get("validationType")
    if text and wanted == "phone" and not _PHONE.search(text):
        yield Fault("validationType", messages.PHONE)
    if text and wanted == "email" and not _EMAIL.search(text):
        yield Fault("validationType", messages.EMAIL)


def limit(component: Component, name: str, scope: Scope) -> Any:
    """The value of a limit here and now; None when there is none."""
    found = component.limits.get(name)
    return found.value(scope) if isinstance(found, Formula) else found


def _limit_faults(component: Component, value: Any, scope: Scope) -> Iterator[Fault]:
    if component.type != "number":
        return
    number = _decimal(value)
    for name, message in (("min", messages.at_least), ("max", messages.at_most)):
        found = limit(component, name, scope)
        if found is None or number is None:
            continue
        bound = _decimal(found)
        if bound is None:
            yield Fault(name, messages.BAD_LIMIT)
        elif number < bound if name == "min" else number > bound:
            yield Fault(name, message(bound))


def _length_faults(component: Component, text: str, scope: Scope) -> Iterator[Fault]:
    length = units(text)
    fewest, most = (_decimal(limit(component, name, scope)) for name in ("minLength", "maxLength"))
    if fewest is not None and length < fewest:
        yield Fault("minLength", messages.longer(fewest))
    if most is not None and length > most:
        yield Fault("maxLength", messages.shorter(most))


def _required_message(component: Component) -> Message:
    if component.is_several:
        return messages.CHOOSE_SOME
    by_type = {
        "checkbox": messages.TICK,
        "radio": messages.CHOOSE,
        "select": messages.CHOOSE,
        "filepicker": messages.UPLOAD,
    }
    return by_type.get(component.type, messages.REQUIRED)


def _pattern_message(component: Component) -> Message:
    own = component.validate.get("patternErrorMessage")
    if not isinstance(own, str) or not own:
        return messages.PATTERN
    return messages.pattern_of_form(own, component.hints.get("en_pattern") or "")


def moment_fault(component: Component, value: Any, now: datetime) -> Fault | None:
    """What is wrong with a date or time newly given: before today, not yet come, or off the interval."""
    if component.type != "datetime" or not isinstance(value, str):
        return None
    today = now.astimezone(COMPANY_ZONE).date()
    if component.spec.get("disallowPassedDates") and moments.is_past(component, value, today):
        return Fault("disallowPassedDates", messages.PAST)
    if component.hints.get("happened") == "true" and moments.is_future(component, value, now):
        whole_day = moments.subtype(component) == "date"
        return Fault("happened", messages.FUTURE_DAY if whole_day else messages.FUTURE)
    if moments.off_interval(component, value):
        return Fault("timeInterval", messages.interval(moments.interval(component)))
    return None
