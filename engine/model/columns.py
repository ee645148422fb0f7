"""Column types of the trade: money, exact on every database, and values as FEEL has them."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from engine.feel import values

_PER_YUAN = 10_000


class Money(TypeDecorator[Decimal]):
    """Yuan as Decimal, kept as whole ten-thousandths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Round half up to four decimals."""
        if value is None:
            return None
        return int((Decimal(value) * _PER_YUAN).to_integral_value(ROUND_HALF_UP))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give back two decimals, more only where they are needed."""
        if value is None:
            return None
        exact = Decimal(value) / _PER_YUAN
        cents = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        return cents if cents == exact else exact


class Feel(TypeDecorator[Any]):
    """A FEEL value, kept as tagged JSON with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Write the one text the value has."""
        tagged = values.to_json(value)
        return json.dumps(tagged, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read the value back as it was."""
        return None if value is None else values.from_json(json.loads(value))
