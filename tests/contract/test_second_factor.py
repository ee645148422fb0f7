"""One-time codes, switched on and off by the person themselves."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest

from engine.access import SYSTEM, Actor
from engine.commands import proof, second_factor, sessions, users
from engine.errors import FieldsRefused, NotFound
from engine.queries import people
from engine.queries.history import entries
from tests.contract.company import PASSWORD, Company


@pytest.fixture
def lin(company: Company) -> Actor:
    """Somebody with a password."""
    users.set_password(company.db, "lin", PASSWORD, SYSTEM)
    return company.person("lin")


def code(company: Company, secret: str, later: float = 0) -> str:
    """What the app shows so many seconds later."""
    return pyotp.TOTP(secret).at(company.clock.now.timestamp() + later)


def switched_on(company: Company, lin: Actor) -> str:
    """Somebody who has set up codes; the secret."""
    second_factor.offer(company.db, lin, PASSWORD)
    secret = second_factor.offered(company.db, lin)
    second_factor.confirm(company.db, lin, code(company, secret))
    return secret


def test_codes_count_once_one_came_back(company: Company, lin: Actor) -> None:
    """Until the first right code the password alone does; from then on both are asked for, and all logins are new."""
    second_factor.offer(company.db, lin, PASSWORD)
    secret = second_factor.offered(company.db, lin)
    before = sessions.login(company.db, "lin", PASSWORD)
    with pytest.raises(FieldsRefused) as refused:
        second_factor.confirm(company.db, lin, "000000")
    assert ["code"] == list(refused.value.errors)
    assert None is not people.by_session(company.db, before)

    fresh = second_factor.confirm(company.db, lin, code(company, secret))

    assert None is people.by_session(company.db, before)
    actor = people.by_session(company.db, fresh)
    assert actor is not None
    assert actor.has_code
    with pytest.raises(sessions.LoginRefused):
        sessions.login(company.db, "lin", PASSWORD)
    company.clock.passes(seconds=30)
    assert sessions.login(company.db, "lin", PASSWORD, code=code(company, secret))


def test_the_code_that_switched_on_is_used(company: Company, lin: Actor) -> None:
    """Neither the first code nor any later one counts twice, nor one of an earlier half minute."""
    secret = switched_on(company, lin)

    for later in (-30, 0):
        with pytest.raises(sessions.LoginRefused):
            sessions.login(company.db, "lin", PASSWORD, code=code(company, secret, later))
    company.clock.passes(seconds=60)
    assert sessions.login(company.db, "lin", PASSWORD, code=code(company, secret))
    company.clock.passes(seconds=2)
    for later in (-30, 0):
        with pytest.raises(sessions.LoginRefused):
            sessions.login(company.db, "lin", PASSWORD, code=code(company, secret, later))


def test_of_two_requests_at_once_one_uses_the_code(
    company: Company, lin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read that the code is free; who is second to write that it is used does not get in."""
    secret = switched_on(company, lin)
    company.clock.passes(seconds=60)
    read = proof._code_step
    others: list[str] = []

    def another_first(*given: Any) -> int | None:
        step = read(*given)
        if not others:
            others.append("comes in between")
            others.append(sessions.login(company.db, "lin", PASSWORD, code=code(company, secret)))
        return step

    monkeypatch.setattr(proof, "_code_step", another_first)
    with pytest.raises(sessions.LoginRefused):
        sessions.login(company.db, "lin", PASSWORD, code=code(company, secret))

    assert people.by_session(company.db, others[1]) is not None


def test_a_secret_is_offered_for_a_password(company: Company, lin: Actor) -> None:
    """Without the password none is made; each offer replaces the one before and ends after a quarter of an hour."""
    with pytest.raises(FieldsRefused) as refused:
        second_factor.offer(company.db, lin, "guess-guess")
    assert ["password"] == list(refused.value.errors)
    with pytest.raises(NotFound):
        second_factor.offered(company.db, lin)

    second_factor.offer(company.db, lin, PASSWORD)
    first = second_factor.offered(company.db, lin)
    second_factor.offer(company.db, lin, PASSWORD)
    second = second_factor.offered(company.db, lin)
    assert first != second
    with pytest.raises(FieldsRefused):
        second_factor.confirm(company.db, lin, code(company, first))
    company.clock.passes(minutes=15)
    with pytest.raises(NotFound):
        second_factor.confirm(company.db, lin, code(company, second))
    assert not company.person("lin").has_code


def test_codes_are_switched_off_by_both_proofs(company: Company, lin: Actor) -> None:
    """Password and a fresh code; one of them alone changes nothing."""
    secret = switched_on(company, lin)
    company.clock.passes(seconds=30)
    lin = company.person("lin")
    with pytest.raises(second_factor.HasCode):
        second_factor.offer(company.db, lin, PASSWORD)
    for password, given in ((PASSWORD, "000000"), ("guess-guess", code(company, secret))):
        with pytest.raises(FieldsRefused):
            second_factor.remove(company.db, lin, password, given)
    assert company.person("lin").has_code

    second_factor.remove(company.db, lin, PASSWORD, code(company, secret))

    assert not company.person("lin").has_code
    assert sessions.login(company.db, "lin", PASSWORD)


def test_who_lost_the_device_is_helped(company: Company, lin: Actor) -> None:
    """The operator switches the codes off, and the person sets up new ones."""
    switched_on(company, lin)
    users.set_totp(company.db, "lin", "", SYSTEM)

    assert sessions.login(company.db, "lin", PASSWORD)
    switched_on(company, company.person("lin"))


def test_every_change_stands_in_the_history(company: Company, lin: Actor) -> None:
    """On and off, by whom; the secret nowhere."""
    secret = switched_on(company, lin)
    company.clock.passes(seconds=30)
    second_factor.remove(company.db, company.person("lin"), PASSWORD, code(company, secret))

    with company.db.read() as connection:
        told = [each for each in entries(company.db, connection, 0) if each.verb == "user.totp"]
    assert [("lin", True), ("lin", False)] == [(each.by, each.more["on"]) for each in told]
    assert secret not in str(told)
    company.is_sound()
