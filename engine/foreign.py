"""What other people's parsers say in English, in Chinese."""

from __future__ import annotations

import re

#: Beginning of the parser's words -> Chinese; what the parser quotes behind a colon stays as it is.
_WORDS = {
    # expat
    "syntax error": "语法错误",
    "no element found": "没有元素，文件可能为空或被截断",
    "not well-formed (invalid token)": "有不合规范的字符或写法",
    "unclosed token": "有没写完的标签",
    "partial character": "有不完整的字符",
    "mismatched tag": "开始标签与结束标签不匹配",
    "duplicate attribute": "同一个标签里属性重复",
    "junk after document element": "根元素之后还有内容",
    "undefined entity": "有未定义的实体",
    "reference to invalid character number": "字符编号无效",
    "XML or text declaration not at start of entity": "XML 声明不在文件开头",
    "unclosed CDATA section": "CDATA 没有结束",
    # json
    "Expecting value": "此处缺少值",
    "Expecting property name enclosed in double quotes": "此处应为双引号里的名称",
    "Expecting ':' delimiter": "此处缺少冒号",
    "Expecting ',' delimiter": "此处缺少逗号",
    "Extra data": "结尾之后还有内容",
    "Unterminated string starting at": "文字没有结束引号",
    "Invalid control character": "文字里有控制字符",
    "Invalid \\escape": "反斜杠后的字符无效",
    "Invalid \\uXXXX escape": "\\u 后应为四位十六进制数字",
    "Illegal trailing comma": "结尾多了一个逗号",
    # re2
    "missing )": "缺少右括号",
    "unexpected )": "多了右括号",
    "missing ]": "缺少右方括号",
    "no argument for repetition operator": "重复符号前没有内容",
    "bad repetition operator": "重复符号连用",
    "invalid repetition size": "重复次数无效",
    "invalid escape sequence": "转义无效",
    "invalid character class range": "字符范围无效",
    "invalid character class": "字符类无效",
    "invalid character range": "字符范围无效",
    "invalid perl operator": "不支持的写法（前后查找等）",
    "invalid named capture group": "分组名称无效",
    "trailing \\": "末尾多了反斜杠",
    "pattern too large": "表达式过大",
    "longer than 1000 characters": "超过 1000 个字符",
}
_PREFIX = re.compile(r"Namespace prefix (\S+)")


def chinese(said: str) -> str:
    """The parser's words in Chinese, with what it quotes; of words not known only that something is wrong."""
    if found := _PREFIX.match(said):
        return f"前缀 {found[1]} 没有声明"
    begun = [each for each in _WORDS if said.startswith(each)]
    if not begun:
        return "写法有误"
    words, quoted = max(begun, key=len), said.partition(": ")[2]
    return f"{_WORDS[words]}：{quoted}" if quoted else _WORDS[words]
