"""Reads what a decision consists of: a table or one expression, each text compiled where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from lxml import etree

from engine.dmn.model import Aggregation, Cell, HitPolicy, Input, Literal, Output, Rule, Table
from engine.dmn.shortcut import shortcut
from engine.dmn.types import ANY, Type, builtin
from engine.dmn.xml import BOXED, Report, child, children, id_of, line_of, local, text_of
from engine.errors import Message
from engine.feel import Expression, FeelError, UnaryTests, compile_unary
from engine.feel import compile as compile_expression

Compiled = TypeVar("Compiled", Expression, UnaryTests)

_FEEL = frozenset({"", "feel"})
_UNKNOWN = {name: Message(zh=zh, en=en) for name, zh, en in [
    ("hitPolicy", "未知的命中策略。", "The hit policy is unknown."),
    ("aggregation", "未知的聚合方式。", "The aggregation is unknown."),
]}  # fmt: skip


class Bodies:
    """Compiles the bodies of one file's decisions; findings go to the report."""

    def __init__(self, report: Report, types: Mapping[str, Type], language: str) -> None:
        self._report = report
        self._types = types
        self._language = language
        self._names: tuple[str, ...] = ()

    def body(
        self, decision: etree._Element, part: etree._Element, names: tuple[str, ...]
    ) -> Table | Literal | None:
        """The table or expression `part`, which may read `names`; None when a finding stopped it."""
        before = len(self._report.errors())
        self._names = names
        built = (
            self._table(decision, part) if local(part) == "decisionTable" else self._literal(decision, part)
        )
        return built if len(self._report.errors()) == before else None

    def _literal(self, decision: etree._Element, part: etree._Element) -> Literal | None:
        variable = child(decision, "variable")
        text = text_of(part)
        if not text:
            self._report.refuse(part, "dmn.empty", _NO_TEXT, _WRITE_FEEL)
            return None
        expression = self._expression(part, text)
        return (
            None
            if expression is None
            else Literal(expression, self._type(part if variable is None else variable))
        )

    def _table(self, decision: etree._Element, part: etree._Element) -> Table | None:
        policy, aggregation = self._policy(part)
        inputs = tuple(self._input(item) for item in children(part, "input"))
        answers = list(children(part, "output"))
        # The decision's variable names the answer; of several columns each has a name of its own.
        fallback = child(decision, "variable") if len(answers) == 1 else None
        outputs = tuple(self._output(item, fallback) for item in answers)
        if not outputs:
            self._report.refuse(part, "dmn.output", _NO_OUTPUT, _ADD_OUTPUT)
        self._named_outputs(part, outputs)
        if aggregation and len(outputs) > 1:
            self._report.refuse(part, "dmn.aggregation", _ONE_FIGURE, _SPLIT_OUTPUTS)
        if policy in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER) and not any(
            item.values for item in outputs
        ):
            self._report.refuse(part, "dmn.priority", _NO_ORDER, _LIST_VALUES)
        keys: dict[tuple[int, str], int] = {}
        rules = tuple(
            self._rule(number, item, len(inputs), len(outputs), keys)
            for number, item in enumerate(children(part, "rule"), start=1)
        )
        if not rules:
            self._report.remark(part, "dmn.rules", _NO_RULES, _ADD_RULE)
        if any(item is None for item in inputs):
            return None
        columns = tuple(item for item in inputs if item is not None)
        complete = tuple(rule for rule in rules if rule is not None)
        return Table(id_of(part), line_of(part), policy, aggregation, columns, outputs, complete, len(keys))

    def _policy(self, part: etree._Element) -> tuple[HitPolicy, Aggregation]:
        policy, aggregation = HitPolicy.UNIQUE, Aggregation.NONE
        try:
            policy = HitPolicy(part.get("hitPolicy", "UNIQUE").replace("_", " "))
        except ValueError:
            self._report.refuse(part, "dmn.policy", _UNKNOWN["hitPolicy"], _CHOOSE_POLICY)
        try:
            aggregation = Aggregation(part.get("aggregation", ""))
        except ValueError:
            self._report.refuse(part, "dmn.policy", _UNKNOWN["aggregation"], _CHOOSE_AGGREGATION)
        if aggregation and policy is not HitPolicy.COLLECT:
            self._report.refuse(part, "dmn.policy", _ONLY_COLLECT, _CHOOSE_AGGREGATION)
        return policy, aggregation

    def _input(self, element: etree._Element) -> Input | None:
        source = child(element, "inputExpression")
        text = text_of(source)
        if source is None or not text:
            self._report.refuse(element, "dmn.input", _NO_INPUT, _WRITE_FEEL)
            return None
        expression = self._expression(source, text)
        kind = self._type(source)
        allowed_text = text_of(child(element, "inputValues")) or kind.allowed
        allowed = self._unary(element, allowed_text) if allowed_text not in ("", "-") else None
        label = element.get("label") or text
        return (
            None
            if expression is None
            else Input(label, text, expression, kind, allowed, allowed_text if allowed else "")
        )

    def _output(self, element: etree._Element, variable: etree._Element | None) -> Output:
        name = element.get("name") or ("" if variable is None else variable.get("name")) or ""
        allowed = child(element, "outputValues")
        kind = self._type(element)
        entry = child(element, "defaultOutputEntry")
        default_text = text_of(entry)
        default = self._expression(entry, default_text) if entry is not None and default_text else None
        values = self._values(element, text_of(allowed) or kind.allowed)
        return Output(name, kind, values, default)

    def _values(self, element: etree._Element, text: str) -> tuple[object, ...]:
        if text in ("", "-"):
            return ()
        expression = self._expression(element, f"[{text}]")
        if expression is None:
            return ()
        values = expression({})
        if isinstance(values, list) and None not in values:
            return tuple(values)
        self._report.refuse(element, "dmn.values", _NOT_VALUES, _LIST_VALUES)
        return ()

    def _named_outputs(self, part: etree._Element, outputs: tuple[Output, ...]) -> None:
        names = [item.name for item in outputs]
        if len(outputs) > 1 and ("" in names or len(set(names)) < len(names)):
            self._report.refuse(part, "dmn.output", _SAME_NAMES, _NAME_OUTPUTS)

    def _rule(
        self,
        number: int,
        element: etree._Element,
        inputs: int,
        outputs: int,
        keys: dict[tuple[int, str], int],
    ) -> Rule | None:
        entries = list(children(element, "inputEntry"))
        answers = list(children(element, "outputEntry"))
        if (len(entries), len(answers)) != (inputs, outputs):
            self._report.refuse(
                element,
                "dmn.columns",
                Message(
                    zh=f"规则 {number} 有 {len(entries)} 个条件和 {len(answers)} 个结果，表有 {inputs} 和 {outputs} 列。",
                    en=f"Rule {number} has {len(entries)} conditions and {len(answers)} results, "
                    f"the table {inputs} and {outputs} columns.",
                ),
                Message(zh="请补齐或删除该规则。", en="Complete or delete the rule."),
            )
            return None
        if not all(text_of(answer) for answer in answers):
            self._report.remark(element, "dmn.answer", *_no_answer(number))
        cells = [self._cell(column, entry, keys) for column, entry in enumerate(entries)]
        texts = tuple(text_of(answer) or "null" for answer in answers)
        expressions = [self._expression(answer, text) for answer, text in zip(answers, texts, strict=True)]
        return Rule(
            number,
            id_of(element),
            line_of(element),
            tuple(cell for cell in cells if cell is not None),
            tuple(expression for expression in expressions if expression is not None),
            texts,
        )

    def _cell(self, column: int, entry: etree._Element, keys: dict[tuple[int, str], int]) -> Cell | None:
        text = text_of(entry)
        if text in ("", "-"):
            return None
        test = self._unary(entry, text)
        return (
            None
            if test is None
            else Cell(column, keys.setdefault((column, text), len(keys)), text, test, shortcut(text))
        )

    def _type(self, element: etree._Element) -> Type:
        name = element.get("typeRef", "")
        found = ANY if not name else self._types.get(name.rpartition(":")[2]) or builtin(name)
        if found is None:
            self._report.refuse(
                element,
                "dmn.type",
                Message(zh=f"未知的类型 {name}。", en=f"The type {name} is unknown."),
                Message(
                    zh="请用 string、number、boolean、date 等，或在文件中定义该类型。",
                    en="Use string, number, boolean, date …, or define the type in this file.",
                ),
            )
        return found or ANY

    def _expression(self, element: etree._Element, text: str) -> Expression | None:
        return self._compile(element, text, compile_expression)

    def _unary(self, element: etree._Element, text: str) -> UnaryTests | None:
        return self._compile(element, text, compile_unary)

    def _compile(
        self, element: etree._Element, text: str, compiler: Callable[..., Compiled]
    ) -> Compiled | None:
        for part in children(element):
            if local(part) in BOXED:
                self._report.refuse(part, "dmn.unsupported", _BOXED_CELL, _WRITE_FEEL)
                return None
        language = element.get("expressionLanguage", self._language)
        if language.lower() not in _FEEL and not language.rstrip("/").upper().endswith("FEEL"):
            self._report.refuse(element, "dmn.language", _NOT_FEEL, _WRITE_FEEL)
            return None
        try:
            return compiler(text, names=self._names)
        except FeelError as error:
            self._report.error(
                id_of(element),
                _text_line(element) + max(error.line, 1) - 1,
                "dmn.feel",
                Message(zh=f"“{text}”:{error.zh}", en=f"“{text}”: {error.en}"),
                _WRITE_FEEL,
            )
            return None


def _no_answer(number: int) -> tuple[Message, Message]:
    """What is told of a rule whose result was left empty, as the editor adds it."""
    told = Message(
        zh=f"规则 {number} 的结果没有填写：答案是空值。",
        en=f"Rule {number} has an empty result: its answer is null.",
    )
    return told, Message(
        zh="请填写结果；确无结果时写 null。", en="Fill it in; write null where none is meant."
    )


def _text_line(element: etree._Element) -> int:
    text = child(element, "text")
    return line_of(element if text is None else text)


_NO_TEXT = Message(zh="表达式是空的。", en="The expression is empty.")
_WRITE_FEEL = Message(zh="请写一条正确的 FEEL 表达式。", en="Write a correct FEEL expression.")
_NO_OUTPUT = Message(zh="决策表没有结果列。", en="The table has no output column.")
_ADD_OUTPUT = Message(zh="请加入一个结果列。", en="Add an output column.")
_ONE_FIGURE = Message(
    zh="聚合的决策表只能有一个结果列。", en="A table with an aggregation may have only one output."
)
_SPLIT_OUTPUTS = Message(zh="请拆成几个决策表。", en="Split it into several tables.")
_NO_ORDER = Message(
    zh="此命中策略需要结果值的顺序。", en="This hit policy needs the order of the output values."
)
_LIST_VALUES = Message(
    zh='请列出允许的结果值，最重要的在前，如 "高","低"。', en='List the values, highest first: "high","low".'
)
_NO_RULES = Message(zh="决策表没有规则。", en="The table has no rules.")
_ADD_RULE = Message(zh="请加入规则。", en="Add rules.")
_CHOOSE_POLICY = Message(
    zh="请选 UNIQUE、FIRST、ANY、PRIORITY、RULE ORDER、OUTPUT ORDER 或 COLLECT。",
    en="Choose UNIQUE, FIRST, ANY, PRIORITY, RULE ORDER, OUTPUT ORDER or COLLECT.",
)
_CHOOSE_AGGREGATION = Message(
    zh="聚合只用于 COLLECT:SUM、MIN、MAX 或 COUNT。",
    en="Aggregations belong to COLLECT: SUM, MIN, MAX or COUNT.",
)
_ONLY_COLLECT = Message(zh="此命中策略不能聚合。", en="This hit policy cannot aggregate.")
_NO_INPUT = Message(zh="条件列没有输入表达式。", en="The input column has no expression.")
_NOT_VALUES = Message(zh="结果值不是一组固定的值。", en="The output values are not a list of fixed values.")
_SAME_NAMES = Message(
    zh="有多个结果列时，每列要有不同的名称。", en="With several outputs each needs a name of its own."
)
_NAME_OUTPUTS = Message(zh="请给每个结果列一个名称。", en="Name each output column.")
_BOXED_CELL = Message(
    zh="单元格中有方框表达式，不支持。", en="A boxed expression in a cell is not supported."
)
_NOT_FEEL = Message(zh="表达式语言不是 FEEL。", en="The expression language is not FEEL.")
