"""Mail by SMTP."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from engine.connectors.letter import Letter, Undeliverable
from engine.errors import Message

_SECONDS = 10
#: One plain address; what could begin another header or address does not pass.
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]]{1,64}@[A-Za-z0-9.-]{1,190}")
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. `scheme` is smtp, smtp+starttls or smtps; a password is only sent when the line is secret."""

    scheme: str
    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str, sender: str) -> Smtp:
        """From smtp://host, smtp+starttls://user:password@host:587 or smtps://…. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("RESTOCK_SMTP must be smtp://, smtp+starttls:// or smtps:// with a host")
        secrets = {"user": unquote(parts.username or ""), "password": unquote(parts.password or "")}
        if (
            secrets["user"]
            and parts.scheme == "smtp"
            and parts.hostname not in ("localhost", "127.0.0.1", "::1")
        ):
            raise ValueError(
                "RESTOCK_SMTP would send the password in the clear: use smtp+starttls:// or smtps://"
            )
        return cls(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], sender, **secrets)

    def send(self, letter: Letter) -> None:
        """Send one mail to all addresses of the letter. Raises Undeliverable, OSError, smtplib.SMTPException."""
        message = compose(letter, self.sender)
        with self._connect() as server:
            if self.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            try:
                server.send_message(message)
            except smtplib.SMTPRecipientsRefused as refused:
                raise _refused(refused) from refused

    def _connect(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=_SECONDS, context=ssl.create_default_context()
            )
        return smtplib.SMTP(self.host, self.port, timeout=_SECONDS)


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The mail, Chinese first. Raises Undeliverable for an address that is not one."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = _addresses(letter)
    message["Subject"] = _one_line(f"{letter.subject.zh} {letter.subject.en}")
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '-', letter.key)}@restock>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{letter.text.zh}\n\n{letter.text.en}\n")
    return message


def _addresses(letter: Letter) -> list[Address]:
    found = [text.strip() for text in letter.address.split(",")]
    if not found or not all(_ADDRESS.fullmatch(text) for text in found):
        raise Undeliverable(
            Message(
                zh=f"不是有效的邮箱地址：{letter.address}",
                en=f"This is not an e-mail address: {letter.address}",
            )
        )
    name = _one_line(letter.recipient) if len(found) == 1 else ""
    return [Address(name, *text.rsplit("@", 1)) for text in found]


def _one_line(text: str) -> str:
    """`text` without line breaks and other control characters: it cannot become a header of its own."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _refused(error: smtplib.SMTPRecipientsRefused) -> Exception:
    """Never again when the server said so for good (5xx), else later."""
    codes = [code for code, _ in error.recipients.values()]
    if not all(code >= 500 for code in codes):
        return error
    return Undeliverable(Message(zh="邮件服务器拒绝该收件人。", en="The mail server refuses the recipient."))
