"""Forms made of components, and the moments and files they meet."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from engine.form import Form, read

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


@pytest.fixture
def form():
    """A form of the given components."""

    def make(*components: dict) -> Form:
        numbered = [{"id": f"c{at}", **component} for at, component in enumerate(components)]
        return read(json.dumps({"type": "default", "id": "made", "components": numbered}))

    return make


@pytest.fixture
def clock():
    """09:00 on 21 November 2026 in Shanghai."""
    return lambda: NOW


class Shelf:
    """Keeps files in memory, as a caller of forms does on disk."""

    def __init__(self) -> None:
        self.kept: dict[str, dict] = {}

    def put(self, document_id: str, name: str, media: str = "application/pdf") -> dict:
        self.kept[document_id] = {
            "documentId": document_id,
            "metadata": {"fileName": name, "contentType": media, "size": 2048},
        }
        return self.kept[document_id]

    def store(self, path, upload):
        return self.put(f"{path}#{len(self.kept)}", upload.filename, upload.mimetype)

    def find(self, document_id):
        return self.kept.get(document_id)


@pytest.fixture
def shelf():
    """An empty keeper of files."""
    return Shelf()
