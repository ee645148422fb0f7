"""Reads a decision file: everything in it is understood and compiled, or refused with its place."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from lxml import etree

from engine.dmn.body import Bodies
from engine.dmn.errors import DmnRefused
from engine.dmn.evaluate import Decisions
from engine.dmn.model import Decision
from engine.dmn.types import Type, builtin
from engine.dmn.xml import BOXED, NAMESPACES, SILENT, Report, child, children, line_of, local, text_of
from engine.errors import Message
from engine.xmlscreen import XmlRefused, parse


def read(xml: bytes | str, filename: str = "") -> Decisions:
    """The decisions of a file, ready to be made. Raises DmnRefused with every finding and its place."""
    report = Report(filename)
    decisions = read_model(xml, report)
    if report.errors():
        raise DmnRefused(report.items)
    return Decisions(decisions)


def read_model(xml: bytes | str, report: Report) -> dict[str, Decision]:
    """The decisions of a file by id, as far as they are right; what is wrong goes to `report`."""
    try:
        root = parse(xml, filename=report.file)
    except XmlRefused as refused:
        report.error("", refused.line, "dmn.xml", refused.plain, _SAVE_AGAIN)
        return {}
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        report.refuse(root, "dmn.namespace", _NOT_DMN, _SAVE_AGAIN)
        return {}
    return _Reader(root, report).decisions()


_SAVE_AGAIN = Message(
    zh="请用建模工具以 DMN 1.3 重新保存。", en="Save it again as DMN 1.3 with the modeller."
)
_NOT_DMN = Message(zh="这不是 DMN 1.1–1.5 文件。", en="This is not a DMN 1.1 to 1.5 file.")


class _Reader:
    """One file on its way to decisions."""

    def __init__(self, root: etree._Element, report: Report) -> None:
        self._root = root
        self._report = report
        self._bodies = Bodies(report, self._types(), root.get("expressionLanguage", ""))
        self._names: dict[str, tuple[str, ...]] = {}

    def decisions(self) -> dict[str, Decision]:
        """All decisions of the file, required ones checked."""
        self._refuse_foreign()
        found = [element for element in children(self._root, "decision") if self._has_id(element)]
        self._unique_ids()
        self._names = {str(element.get("id")): _names(element) for element in found}
        if not found:
            self._report.refuse(self._root, "dmn.empty", _NO_DECISION, _ADD_DECISION)
        if len(found) > _DECISIONS:
            self._report.refuse(self._root, "dmn.size", _TOO_MANY, _SPLIT_FILE)
            return {}
        decisions: dict[str, Decision] = {}
        for element in found:
            decision = self._decision(element)
            if decision is not None:
                decisions[decision.id] = decision
        self._refuse_cycles(decisions)
        return decisions

    def _types(self) -> dict[str, Type]:
        """The types the file defines by name; those made of components are contexts."""
        defined = {element.get("name", ""): element for element in children(self._root, "itemDefinition")}
        return {name: _defined(name, defined, ()) for name in defined}

    def _refuse_foreign(self) -> None:
        for element in children(self._root):
            name = local(element)
            if name not in SILENT and name != "decision":
                self._report.refuse(
                    element,
                    "dmn.unsupported",
                    Message(zh=f"不支持的元素 {name}。", en=f"The element {name} is not supported."),
                    Message(
                        zh="请把逻辑写成决策表或文字表达式决策，并用信息需求线连接。",
                        en="Write it as a decision table or a literal expression and connect it by a requirement.",
                    ),
                )

    def _has_id(self, element: etree._Element) -> bool:
        if element.get("id"):
            return True
        self._report.refuse(
            element,
            "dmn.id",
            Message(
                zh=f"决策“{element.get('name', '')}”没有 id。",
                en=f"The decision “{element.get('name', '')}” has no id.",
            ),
            Message(zh="请给它一个唯一的 id。", en="Give it a unique id."),
        )
        return False

    def _unique_ids(self) -> None:
        seen: set[str] = set()
        for element in self._root.iter():
            key = element.get("id")
            if key is not None and etree.QName(element).namespace in NAMESPACES:
                if key in seen:
                    self._report.refuse(
                        element,
                        "dmn.duplicate",
                        Message(zh=f"id {key} 出现两次。", en=f"The id {key} occurs twice."),
                        Message(zh="请改成唯一的 id。", en="Make it unique."),
                    )
                seen.add(key)

    def _decision(self, element: etree._Element) -> Decision | None:
        requires = self._requirements(element)
        visible = tuple(name for key in requires for name in self._names.get(key, ()))
        inputs = tuple(item.get("name", "") for item in children(self._root, "inputData"))
        body = None
        found = False
        for part in children(element):
            if local(part) in BOXED:
                found = True
                self._refuse_boxed(part)
            elif local(part) in ("decisionTable", "literalExpression"):
                found = True
                body = self._bodies.body(element, part, (*visible, *filter(None, inputs)))
        if not found:
            self._report.refuse(element, "dmn.body", _NO_BODY, _ADD_BODY)
        if body is None:
            return None
        key = str(element.get("id"))
        return Decision(key, element.get("name", key), self._names[key], line_of(element), body, requires)

    def _refuse_boxed(self, part: etree._Element) -> None:
        name = BOXED[local(part)]
        self._report.refuse(
            part,
            "dmn.unsupported",
            Message(
                zh=f"不支持的方框表达式：{name}。", en=f"The boxed expression {local(part)} is not supported."
            ),
            Message(
                zh="请改成决策表，或写成一条 FEEL 文字表达式。",
                en="Use a decision table, or write it as one FEEL literal expression.",
            ),
        )

    def _requirements(self, element: etree._Element) -> tuple[str, ...]:
        required: list[str] = []
        for requirement in children(element, "informationRequirement"):
            target = child(requirement, "requiredDecision")
            if target is None:
                continue
            key = target.get("href", "").removeprefix("#")
            if key in self._names:
                required.append(key)
            else:
                self._report.refuse(
                    requirement,
                    "dmn.requirement",
                    Message(
                        zh=f"所需的决策 {key} 不在此文件中。",
                        en=f"The required decision {key} is not in this file.",
                    ),
                    Message(
                        zh="请把它放进同一文件，或删除连线。",
                        en="Put it into this file or remove the connection.",
                    ),
                )
        return tuple(required)

    def _refuse_cycles(self, decisions: dict[str, Decision]) -> None:
        try:
            TopologicalSorter({key: decision.requires for key, decision in decisions.items()}).prepare()
        except CycleError as error:
            circle = list(reversed(error.args[1]))
            path = " → ".join(circle)
            self._report.error(
                circle[0],
                decisions[circle[0]].line,
                "dmn.cycle",
                Message(
                    zh=f"决策互相依赖成环：{path}。", en=f"Decisions require each other in a circle: {path}."
                ),
                Message(zh="请删除其中一条信息需求线。", en="Remove one of the requirements."),
            )


#: So many types may stand for one another in a row.
_ALIASES = 10
#: More decisions in one file are a mistake; each may require the one before.
_DECISIONS = 100
_TOO_MANY = Message(
    zh=f"文件中的决策超过 {_DECISIONS} 个。", en=f"There are more than {_DECISIONS} decisions in the file."
)
_SPLIT_FILE = Message(zh="请拆成几个文件。", en="Split it into several files.")
_NO_DECISION = Message(zh="文件中没有决策。", en="There is no decision in the file.")
_ADD_DECISION = Message(zh="请至少加入一个决策表。", en="Add at least one decision table.")
_NO_BODY = Message(zh="决策没有内容。", en="The decision has no logic.")
_ADD_BODY = Message(zh="请加入决策表或文字表达式。", en="Give it a decision table or a literal expression.")


def _names(element: etree._Element) -> tuple[str, ...]:
    """The variable's name, the decision's name and its id: dependants may read its result by any of them."""
    variable = child(element, "variable")
    names = (
        "" if variable is None else variable.get("name", ""),
        element.get("name", ""),
        element.get("id", ""),
    )
    return tuple(dict.fromkeys(name for name in names if name))


def _defined(name: str, defined: Mapping[str, etree._Element], above: tuple[str, ...]) -> Type:
    """A type of the file, which may stand for another one of it."""
    element = defined[name]
    reference = child(element, "typeRef")
    referred = "" if reference is None else (reference.text or "").strip()
    base = builtin(referred)
    plain = referred.rpartition(":")[2]
    if base is None and plain in defined and plain not in above and len(above) < _ALIASES:
        base = _defined(plain, defined, (*above, name))
    components = child(element, "itemComponent") is not None
    known = base or Type(name, "context" if components else "any")
    collection = known.collection or element.get("isCollection") == "true"
    return Type(name, known.base, collection, text_of(child(element, "allowedValues")) or known.allowed)
