"""Calling functions: those of the table, those written in FEEL, and values that turn out to be functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engine.feel.functions import Builtin
from engine.feel.kinds import Function, Parameter, Value
from engine.feel.limits import CALL_LIMIT, Run, too_deep
from engine.feel.scope import MISSING, Scope
from engine.feel.types import Type, converted

Evaluate: TypeAlias = Callable[[Scope], Value]


def call_builtin(builtin: Builtin, arguments: list[Evaluate], names: tuple[str, ...] | None) -> Evaluate:
    """A call of a function of the table, unless a variable of its name holds a function."""
    name, call = builtin.name, builtin.call

    def invoke(scope: Scope) -> Value:
        shadow = scope.find(name)
        values = [argument(scope) for argument in arguments]
        if shadow is not MISSING and isinstance(shadow, Function):
            return call_value(shadow, values, names, scope.run)
        return call(values, names, scope.run)

    return invoke


def call_value(callee: Value, values: list[Value], names: tuple[str, ...] | None, run: Run) -> Value:
    """What the function gives for these arguments; None when it is no function."""
    return callee.call(values, names, run) if isinstance(callee, Function) else None


def make_function(parameters: tuple[tuple[str, Type | None], ...], body: Evaluate, size: int) -> Evaluate:
    """A function written in FEEL: it keeps the scope it was written in."""
    described = (tuple(Parameter(name, wanted) for name, wanted in parameters),)

    def close(scope: Scope) -> Function:
        def call(values: list[Value], names: tuple[str, ...] | None, run: Run) -> Value:
            bound = _bind(parameters, values, names, run)
            if bound is None:
                return None
            run.step(size)
            run.calls += 1
            if run.calls > CALL_LIMIT:
                raise too_deep()
            found = body(Scope(bound, scope, run))
            run.calls -= 1
            return found

        return Function("", call, described)

    return close


def _bind(
    parameters: tuple[tuple[str, Type | None], ...],
    values: list[Value],
    names: tuple[str, ...] | None,
    run: Run,
) -> dict[str, Value] | None:
    """Arguments by parameter; None when they are too many, too few or of the wrong type."""
    if len(values) != len(parameters):
        return None
    given = dict(zip(names or (name for name, _ in parameters), values, strict=True))
    bound: dict[str, Value] = {}
    for name, wanted in parameters:
        if name not in given:
            return None
        value = given[name]
        bound[name] = converted(value, wanted, run) if wanted else value
        if value is not None and bound[name] is None:
            return None
    return bound
