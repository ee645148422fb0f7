"""Compiled expressions and tests, kept so that each text is compiled once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from engine.feel import library
from engine.feel.compiler import Compiler
from engine.feel.functions import SPACED_NAMES, when_changed
from engine.feel.grammar import read_expression, read_unary_tests
from engine.feel.limits import BusinessCalendar, Run, check_result, too_deep
from engine.feel.reader import is_plain, longer_names
from engine.feel.scope import Scope
from engine.feel.values import Value, from_plain

Clock = Callable[[], datetime]

library.load()


class Expression:
    """A FEEL expression ready to be evaluated.

    Attributes:
        source: its text.
        names: the free variables it may read; inside a filter also those that may be entries of the items.
        functions: the functions of the table it may call.
        tree: as it was read, for those who check decision tables.
    """

    def __init__(self, source: str, names: tuple[str, ...]) -> None:
        self.source = source
        self.tree = read_expression(source, names, SPACED_NAMES)
        compiler = Compiler()
        self._evaluate = compiler.evaluator(self.tree)
        self.names = frozenset(compiler.free)
        self.functions = frozenset(compiler.functions)
        self._given = names
        self._longer = longer_names(source).difference(names)

    def __call__(
        self,
        context: Mapping[str, Value],
        *,
        clock: Clock | None = None,
        calendar: BusinessCalendar | None = None,
    ) -> Value:
        """The value with these variables; null (None) for what FEEL cannot tell.

        FeelError only when the evaluation goes beyond its limits, an `assert` in it fails, or it asks for working
        days without a `calendar`.
        """
        if self._longer and not context.keys().isdisjoint(self._longer):
            return compile(self.source, names=(*self._given, *self._longer.intersection(context)))(
                context, clock=clock, calendar=calendar
            )
        try:
            value = self._evaluate(Scope(context, None, Run(clock, calendar)))
        except RecursionError:
            raise too_deep() from None
        if type(value) is list or type(value) is dict:
            check_result(value)
        return value

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"


class UnaryTests:
    """The tests of a decision table's input cell, ready to be tried.

    Attributes:
        source, names, tree: as of an Expression.
    """

    def __init__(self, source: str, names: tuple[str, ...]) -> None:
        self.source = source
        self.tree = read_unary_tests(source, names, SPACED_NAMES)
        compiler = Compiler()
        self._tests = compiler.tests(self.tree.tests, cell=True)
        self.names = frozenset(compiler.free)
        self._given = names
        self._longer = longer_names(source).difference(names)

    def __call__(
        self,
        value: Value,
        context: Mapping[str, Value],
        *,
        clock: Clock | None = None,
        calendar: BusinessCalendar | None = None,
    ) -> bool:
        """Whether the value passes: any one test is true, or, after `not`, all are false."""
        if self._longer and not context.keys().isdisjoint(self._longer):
            longer = (*self._given, *self._longer.intersection(context))
            return compile_unary(self.source, names=longer)(value, context, clock=clock, calendar=calendar)
        if not self._tests:
            return True
        scope = Scope({"?": value}, Scope(context, None, run := Run(clock, calendar)), run)
        try:
            if self.tree.negated:
                return all(test(value, scope) is False for test in self._tests)
            return any(test(value, scope) is True for test in self._tests)
        except RecursionError:
            raise too_deep() from None

    def __repr__(self) -> str:
        return f"UnaryTests({self.source!r})"


@lru_cache(maxsize=4096)
def _compiled(source: str, names: tuple[str, ...]) -> Expression:
    try:
        return Expression(source, names)
    except RecursionError:
        raise too_deep() from None


@lru_cache(maxsize=4096)
def _compiled_unary(source: str, names: tuple[str, ...]) -> UnaryTests:
    try:
        return UnaryTests(source, names)
    except RecursionError:
        raise too_deep() from None


when_changed(_compiled.cache_clear)
when_changed(_compiled_unary.cache_clear)


def _special(names: Iterable[str]) -> tuple[str, ...]:
    """Only names that one token cannot tell change how a text is read."""
    return tuple(sorted({name for name in names if not is_plain(name)}))


def compile(source: str, *, names: Iterable[str] = ()) -> Expression:  # noqa: A001 (the word of the language)
    """The expression `source` writes; FeelError with line, column and position where it cannot be read.

    `names` are variables known beforehand; those with spaces or signs in them are then read as one name.
    """
    return _compiled(source, _special(names) if names else ())


def compile_unary(source: str, *, names: Iterable[str] = ()) -> UnaryTests:
    """The tests of a decision table's input cell; FeelError where they cannot be read."""
    return _compiled_unary(source, _special(names) if names else ())


def evaluate(
    expression: str,
    context: Mapping[str, object] | None = None,
    *,
    clock: Clock | None = None,
    calendar: BusinessCalendar | None = None,
) -> Value:
    """The value of an expression with plain Python values (int, float, list …) as variables."""
    variables: dict[str, Value] = from_plain(dict(context or {}))
    return compile(expression, names=variables)(variables, clock=clock, calendar=calendar)
