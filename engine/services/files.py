"""The archive: folders of papers that are done with."""

from __future__ import annotations

from sqlalchemy import insert

from engine.model.papers import archive, document
from engine.services.call import Call, Values, mapping_of, rows
from engine.services.documents import mark
from engine.services.numbers import next_number


def put_away(call: Call) -> Values:
    """Put papers away under an archive number."""
    papers = rows([paper for paper in call.get("documents") or [] if paper is not None], "documents")
    number = next_number(call.connection, "DA", call.now)
    listed = [
        {name: paper.values.get(name) for name in ("id", "kind", "number", "version")} for paper in papers
    ]
    facts = dict(mapping_of(call.get("facts"), "facts"))
    call.connection.execute(
        insert(archive).values(no=number, ref=call.text("ref"), documents=listed, facts=facts, at=call.now)
    )
    ids = [paper.count("id") for paper in papers]
    mark(call, "archived", document.c.id.in_(ids), filed_at=call.now)
    return {"archive_no": number}
