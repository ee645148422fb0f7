"""The OpenAPI document, built once from the table of operations and the shapes."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from typing import Any

from pydantic.json_schema import models_json_schema

from engine import __version__
from engine.api.operations import IN_PATH, OPERATIONS, Operation
from engine.api.shapes import Problem, Shape

_REF = "#/components/schemas/{model}"
_FILES = {
    "type": "object",
    "required": ["files"],
    "properties": {
        "files": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
    },
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Sent again with the same key, the request gets the first answer and changes nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


@cache
def document() -> dict[str, Any]:
    """The description of the whole API, OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Restock API", "version": "1", "summary": f"Restock {__version__}"},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "From `restock token LOGIN`."}
            },
        },
    }


def _schemas() -> dict[str, Any]:
    shapes = [shape for operation in OPERATIONS for shape in (operation.body, operation.result) if shape]
    named = [(shape, "validation") for shape in dict.fromkeys([*shapes, Problem])]
    _, definitions = models_json_schema(named, ref_template=_REF)  # type: ignore[arg-type]
    return dict(definitions["$defs"])


def _describe(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.en,
        "description": operation.zh,
        "responses": _answers(operation),
    }
    parameters = _parameters(operation)
    if parameters:
        described["parameters"] = parameters
    if operation.sends == "multipart":
        described["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _FILES}}}
    elif operation.body:
        described["requestBody"] = {"required": True, "content": _content(operation.body, "application/json")}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": IN_PATH[name][1]}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    in_query = [
        {"name": query.name, "in": "query", "description": query.about, "schema": query.schema}
        for query in operation.query
    ]
    return in_path + in_query + ([_IDEMPOTENCY] if operation.idempotent else [])


def _answers(operation: Operation) -> dict[str, Any]:
    good: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if operation.result:
        good["content"] = _content(operation.result, operation.media)
    elif operation.media == "application/xml":
        good["content"] = {operation.media: {"schema": {"type": "string"}}}
    problem = _content(Problem, "application/problem+json")
    bad = {400, 401, *operation.refusals} | ({413} if operation.sends else set())
    return {
        str(operation.status): good,
        **{
            str(status): {"description": HTTPStatus(status).phrase, "content": problem}
            for status in sorted(bad)
        },
    }


def _content(shape: type[Shape | Problem], media: str) -> dict[str, Any]:
    return {media: {"schema": {"$ref": _REF.format(model=shape.__name__)}}}
