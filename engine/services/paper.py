"""The language of slips: fields, lists and conditions of a printed page, and nothing that computes.

Process owners write slips. A slip is checked when it is deployed and again before it is rendered: only the node
types below may occur, so there is no call, attribute of Python, import of a file or arithmetic in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jinja2 import PackageLoader, Template, TemplateSyntaxError, Undefined, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import Finding, Findings, Message, Refused
from engine.money import is_amount, yuan
from engine.services.notices import spoken

#: Of a slip's text, in characters.
_LENGTH = 50_000
#: Loops inside loops: rows of a list and a list within a row.
_LOOPS = 2

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.For, nodes.If,
    nodes.Import, nodes.Call, nodes.Keyword, nodes.Filter, nodes.Test, nodes.Or, nodes.And, nodes.Not, nodes.Compare,
    nodes.Operand, nodes.CondExpr, nodes.List, nodes.Tuple,
)  # fmt: skip
_FILTERS = frozenset({"spoken", "money", "length"})
_TESTS = frozenset({"defined", "none"})
_ACTIVE = re.compile(
    r"<\s*/?\s*(?:script|style|link|meta|base|iframe|object|embed|form|img|image|svg|video|audio|source)\b"
    r"|\s(?:on\w+|style|src|href|srcset|background)\s*=",
    re.IGNORECASE,
)
_REMEDY = Message(
    zh="请只用 {{ payload.字段 }}、{% for %}、{% if %} 和 parts.html 中的部件。",
    en="Use only {{ payload.field }}, {% for %}, {% if %} and the parts of parts.html.",
)


class _Paper(ImmutableSandboxedEnvironment):
    """Looks names up in the data only: never an attribute or method of a Python object."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(name=attribute)
        if isinstance(obj, TemplateModule | LoopContext):
            return super().getattr(obj, attribute)
        return self.undefined(name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return (
            self.getattr(obj, argument) if isinstance(argument, str) else self.undefined(name=str(argument))
        )


def _spoken(value: object) -> str:
    return "—" if isinstance(value, Undefined) else spoken(value)


def _money(value: object) -> str:
    """Yuan with two decimals, as everywhere."""
    return yuan(value) if isinstance(value, int | Decimal) and is_amount(value) else _spoken(value)


def _environment() -> _Paper:
    paper = _Paper(autoescape=True, loader=PackageLoader("engine.services", "templates"), auto_reload=False)
    paper.filters = {"spoken": _spoken, "money": _money, "length": len}
    paper.tests = {name: paper.tests[name] for name in _TESTS}
    paper.globals = {}
    return paper


ENVIRONMENT = _environment()


def check(text: str, filename: str = "") -> list[Finding]:
    """What is not allowed in a slip, with its line."""
    findings = Findings(filename)
    if len(text) > _LENGTH:
        findings.error("", 0, "slip.size", _told("文件太大", "The slip is too large"), _REMEDY)
        return findings.items
    for found in _ACTIVE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        mark = found.group().strip()
        findings.error("", line, "slip.active", _told(f"不允许 {mark}", f"{mark} is not allowed"), _REMEDY)
    try:
        tree = ENVIRONMENT.parse(text, filename=filename)
    except TemplateSyntaxError as error:
        wrong = error.message or ""
        findings.error(
            "", error.lineno, "slip.syntax", _told(f"模板错误：{wrong}", f"Template error: {wrong}"), _REMEDY
        )
        return findings.items
    _check_nodes(tree, 0, findings)
    return findings.items


def _check_nodes(node: nodes.Node, loops: int, findings: Findings) -> None:
    loops += isinstance(node, nodes.For)
    problem = _problem(node, loops)
    if problem:
        findings.error(
            "", node.lineno, "slip.code", _told(f"不允许 {problem}", f"{problem} is not allowed"), _REMEDY
        )
    for inner in node.iter_child_nodes():
        _check_nodes(inner, loops, findings)


def _problem(node: nodes.Node, loops: int) -> str:
    """What is wrong with one node; "" when nothing is."""
    if not isinstance(node, _ALLOWED):
        return type(node).__name__
    if isinstance(node, nodes.For) and (loops > _LOOPS or node.recursive):
        return "loop in loop in loop"
    if isinstance(node, nodes.Import) and _constant(node.template) != "parts.html":
        return "import"
    if isinstance(node, nodes.Call) and not _is_part(node.node):
        return "call"
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        return f"filter {node.name}"
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        return f"test {node.name}"
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return node.attr
    return ""


def _is_part(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "parts"


def _constant(node: nodes.Node) -> object:
    return node.value if isinstance(node, nodes.Const) else None


def _told(zh: str, en: str) -> Message:
    return Message(zh=f"{zh}。", en=f"{en}.")


@lru_cache(maxsize=64)
def compiled(text: str) -> Template:
    """The slip ready to be rendered. Raises Refused when it holds what is not allowed."""
    problems = check(text)
    if problems:
        raise Refused(problems[0].message)
    return ENVIRONMENT.from_string(text)
