"""From tree to closures: each node becomes a Python function of the scope. Nothing of the text becomes Python code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from engine.feel import operators, tree
from engine.feel.functions import TABLE
from engine.feel.invocation import Evaluate, call_builtin, call_value, make_function
from engine.feel.kinds import Range, Value, kind
from engine.feel.limits import too_deep
from engine.feel.loops import filter_list, index_list, quantify, repeat
from engine.feel.membership import holds, member, member_or_true
from engine.feel.scope import MISSING, Scope
from engine.feel.selection import select
from engine.feel.types import conforms

#: How deep a tree may be: closures call one another as deep as this.
_DEPTH_LIMIT = 120

_ORDERINGS: dict[str, Callable[[int], bool]] = {
    "<": lambda found: found < 0,
    "<=": lambda found: found <= 0,
    ">": lambda found: found > 0,
    ">=": lambda found: found >= 0,
}


class Compiler:
    """Turns one tree into closures; learns on the way its free names, the functions it calls and how many nodes it has."""

    def __init__(self) -> None:
        self.free: set[str] = set()
        self.functions: set[str] = set()
        self.nodes = 0
        self._bound: list[set[str]] = []
        self._depth = 0

    def evaluator(self, node: tree.Node) -> Evaluate:
        """The closure that gives the node's value."""
        self.nodes += 1
        self._depth += 1
        if self._depth > _DEPTH_LIMIT:
            raise too_deep()
        made: Evaluate = self._METHODS[type(node)](self, node)
        self._depth -= 1
        return made

    def body(self, node: tree.Node, *bound: str) -> tuple[Evaluate, int]:
        """A part that runs many times, with the names bound in it; and its number of nodes."""
        before = self.nodes
        self._bound.append(set(bound))
        made = self.evaluator(node)
        self._bound.pop()
        return made, self.nodes - before

    def _is_bound(self, name: str) -> bool:
        return any(name in names for names in self._bound)

    def _literal(self, node: tree.Literal) -> Evaluate:
        value = node.value
        return lambda _: value

    def _name(self, node: tree.Name) -> Evaluate:
        name = node.name
        builtin = TABLE[name].value() if name in TABLE else None
        if builtin is not None:
            self.functions.add(name)
        if not self._is_bound(name):
            self.free.add(name)

        def read(scope: Scope) -> Value:
            value = scope.values.get(name, MISSING)
            if value is MISSING:
                value = scope.find(name)
                if value is MISSING:
                    return builtin
            return value

        return read

    def _path(self, node: tree.Path) -> Evaluate:
        source, name = self.evaluator(node.source), node.name
        return lambda scope: select(source(scope), name, scope.run)

    def _filter(self, node: tree.Filter) -> Evaluate:
        source = self.evaluator(node.source)
        number = _literal_index(node.condition)
        if number is not None:
            self.nodes += 1
            return lambda scope: index_list(source(scope), number)
        condition, size = self.body(node.condition, "item")
        return lambda scope: filter_list(source(scope), condition, size, scope)

    def _call(self, node: tree.Call) -> Evaluate:
        arguments = [self.evaluator(argument) for argument in node.arguments]
        names = node.names
        if not isinstance(node.callee, tree.Name) or node.callee.name not in TABLE:
            callee = self.evaluator(node.callee)
            return lambda scope: call_value(callee(scope), [a(scope) for a in arguments], names, scope.run)
        self.functions.add(node.callee.name)
        return call_builtin(TABLE[node.callee.name], arguments, names)

    def _negation(self, node: tree.Negation) -> Evaluate:
        operand = self.evaluator(node.operand)
        if isinstance(node.operand, tree.Literal):
            value = operators.negate(node.operand.value)
            return lambda _: value
        return lambda scope: operators.negate(operand(scope))

    def _arithmetic(self, node: tree.Arithmetic) -> Evaluate:
        first = self.evaluator(node.first)
        steps = [(operators.ARITHMETIC[sign], self.evaluator(operand)) for sign, operand in node.rest]

        def calculate(scope: Scope) -> Value:
            value = first(scope)
            try:
                for operation, operand in steps:
                    value = operation(value, operand(scope), scope.run)
            except operators.NO_VALUE:
                return None
            return value

        return calculate

    def _comparison(self, node: tree.Comparison) -> Evaluate:
        left, right = self.evaluator(node.left), self.evaluator(node.right)
        if node.operator == "=":
            return lambda scope: operators.equal(left(scope), right(scope), scope.run)
        if node.operator == "!=":
            return lambda scope: _not(operators.equal(left(scope), right(scope), scope.run))
        return _ordering(_ORDERINGS[node.operator], left, right)

    def _logic(self, node: tree.Logic) -> Evaluate:
        operands = [self.evaluator(operand) for operand in node.operands]
        decisive: bool = node.operator == "or"

        def decide(scope: Scope) -> bool | None:
            known: bool | None = not decisive
            for operand in operands:
                value = operand(scope)
                if value is decisive:
                    return bool(value)
                if value is not (not decisive):
                    known = None
            return known

        return decide

    def _between(self, node: tree.Between) -> Evaluate:
        value, low, high = (self.evaluator(part) for part in (node.value, node.low, node.high))

        def within(scope: Scope) -> bool | None:
            held = value(scope)
            above, below = operators.order(held, low(scope)), operators.order(held, high(scope))
            if (above is not None and above < 0) or (below is not None and below > 0):
                return False
            return None if above is None or below is None else True

        return within

    def _in(self, node: tree.In) -> Evaluate:
        value = self.evaluator(node.value)
        tests = self.tests(node.tests)

        def any_holds(scope: Scope) -> bool | None:
            held = value(scope)
            inner = scope.inner({"?": held})
            return _any(test(held, inner) for test in tests)

        return any_holds

    def tests(
        self, nodes: tuple[tree.Node, ...], *, cell: bool = False
    ) -> list[Callable[[Value, Scope], bool | None]]:
        """For each test of `?` what tells whether it holds: true, false or null.

        In the cell of a decision table a condition that does not speak of `?` holds when it is true.
        """
        self._bound.append({"?"})
        made = [self._test_of(node, cell=cell) for node in nodes]
        self._bound.pop()
        return made

    def _test_of(self, node: tree.Node, *, cell: bool) -> Callable[[Value, Scope], bool | None]:
        if isinstance(node, tree.Test):
            operand, operator = self.evaluator(node.operand), node.operator
            return lambda value, scope: holds(operator, value, operand(scope), scope.run)
        if node == tree.Literal(None):
            return lambda value, _: value is None
        evaluate = self.evaluator(node)
        if _mentions_value(node):
            return lambda _, scope: _boolean(evaluate(scope))
        if cell:
            return lambda value, scope: member_or_true(value, evaluate(scope), scope.run)
        return lambda value, scope: member(value, evaluate(scope), scope.run)

    def _instance_of(self, node: tree.InstanceOf) -> Evaluate:
        value, wanted = self.evaluator(node.value), node.type
        return lambda scope: conforms(value(scope), wanted, scope.run)

    def _if(self, node: tree.If) -> Evaluate:
        condition, yes, no = (self.evaluator(part) for part in (node.condition, node.yes, node.no))
        return lambda scope: yes(scope) if condition(scope) is True else no(scope)

    def _iterators(self, node: tree.For | tree.Quantified) -> list[tuple[str, Evaluate, Evaluate | None]]:
        """The sources, each seeing the names of those before it; leaves all the names bound."""
        self._bound.append(set())
        made = []
        for iterator in node.iterators:
            source = self.evaluator(iterator.source)
            made.append((iterator.name, source, self.evaluator(iterator.end) if iterator.end else None))
            self._bound[-1].add(iterator.name)
        return made

    def _for(self, node: tree.For) -> Evaluate:
        iterators = self._iterators(node)
        outer, self.free = self.free, set()
        body, size = self.body(node.body)
        partial = "partial" in self.free
        self.free = outer | (self.free - {"partial"})
        self._bound.pop()
        return lambda scope: repeat(iterators, body, size, scope, partial=partial)

    def _quantified(self, node: tree.Quantified) -> Evaluate:
        iterators = self._iterators(node)
        condition, size = self.body(node.condition)
        self._bound.pop()
        decisive = node.quantifier == "some"
        return lambda scope: quantify(iterators, condition, size, scope, decisive=decisive)

    def _function(self, node: tree.FunctionLiteral) -> Evaluate:
        body, size = self.body(node.body, *(name for name, _ in node.parameters))
        return make_function(node.parameters, body, size)

    def _list(self, node: tree.ListLiteral) -> Evaluate:
        items = [self.evaluator(item) for item in node.items]

        def make(scope: Scope) -> list[Value]:
            scope.run.hold_list(len(items))
            return [item(scope) for item in items]

        return make

    def _context(self, node: tree.ContextLiteral) -> Evaluate:
        self._bound.append(set())
        entries = []
        for name, value in node.entries:
            entries.append((name, self.evaluator(value)))
            self._bound[-1].add(name)
        self._bound.pop()
        twice = len({name for name, _ in entries}) < len(entries)

        def make(scope: Scope) -> dict[str, Value] | None:
            scope.run.hold_list(len(entries))
            made: dict[str, Value] = {}
            inner = scope.inner(made)
            for name, value in entries:
                made[name] = value(inner)
            return None if twice else made

        return make

    def _range(self, node: tree.RangeLiteral) -> Evaluate:
        start, end = self.evaluator(node.start), self.evaluator(node.end)
        start_included, end_included = node.start_included, node.end_included

        def make(scope: Scope) -> Range | None:
            low, high = start(scope), end(scope)
            if low is None or high is None or kind(low) != kind(high):
                return None
            return Range(low, high, start_included, end_included)

        return make

    def _test(self, node: tree.Test) -> Evaluate:
        """A test taken as a value: the range of what passes it."""
        operand, operator = self.evaluator(node.operand), node.operator

        def make(scope: Scope) -> Range | None:
            value = operand(scope)
            return None if value is None else _RANGES[operator](value)

        return make

    _METHODS: ClassVar[dict[type[tree.Node], Any]] = {
        tree.Literal: _literal,
        tree.Name: _name,
        tree.Path: _path,
        tree.Filter: _filter,
        tree.Call: _call,
        tree.Negation: _negation,
        tree.Arithmetic: _arithmetic,
        tree.Comparison: _comparison,
        tree.Logic: _logic,
        tree.Between: _between,
        tree.In: _in,
        tree.InstanceOf: _instance_of,
        tree.If: _if,
        tree.For: _for,
        tree.Quantified: _quantified,
        tree.FunctionLiteral: _function,
        tree.ListLiteral: _list,
        tree.ContextLiteral: _context,
        tree.RangeLiteral: _range,
        tree.Test: _test,
    }


_RANGES: dict[str, Callable[[Value], Range | None]] = {
    "<": lambda value: Range(None, value, start_included=False, end_included=False),
    "<=": lambda value: Range(None, value, start_included=False, end_included=True),
    ">": lambda value: Range(value, None, start_included=False, end_included=False),
    ">=": lambda value: Range(value, None, start_included=True, end_included=False),
    "=": lambda value: Range(value, value),
    "!=": lambda _: None,
}


def _ordering(fits: Callable[[int], bool], left: Evaluate, right: Evaluate) -> Evaluate:
    def compare(scope: Scope) -> bool | None:
        found = operators.order(left(scope), right(scope))
        return None if found is None else fits(found)

    return compare


def _literal_index(node: tree.Node) -> int | None:
    """The whole number written as a filter, so that it need not be tried as a condition."""
    sign = 1
    if isinstance(node, tree.Negation):
        sign, node = -1, node.operand
    value = node.value if isinstance(node, tree.Literal) else None
    return sign * value if type(value) is int else None


def _mentions_value(node: tree.Node) -> bool:
    """Whether a test speaks of `?` itself, so that it says whether it holds."""
    seen = Compiler()
    seen.evaluator(node)
    return "?" in seen.free


def _boolean(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _any(found: Any) -> bool | None:
    known: bool | None = False
    for one in found:
        if one is True:
            return True
        if one is None:
            known = None
    return known
