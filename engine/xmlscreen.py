"""The only door for XML: everything that comes from outside is screened before lxml may see it."""

from __future__ import annotations

from collections.abc import Iterable
from xml.parsers import expat

from lxml import etree

from engine.errors import Message, Refused
from engine.foreign import chinese

MAX_BYTES = 2_000_000
MAX_DEPTH = 64
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 256
#: Of one attribute, in characters.
MAX_VALUE = 20_000
#: Of the text between two tags, in characters.
MAX_TEXT = 200_000
#: Of one tag or attribute name, in characters.
MAX_NAME = 256

XINCLUDE = "http://www.w3.org/2001/XInclude"


class XmlRefused(Refused):
    """This XML file cannot be accepted."""

    chinese = "无法接受这个 XML 文件。"

    def __init__(self, message: Message, *, filename: str, line: int) -> None:
        super().__init__(
            Message(
                zh=f"{_place(filename, line, '第 {} 行', '：')}{message.zh}",
                en=f"{_place(filename, line, 'line {}', ': ')}{message.en}",
            ),
            filename=filename,
            line=line,
        )
        self.filename = filename
        self.line = line
        self.plain = message


def parse(xml: bytes | str, *, filename: str = "") -> etree._Element:
    """The root element of `xml`, which is known to be small, plain UTF-8 and free of entities.

    Raises XmlRefused with the line and what to do. Comments are left out; line numbers stand in `sourceline`.
    """
    data = _utf8(xml, filename)
    _Screen(filename).run(data)
    try:
        return etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        problem = Message(
            zh=f"XML 不合规范：{chinese(error.msg)}。请用建模工具重新保存。",
            en=f"this is not well-formed XML: {error.msg}. Save it again with the modeller.",
        )
        raise XmlRefused(problem, filename=filename, line=error.lineno or 0) from error


def _place(filename: str, line: int, words: str, colon: str) -> str:
    parts = [part for part in (filename, words.format(line) if line else "") if part]
    return f"{' '.join(parts)}{colon}" if parts else ""


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )


def _utf8(xml: bytes | str, filename: str) -> bytes:
    """`xml` as UTF-8 bytes within the size limit."""
    if len(xml) > MAX_BYTES:
        raise XmlRefused(_too_big(), filename=filename, line=0)
    try:
        data = xml.encode("utf-8") if isinstance(xml, str) else bytes(xml)
        data.decode("utf-8")
    except UnicodeError as error:
        problem = Message(
            zh="文件不是 UTF-8 编码。请以 UTF-8 保存。", en="the file is not UTF-8. Save it as UTF-8."
        )
        raise XmlRefused(problem, filename=filename, line=0) from error
    if len(data) > MAX_BYTES:
        raise XmlRefused(_too_big(), filename=filename, line=0)
    return data


def _too_big() -> Message:
    return Message(
        zh=f"文件超过 {MAX_BYTES // 1000} KB。请拆分成几个文件。",
        en=f"the file is larger than {MAX_BYTES // 1000} KB. Split it into several files.",
    )


class _Screen:
    """One pass of expat that stops at the first thing a plain file does not have."""

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._depth = 0
        self._elements = 0
        self._text = 0
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        self._expat = parser

    def run(self, data: bytes) -> None:
        """Read all of `data`; raises XmlRefused."""
        try:
            self._expat.Parse(data, True)
        except expat.ExpatError as error:
            text = expat.ErrorString(error.code)
            self._refuse(
                f"XML 不合规范：{chinese(text)}。请用建模工具重新保存。",
                f"this is not well-formed XML: {text}. Save it again with the modeller.",
                line=error.lineno,
                cause=error,
            )

    def _refuse(self, zh: str, en: str, *, line: int = 0, cause: Exception | None = None) -> None:
        where = line or self._expat.CurrentLineNumber
        raise XmlRefused(Message(zh=zh, en=en), filename=self._filename, line=where) from cause

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if version != "1.0" or (encoding or "utf-8").lower().replace("_", "-") not in {"utf-8", "utf8"}:
            self._refuse(
                f"只接受 XML 1.0 和 UTF-8，文件声明为 {version} {encoding}。",
                f"only XML 1.0 in UTF-8 is accepted, the file declares {version} {encoding}.",
            )

    def _doctype(self, *_: object) -> None:
        self._refuse(
            "不允许 DOCTYPE 或实体定义。请删除 <!DOCTYPE …>。",
            "a DOCTYPE or entity is not allowed. Remove <!DOCTYPE …>.",
        )

    def _instruction(self, target: str, data: str) -> None:
        self._refuse(
            f"不允许处理指令 <?{target[:40]} …?>。请删除。",
            f"the processing instruction <?{target[:40]} …?> is not allowed. Remove it.",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        self._text = 0
        if self._depth > MAX_DEPTH:
            self._refuse(f"嵌套超过 {MAX_DEPTH} 层。", f"elements are nested more than {MAX_DEPTH} deep.")
        if self._elements > MAX_ELEMENTS:
            self._refuse(f"元素超过 {MAX_ELEMENTS} 个。", f"there are more than {MAX_ELEMENTS} XML elements.")
        if len(attributes) > MAX_ATTRIBUTES:
            self._refuse(
                f"一个元素的属性超过 {MAX_ATTRIBUTES} 个。",
                f"an element has more than {MAX_ATTRIBUTES} attributes.",
            )
        if attributes:
            self._attributes(attributes)
        self._names((name,))

    def _attributes(self, attributes: dict[str, str]) -> None:
        self._names(attributes)
        for value in attributes.values():
            if len(value) > MAX_VALUE:
                self._refuse(
                    f"一个属性超过 {MAX_VALUE} 个字符。",
                    f"an attribute is longer than {MAX_VALUE} characters.",
                )
            if value == XINCLUDE:
                self._refuse("不允许 XInclude。请删除。", "XInclude is not allowed. Remove it.")

    def _names(self, names: Iterable[str]) -> None:
        for name in names:
            if len(name) > MAX_NAME:
                self._refuse(f"名称超过 {MAX_NAME} 个字符。", f"a name is longer than {MAX_NAME} characters.")

    def _end(self, _name: str) -> None:
        self._depth -= 1
        self._text = 0

    def _characters(self, text: str) -> None:
        self._text += len(text)
        if self._text > MAX_TEXT:
            self._refuse(f"一段文字超过 {MAX_TEXT} 个字符。", f"a text is longer than {MAX_TEXT} characters.")
