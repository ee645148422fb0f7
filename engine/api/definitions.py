"""Definitions: what is deployed, and deploying."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from engine.api import shapes
from engine.api.caller import Caller
from engine.api.operations import BadQuery, operation
from engine.api.problems import answer, finding_shape, locale
from engine.commands.deploy import deploy
from engine.errors import Message, NotFound
from engine.queries import definitions


@operation(
    "GET",
    "/definitions",
    zh="流程定义列表",
    en="The newest version of every process",
    result=shapes.Definitions,
)
def list_definitions(caller: Caller) -> Response:
    """What can be started today."""
    return answer({"items": [_row_shape(row) for row in definitions.list_all(caller.database)]})


@operation(
    "POST",
    "/definitions",
    zh="部署文件",
    en="Deploy processes, forms, decisions and slips together",
    result=shapes.Deployed,
    status=201,
    refusals=(403, 422),
    sends="multipart",
)
def deploy_files(caller: Caller) -> Response:
    """All files are checked and become one release, or none does and the findings say why."""
    files = [(item.filename or "", item.read()) for item in request.files.getlist("files")]
    if not files:
        raise BadQuery(
            Message(
                zh="请在 files 字段中上传至少一个文件。", en="Send at least one file in the field `files`."
            )
        )
    done = deploy(caller.database, files, caller.actor)
    language = locale()
    value = {
        "release": done.release,
        "definitions": [
            {"kind": item.kind, "key": item.key, "version": item.version, "changed": item.changed}
            for item in done.definitions
        ],
        "findings": [finding_shape(finding, language) for finding in done.findings],
    }
    return answer(value, 201)


@operation(
    "GET",
    "/definitions/{definition}",
    zh="流程定义的全部版本",
    en="All versions of one process, newest first",
    result=shapes.Definitions,
    refusals=(404,),
)
def list_versions(caller: Caller, definition: str) -> Response:
    """Every version that was ever deployed."""
    return answer({"items": [_row_shape(row) for row in definitions.versions(caller.database, definition)]})


@operation(
    "GET",
    "/definitions/{definition}/{version}/xml",
    zh="流程图文件",
    en="The diagram of one version as it was uploaded",
    refusals=(404,),
    media="application/xml",
)
def show_xml(caller: Caller, definition: str, version: int) -> Response:
    """The BPMN file, byte for byte."""
    for row in definitions.versions(caller.database, definition):
        if row.version == version:
            return Response(definitions.file(caller.database, row.id), content_type="application/xml")
    raise NotFound


def _row_shape(row: definitions.DefinitionRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "version": row.version,
        "name": row.name,
        "hash": row.hash,
        "state": row.state,
        "deployed_at": row.deployed_at,
        "deployed_by": row.deployed_by,
    }
