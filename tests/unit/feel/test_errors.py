"""Where and how an expression is said to be unreadable."""

from __future__ import annotations

import pytest

from engine import feel
from engine.errors import Refused


def _refusal(source):
    with pytest.raises(feel.FeelError) as caught:
        feel.compile(source)
    return caught.value


@pytest.mark.parametrize(
    ("source", "position", "en", "zh"),
    [
        ("1 +", 3, "expected a value, found the end", "应为一个值，实为表达式结尾"),
        ("if a then b", 11, "expected 'else'", "应为“else”"),
        ("(1", 2, "expected ')'", "应为“)”"),
        ("[1,]", 3, "a value after ','", "“,” 之后的值"),
        ("f(1, a: 2)", 8, "all by place or all by name", "全部按位置或全部按名称"),
        ("a 1", 2, "an operator or the end", "运算符或表达式结尾"),
        ("{a 1}", 1, "an entry 'name: value'", "条目"),
        ('x = "abc', 4, "no closing quotation mark", "缺少结束引号"),
        ("1 /* x", 2, "no end '*/'", "注释缺少结束符"),
        ("for x in l", 10, "expected 'return'", "应为“return”"),
        ("some x in l", 11, "expected 'satisfies'", "应为“satisfies”"),
        ("1 instance of", 13, "a type", "一个类型"),
        ("a.", 2, "the name after '.'", "“.” 之后的名称"),
        ("@x", 1, "a string after '@'", "“@” 之后的字符串"),
        ("金额\uff1e1", 2, "write '>' in place of", "请用半角 “>”"),
        ("\u201ca\u201d", 0, "write '\"' in place of", "请用半角"),
        ("a # b", 2, "'#' has no meaning here", "在此没有意义"),
        ("> 5", 0, "expected a value", "应为一个值"),
        ("function() external {}", 11, "external functions are not supported", "不支持外部函数"),
    ],
)
def test_what_was_expected(source, position, en, zh):
    """The error says what was expected and what stands there, in both languages, with its place."""
    error = _refusal(source)

    assert (1, position + 1, position) == (error.line, error.column, error.position)
    assert en in error.en
    assert zh in error.zh
    assert "syntax" == error.kind


def test_line_and_column():
    """Lines and columns count from 1."""
    error = _refusal("a +\n  b +\n  *")

    assert (3, 3, 12) == (error.line, error.column, error.position)
    assert error.en.startswith("Line 3, column 3: ")
    assert error.zh.startswith("第 3 行第 3 列")


def test_one_of_our_errors():
    """A FeelError is a refusal the user can mend, with its sentence in both languages."""
    error = _refusal("1 +")

    assert isinstance(error, Refused)
    assert error.message.text("en") == error.en
    assert error.message.text("zh_CN") == error.zh
