"""Notices that a diagram sends at a step of its own."""

from __future__ import annotations

from engine.services.call import Call, Values, WrongInput, mapping_of
from engine.services.events import NOTICES
from engine.services.notices import queue


def send(call: Call) -> Values:
    """Tell the recipients of an event: rows in the outbox, sent after the commit."""
    event = call.text("event")
    if event not in NOTICES:
        raise WrongInput("event", "已知的通知事件之一", f"one of {', '.join(NOTICES)}")
    recipients = [mapping_of(item, "recipients") for item in call.get("recipients") or [] if item is not None]
    papers = [mapping_of(item, "documents") for item in call.get("documents") or [] if item is not None]
    queue(call, event, recipients, mapping_of(call.get("facts"), "facts"), papers)
    return {}
