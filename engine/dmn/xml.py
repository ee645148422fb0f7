"""How a decision file names things: elements of whichever DMN version, their texts, what is not executed."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.errors import Finding, Findings, Message

#: The model namespaces of DMN 1.1 to 1.6, as editors write them.
NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    }
)

#: Elements beside decisions that carry no behaviour.
SILENT = frozenset(
    {
        "inputData", "knowledgeSource", "organizationUnit", "performanceIndicator", "elementCollection",
        "textAnnotation", "association", "group", "itemDefinition", "description", "extensionElements", "DMNDI",
    }
)  # fmt: skip

#: What stands in the place of a table or an expression and is not executed, with its name for the reader.
BOXED = {
    "context": "上下文（context）",
    "invocation": "调用（invocation）",
    "relation": "关系表（relation）",
    "functionDefinition": "函数定义（function definition）",
    "list": "列表（boxed list）",
    "conditional": "条件（boxed conditional）",
    "filter": "筛选（boxed filter）",
    "for": "循环（boxed iterator）",
    "every": "循环（boxed iterator）",
    "some": "循环（boxed iterator）",
}


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The DMN children of those names, all when none is given; other vendors' elements are passed over."""
    for child in element:
        name = etree.QName(child)
        if name.namespace in NAMESPACES and (not names or name.localname in names):
            yield child


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first DMN child of that name."""
    return next(children(element, name), None)


def text_of(element: etree._Element | None) -> str:
    """The text of an element that keeps it in a `text` child (entries, expressions, allowed values)."""
    found = None if element is None else child(element, "text")
    return "" if found is None else "".join(found.itertext()).strip()


def line_of(element: etree._Element) -> int:
    """The line the element starts on; 0 when it is not known."""
    return element.sourceline or 0


def id_of(element: etree._Element) -> str:
    """The id of the element, or of the nearest one around it that has one."""
    nearest: etree._Element | None = element
    while nearest is not None and not nearest.get("id"):
        nearest = nearest.getparent()
    return "" if nearest is None else str(nearest.get("id"))


class Report(Findings):
    """Findings of one decision file, placed by the element they concern."""

    def refuse(self, element: etree._Element, code: str, message: Message, remedy: Message) -> None:
        """Add an error about `element`."""
        self.error(id_of(element), line_of(element), code, message, remedy)

    def remark(self, element: etree._Element, code: str, message: Message, remedy: Message) -> None:
        """Add a warning about `element`."""
        self.warn(id_of(element), line_of(element), code, message, remedy)

    def errors(self) -> list[Finding]:
        """Those that refuse the file."""
        return [item for item in self.items if item.severity == "error"]
