"""A second pair of eyes: where the installation asks for it, nobody changes alone who does what.

A deployment that gives a task, a signature or a start to others than before, brings a new process, leads otherwise
past an approval, or changes a decision by which a task finds its people or an approval is passed by, is kept as a proposal; it goes live when another person who may deploy
uploads the same files. Both names stand in the history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select

from engine.access import Actor
from engine.audit.record import Note, record
from engine.bpmn import approvals
from engine.bpmn.model import Process
from engine.bpmn.rules.routing import deciding, saying
from engine.commands import starts
from engine.commands.known import Known
from engine.commands.upload import Upload
from engine.errors import Finding, Message
from engine.model.definitions import proposal, resource
from engine.model.work import Work

#: A proposal waits so long for its second person.
LASTS = timedelta(days=7)

_TABLE = (
    select(resource.c.hash)
    .where(resource.c.kind == "dmn", resource.c.key == bindparam("key"))
    .order_by(resource.c.version.desc())
    .limit(1)
)


def duties(process: Process, known: Known) -> dict[str, tuple[str, ...]]:
    """Who does what by this diagram: each user task's lane, people and signature; who may start it, and sees what.

    Where people are found by an expression, what makes its values is told with it. So are the ways that lead past an
    approval, and what makes the values by which they are gone.
    """
    seen = (f"{name}={','.join(sorted(roles))}" for name, roles in sorted(process.seen_by.items()))
    found: dict[str, tuple[str, ...]] = {"": (starts.starters(process), *seen)}
    for node in process.content.walk():
        if node.kind == "userTask":
            signs = (
                f"{key}={value}" for key, value in node.properties.items() if key.startswith("signature")
            )
            found[node.id] = (node.lane or "", *node.assigned.values(), *sorted(signs))
    for key, said in (*saying(process, known).items(), *approvals.ways(process, known).items()):
        found[key] = (*found.get(key, ()), *said)
    return found


def changed(connection: Connection, uploads: Sequence[Upload], known: Known) -> list[Finding]:
    """What among the uploads changes who does what, each with what changed; `known` knows the uploads."""
    found = _tables(connection, uploads, known)
    for upload in uploads:
        if upload.process is None:
            continue
        before, now = known.before(upload.key), duties(upload.process, known)
        if before is None:
            found.append(_finding(upload, "", "这是新流程", "the process is new"))
        elif (old := duties(before, known)) != now:
            named = sorted(key for key in {*old, *now} if old.get(key) != now.get(key))
            listed = [key or "starters" for key in named]
            found.append(
                _finding(upload, named[0], f"改动：{'、'.join(listed)}", f"changed: {', '.join(listed)}")
            )
    return found


def seconded(work: Work, uploads: Sequence[Upload], actor: Actor, note: str) -> str | None:
    """Who proposed these very files before, another person; None when nobody did: then the actor does now."""
    key = _key(uploads)
    of_this = proposal.c.hash == key
    others = select(proposal.c.login).where(
        of_this, proposal.c.login != actor.login, proposal.c.at > work.now - LASTS
    )
    first = work.connection.execute(others.order_by(proposal.c.at.desc()).limit(1)).scalar()
    mine = of_this if first is not None else of_this & (proposal.c.login == actor.login)
    work.connection.execute(delete(proposal).where(mine | (proposal.c.at <= work.now - LASTS)))
    if first is None:
        work.connection.execute(insert(proposal).values(hash=key, login=actor.login, at=work.now))
        files = [[upload.kind, upload.key, upload.hash] for upload in uploads]
        record(work, actor, Note("deploy.propose", more={"files": files, "note": note}))
    return str(first) if first is not None else None


def _tables(connection: Connection, uploads: Sequence[Upload], known: Known) -> list[Finding]:
    """The decision files that are new or other than before, by which some process finds the people of a task."""
    tables = [upload for upload in uploads if upload.decisions]
    if not tables:
        return []
    processes = (known.process(key) for key in sorted(known.processes))
    asked = set().union(*(deciding(process, known) for process in processes if process is not None))
    found = []
    for upload in tables:
        named = sorted(asked.intersection(upload.decisions))
        if named and connection.execute(_TABLE, {"key": upload.key}).scalar() != upload.hash:
            listed = "、".join(named), ", ".join(named)
            found.append(_finding(upload, named[0], f"决策：{listed[0]}", f"decisions: {listed[1]}"))
    return found


def _key(uploads: Sequence[Upload]) -> str:
    lines = sorted(f"{upload.kind} {upload.key} {upload.hash}" for upload in uploads)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _finding(upload: Upload, element: str, what_zh: str, what: str) -> Finding:
    return Finding(
        upload.filename,
        element,
        1,
        "error",
        "second-person",
        Message(
            zh=f"“{upload.name}”改变了由谁办理、签字或发起（{what_zh}），须由另一人确认。已登记为您的提议。",
            en=f'"{upload.name}" changes who does, signs or starts something ({what}): another person has to agree. It is kept as your proposal.',
        ),
        Message(
            zh="请另一位有部署权限的人在七天内上传同样的文件，即生效。",
            en="Let another person who may deploy upload the same files within seven days; then they are live.",
        ),
    )
