"""Decision tables: read, evaluated and checked. Knows FEEL, nothing of processes."""

from __future__ import annotations

from engine.dmn.check import check
from engine.dmn.errors import DmnError, DmnRefused
from engine.dmn.evaluate import Decisions, Outcome
from engine.dmn.read import read

__all__ = ["Decisions", "DmnError", "DmnRefused", "Outcome", "check", "read"]
