from __future__ import annotations

import ast
import codecs
import sys
import tracemalloc
from pathlib import Path

import pytest

from engine import xmlscreen
from engine.bpmn import lint
from engine.xmlscreen import XmlRefused, parse
from tests.quick import least

SECRET = "launch-code-4711"
ROOT = '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">'
END = "</bpmn:definitions>"


def nested(tag: str, depth: int) -> str:
    """`depth` elements inside each other."""
    return f"<{tag}>" * depth + f"</{tag}>" * depth


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE: dict[str, bytes | str] = {
    "external entity": f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>{ROOT}&x;{END}',
    "external entity over the network": f'<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>{ROOT}&x;{END}',
    "billion laughs": f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]>{ROOT}&l9;{END}',
    "quadratic blow-up": f'<!DOCTYPE d [<!ENTITY x "{"a" * 50_000}">]>{ROOT}{"&x;" * 5_000}{END}',
    "parameter entity": f'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>{ROOT}{END}',
    "external dtd": f'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">{ROOT}{END}',
    "public dtd": f'<!DOCTYPE d PUBLIC "-//X//Y" "http://127.0.0.1:9/d.dtd">{ROOT}{END}',
    "empty doctype": f"<!DOCTYPE d>{ROOT}{END}",
    "small internal entity": f'<!DOCTYPE d [<!ENTITY x "a">]>{ROOT}&x;{END}',
    "entity in an attribute": f'<!DOCTYPE d [<!ENTITY x "a">]>{ROOT}<a b="&x;"/>{END}',
    "undeclared entity": f"{ROOT}&nothing;{END}",
    "xinclude": f'{ROOT}<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/>{END}',
    "processing instruction": f'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>{ROOT}{END}',
    "php": f"{ROOT}<?php system('id') ?>{END}",
    "utf-7": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-a/+AD4-',
    "utf-16": f'<?xml version="1.0" encoding="UTF-16"?>{ROOT}{END}'.encode("utf-16"),
    "utf-16 without declaration": (ROOT + END).encode("utf-16-be"),
    "latin-1": '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"),
    "declared otherwise": '<?xml version="1.0" encoding="GB2312"?><a/>',
    "xml 1.1": '<?xml version="1.1"?><a/>',
    "nul": f"{ROOT}\0{END}",
    "lone surrogate": f"{ROOT}\ud800{END}",
    "broken utf-8": ROOT.encode() + b"\xff\xfe" + END.encode(),
    "overlong utf-8": ROOT.encode() + b"\xc0\xbc" + END.encode(),
    "namespaces": "<a " + " ".join(f'xmlns:n{n}="urn:{n}"' for n in range(5_000)) + "/>",
    "attributes": "<a " + " ".join(f'a{n}="1"' for n in range(5_000)) + "/>",
    "a million elements": f"<a>{'<b/>' * 1_000_000}</a>",
    "many elements within the size": f"<a>{'<b/>' * 400_000}</a>",
    "depth": nested("a", 100_000),
    "depth just over": nested("a", 65),
    "long name": f"<{'a' * 100_000}/>",
    "long attribute": f'<a b="{"c" * 1_000_000}"/>',
    "long text": f"<a>{'c' * 1_900_000}</a>",
    "too large": f"<a>{' ' * 2_000_001}</a>",
    "too large in bytes": f"<a>{'界' * 700_000}</a>",
    "duplicate attribute": '<a b="1" b="2"/>',
    "unclosed": "<a><b></a>",
    "unbound prefix": "<x:a/>",
    "two roots": "<a/><b/>",
    "nothing": "",
    "no xml": "hello",
    "html": "<!DOCTYPE html><html></html>",
}


#: What was opened while somebody looks; an audit hook cannot be taken away again.
OPENED: list[str] = []
LOOKING = [False]


def _look(what: str, _: object) -> None:
    if LOOKING[0] and what in {"open", "socket.connect", "socket.getaddrinfo"}:
        OPENED.append(what)


@pytest.fixture(scope="module")
def opened() -> list[str]:
    """Files and sockets that are opened while LOOKING."""
    sys.addaudithook(_look)
    return OPENED


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml(name, opened):
    """Refused with words in both languages, quickly, within bounded memory, without opening a file or a socket."""
    opened.clear()
    LOOKING[0] = True
    answers = []

    def read() -> None:
        with pytest.raises(XmlRefused) as refused:
            parse(HOSTILE[name], filename="evil.bpmn")
        answers.append(refused.value)

    try:
        took = least(read, 0.2)
    finally:
        LOOKING[0] = False

    assert [] == opened
    assert took < 0.2
    assert 422 == answers[0].status
    assert answers[0].message.zh
    assert "evil.bpmn" in answers[0].message.en
    assert len(answers[0].message.en) < 400


@pytest.mark.parametrize(
    "name", ["billion laughs", "quadratic blow-up", "a million elements", "depth", "namespaces"]
)
def test_hostile_xml_takes_no_room(name):
    """A bomb is refused before it grows."""
    file = HOSTILE[name]
    tracemalloc.start()
    try:
        with pytest.raises(XmlRefused):
            parse(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 20_000_000


def test_a_secret_file_is_not_in_the_answer(tmp_path):
    """An entity that names a file reads nothing."""
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    file = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>{ROOT}&x;{END}'

    found = lint(file, "evil.bpmn")

    assert ["xml"] == [f.code for f in found]
    assert SECRET not in str(found)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_lint_of_a_hostile_file_is_one_finding(name):
    """Checking a file never raises."""
    assert ["xml"] == [f.code for f in lint(HOSTILE[name])]


@pytest.mark.parametrize(
    "file",
    [
        "<a/>",
        b"<a/>",
        '<?xml version="1.0"?><a/>',
        '<?xml version="1.0" encoding="utf-8"?><a>中文 🚚</a>',
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a/>',
        codecs.BOM_UTF8 + b'<?xml version="1.0" encoding="UTF-8"?><a/>',
        "<a><!-- a remark --><![CDATA[<b>]]></a>",
        "<a b='&lt;&#20013;'/>",
        nested("a", 64),
        f"<a>{'<b/>' * 19_999}</a>",
    ],
)
def test_plain_files_pass(file):
    """What modellers write is read."""
    assert "a" == parse(file).tag


def test_the_place_is_told():
    """The line is that of the fault."""
    with pytest.raises(XmlRefused) as refused:
        parse("<a>\n<b>\n</a>", filename="a.bpmn")

    assert (3, "a.bpmn") == (refused.value.line, refused.value.filename)
    assert "a.bpmn line 3: " in refused.value.message.en
    assert "a.bpmn 第 3 行：" in refused.value.message.zh


#: Names by which libraries read XML.
PARSERS = {
    "XML",
    "fromstring",
    "fromstringlist",
    "iterparse",
    "XMLParser",
    "XMLPullParser",
    "ParserCreate",
    "parseString",
    "HTML",
}
LIBRARIES = {"xml", "lxml", "defusedxml", "xmltodict", "bs4", "html5lib"}


def test_only_one_xml_parser(root: Path):
    """Every XML file goes through engine.xmlscreen: nothing else calls a parser."""
    door = Path(xmlscreen.__file__).resolve()
    offenders = []
    for file in sorted((root / "engine").rglob("*.py")):
        if file.resolve() == door:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        offenders += [f"{file.name}:{node.lineno}" for node in ast.walk(tree) if _parses(node)]

    assert [] == offenders


def _parses(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARIES:
        return any(name.name in PARSERS | {"parse"} or name.name == "expat" for name in node.names)
    if isinstance(node, ast.Import):
        return any(name.name.split(".")[0] in LIBRARIES - {"lxml"} for name in node.names)
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
        return False
    return node.value.id in {
        "etree",
        "ElementTree",
        "ET",
        "minidom",
        "objectify",
    } and node.attr in PARSERS | {"parse"}
