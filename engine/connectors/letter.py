"""What is sent, by what, and how sending can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.errors import Message, RestockError


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice on its way. `key` is the same at every attempt, so that a receiver can tell a repetition."""

    key: str
    recipient: str
    address: str
    subject: Message
    text: Message


class Connector(Protocol):
    """A way out."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises Undeliverable (never try again); every other error is tried again later."""


class Undeliverable(RestockError):
    """This notice cannot be delivered: correct the address."""

    chinese = "无法送达：请更正地址。"
