"""Moments among a job's inputs."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from engine.clock import COMPANY_ZONE
from engine.services.call import WrongInput


def moment_of(value: object, name: str) -> datetime:
    """A moment, aware; one without a zone is the company's. Also from ISO text. Raises WrongInput."""
    if isinstance(value, str):
        with suppress(ValueError):
            value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise WrongInput(name, "日期时间", "a date and time")
    return value if value.tzinfo else value.replace(tzinfo=COMPANY_ZONE)
