"""BPMN: reading, checking and executing diagrams of the Camunda 8 profile."""

from __future__ import annotations

from engine.bpmn.linting import lint

__all__ = ["lint"]
