"""Texts of a form's designer as safe HTML. The only place of the forms that makes markup of text."""

from __future__ import annotations

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

_TAGS = {
    *(
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "hr",
        "i",
        "ins",
        "li",
        "mark",
    ),
    *(
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "ul",
    ),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BREAKS = re.compile(r"\s*\n\s*")
_FIRST_HEADING = re.compile(r"<(/?)h1>")
_TAG = re.compile(r'(<(?:"[^"]*"|[^">])*>)')
#: The number of an order or a paper, the code of an article, a day: the parts of one word, though a hyphen joins them.
_NUMBER = re.compile(r"(?<![\w-])(?:[A-Z]{1,4}(?:\d{4})?-\d{3,6}|\d{4}-\d{2}-\d{2})(?![\w-])")
#: Markdown ends bold words behind a full-width sign only before a space, which Chinese does not set there.
_GAP = re.compile(r"(?<=[，。：；！？])(</(?:strong|em)>) ")
_UNIT = re.compile(r"(?<=\d) (?=[\u4e00-\u9fff])")


def of_markdown(text: str) -> Markup:
    """The Markdown as HTML: headings from the second level on, no pictures, no markup of its own."""
    return of_html(_FIRST_HEADING.sub(r"<\1h2>", _MARKDOWN.render(text)))


def of_html(text: str) -> Markup:
    """The HTML less everything that could run, load, style or pretend to be ours."""
    clean = nh3.clean(
        text,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    return Markup(_unbroken(clean))  # noqa: S704 - nh3 has cleaned it


def unbroken(text: str) -> Markup:
    """The text as HTML whose lines do not break inside a number, before a dot, or between a count and its unit."""
    return Markup(_unbroken(str(escape(text))))  # noqa: S704 - escaped


def _unbroken(html: str) -> str:
    """What is between the tags, which lines may not break anywhere; attributes stay as they are."""
    parts = _TAG.split(_GAP.sub(r"\1", html))
    parts[::2] = (_whole(part) for part in parts[::2])
    return "".join(parts)


def _whole(text: str) -> str:
    kept = _UNIT.sub("\u00a0", text.replace(" · ", "\u00a0· "))
    return _NUMBER.sub(r'<span class="rf-unbroken">\g<0></span>', kept)


def in_markdown(value: str) -> str:
    """A value to put into Markdown so that it stays text: nothing in it formats, links or begins a block."""
    return _BREAKS.sub(r"\\\n", _PUNCTUATION.sub(r"\\\1", value.strip()))


def in_html(value: str) -> str:
    """A value to put into HTML so that it stays text."""
    return str(escape(value))
