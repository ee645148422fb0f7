"""Read a `.form` file: JSON of form-js to components, with a finding for everything that could not run as written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from engine.errors import DeployRefused, Finding, Findings, Message
from engine.feel.fault import FeelError
from engine.foreign import chinese
from engine.form.component import Component, Shape, Spec
from engine.form.formula import condition, formula, is_formula
from engine.form.kinds import KINDS
from engine.form.pattern import BadPattern, compiled
from engine.form.template import template

T = TypeVar("T")

_SAVE = Message(zh="用表单编辑器重新保存。", en="Save it again with the form editor.")
_FORM_ID = Message(
    zh="取一个 id：字母、数字、点、横线或下划线，至多 64 个。",
    en="Give it an id of letters, digits, dots, hyphens or underscores, at most 64.",
)
_FLATTEN = Message(zh="减少分组的层数。", en="Use fewer levels of groups.")
_OTHER_TYPE = Message(zh="换成支持的组件。", en="Use a supported component instead.")
_RENAME = Message(zh="改成不重复的名称。", en="Give it a name of its own.")
_KEY = Message(
    zh="取变量名：以字母或汉字开头，可用点分级。",
    en="Give a variable name that begins with a letter; dots make groups.",
)
_FEEL = Message(zh="改正表达式。", en="Correct the expression.")
_PATTERN = Message(
    zh="改写：不能用前后查找和反向引用。", en="Rewrite it without look-around and back-references."
)

_NOT_UTF8 = Message(zh="文件不是 UTF-8 编码。", en="The file is not UTF-8.")
_SAVE_UTF8 = Message(zh="请以 UTF-8 保存。", en="Save it as UTF-8.")
_RETYPE = Message(zh="请重新输入这段文字。", en="Type the text anew.")

_LARGEST = 1_000_000
_DEEPEST = 10
_NEWEST_SCHEMA = 19
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_TEXTS = ("label", "description", "dateLabel", "timeLabel", "text", "content", "source", "alt", "title")
_NESTED_TEXTS = ("appearance.prefixAdorner", "appearance.suffixAdorner", "accept")
#: What a backslash begins in JSON; `broken` are halves of a pair that stand alone, and NUL.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<broken>u[dD][89a-fA-F][0-9a-fA-F]{2}|u0000)|.)"
)
_LIMITS = ("min", "max", "minLength", "maxLength")


class FormRefused(DeployRefused):
    """The form cannot be used: correct the findings and upload it again."""

    chinese = "表单无法使用：请按检查结果修改后重新上传。"


@dataclass(slots=True)
class Reading:
    """A form file as far as it could be read, and what was found in it."""

    id: str
    components: tuple[Component, ...]
    shape: Shape
    findings: Findings
    ids: set[str] = field(default_factory=set)

    @property
    def errors(self) -> list[Finding]:
        """The findings that refuse the form."""
        return [finding for finding in self.findings.items if finding.severity == "error"]


def read_file(text: str | bytes, filename: str = "") -> Reading:
    """Read the file; never raises, every trouble is a finding."""
    reading = Reading("", (), {}, Findings(filename or "form"))
    try:
        given = text if isinstance(text, str) else text.decode()
    except UnicodeDecodeError:
        reading.findings.error("", 1, "form.encoding", _NOT_UTF8, _SAVE_UTF8)
        return reading
    # Editors on Windows begin a file with a byte order mark.
    _Reader(reading, given.removeprefix("\ufeff")).read()
    return reading


class _Reader:
    def __init__(self, reading: Reading, text: str) -> None:
        self.reading = reading
        self.text = text

    def read(self) -> None:
        """Read the whole form into the reading."""
        spec = self._json()
        if spec is None:
            return
        if spec.get("type", "default") != "default" or not isinstance(spec.get("components"), list):
            self._error("", 1, "form.not_a_form", "这不是表单文件。", "This is not a form.", _SAVE)
            return
        self.reading.id = str(spec.get("id") or "")
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", self.reading.id):
            self._error("", 1, "form.id", "表单缺少合适的 id。", "The form has no proper id.", _FORM_ID)
        version = spec.get("schemaVersion")
        if isinstance(version, int) and version > _NEWEST_SCHEMA:
            self._warn(
                "",
                1,
                "form.newer",
                "表单版本比支持的新。",
                "The form's schema version is newer than supported.",
            )
        self.reading.components = self._components(spec["components"], self.reading.shape, 0)

    def _json(self) -> Spec | None:
        if len(self.text) > _LARGEST:
            self._error("", 1, "form.size", "表单文件太大。", "The form file is too large.", _SAVE)
            return None
        try:
            found = json.loads(self.text, parse_float=Decimal, parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            zh, en = f"JSON 有误：{chinese(error.msg)}。", f"Not JSON: {error.msg}."
            self._error("", error.lineno, "form.json", zh, en, _SAVE)
            return None
        except (ValueError, RecursionError):
            self._error("", 1, "form.json", "JSON 有误。", "Not JSON.", _SAVE)
            return None
        at = _broken_text(self.text)
        if at is not None:
            zh, en = "文字里有无效字符（半个字符或 NUL）。", "A text holds half a character or NUL."
            self._error("", at, "form.text", zh, en, _RETYPE)
            return None
        return found if isinstance(found, Mapping) else {}

    def _components(self, specs: list[Any], shape: Shape, depth: int) -> tuple[Component, ...]:
        read = (self._component(spec, shape, depth) for spec in specs)
        return tuple(component for component in read if component is not None)

    def _component(self, spec: Any, shape: Shape, depth: int) -> Component | None:
        kind = KINDS.get(str(spec.get("type"))) if isinstance(spec, Mapping) else None
        if kind is None or depth > _DEEPEST:
            self._refuse_type(spec, depth)
            return None
        component = Component(self._id(spec, kind.type), kind, spec)
        component.line = self._line(spec)
        self._compile(component)
        self._place(component, shape, depth)
        return component

    def _refuse_type(self, spec: Any, depth: int) -> None:
        name = spec.get("type") if isinstance(spec, Mapping) else spec
        element = str(spec.get("id", "")) if isinstance(spec, Mapping) else ""
        line = self._line(spec) if isinstance(spec, Mapping) else 1
        if depth > _DEEPEST:
            self._error(element, line, "form.depth", "嵌套太深。", "Nested too deeply.", _FLATTEN)
            return
        self._error(
            element, line, "form.type", f"不支持的组件“{name}”。", f"Unknown component “{name}”.", _OTHER_TYPE
        )

    def _id(self, spec: Spec, kind: str) -> str:
        found = spec.get("id")
        name = found if isinstance(found, str) and found else f"{kind}_{len(self.reading.ids) + 1}"
        if name in self.reading.ids:
            self._error(
                name,
                self._line(spec),
                "form.duplicate_id",
                f"重复的 id“{name}”。",
                f"The id “{name}” stands twice.",
                _RENAME,
            )
        self.reading.ids.add(name)
        return name

    def _line(self, spec: Spec) -> int:
        """Where the component stands: the line of its id in the file."""
        for member in ("id", "key", "type"):
            if isinstance(spec.get(member), str):
                value = re.escape(json.dumps(spec[member], ensure_ascii=False))
                at = re.search(rf'"{member}"\s*:\s*{value}', self.text)
                if at:
                    return self.text.count("\n", 0, at.start()) + 1
        return 1

    # -- what is compiled ------------------------------------------------------------------------

    def _compile(self, component: Component) -> None:
        spec = component.spec
        hide = _inside(spec, "conditional.hide")
        if hide:
            component.hide = self._try(component, "conditional.hide", hide, condition, must_be_formula=True)
        readonly = spec.get("readonly")
        if is_formula(readonly):
            component.readonly = self._try(component, "readonly", readonly, condition) or True
        else:
            component.readonly = readonly is True
        component.options = self._formula(component, "valuesExpression")
        component.source = self._formula(component, "dataSource")
        component.columns = self._formula(component, "columnsExpression")
        if component.type == "expression":
            component.expression = self._formula(component, "expression")
        if component.type == "filepicker":
            several = spec.get("multiple")
            component.several_files = (
                self._formula(component, "multiple") or False if is_formula(several) else several is True
            )
        self._compile_texts(component)
        self._compile_rules(component)

    def _formula(self, component: Component, name: str) -> Any:
        source = component.spec.get(name)
        if not source:
            return None
        return self._try(component, name, source, formula, must_be_formula=True)

    def _compile_texts(self, component: Component) -> None:
        for name in (*_TEXTS, *_NESTED_TEXTS):
            source = _inside(component.spec, name)
            if isinstance(source, str) and source and (name in component.kind.properties or "." in name):
                found = self._try(component, name, source, template)
                if found is not None:
                    component.texts[name] = found
        for hint, name in component.kind.english:
            source = component.hints.get(hint)
            if isinstance(source, str) and source and hint not in {"en_options", "en_columns", "en_pattern"}:
                found = self._try(component, f"properties.{hint}", source, template)
                if found is not None:
                    component.english[name] = found

    def _compile_rules(self, component: Component) -> None:
        rules = component.validate
        for name in _LIMITS:
            limit = rules.get(name)
            if is_formula(limit):
                component.limits[name] = self._try(component, f"validate.{name}", limit, formula)
            elif limit is not None:
                component.limits[name] = limit
        source = rules.get("pattern")
        if isinstance(source, str) and source:
            try:
                component.pattern = compiled(source)
            except BadPattern as error:
                self._error(
                    component.id,
                    component.line,
                    "form.pattern",
                    f"正则表达式“{source}”无法使用：{chinese(str(error))}。",
                    f"The pattern “{source}” cannot be used: {error}.",
                    _PATTERN,
                )

    def _try(
        self,
        component: Component,
        name: str,
        source: Any,
        make: Callable[[str], T],
        *,
        must_be_formula: bool = False,
    ) -> T | None:
        """What the property compiles to; a finding with the place in its text when it cannot be read."""
        if must_be_formula and not is_formula(source):
            zh, en = f"“{name}”须为以 = 开头的 FEEL。", f"“{name}” must be FEEL that begins with =."
            self._error(component.id, component.line, "form.feel", zh, en, _FEEL)
            return None
        try:
            return make(str(source))
        except FeelError as error:
            self._error(
                component.id,
                component.line,
                "form.feel",
                f"“{name}”:{error.zh}",
                f"“{name}”: {error.en}",
                _FEEL,
            )
            return None

    # -- where values stand ----------------------------------------------------------------------

    def _place(self, component: Component, shape: Shape, depth: int) -> None:
        below = shape
        if component.is_input:
            component.path = self._names(component, "key")
            self._claim(component, shape)
        elif component.kind.role == "container":
            needed = component.type == "dynamiclist"
            if needed or component.spec.get("path"):
                component.path = self._names(component, "path")
            if component.is_list:
                self._claim(component, shape)
                below = component.shape
            elif component.path:
                below = self._group(component, shape)
        specs = component.spec.get("components")
        if isinstance(specs, list):
            component.children = self._components(specs, below, depth + 1)

    def _names(self, component: Component, member: str) -> tuple[str, ...]:
        text = component.spec.get(member)
        if isinstance(text, str) and len(text) <= 200 and _NAME.fullmatch(text) and not text.startswith("_"):
            return tuple(text.split("."))
        self._error(
            component.id,
            component.line,
            "form.key",
            f"“{member}”缺失或不是变量名：{text!r}。",
            f"“{member}” is missing or no variable name: {text!r}.",
            _KEY,
        )
        return (f"_{component.id}",)

    def _group(self, component: Component, shape: Shape) -> Shape:
        for name in component.path:
            below = shape.setdefault(name, {})
            if isinstance(below, Component):
                self._duplicate(component)
                return {}
            shape = below
        return shape

    def _claim(self, component: Component, shape: Shape) -> None:
        for name in component.path[:-1]:
            below = shape.setdefault(name, {})
            if isinstance(below, Component):
                self._duplicate(component)
                return
            shape = below
        if component.path[-1] in shape:
            self._duplicate(component)
            return
        shape[component.path[-1]] = component

    def _duplicate(self, component: Component) -> None:
        name = ".".join(component.path)
        zh, en = f"“{name}”已被另一字段使用。", f"“{name}” is taken by another field."
        self._error(component.id, component.line, "form.duplicate_key", zh, en, _RENAME)

    def _error(self, element: str, line: int, code: str, zh: str, en: str, remedy: Message) -> None:
        self.reading.findings.error(element, line, code, Message(zh=zh, en=en), remedy)

    def _warn(self, element: str, line: int, code: str, zh: str, en: str) -> None:
        self.reading.findings.warn(element, line, code, Message(zh=zh, en=en), _SAVE)


def _inside(spec: Spec, name: str) -> Any:
    """A property by its dotted name, such as "appearance.prefixAdorner"."""
    found: Any = spec
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _broken_text(text: str) -> int | None:
    """The line of the first escape that is no character by itself, or NUL: no page and no database takes it."""
    for found in _ESCAPE.finditer(text):
        if found["broken"]:
            return text.count("\n", 0, found.start()) + 1
    return None


def _no_constant(name: str) -> Any:
    raise ValueError(name)
