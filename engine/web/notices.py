"""One sentence that survives a redirect: said once at the top of the next page."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, g, request

from engine.web import session
from engine.web.i18n import gettext as _
from engine.web.i18n import marked

COOKIE = "restock_said"

#: What can be said; the cookie carries only the key, so that nobody can put words into our mouth.
SAID = {
    "completed": ("done", marked("Done and saved. This is your next step.")),
    "finished": ("done", marked("Done and saved.")),
    "signed": ("done", marked("Signed. Name, time and fingerprint are in the history.")),
    "refused": ("done", marked("Refused. Your comment went back with the document.")),
    "claimed": ("done", marked("The task is yours.")),
    "released": ("done", marked("Given back to the group.")),
    "passed": ("done", marked("Passed on.")),
    "started": ("done", marked("Started.")),
    "draft": ("done", marked("The draft is saved.")),
    "look": ("done", marked("Saved.")),
    "password": (
        "done",
        marked("The password is changed. Other devices are logged out, and all tokens have ended."),
    ),
    "code_on": ("done", marked("One-time codes are on. Other devices are logged out.")),
    "code_off": ("done", marked("One-time codes are off. Other devices are logged out.")),
    "revoked": ("done", marked("The token is worth nothing any more.")),
    "away": ("done", marked("Said. Both names stand in the history of whatever is done for you.")),
    "person_changed": ("done", marked("Changed; the history of the system has it.")),
    "back": ("done", marked("Ended: your tasks are yours alone again.")),
    "welcome": ("done", marked("Your password is set. Log in with it now.")),
    "again": ("done", marked("It is sent again.")),
    "ended": ("done", marked("The instance is cancelled; its history says what became of its records.")),
    "retried": ("done", marked("It runs again.")),
    "rule_changed": ("done", marked("Changed: it holds from now on.")),
}


def say_next(response: Response, key: str) -> Response:
    """Have the next page say `key`'s sentence."""
    session.remember(response, COOKIE, key, timedelta(minutes=1))
    return response


def notice(text: str, kind: str = "done") -> None:
    """Say `text` at the top of the page that is being answered."""
    g.setdefault("notices", []).append((kind, text))


def init_app(app: Flask) -> None:
    """Give the templates what is to be said, and say it only once."""

    @app.context_processor
    def said() -> dict[str, object]:
        found = SAID.get(request.cookies.get(COOKIE, ""))
        if found and "said" not in g:
            g.said = True
            notice(_(found[1]), found[0])
        return {"notices": g.get("notices", [])}

    @app.after_request
    def forget(response: Response) -> Response:
        if g.get("said") and response.mimetype == "text/html":
            session.forget(response, COOKIE)
        return response
