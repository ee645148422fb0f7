"""Writes decision files for the tests as an editor would save them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from xml.sax.saxutils import escape, quoteattr

import pytest

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(*parts: str, namespace: str = MODEL) -> str:
    """A decision file with these parts."""
    body = "\n".join(parts)
    return f'<definitions xmlns="{namespace}" id="file" name="test" namespace="http://restock">\n{body}\n</definitions>'


def decision(key: str, body: str, *, name: str = "", requires: Sequence[str] = (), type_ref: str = "") -> str:
    """A decision around a table or an expression."""
    needed = "".join(
        f'<informationRequirement id="{key}_{other}"><requiredDecision href="#{other}"/></informationRequirement>'
        for other in requires
    )
    reference = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    variable = f"<variable id={quoteattr(key + '_v')} name={quoteattr(name or key)}{reference}/>"
    return f"<decision id={quoteattr(key)} name={quoteattr(name or key)}>{variable}{needed}{body}</decision>"


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[tuple[str, ...]],
    policy: str = "UNIQUE",
    aggregation: str = "",
    prefix: str = "r",
) -> str:
    """A table; an input is `expression:type:allowed values`, an output `name:type:values:default`, a rule its cells."""
    attributes = f'hitPolicy="{policy}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    parts = [*map(_input, inputs), *map(_output, outputs), '<annotation name="why"/>']
    for number, cells in enumerate(rules, start=1):
        entries = [f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells[: len(inputs)]]
        entries += [
            f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in cells[len(inputs) :]
        ]
        entries.append("<annotationEntry><text>because</text></annotationEntry>")
        identity = f' id="{prefix}{number}"'
        parts.append(f"<rule{identity}>{''.join(entries)}</rule>")
    return f"<decisionTable {attributes}>\n" + "\n".join(parts) + "\n</decisionTable>"


def file(*arguments: Sequence[object], **options: str) -> str:
    """A file with the one decision `d`, its table made as by `table`."""
    return definitions(decision("d", table(*arguments, **options)))  # type: ignore[arg-type]


def _input(text: str) -> str:
    expression, kind, allowed = [*text.split(":"), "", ""][:3]
    values = f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
    reference = f' typeRef="{kind}"' if kind else ""
    return f"<input><inputExpression{reference}><text>{escape(expression)}</text></inputExpression>{values}</input>"


def _output(text: str) -> str:
    name, kind, values, default = [*text.split(":"), "", "", ""][:4]
    reference = f' typeRef="{kind}"' if kind else ""
    listed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    entry = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    return f'<output name="{name}"{reference}>{listed}{entry}</output>'


@pytest.fixture(scope="session")
def dmn() -> SimpleNamespace:
    """The writers of decision files."""
    return SimpleNamespace(
        definitions=definitions, decision=decision, literal=literal, table=table, file=file
    )
