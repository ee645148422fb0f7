"""The signatures of an instance, those that count and those that were voided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from engine.model.instances import signature


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature; `void_seq` is the entry that made it count no more."""

    seq: int
    task: int
    element: str
    document: str
    document_hash: str
    values_hash: str
    signer: str
    signer_name: str
    on_behalf: str | None
    meaning: str
    decision: str
    comment: str
    at: datetime
    void_seq: int | None


_OF = (
    select(*(signature.c[name] for name in Signature.__slots__))
    .where(signature.c.instance_id == bindparam("i"))
    .order_by(signature.c.seq)
)


def of_instance(connection: Connection, instance_id: int) -> list[Signature]:
    """All signatures of an instance in their order. Who may see them is the caller's rule."""
    return [Signature(*row) for row in connection.execute(_OF, {"i": instance_id})]


def of_paper(signatures: Sequence[Signature], document: str, content: str) -> list[Signature]:
    """Those of one paper: given under what it holds now, and refused or voided before it came to hold that.

    `document` is the variable, `content` the digest of its value. Papers that follow each other in one variable are
    told apart by the last signature that counts under another content. Without a variable all data are signed: all.
    """
    mine = [each for each in signatures if each.document == document]
    if not document:
        return mine
    other = [n for n, each in enumerate(mine) if _counts(each) and each.document_hash != content]
    since = other[-1] + 1 if other else 0
    return [each for n, each in enumerate(mine) if n >= since or each.document_hash == content]


def _counts(each: Signature) -> bool:
    return each.decision == "sign" and each.void_seq is None
