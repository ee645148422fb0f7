"""Both languages of the pages: the message catalogue, and which language this request speaks.

Messages are English in the source; `translations/<locale>/LC_MESSAGES/messages.po` is read as it stands, so that an
editable checkout needs no compile step.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, has_request_context, request

#: Locale -> its own name, in the order the switch offers them.
LOCALES = {"zh_CN": "中文", "en": "English"}
DEFAULT = "zh_CN"
COOKIE = "restock_locale"

_FOLDER = Path(__file__).parent / "translations"


@cache
def catalogue(locale: str) -> NullTranslations:
    """The messages of `locale`; English, the language of the source, has none."""
    file = _FOLDER / locale / "LC_MESSAGES" / "messages.po"
    if not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text, locale=locale))
    compiled.seek(0)
    return Translations(compiled)


def locale() -> str:
    """The locale of this request: the person's own, else the cookie's, else the browser's, else Chinese."""
    return str(g.get("locale") or _requested()) if has_request_context() else DEFAULT


def gettext(text: str, /, **values: object) -> str:
    """`text` in the request's language, with `%(name)s` replaced by `values`."""
    return _fill(catalogue(locale()).gettext(text), values)


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """`one` or `many` in the request's language, as `num` asks; `%(num)d` is filled in."""
    return _fill(catalogue(locale()).ngettext(one, many, num), {"num": num, **values})


def marked(text: str) -> str:
    """Marks `text` for the catalogue where it is written down but translated only when shown."""
    return text


def init_app(app: Flask) -> None:
    """Give the templates `_()`, `ngettext()`, the locale and the list of locales."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue(locale()).gettext(text),
        lambda one, many, num: catalogue(locale()).ngettext(one, many, num),
        newstyle=True,
    )
    app.jinja_env.globals.update(current_locale=locale, locales=LOCALES)


def _requested() -> str:
    cookie = request.cookies.get(COOKIE, "")
    if cookie in LOCALES:
        return cookie
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"]) or ""
    return "en" if best == "en" else DEFAULT


def _fill(text: str, values: dict[str, object]) -> str:
    return text % values if values else text
