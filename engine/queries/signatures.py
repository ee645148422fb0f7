"""The signatures of an instance, those that count and those that were voided."""

from __future__ import annotations

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
