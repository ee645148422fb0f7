"""Files given with a form: the form keeps references, the caller keeps the bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from engine.errors import Message, Refused
from engine.form import messages
from engine.form.component import Component
from engine.form.formula import Formula, Scope
from engine.form.values import Bad

#: `{"documentId": …, "metadata": {"fileName": …, "contentType": …, "size": …}}`, as Camunda's documents.
Reference = Mapping[str, Any]

MOST_FILES = 50
_LONGEST_ID = 200


class Upload(Protocol):
    """A file as the browser sent it (Werkzeug's FileStorage is one)."""

    @property
    def filename(self) -> str | None:
        """The name the person's machine gave it."""

    @property
    def mimetype(self) -> str:
        """What the browser takes it for."""

    def read(self, size: int = -1, /) -> bytes:
        """Its bytes."""


class Files(Protocol):
    """Where the caller keeps files: of one task, for one person."""

    def store(self, path: str, upload: Upload) -> Reference:
        """Keep the upload given for the field at `path`, and tell its reference.

        Raises Refused for a file that cannot be kept (too large, not what it says it is): the field says so.
        """

    def find(self, document_id: str) -> Reference | None:
        """The reference of a file that this person may use here; None for any other."""


def stored(files: Files, path: str, upload: Upload) -> Reference:
    """The reference of the upload; one that was refused is a reference that only says why."""
    try:
        return files.store(path, upload)
    except Refused as refused:
        return {"refused": {"zh": refused.message.zh, "en": refused.message.en}}


def refusal(value: Any) -> Message | None:
    """Why the upload behind this reference was not kept; None for any other."""
    said = value.get("refused") if isinstance(value, Mapping) else None
    if not isinstance(said, Mapping):
        return None
    return Message(zh=str(said.get("zh"))[:500], en=str(said.get("en"))[:500])


def identity(value: Any) -> str | None:
    """The document id of a reference, or of a bare id."""
    found = value.get("documentId") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) and 0 < len(found) <= _LONGEST_ID else None


def references(value: Any) -> Iterator[Reference]:
    """The references in a value that are whole enough to show: with an id and a file name."""
    for item in value if isinstance(value, list) else []:
        metadata = item.get("metadata") if isinstance(item, Mapping) else None
        if identity(item) and isinstance(metadata, Mapping) and isinstance(metadata.get("fileName"), str):
            yield item


def resolved(component: Component, value: Any, known: Any, files: Files | None, scope: Scope) -> Any:
    """The references that a submission's files stand for, in the keeper's own words; Bad when one is not allowed.

    A file that the task's data already holds in this field is known; any other must be found by `files`.
    """
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MOST_FILES:
        return Bad(messages.FILE_LIST)
    if refusals := [why for item in value if (why := refusal(item)) is not None]:
        return Bad(
            Message(zh="".join(each.zh for each in refusals), en=" ".join(each.en for each in refusals))
        )
    if len(value) > 1 and not is_several(component, scope):
        return Bad(messages.ONE_FILE)
    present = {identity(item): item for item in known} if isinstance(known, list) else {}
    found: list[Reference] = []
    for item in value:
        name = identity(item)
        reference = present.get(name) or (files.find(name) if files and name else None)
        if reference is None:
            return Bad(messages.FILE_UNKNOWN)
        wrong = _not_accepted(component, reference, scope) if name not in present else None
        if wrong is not None:
            return Bad(wrong)
        found.append(dict(reference))
    return found


def is_several(component: Component, scope: Scope) -> bool:
    """Whether the field takes more than one file."""
    several = component.several_files
    return several.value(scope) is True if isinstance(several, Formula) else several


def accepted(component: Component, scope: Scope) -> list[str]:
    """What the field takes: extensions (`.pdf`) and media types (`image/*`), lower case; empty for anything."""
    template = component.texts.get("accept")
    text = template.line(scope) if template else ""
    return [part.strip().lower() for part in text.split(",") if part.strip()]


def _not_accepted(component: Component, reference: Reference, scope: Scope) -> Message | None:
    wanted = accepted(component, scope)
    metadata = reference.get("metadata")
    facts = metadata if isinstance(metadata, Mapping) else {}
    name, media = str(facts.get("fileName", "")), str(facts.get("contentType", "")).lower()
    if not wanted or any(_fits(part, name.lower(), media) for part in wanted):
        return None
    return messages.file_kind(name, ", ".join(wanted))


def _fits(wanted: str, name: str, media: str) -> bool:
    if wanted.startswith("."):
        return name.endswith(wanted)
    if wanted.endswith("/*"):
        return media.startswith(wanted[:-1])
    return media == wanted


def takes_only_images(component: Component, scope: Scope) -> bool:
    """Whether the field is for pictures, so that a phone offers its camera."""
    wanted = accepted(component, scope)
    pictures = (".jpg", ".jpeg", ".png", ".heic", ".webp", "image/")
    return bool(wanted) and all(part.startswith(pictures) for part in wanted)
