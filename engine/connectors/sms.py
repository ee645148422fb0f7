"""Text messages through a gateway over HTTP."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

import httpx

from engine.connectors.destination import Destination, Resolve, check, resolve
from engine.connectors.letter import Letter, Undeliverable
from engine.errors import Message

_SECONDS = 10
_ANSWER_BYTES = 1_000_000
_NUMBER = re.compile(r"\+?[0-9]{5,20}")
#: Answers after which a repetition cannot help.
_FOR_GOOD = frozenset({400, 404, 410, 422})


class GatewayFailed(Exception):
    """The gateway did not take the message; it is tried again."""


@dataclass(frozen=True, slots=True)
class Sms:
    """A gateway that takes POST {to, text, id} with an Idempotency-Key. `allowed` hosts may be inside the company."""

    url: str
    token: str = field(default="", repr=False)
    allowed: Collection[str] = ()
    resolver: Resolve = resolve

    def send(self, letter: Letter) -> None:
        """Hand one message to the gateway. Raises Undeliverable, DestinationRefused, GatewayFailed, httpx.HTTPError."""
        number = re.sub(r"[ ()-]", "", letter.address)
        if not _NUMBER.fullmatch(number):
            raise Undeliverable(
                Message(
                    zh=f"不是有效的电话号码：{letter.address}",
                    en=f"This is not a telephone number: {letter.address}",
                )
            )
        destination = check(self.url, allowed=self.allowed, resolver=self.resolver)
        status = self._post(destination, {"to": number, "text": letter.text.zh, "id": letter.key}, letter.key)
        if status in _FOR_GOOD:
            raise Undeliverable(
                Message(
                    zh=f"短信网关拒绝（HTTP {status}）。",
                    en=f"The SMS gateway refuses the message (HTTP {status}).",
                )
            )
        if not httpx.codes.is_success(status):
            raise GatewayFailed(f"HTTP {status}")

    def _post(self, destination: Destination, content: dict[str, str], key: str) -> int:
        """The gateway's status; its answer is read up to a limit and thrown away, a redirect is not followed."""
        standard = destination.port in (80, 443)
        headers = {
            "Host": destination.host if standard else f"{destination.host}:{destination.port}",
            "Idempotency-Key": key,
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        client = httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False)
        extensions = {"sni_hostname": destination.host}
        with (
            client,
            client.stream(
                "POST", destination.url, json=content, headers=headers, extensions=extensions
            ) as answer,
        ):
            size = 0
            for part in answer.iter_bytes():
                size += len(part)
                if size > _ANSWER_BYTES:
                    raise GatewayFailed("the answer is too long")
            return answer.status_code
