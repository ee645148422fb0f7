"""Printed papers: the page of a document with its copies, signatures and code, and the PDF of that page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
from markupsafe import Markup
from sqlalchemy import Connection, Row, select

from engine.audit.chain import digest
from engine.errors import Message, NotFound
from engine.feel.values import to_json
from engine.model.definitions import resource
from engine.model.instances import setting, signature
from engine.services import documents, pdf_maker
from engine.services.call import Values
from engine.services.kinds import KINDS, Kind, english
from engine.services.paper import ENVIRONMENT, check, compiled
from engine.services.pdf_maker import Unavailable

__all__ = ["Unavailable", "check", "fragment", "page", "pdf", "stylesheet"]

_DECISIONS = {"sign": "同意 signed", "refuse": "拒绝 refused"}
#: Kinds that say so as long as nobody has signed them.
SIGNED = frozenset({"outbound_slip", "production_order", "material_statement", "due_date_statement"})


def page(
    connection: Connection,
    document_id: int,
    *,
    copies: Collection[int] | None = None,
    stylesheet: str | None = None,
    bar: str = "",
) -> str:
    """The whole printable page of a document, all its copies or those of the given numbers.

    `stylesheet` is the address the CSS is served at; without one it stands in the page. `bar` is markup that stands
    above the paper on a screen and is not printed. Raises NotFound.
    """
    row = documents.one(connection, document_id)
    signatures = signatures_of(connection, row)
    facts = {"issued_at": row.issued_at, "state": row.state, "signed": row.kind in SIGNED}
    value = {**documents.as_value(row), "facts": row.facts}
    kind = KINDS[row.kind]
    chosen = [n for n in range(1, len(kind.copies) + 1) if copies is None or n in copies]
    sheets = [_sheet(connection, value, kind, n, {**facts, "signatures": signatures}) for n in chosen]
    shell = ENVIRONMENT.get_template("page.html")
    style = Markup(_style())  # noqa: S704 (our own file)
    return shell.render(
        title=row.title,
        number=row.number,
        stylesheet=stylesheet,
        style=style,
        bar=Markup(bar),  # noqa: S704 (made by a template of the pages, which escapes)
        sheets=sheets,
    )


def fragment(connection: Connection, value: Mapping[str, Any]) -> Markup:
    """A paper as it will be printed, from the value a diagram has, for those who are asked to sign it."""
    kind = KINDS.get(str(value.get("kind")))
    if kind is None:
        raise NotFound(Message(zh="没有这种单据。", en="There is no such kind of document."))
    return _sheet(connection, value, kind, 1, {"preview": True, "signed": False, "signatures": ()})


def pdf(connection: Connection, document_id: int, *, copies: Collection[int] | None = None) -> bytes:
    """The page as PDF. Raises NotFound, Unavailable where the system lacks Pango or a Chinese font."""
    return pdf_maker.make(page(connection, document_id, copies=copies))


def stylesheet() -> str:
    """The CSS of the pages."""
    return _style()


def signatures_of(connection: Connection, row: Row[Any]) -> list[Values]:
    """Who signed this version of a paper, or refused to, in their order."""
    signed = digest(to_json(documents.as_value(row)))
    query = select(signature).where(
        signature.c.instance_id == row.instance_id, signature.c.document_hash == signed
    )
    return [
        {
            "name": each.signer_name,
            "meaning": each.meaning,
            "decision": _DECISIONS.get(each.decision, each.decision),
            "comment": each.comment,
            "at": each.at,
            "hash": each.document_hash,
            "void": each.void_seq is not None,
        }
        for each in connection.execute(query.order_by(signature.c.seq))
    ]


def _sheet(
    connection: Connection, value: Mapping[str, Any], kind: Kind, copy: int, facts: Mapping[str, Any]
) -> Markup:
    """One copy of a paper."""
    purpose = kind.copies[copy - 1][0]
    names = ("number", "version", "order_no", "batch_no", "hash", "payload", "facts")
    known = {name: value.get(name) for name in names}
    body = compiled(_source(connection, str(value["kind"]))).render(**known)
    return Markup(  # noqa: S704 (rendered with escaping)
        ENVIRONMENT.get_template("sheet.html").render(
            **known,
            **facts,
            company=_company(connection),
            title=kind.title,
            title_en=kind.title_en,
            copy={
                "number": copy,
                "of": len(kind.copies),
                "purpose": purpose,
                "purpose_en": english(purpose).lower(),
            },
            code=_code(str(value.get("hash"))),
            body=Markup(body),  # noqa: S704 (rendered with escaping)
        )
    )


def _source(connection: Connection, kind: str) -> str:
    """The newest deployed template of a kind of paper."""
    query = select(resource.c.text).where(resource.c.kind == "slip", resource.c.key == kind)
    text: str | None = connection.scalars(query.order_by(resource.c.version.desc()).limit(1)).one_or_none()
    if text is None:
        raise NotFound(
            Message(
                zh=f"没有部署单据模板 {kind}.html。请部署 forms/slips 中的文件。",
                en=f"The slip {kind}.html is not deployed. Deploy the files of forms/slips.",
            )
        )
    return text


def _company(connection: Connection) -> str:
    name = connection.scalars(select(setting.c.value).where(setting.c.key == "company_name")).one_or_none()
    return name or ""


def _code(text: str) -> Markup:
    """A QR code as SVG inside the page."""
    drawn = segno.make(text, error="m").svg_inline(scale=1, omitsize=True, border=2, title="QR")
    return Markup(drawn)  # noqa: S704 (drawn by us)


@lru_cache(maxsize=1)
def _style() -> str:
    return (Path(__file__).parent / "templates" / "slip.css").read_text(encoding="utf-8")
