"""The outbox reaches mail servers and gateways, tries again, gives up in the end, and goes nowhere it may not."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from engine.config import Settings
from engine.connectors import destination, outbox
from engine.connectors.destination import DestinationRefused
from engine.connectors.letter import Letter, Undeliverable
from engine.connectors.outbox import BACKOFF, deliver_due
from engine.connectors.sms import GatewayFailed, Sms
from engine.connectors.smtp import Smtp, compose
from engine.errors import Message, NotFound
from engine.model.papers import notification
from engine.services.call import Call
from engine.services.registry import handlers


def letter(**changes):
    """A letter to a customer."""
    values = {
        "key": "job-1", "recipient": "吴国强", "address": "wu@example.com",
        "subject": Message(zh="订单已发货", en="Order shipped"), "text": Message(zh="请验货。", en="Please inspect."),
    }  # fmt: skip
    return Letter(**{**values, **changes})


class Post:
    """A mail server that keeps what it gets and can refuse."""

    def __init__(self):
        self.mails, self.answer = [], "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (named by aiosmtpd)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return self.answer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (the same)
        if address.startswith("gone"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def post():
    """A running mail server."""
    handler = Post()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        handler.port = taken.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def queued(database, now):
    """The outbox with one SMS and one mail."""
    people = [
        {"name": "吴国强", "phone": "138 0001-0003", "channel": "sms"},
        {"name": "悦家", "email": "order@yuejia.example", "channel": "email"},
    ]
    with database.write() as connection:
        values = {
            "event": "goods_arrived",
            "recipients": people,
            "facts": {"order_no": "SO1", "condition": "完好"},
        }
        handlers()["notify.send"](Call(connection, values, {}, "job-1", now, instance_id=7))
    return database


def states(database):
    """(channel, state, attempts) of all notices."""
    with database.read() as connection:
        query = select(notification.c.channel, notification.c.state, notification.c.attempts)
        return [tuple(row) for row in connection.execute(query.order_by(notification.c.id))]


class Broken:
    """A way out that never works."""

    def __init__(self, error):
        self.error, self.sent = error, []

    def send(self, each):
        self.sent.append(each.key)
        raise self.error


def test_mail_arrives_in_chinese(post, queued, now):
    """A mail has subject and text in both languages and a stable id."""
    ways = {"email": Smtp("smtp", "127.0.0.1", post.port, "restock@nanhu.example")}

    assert 1 == deliver_due(queued, ways, now)

    mail = post.mails[0]
    assert "订单 SO1 已到货 Order SO1 has arrived" == mail["Subject"]
    assert "悦家" == mail["To"].addresses[0].display_name
    assert "<job-1-goods-arrived-1@restock>" == mail["Message-ID"]
    assert "状况：完好" in mail.get_content()
    assert [("sms", "shown", 0), ("email", "sent", 1)] == states(queued)
    assert 0 == deliver_due(queued, ways, now + timedelta(days=1))


@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "\u2028"])
def test_headers_cannot_be_injected(line):
    """A line break in a name or subject does not become a header."""
    subject = Message(zh=f"你好{line}Bcc: all@example.com", en="x")

    mail = compose(letter(subject=subject, recipient=f"吴{line}Bcc: b@example.com"), "restock@nanhu.example")

    assert mail["Bcc"] is None
    assert b"\nBcc" not in mail.as_bytes()


@pytest.mark.parametrize(
    "address", ["", "wu", "wu@", "a b@example.com", "wu@example.com\nBcc: x@y.z", "<a@b.c>", "a@b.c;d@e.f"]
)
def test_a_wrong_address_is_undeliverable(address):
    """What is no plain address is refused before a server sees it."""
    with pytest.raises(Undeliverable):
        compose(letter(address=address), "restock@nanhu.example")


def test_a_refused_recipient_is_not_tried_again(post):
    """A permanent refusal of the server is final."""
    with pytest.raises(Undeliverable):
        Smtp("smtp", "127.0.0.1", post.port, "r@nanhu.example").send(letter(address="gone@example.com"))


def test_a_password_needs_a_secret_line():
    """A password in the clear to another machine is refused at start."""
    assert 587 == Smtp.from_url("smtp+starttls://u:p%40@mail.example.com", "r@x.example").port
    assert "p@" == Smtp.from_url("smtps://u:p%40@mail.example.com", "r@x.example").password
    for url in ("smtp://u:p@mail.example.com", "http://mail.example.com", "smtp://"):
        with pytest.raises(ValueError, match="RESTOCK_SMTP"):
            Smtp.from_url(url, "r@x.example")


def gateway(httpserver, **more):
    """The gateway of pytest-httpserver, which an administrator allowed."""
    return Sms(httpserver.url_for("/send"), token="secret", allowed=["localhost"], **more)


def test_a_message_reaches_the_gateway(httpserver, queued, now):
    """The gateway gets number, text and the key that tells a repetition."""
    httpserver.expect_request("/send", method="POST").respond_with_json({"ok": True})

    assert 1 == deliver_due(queued, {"sms": gateway(httpserver)}, now)

    request = httpserver.log[0][0]
    assert {
        "to": "13800010003",
        "text": "订单 SO1 于 — 到货，状况：完好。",
        "id": "job-1-goods_arrived-0",
    } == json.loads(request.data)
    assert ("job-1-goods_arrived-0", "Bearer secret") == (
        request.headers["Idempotency-Key"], request.headers["Authorization"]
    )  # fmt: skip


def test_the_same_key_at_every_attempt(httpserver, queued, now):
    """A failed attempt is repeated later with the same key."""
    httpserver.expect_ordered_request("/send").respond_with_data("busy", status=503)
    httpserver.expect_ordered_request("/send").respond_with_json({})
    ways = {"sms": gateway(httpserver)}

    assert 0 == deliver_due(queued, ways, now)
    assert 0 == deliver_due(queued, ways, now + timedelta(seconds=59))
    assert 1 == deliver_due(queued, ways, now + timedelta(minutes=1))

    assert 1 == len({request.headers["Idempotency-Key"] for request, _ in httpserver.log})


def test_a_redirect_is_not_followed(httpserver):
    """A gateway cannot send us elsewhere."""
    httpserver.expect_request("/send").respond_with_data(
        "", status=302, headers={"Location": httpserver.url_for("/inside")}
    )

    with pytest.raises(GatewayFailed, match="302"):
        gateway(httpserver).send(letter(address="13800010003"))
    assert ["/send"] == [request.path for request, _ in httpserver.log]


def test_an_endless_answer_is_cut(httpserver):
    """An answer beyond the limit is a failure."""
    httpserver.expect_request("/send").respond_with_data(b"x" * 1_000_001)

    with pytest.raises(GatewayFailed, match="too long"):
        gateway(httpserver).send(letter(address="13800010003"))


def test_a_refusal_for_good_is_final(httpserver):
    """A gateway that calls the message wrong is not asked again; nor is one asked with a wrong number."""
    httpserver.expect_request("/send").respond_with_data("", status=422)

    for number in ("13800010003", "anna", "1", "138\n00010003"):
        with pytest.raises(Undeliverable):
            gateway(httpserver).send(letter(address=number))
    assert 1 == len(httpserver.log)


def test_after_the_last_attempt_a_notice_has_failed(queued, now):
    """Each failure waits longer; then the notice is marked as failed and can be queued again by hand."""
    way, moment = Broken(OSError("no route")), now
    for pause in (*BACKOFF, timedelta(0)):
        deliver_due(queued, {"sms": way}, moment)
        moment += pause

    assert ("sms", "failed", 6) == states(queued)[0]
    assert 1 == len(set(way.sent))
    with queued.write() as connection:
        outbox.send_again(connection, 1, moment)
        assert moment == outbox.next_due(connection)
        with pytest.raises(NotFound):
            outbox.send_again(connection, 1, moment)
    assert ("sms", "queued", 0) == states(queued)[0]


def test_a_dead_server_costs_one_attempt(queued, now):
    """When a server does not answer, the other notices of its channel wait without losing an attempt."""
    with queued.write() as connection:
        connection.execute(update(notification).values(channel="sms"))
    way = Broken(OSError("no route"))

    deliver_due(queued, {"sms": way}, now)

    assert ["job-1-goods_arrived-0"] == way.sent
    assert [("sms", "queued", 1), ("sms", "queued", 0)] == states(queued)


def test_an_undeliverable_notice_fails_at_once(queued, now):
    """There is no second attempt at what cannot be delivered."""
    deliver_due(queued, {"sms": Broken(Undeliverable())}, now)

    assert ("sms", "failed", 1) == states(queued)[0]


def test_a_claimed_notice_is_left_alone(queued, now):
    """Two deliverers at once send a notice once; one that died is followed after its claim ran out."""

    class Slow(Broken):
        def send(self, each):
            deliver_due(queued, {"sms": inner}, now)

    inner = Broken(OSError())
    deliver_due(queued, {"sms": Slow(OSError())}, now)

    assert [] == inner.sent
    with queued.write() as connection:
        connection.execute(update(notification).values(state="queued", due_at=now + timedelta(minutes=2)))
    deliver_due(queued, {"sms": inner}, now + timedelta(minutes=2))
    assert ["job-1-goods_arrived-0"] == inner.sent


def test_without_ways_out_notices_are_shown(queued, now):
    """By default notices stay on the outbox page."""
    assert {} == outbox.connectors(Settings(smtp="", sms=""))
    assert {"email", "sms"} == set(
        outbox.connectors(Settings(smtp="smtp://localhost", sms="https://sms.example"))
    )

    assert 0 == deliver_due(queued, {}, now)

    assert [("sms", "shown", 0), ("email", "shown", 0)] == states(queued)


INSIDE = [
    "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0/", "https://2130706433/", "https://0x7f000001/",
    "https://0177.0.0.1/", "https://127.1/", "https://10.0.0.8/", "https://172.16.0.1/", "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/", "https://[::ffff:10.0.0.1]/", "https://[fe80::1]/", "https://[fd00::1]/",
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://100.64.0.1/", "https://224.0.0.1/",
    "file:///etc/passwd", "ftp://sms.example/", "http://93.184.216.34/", "https://user@93.184.216.34/",
    "https://user:secret@93.184.216.34/", "https://", "https://93.184.216.34:99999/", "https:\\\\93.184.216.34\\", "gopher://x/",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_connector_refuses(url):
    """Requests go nowhere inside, by whatever spelling (T21)."""
    with pytest.raises(DestinationRefused):
        destination.check(url)


def test_the_checked_address_is_the_one_used(httpserver):
    """A name that resolves inside is refused, and one that changes between look-up and use is not looked up twice."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    checked = destination.check("https://sms.example/send?a=1", resolver=lambda *_: next(answers))

    assert "https://93.184.216.34:443/send?a=1" == checked.url
    with pytest.raises(DestinationRefused):
        destination.check("https://sms.example/", resolver=lambda *_: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(DestinationRefused):
        Sms("https://sms.example/", resolver=lambda *_: ["127.0.0.1"]).send(letter(address="13800010003"))


def test_an_allowed_host_may_be_inside():
    """What the administrator named may be inside and plain http; its neighbours may not."""
    assert (
        "http://127.0.0.1:8025/x" == destination.check("http://127.0.0.1:8025/x", allowed=["127.0.0.1"]).url
    )
    with pytest.raises(DestinationRefused):
        destination.check("http://127.0.0.2:8025/x", allowed=["127.0.0.1"])
