"""Who calls: the person whose bearer token came with the request, and the database it is for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import current_app, request

from engine.access import Actor
from engine.api.problems import NoToken
from engine.model.database import Database
from engine.queries import people

EXTENSION = "restock-api"


@dataclass(frozen=True, slots=True)
class Caller:
    """A known person and the installation they call."""

    database: Database
    actor: Actor


def identify() -> Caller:
    """The caller of this request; raises NoToken without a token that is valid now."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    database: Database = current_app.extensions[EXTENSION]
    if kind.lower() != "bearer" or not token:
        raise NoToken
    actor = people.by_token(
        database, token.strip(), request_id=secrets.token_hex(8), address=request.remote_addr or ""
    )
    if actor is None:
        raise NoToken
    return Caller(database, actor)
