"""The check of a diagram before it is deployed: what cannot run exactly is refused, with place and remedy."""

from __future__ import annotations

from engine.bpmn.names import bpmn, line, local
from engine.bpmn.read import read_tree
from engine.bpmn.rules import (
    endless,
    events,
    expressions,
    identity,
    joins,
    picture,
    references,
    routing,
    structure,
    tasks,
    vocabulary,
)
from engine.bpmn.rules.catalogue import Library, Subject, finding, refuses
from engine.errors import Finding, Findings
from engine.xmlscreen import XmlRefused, parse

BAD_XML = refuses(
    "xml",
    "{why}",
    "{why_en}",
    "用建模工具打开文件并重新保存。",
    "Open the file with the modeller and save it again.",
)
NOT_BPMN = refuses(
    "not-bpmn",
    "这不是 BPMN 文件（根元素是“{name}”）。",
    'This is no BPMN file (its root element is "{name}").',
    "上传建模工具保存的 .bpmn 文件。",
    "Upload the .bpmn file that the modeller saves.",
)

_RULES = (
    vocabulary,
    identity,
    structure,
    joins,
    endless,
    events,
    tasks,
    expressions,
    references,
    routing,
    picture,
)


def lint(xml: bytes | str, filename: str = "", *, library: Library | None = None) -> list[Finding]:
    """What is wrong with a diagram, errors before warnings, each in the order of the file.

    Without errors the engine executes the diagram exactly as BPMN says. With `library`, the forms, decisions, processes
    and services that it names must be there too. Raises nothing: an unreadable file is a finding as well.
    """
    findings = Findings(filename)
    data = xml.encode("utf-8", "replace") if isinstance(xml, str) else xml
    try:
        root = parse(xml, filename=filename)
    except XmlRefused as refused:
        return [finding(BAD_XML, filename, "", refused.line, why=refused.plain.zh, why_en=refused.plain.en)]
    if root.tag != bpmn("definitions"):
        return [finding(NOT_BPMN, filename, root.get("id", ""), line(root), name=local(root))]
    subject = Subject(root, read_tree(root, data, filename), library, findings)
    for rules in _RULES:
        rules.check(subject)
    return sorted(findings.items, key=lambda found: (found.severity != "error", found.line))
