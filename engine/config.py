"""Settings of an installation, read once from the environment; a dangerous one refuses to start."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an administrator may set: `RESTOCK_<NAME>` in the environment, and PORT."""

    model_config = SettingsConfigDict(
        env_prefix="RESTOCK_", extra="ignore", frozen=True, populate_by_name=True
    )

    #: Folder of the database and the files.
    home: Path = Path(".restock")
    #: Address of the database; empty: `restock.db` in `home`.
    database: str = ""
    host: str = "127.0.0.1"
    port: int = Field(
        default=8000, ge=0, le=65535, validation_alias=AliasChoices("RESTOCK_PORT", "PORT", "port")
    )
    threads: int = Field(default=8, ge=1, le=64)
    #: Host names the pages answer to; needed as soon as `host` is not this machine.
    trusted_hosts: tuple[str, ...] = ()
    #: Number of proxies in front, whose forwarded headers are believed.
    proxies: int = Field(default=0, ge=0, le=5)
    #: Cookies only over https.
    secure_cookies: bool = False
    #: Requests a minute from one address; 0: no bound.
    requests_per_minute: int = Field(default=0, ge=0, le=1_000_000)
    debug: bool = False

    #: Threads that run jobs, seconds a claimed job is kept for its worker, seconds between two sweeps.
    workers: int = Field(default=4, ge=0, le=64)
    lease_seconds: int = Field(default=60, ge=5)
    sweep_seconds: int = Field(default=5, ge=1)

    #: A login ends after so many idle minutes, and after so many hours in any case.
    session_idle_minutes: int = Field(default=30, ge=1)
    session_hours: int = Field(default=12, ge=1)
    #: A deployment that changes who does what needs a second person.
    deploy_by_two: bool = False
    #: Days a message waits for somebody who wants it.
    message_days: int = Field(default=30, ge=1)
    attachment_mb: int = Field(default=25, ge=1, le=1000)
    #: Where the virus scanner clamd listens: host:port or the path of its socket; empty: nobody is asked.
    clamd: str = Field(default="", pattern=r"^(/\S+|[^/\s]+:[0-9]{1,5})?$")

    #: smtps://user:password@host, smtp+starttls://…, or smtp://host without password; empty: letters stay on the outbox page.
    smtp: str = ""
    mail_from: str = "restock@localhost"
    #: https address of the SMS gateway; empty: messages stay on the outbox page.
    sms: str = ""
    sms_token: str = ""
    #: Hosts the gateway may stand on inside the company, or without https.
    sms_hosts: tuple[str, ...] = ()
    #: Address people reach the pages at, for links in letters and codes on slips.
    base_url: str = ""

    @model_validator(mode="after")
    def _refuse_danger(self) -> Self:
        if self.debug and self.host not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(
                "RESTOCK_DEBUG is only for this machine: set RESTOCK_HOST=127.0.0.1 or switch it off"
            )
        if self.host not in ("127.0.0.1", "localhost", "::1") and not self.trusted_hosts:
            raise ValueError(
                'RESTOCK_TRUSTED_HOSTS must name the host names people use, e.g. ["restock.example.com"]'
            )
        if (
            self.host not in ("127.0.0.1", "localhost", "::1")
            and "secure_cookies" not in self.model_fields_set
        ):
            raise ValueError(
                "RESTOCK_SECURE_COOKIES must be said: true behind https; false lets everybody on the way read logins"
            )
        return self

    @property
    def database_url(self) -> str:
        """The address SQLAlchemy connects to."""
        if not self.database:
            return f"sqlite:///{(self.home / 'restock.db').absolute()}"
        if self.database.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + self.database.split("://", 1)[1]
        return self.database

    @property
    def files(self) -> Path:
        """Folder of the attachments."""
        return self.home / "files"
