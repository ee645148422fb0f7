"""Both languages are complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

WEB = Path(__file__).parents[2] / "engine" / "web"
CATALOGUE = WEB / "translations" / "zh_CN" / "LC_MESSAGES" / "messages.po"
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}


def used() -> Iterator[str]:
    """Every message the pages say."""
    for _file, _line, message, _comments, _context in extract_from_dir(
        WEB, METHODS, keywords=KEYWORDS, options_map={"**": {"encoding": "utf-8"}}
    ):
        yield message[0] if isinstance(message, tuple) else message


def chinese() -> dict[str, str]:
    """The catalogue: message to sentence."""
    with CATALOGUE.open("rb") as text:
        catalogue = read_po(text, locale="zh_CN")
    return {
        (m.id[0] if isinstance(m.id, tuple) else m.id): (
            m.string[0] if isinstance(m.string, tuple) else m.string
        )
        for m in catalogue
        if m.id
    }


def test_every_message_has_a_chinese_sentence():
    """Nothing on a page is English for somebody who chose Chinese."""
    words = chinese()

    missing = sorted({text for text in used() if not words.get(text)})

    assert [] == missing


def test_no_message_is_left_over():
    """The catalogue holds only what the pages say."""
    left = set(chinese()) - set(used())

    assert set() == left


def test_translations_keep_their_places():
    """Every %(name)s of a message stands in its translation."""
    place = re.compile(r"%\((\w+)\)\w")

    wrong = [
        text
        for text, zh in chinese().items()
        if not set(place.findall(zh)) <= set(place.findall(text)) | {"num"}
    ]

    assert [] == wrong


def test_chinese_has_chinese_punctuation():
    """Between Chinese characters stand full-width commas and colons."""
    half = re.compile("[\u4e00-\u9fff][,:;?]|[,:;?][\u4e00-\u9fff]")

    assert [] == [zh for zh in chinese().values() if half.search(zh)]
