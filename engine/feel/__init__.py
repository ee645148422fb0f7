"""FEEL, the expression language of DMN: read, compiled to closures, evaluated within limits. Knows nothing of BPMN."""

from __future__ import annotations

from engine.feel.expression import Expression, UnaryTests, compile, compile_unary, evaluate  # noqa: A004
from engine.feel.fault import FeelError

__all__ = ["Expression", "FeelError", "UnaryTests", "compile", "compile_unary", "evaluate"]
