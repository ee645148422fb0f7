"""Who calls: the person whose bearer token came with the request, and the database it is for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.access import Actor
from engine.api.problems import NoToken
from engine.audit.chain import brought
from engine.model.database import Database
from engine.queries import people

EXTENSION = "restock-api"


@dataclass(frozen=True, slots=True)
class Caller:
    """A known person, the installation they call, and the idempotency key of their request."""

    database: Database
    actor: Actor
    key: str | None

    def given(self, *parts: Any) -> str:
        """What this request brings, where it may be asked again by its idempotency key."""
        return brought(*parts) if self.key else ""


def identify(database: Database, environ: Mapping[str, Any]) -> Caller:
    """The caller of this request; raises NoToken without a token that is valid now."""
    kind, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NoToken
    address = environ.get("REMOTE_ADDR") or ""
    actor = people.by_token(database, token.strip(), request_id=secrets.token_hex(8), address=address)
    if actor is None:
        raise NoToken
    return Caller(database, actor, environ.get("HTTP_IDEMPOTENCY_KEY"))
