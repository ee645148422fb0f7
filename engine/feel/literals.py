"""Values written out in a text: what may stand at the end of a range given as text."""

from __future__ import annotations

from engine.feel import tree
from engine.feel.functions import SPACED_NAMES, TABLE
from engine.feel.grammar import read_expression
from engine.feel.kinds import Value
from engine.feel.limits import Run
from engine.feel.operators import negate

_MAKERS = frozenset(("date", "time", "date and time", "duration"))


def read_endpoint(source: str, run: Run) -> Value:
    """The value of a literal or of `date("…")` and its like; None for anything else, FeelError for what is no FEEL."""
    return literal_value(read_expression(source, (), SPACED_NAMES), run)


def literal_value(node: tree.Node, run: Run) -> Value:
    """The value a node writes out; None when it has to be calculated."""
    match node:
        case tree.Literal(value):
            return value
        case tree.Negation(tree.Literal(value)):
            return negate(value)
        case tree.Call(tree.Name(name), (tree.Literal(value),), None) if name in _MAKERS:
            return TABLE[name].call([value], None, run)
    return None
