"""Clear away what has served its time; never anything of the history."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from engine.model.database import Database
from engine.model.instances import command, draft
from engine.model.people import login_failure, session

#: An answer is kept so long for a request that comes again.
ANSWERS = timedelta(days=7)
#: Drafts nobody sent.
DRAFTS = timedelta(days=90)
#: Logins that ended long ago.
SESSIONS = timedelta(days=2)


def tidy(db: Database) -> None:
    """Delete old answers, drafts, sessions and failed logins."""
    with db.write() as connection:
        now = db.now(connection)
        connection.execute(delete(command).where(command.c.at < now - ANSWERS))
        connection.execute(delete(draft).where(draft.c.saved_at < now - DRAFTS))
        connection.execute(delete(session).where(session.c.seen_at < now - SESSIONS))
        connection.execute(delete(login_failure).where(login_failure.c.at < now - timedelta(days=1)))
