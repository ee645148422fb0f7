"""A bound on requests from one address, where the installation sets one (T32)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.test import Client, TestResponse

from engine.app import create_app
from engine.config import Settings
from engine.web import limiter
from engine.web.limiter import Limiter
from tests.security.people import Crew


@dataclass
class Site:
    """Something that answers, behind the limiter, at a time that only tests move."""

    now: float = 0.0
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Count and answer."""
        self.asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    def behind(self, per_minute: int) -> Client:
        """A browser in front of the limiter in front of it."""
        return Client(Limiter(self, per_minute, lambda: self.now))


def ask(client: Client, path: str = "/inbox", address: str = "10.0.0.1") -> TestResponse:
    """One request."""
    return client.get(path, environ_base={"REMOTE_ADDR": address})


def test_beyond_the_bound_nothing_is_looked_at() -> None:
    """A minute's worth at once, then one for each that the time gives back; the answer says how long to wait."""
    site = Site()
    client = site.behind(30)
    assert [200] * 30 == [ask(client).status_code for _ in range(30)]

    refused = ask(client)
    assert (429, "2") == (refused.status_code, refused.headers["Retry-After"])
    assert "过于频繁" in refused.text
    assert 30 == len(site.asked)
    site.now += 2
    assert [200, 429] == [ask(client).status_code for _ in range(2)]
    site.now += 3600
    assert 30 == sum(ask(client).status_code == 200 for _ in range(50))


def test_addresses_do_not_share_a_bound() -> None:
    """One who asks too much stops nobody else; of IPv6 the network of a subscriber is one address."""
    client = Site().behind(1)
    for mine, other in (("10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8:0:1::1")):
        assert [200, 429, 200] == [ask(client, address=each).status_code for each in (mine, mine, other)]
    assert 429 == ask(client, address="2001:db8::ffff").status_code


def test_parts_of_pages_and_watchers_are_free() -> None:
    """What costs nothing is not counted."""
    client = Site().behind(1)
    assert [200] * 20 == [ask(client, path).status_code for path in ("/static/theme.css", "/healthz") * 10]


def test_the_api_is_told_as_problem() -> None:
    """In the form of all its refusals."""
    client = Site().behind(1)
    ask(client, "/api/v1/tasks")
    refused = ask(client, "/api/v1/tasks")

    assert ("application/problem+json", 429) == (refused.content_type, refused.json["status"])


def test_it_remembers_so_many_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask, it does not grow without end."""
    monkeypatch.setattr(limiter, "MOST", 10)
    site = Site()
    client = Limiter(site, 5, lambda: site.now)
    for number in range(100):
        ask(Client(client), address=f"10.0.1.{number}")

    assert 10 == len(client._left)


def test_it_stands_in_front_where_it_is_set(crew: Crew) -> None:
    """Behind proxies it counts the callers, not the proxy; without the setting there is none."""
    home = crew.company.settings.home
    app = create_app(Settings(home=home, requests_per_minute=2, proxies=1), database=crew.db)
    asked = [
        app.test_client().get("/login", headers={"X-Forwarded-For": address}).status_code
        for address in ("203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.2")
    ]

    assert [200, 200, 429, 200] == asked
    assert [200] * 50 == [crew.client().get("/login").status_code for _ in range(50)]
