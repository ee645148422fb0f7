"""From text to tree: FEEL's grammar (DMN 1.5, 10.3.1.2), read by operator precedence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from engine.feel import tree
from engine.feel.declarations import TypeReader
from engine.feel.fault import FeelError
from engine.feel.limits import SOURCE_LIMIT
from engine.feel.numbers import read_number
from engine.feel.operators import NO_VALUE
from engine.feel.reader import KEYWORDS, KnownNames, Token, unquote
from engine.feel.temporal import read_literal
from engine.feel.types import Type

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _INSTANCE = range(1, 8)
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_INFIX = {
    "or": _OR, "and": _AND, "between": _COMPARE, "in": _COMPARE, "+": _ADD, "-": _ADD, "*": _MULTIPLY,
    "/": _MULTIPLY, "**": _POWER, "instance": _INSTANCE,
} | dict.fromkeys(_COMPARISONS, _COMPARE)  # fmt: skip
_CONSTANTS = {"null": None, "true": True, "false": False}


def read_expression(source: str, names: Iterable[str], functions: KnownNames) -> tree.Node:
    """The tree of an expression; FeelError with the place where it cannot be read."""
    parser = _Parser(source, names, functions)
    found = parser.expression()
    parser.end()
    return found


def read_unary_tests(source: str, names: Iterable[str], functions: KnownNames) -> tree.UnaryTests:
    """The tree of a decision table's input cell; FeelError with the place where it cannot be read."""
    parser = _Parser(source, names, functions)
    found = parser.unary_tests()
    parser.end()
    return found


class _Parser(TypeReader):
    """Reads one source. `names` are those that one token cannot tell: given, bound inside, or keys of contexts."""

    def __init__(self, source: str, names: Iterable[str], functions: KnownNames) -> None:
        if len(source) > SOURCE_LIMIT:
            raise FeelError(
                f"The expression has {len(source):,} characters; {SOURCE_LIMIT:,} are allowed.",
                f"表达式有 {len(source):,} 个字符，最多允许 {SOURCE_LIMIT:,} 个。",
                kind="limit",
            )
        super().__init__(source)
        self.names = KnownNames(names)
        self.functions = functions

    def end(self) -> None:
        """Nothing may follow."""
        if self.token.kind != "end":
            raise self.expected("an operator or the end", "运算符或表达式结尾")

    # -- operators ---------------------------------------------------------------------------------------------

    def expression(self, binding: int = 0) -> tree.Node:
        """An expression whose operators all bind tighter than `binding`."""
        self.deeper()
        left = self._operand()
        while True:
            precedence = _INFIX.get(self.token.text, 0) if self.token.kind in ("name", "sign") else 0
            if precedence <= binding:
                break
            left = self._infix(left, self.token.text, precedence)
        self.depth -= 1
        return left

    def _infix(self, left: tree.Node, operator: str, precedence: int) -> tree.Node:
        if operator in ("and", "or"):
            return self._logic(left, operator, precedence)
        if precedence in (_ADD, _MULTIPLY, _POWER):
            return self._arithmetic(left, precedence)
        self.advance()
        if operator == "between":
            low = self.expression(_COMPARE)
            self.expect("and")
            return tree.Between(left, low, self.expression(_COMPARE))
        if operator == "in":
            return tree.In(left, self._tests_after_in())
        if operator == "instance":
            self.expect("of")
            return tree.InstanceOf(left, self.type())
        return tree.Comparison(operator, left, self.expression(_COMPARE))

    def _logic(self, left: tree.Node, operator: str, precedence: int) -> tree.Node:
        operands = [left]
        while self.accept(operator):
            operands.append(self.expression(precedence))
        return tree.Logic("and" if operator == "and" else "or", tuple(operands))

    def _arithmetic(self, left: tree.Node, precedence: int) -> tree.Node:
        rest: list[tuple[str, tree.Node]] = []
        while self.token.kind == "sign" and _INFIX.get(self.token.text) == precedence:
            operator = self.advance().text
            rest.append((operator, self.expression(precedence)))
        return tree.Arithmetic(left, tuple(rest))

    def _operand(self) -> tree.Node:
        if self.at("-"):
            self.advance()
            self.deeper()
            operand = self._operand()
            self.depth -= 1
            return tree.Negation(operand)
        return self._postfix(self._primary())

    def _postfix(self, node: tree.Node) -> tree.Node:
        """Paths, filters and calls after an operand."""
        while self.token.kind == "sign":
            if self.at("."):
                self.advance()
                node = tree.Path(node, self.name("the name after '.'", "“.” 之后的名称"))
            elif self.at("("):
                node = self._call(node)
            elif self.at("["):
                self.advance()
                node = tree.Filter(node, self.expression())
                self.expect("]")
            else:
                break
        return node

    def _call(self, callee: tree.Node) -> tree.Node:
        self.expect("(")
        arguments: list[tree.Node] = []
        names: list[str] = []
        while not self.at(")"):
            key = self.key_before_colon()
            if arguments and (key is None) == bool(names):
                raise self.expected("arguments all by place or all by name", "参数全部按位置或全部按名称给出")
            if key is not None:
                names.append(key)
            arguments.append(self.expression())
            if not self.at(")"):
                self.expect(",", ")")
                self._no_closing(")")
        self.advance()
        return tree.Call(callee, tuple(arguments), tuple(names) if names else None)

    def _no_closing(self, bracket: str) -> None:
        if self.at(bracket):
            raise self.expected("a value after ','", "“,” 之后的值")

    # -- operands ----------------------------------------------------------------------------------------------

    def _primary(self) -> tree.Node:
        token = self.token
        if token.kind == "number":
            self.advance()
            return tree.Literal(read_number(token.text))
        if token.kind == "string":
            self.advance()
            return tree.Literal(unquote(token.text))
        if token.kind == "name":
            return self._word(token)
        reading = self._SIGNS.get(token.text)
        if reading is None or token.kind == "end":
            raise self.expected("a value", "一个值")
        return reading(self)

    def _word(self, token: Token) -> tree.Node:
        if self.names.at(self.source, token.start) is None:
            if token.text in _CONSTANTS:
                self.advance()
                return tree.Literal(_CONSTANTS[token.text])
            reading = self._WORDS.get(token.text)
            if reading is not None and not (token.text == "function" and not self.followed_by("(")):
                self.advance()
                return reading(self)
        return tree.Name(self.name("a value", "一个值"))

    def name(self, en: str, zh: str) -> str:
        """The longest name that is known here; else the words up to the next keyword or sign."""
        token = self.token
        known = self._known_name(token.start)
        if known is not None:
            self.go(known[1])
            return known[0]
        if token.kind != "name" or token.text in KEYWORDS:
            raise self.expected(en, zh)
        words = [self.advance().text]
        while self.token.kind == "name" and self.token.text not in KEYWORDS:
            words.append(self.advance().text)
        return " ".join(words)

    def _known_name(self, start: int) -> tuple[str, int] | None:
        """A known variable, or a known function where it is called, whichever is longer."""
        variable = self.names.at(self.source, start)
        function = self.functions.at(self.source, start)
        if function is None or (variable is not None and variable[1] >= function[1]):
            return variable
        return function if self.token_at(function[1]).text == "(" else variable

    def _if(self) -> tree.Node:
        condition = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return tree.If(condition, yes, self.expression())

    def _for(self) -> tree.Node:
        iterators = self._iterators("return")
        return tree.For(iterators, self.expression())

    def _some(self) -> tree.Node:
        return tree.Quantified("some", self._iterators("satisfies"), self.expression())

    def _every(self) -> tree.Node:
        return tree.Quantified("every", self._iterators("satisfies"), self.expression())

    def _iterators(self, after: str) -> tuple[tree.Iterator, ...]:
        found = [self._iterator()]
        while self.accept(","):
            found.append(self._iterator())
        self.expect(after)
        return tuple(found)

    def _iterator(self) -> tree.Iterator:
        name = self._text_before("in")
        self.expect("in")
        self.names.add(name)
        source = self.expression()
        return tree.Iterator(name, source, self.expression() if self.accept("..") else None)

    def _text_before(self, *ends: str) -> str:
        """The name that reaches up to one of the words or signs `ends`."""
        start = self.token
        if start.kind != "name" or self.at(*ends):
            raise self.expected("a name", "一个名称")
        last = start
        while not self.at(*ends):
            if self.token.kind in ("end", "string") or self.at("(", ")", "[", "]", "{", "}", ",", ":", "="):
                raise self.expected(" or ".join(map(repr, ends)), " 或 ".join(f"“{end}”" for end in ends))
            last = self.advance()
        return " ".join(self.source[start.start : last.end].split())

    def _function(self) -> tree.Node:
        self.expect("(")
        parameters: list[tuple[str, Type | None]] = []
        while not self.at(")"):
            name = self._text_before(",", ")", ":")
            self.names.add(name)
            parameters.append((name, self.type() if self.accept(":") else None))
            if not self.at(")"):
                self.expect(",", ")")
        self.advance()
        if self.at("external"):
            raise self.error_at(self.token.start, "external functions are not supported.", "不支持外部函数。")
        return tree.FunctionLiteral(tuple(parameters), self.expression())

    def _list_or_range(self) -> tree.Node:
        self.advance()
        if self.accept("]"):
            return tree.ListLiteral(())
        items = [self.expression()]
        if self.at(".."):
            return self._range(items[0], start_included=True)
        while self.accept(","):
            if any(self.followed_by(text) for text in ("", ")", "]", "}", ",")):
                self._no_closing("]")
            items.append(self.expression())
        self.expect(",", "]")
        return tree.ListLiteral(tuple(items))

    def _parenthesis(self) -> tree.Node:
        self.advance()
        if self.at(*_COMPARISONS):
            found = self._test()
            self.expect(")")
            return found
        found = self.expression()
        if self.at(".."):
            return self._range(found, start_included=False)
        self.expect(")")
        return found

    def _open_range(self) -> tree.Node:
        self.advance()
        return self._range(self.expression(), start_included=False)

    def _range(self, start: tree.Node, *, start_included: bool) -> tree.Node:
        self.expect("..")
        place, depth = self.token.start, self.depth
        try:
            end = self.expression()
            closing = self.expect("]", ")", "[").text
        except FeelError:
            self.depth = depth
            return self._range_open_at_end(start, place, start_included=start_included)
        return tree.RangeLiteral(start, end, start_included, closing == "]")

    def _range_open_at_end(self, start: tree.Node, place: int, *, start_included: bool) -> tree.Node:
        """`[1..5[`: what looked like a filter is the closing bracket, so the end is a plain operand."""
        self.go(place)
        negative = self.accept("-")
        end = self._primary()
        while self.accept("."):
            end = tree.Path(end, self.name("the name after '.'", "“.” 之后的名称"))
        if self.at("("):
            end = self._call(end)
        closing = self.expect("]", ")", "[").text
        return tree.RangeLiteral(
            start, tree.Negation(end) if negative else end, start_included, closing == "]"
        )

    def _context(self) -> tree.Node:
        self.advance()
        entries: list[tuple[str, tree.Node]] = []
        while not self.at("}"):
            key = self.key_before_colon()
            if key is None:
                raise self.expected("an entry 'name: value'", "条目“名称: 值”")
            self.names.add(key)
            entries.append((key, self.expression()))
            if not self.at("}"):
                self.expect(",", "}")
                self._no_closing("}")
        self.advance()
        return tree.ContextLiteral(tuple(entries))

    def _at_literal(self) -> tree.Node:
        self.advance()
        if self.token.kind != "string":
            raise self.expected("a string after '@'", "“@” 之后的字符串")
        try:
            return tree.Literal(read_literal(unquote(self.advance().text)))
        except NO_VALUE:
            return tree.Literal(None)

    # -- tests -------------------------------------------------------------------------------------------------

    def unary_tests(self) -> tree.UnaryTests:
        """`-`, `not(…)`, or tests between commas."""
        if self.at("-") and self.followed_by(""):
            self.advance()
            return tree.UnaryTests(())
        if self.at("not") and self.followed_by("("):
            found = self._negated_tests()
            if found is not None:
                return found
        return tree.UnaryTests(self._tests())

    def _negated_tests(self) -> tree.UnaryTests | None:
        """`not(…)` around all the tests; None when more follows it, so that it is the function `not`."""
        place = self.token.start
        self.advance()
        self.advance()
        tests = self._tests()
        self.expect(")")
        if self.token.kind == "end":
            return tree.UnaryTests(tests, negated=True)
        self.go(place)
        return None

    def _tests(self) -> tuple[tree.Node, ...]:
        found = [self._test()]
        while self.accept(","):
            found.append(self._test())
        return tuple(found)

    def _test(self) -> tree.Node:
        if self.at(*_COMPARISONS):
            operator = self.advance().text
            return tree.Test(operator, self.expression(_COMPARE))
        return self.expression()

    def _tests_after_in(self) -> tuple[tree.Node, ...]:
        """What stands after `in`: tests in parentheses, or one test."""
        if not self.at("("):
            operator = self.advance().text if self.at(*_COMPARISONS) else ""
            operand = self.expression(_COMPARE)
            return (tree.Test(operator, operand) if operator else operand,)
        place, depth = self.token.start, self.depth
        self.advance()
        tests = self._tests()
        if self.at(")") and (len(tests) > 1 or isinstance(tests[0], tree.Test)):
            self.advance()
            return tests
        self.depth = depth
        self.go(place)
        return (self.expression(_COMPARE),)

    _SIGNS: ClassVar[dict[str, Callable[[_Parser], tree.Node]]] = {
        "[": _list_or_range, "(": _parenthesis, "]": _open_range, "{": _context, "@": _at_literal,
    }  # fmt: skip
    _WORDS: ClassVar[dict[str, Callable[[_Parser], tree.Node]]] = {
        "if": _if, "for": _for, "some": _some, "every": _every, "function": _function,
    }  # fmt: skip
