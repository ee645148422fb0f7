"""All tables together: importing this module makes `metadata` whole."""

from __future__ import annotations

from engine.model import definitions, domain, history, instances, people
from engine.model.metadata import metadata

__all__ = ["definitions", "domain", "history", "instances", "metadata", "people"]
