"""The table of operations: each view says here what it takes and answers, and routes and OpenAPI follow from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, request

from engine.api import border, problems, shapes
from engine.api.caller import EXTENSION, Caller, identify
from engine.api.shapes import Shape
from engine.errors import Message, Refused

#: Parameter in a path -> how Flask matches it, and its JSON schema.
LARGEST_ID = 2**63 - 1
IN_PATH: dict[str, tuple[str, dict[str, Any]]] = {
    "instance": (
        f"<int(max={LARGEST_ID}):instance>",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
    ),
    "task": ("<task>", {"type": "string", "pattern": "^[0-9]{1,19}-[0-9]{1,10}$"}),
    "definition": ("<definition>", {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_.-]{0,99}$"}),
    "version": ("<int(max=2147483647):version>", {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}),
}

View = Callable[..., Response]


class BadQuery(Refused):
    """The address carries a parameter that does not exist or a value that does not fit."""

    status = 400
    chinese = "网址中的参数不存在或取值不当。"


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter behind the question mark."""

    name: str
    about: str
    choices: tuple[str, ...] = ()
    #: 0: a text of up to 200 characters; otherwise a whole number from 1 to `most`.
    most: int = 0

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        if self.choices:
            return {"type": "string", "enum": list(self.choices)}
        if self.most:
            return {"type": "integer", "minimum": 1, "maximum": self.most}
        return {"type": "string", "maxLength": 200}

    def read(self, text: str) -> str | int:
        """The value of `text`; raises BadQuery."""
        if self.choices and text in self.choices:
            return text
        if self.most and text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= self.most:
            return int(text)
        if not self.choices and not self.most and len(text) <= 200 and "\0" not in text:
            return text
        raise BadQuery(
            Message(
                zh=f"参数 {self.name} 的取值不当。",
                en=f"The parameter {self.name} has a value that does not fit.",
            )
        )


PAGE = Query("page", "Page, from 1", most=1_000_000)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    zh: str
    en: str
    view: View
    body: type[Shape] | None
    status: int
    result: type[Shape] | None
    query: tuple[Query, ...]
    refusals: tuple[int, ...]
    #: "json", "multipart" or "" for what is sent; the media type of what is answered.
    sends: str
    media: str
    idempotent: bool
    #: Its view looks at nothing of Flask's, so that plain requests need none of it; see `engine.api.direct`.
    direct: bool

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return re.sub(r"\{(\w+)\}", lambda found: IN_PATH[found[1]][0], self.path)

    @property
    def name(self) -> str:
        """The name of the view, unique in the API."""
        return self.view.__name__

    def __call__(self, **path: Any) -> Response:
        """Carry the operation out for the person whose token came with Flask's request."""
        caller = identify(current_app.extensions[EXTENSION], request.environ)
        body = request.get_data(cache=False) if self.body else b""
        return self.carry_out(caller, path, request.args, body)

    def carry_out(
        self, caller: Caller, path: Mapping[str, Any], query: Mapping[str, str], body: bytes
    ) -> Response:
        """Check what was sent, and do it."""
        given: dict[str, Any] = dict(path)
        if self.body:
            given["body"] = shapes.check(self.body, border.read_object(body))
        if query or self.query:
            given["query"] = self._query(query)
        return self.view(caller, **given)

    def _query(self, given: Mapping[str, str]) -> dict[str, str | int]:
        known = {query.name: query for query in self.query}
        for name in given:
            if name not in known:
                raise BadQuery(Message(zh=f"没有参数 {name}。", en=f"There is no parameter {name}."))
        return {name: known[name].read(text) for name, text in given.items()}


OPERATIONS: list[Operation] = []


def operation(
    method: str,
    path: str,
    *,
    zh: str,
    en: str,
    body: type[Shape] | None = None,
    status: int = 200,
    result: type[Shape] | None = None,
    query: tuple[Query, ...] = (),
    refusals: tuple[int, ...] = (),
    sends: str = "",
    media: str = "application/json",
    idempotent: bool = False,
    direct: bool = False,
) -> Callable[[View], View]:
    """Put a view `(caller, **path, body=, query=)` into the table."""

    def enter(view: View) -> View:
        sent = sends or ("json" if body else "")
        OPERATIONS.append(
            Operation(
                *(method, path, zh, en, view, body, status, result),
                *(query, refusals, sent, media, idempotent, direct),
            )
        )
        return view

    return enter


__all__ = ["OPERATIONS", "PAGE", "Caller", "Operation", "Query", "operation", "problems"]
