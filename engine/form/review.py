"""What to correct in a form before it is deployed: everything `read` refuses, and what would puzzle people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.errors import Finding, Findings, Message
from engine.form import values
from engine.form.component import Component, all_components
from engine.form.kinds import HINTS
from engine.form.reader import Reading, read_file

_LABELS = {
    "datetime": ("dateLabel", "timeLabel"),
    "text": ("text",),
    "html": ("content",),
    "image": ("alt",),
    "button": ("label",),
    "table": ("label",),
    "documentPreview": ("label",),
}
_ENOUGH_HAN = re.compile(r"[\u3400-\u9fff]")

_GIVE_LABEL = Message(
    zh="填写标签：读屏软件和出错提示都要用它。",
    en="Give it a label: screen readers and error messages use it.",
)
_GIVE_ENGLISH = Message(
    zh="在“扩展属性”中加上英文。", en="Add the English text among the component's custom properties."
)
_DROP = Message(zh="删去它，或改用支持的属性。", en="Remove it, or use a supported property.")
_PLACE = Message(zh="删去校验项，或换一种组件。", en="Remove the rule, or use another component.")
_DEFAULT = Message(zh="改成与字段类型一致的默认值。", en="Give a default of the field's type.")


def lint(text: str | bytes, filename: str = "") -> list[Finding]:
    """Everything found in the form file, errors and warnings, in the order of the file."""
    reading = read_file(text, filename)
    for component in all_components(reading.components):
        _check(component, reading)
    return sorted(reading.findings.items, key=lambda finding: finding.line)


def _check(component: Component, reading: Reading) -> None:
    findings = reading.findings
    for name in component.spec.keys() - component.kind.properties:
        zh, en = f"属性“{name}”不起作用。", f"The property “{name}” has no effect."
        _warn(findings, component, "form.property", Message(zh=zh, en=en), _DROP)
    known = {hint for hint, _ in component.kind.english} | HINTS.get(component.type, frozenset())
    for name in component.hints.keys() - known:
        zh, en = f"扩展属性“{name}”不起作用。", f"The custom property “{name}” has no effect."
        _warn(findings, component, "form.property", Message(zh=zh, en=en), _DROP)
    _check_rules(component, findings)
    _check_words(component, findings)


def _warn(findings: Findings, component: Component, code: str, message: Message, remedy: Message) -> None:
    findings.warn(component.id, component.line, code, message, remedy)


def _check_rules(component: Component, findings: Findings) -> None:
    for name in component.validate.keys() - component.kind.validations:
        zh, en = f"校验项“{name}”不适用于此组件。", f"The rule “{name}” does not apply to this component."
        _warn(findings, component, "form.rule", Message(zh=zh, en=en), _PLACE)
    default = component.spec.get("defaultValue")
    if default is not None and isinstance(values.taken(component, default), values.Bad):
        message = Message(zh="默认值与字段类型不符。", en="The default value is not of the field's type.")
        _warn(findings, component, "form.default", message, _DEFAULT)


def _check_words(component: Component, findings: Findings) -> None:
    wanted = _LABELS.get(component.type, ("label",) if component.is_input else ())
    if component.type == "expression":
        return
    if wanted and not any(name in component.texts for name in wanted):
        message = Message(zh="缺少标签。", en="It has no label.")
        _warn(findings, component, "form.label", message, _GIVE_LABEL)
    for hint, name in _untranslated(component):
        zh, en = f"“{name}”没有英文（properties.{hint}）。", f"“{name}” has no English (properties.{hint})."
        _warn(findings, component, "form.english", Message(zh=zh, en=en), _GIVE_ENGLISH)


def _untranslated(component: Component) -> Iterator[tuple[str, str]]:
    """The English texts that are missing for a Chinese one."""
    for hint, name in component.kind.english:
        if component.hints.get(hint):
            continue
        if name in component.texts and _ENOUGH_HAN.search(component.texts[name].source):
            yield hint, name
        elif name in ("values", "columns"):
            found = component.spec.get(name)
            labels = (
                [item.get("label") for item in found if isinstance(item, dict)]
                if isinstance(found, list)
                else []
            )
            if any(isinstance(label, str) and _ENOUGH_HAN.search(label) for label in labels):
                yield hint, name
        elif hint == "en_pattern" and _ENOUGH_HAN.search(
            str(component.validate.get("patternErrorMessage", ""))
        ):
            yield hint, name
