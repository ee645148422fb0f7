"""BPMN: reading, checking and executing diagrams of the Camunda 8 profile."""

from __future__ import annotations

# The function takes the module's place as an attribute of the package: `engine.bpmn.lint(xml)` is the interface.
from engine.bpmn.lint import lint

__all__ = ["lint"]
