"""The zeebe extensions of an element as plain data, and the mark that tells FEEL from a literal."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.model import IoMapping
from engine.bpmn.names import ZEEBE, child, local, split, text

Captured = dict[str, list[dict[str, object]]]


def captured(element: etree._Element) -> Captured:
    """Every zeebe extension element of `element` by local name, children under their own names.

    The text between the tags, where there is any, stands under "text".
    """
    holder = child(element, "extensionElements")
    return _grouped(holder) if holder is not None else {}


def _grouped(holder: etree._Element) -> Captured:
    found: Captured = {}
    for element in holder.iterchildren(etree.Element):
        if split(element.tag)[0] == ZEEBE:
            found.setdefault(local(element), []).append(_plain(element))
    return found


def _plain(element: etree._Element) -> dict[str, object]:
    plain: dict[str, object] = {split(name)[1]: str(value) for name, value in element.attrib.items()}
    plain.update(_grouped(element))
    if words := text(element):
        plain["text"] = words
    return plain


def properties(extensions: Captured) -> dict[str, str]:
    """The zeebe:properties among an element's extensions as name -> value."""
    return {
        str(item.get("name", "")): str(item.get("value", ""))
        for group in extensions.get("properties", ())
        for item in listed(group, "property")
    }


def listed(group: dict[str, object], name: str) -> list[dict[str, object]]:
    """The children called `name` of a captured extension."""
    found = group.get(name)
    return found if isinstance(found, list) else []


def mappings(extensions: Captured) -> tuple[tuple[IoMapping, ...], tuple[IoMapping, ...]]:
    """Inputs and outputs of zeebe:ioMapping in the order of the file."""
    groups = extensions.get("ioMapping", ())
    inputs = tuple(_mapping(item) for group in groups for item in listed(group, "input"))
    outputs = tuple(_mapping(item) for group in groups for item in listed(group, "output"))
    return inputs, outputs


def _mapping(item: dict[str, object]) -> IoMapping:
    source = str(item.get("source", ""))
    return IoMapping(unmarked(source) or "", str(item.get("target", "")), is_feel(source))


def is_feel(value: str) -> bool:
    """Whether `value` is an expression: it starts with "="."""
    return value.lstrip().startswith("=")


def unmarked(value: object) -> str | None:
    """An expression without its leading "="; a literal as it is; None when there is none."""
    if not isinstance(value, str):
        return None
    return value.strip()[1:].strip() if is_feel(value) else value


def string(value: object) -> str | None:
    """`value` when it is a text that is not empty."""
    return value if isinstance(value, str) and value else None
