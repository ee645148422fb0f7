"""Files given with a form: kept by the attach command, served as downloads to those who see the instance."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from flask import Flask, Response, make_response, request, send_file, url_for

from engine.access import Actor
from engine.commands.attach import TaskFiles
from engine.form.files import Files, Reference
from engine.web.session import database, settings

#: Where files may come with a form; everywhere else a request is as small as a form.
UPLOADS = frozenset({"tasks.complete", "definitions.deploy", "audit.compare"})
#: How many files of the largest size one request may bring; each is measured by itself, and its field says so.
AT_ONCE = 4


def init_app(app: Flask) -> None:
    """Let requests that carry files be as large as a few of them may be, beside the form itself."""

    @app.before_request
    def widen() -> None:
        if request.endpoint in UPLOADS and request.mimetype == "multipart/form-data":
            files = AT_ONCE * settings().attachment_mb * 1_000_000
            request.max_content_length = int(app.config["MAX_CONTENT_LENGTH"]) + files


def address_in(task_id: str) -> Any:
    """Gives the address of a file that belongs to the instance of `task_id`."""
    instance_id = int(task_id.partition("-")[0])

    def address(reference: Reference) -> str:
        return url_for(
            "documents.attachment", instance_id=instance_id, file_id=str(reference.get("documentId", ""))
        )

    return address


def of_task(task_id: str, who: Actor) -> Files:
    """Where the files of a task's form are kept."""
    return TaskFiles(database(), task_id, who)


def download(content: bytes | Path | IO[bytes], name: str, kind: str) -> Response:
    """A file to keep, never a page: its name in any script, its type not guessed, nothing in it runs."""
    response = make_response(content) if isinstance(content, bytes) else send_file(content, mimetype=kind)
    response.content_type = kind
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
