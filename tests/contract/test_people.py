"""People: who gets in, with what, for how long, and what they may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.access import SYSTEM, may
from engine.commands import devices, sessions, tokens, users
from engine.commands.claim import claim
from engine.commands.passwords import WeakPassword
from engine.errors import Conflict, FieldsRefused, Forbidden, NotFound, Refused
from engine.queries import inbox, people
from engine.queries.history import entries
from tests.contract.company import PASSWORD, Company


@pytest.fixture
def lin(company: Company) -> str:
    """Somebody with a password."""
    users.set_password(company.db, "lin", PASSWORD, SYSTEM)
    return "lin"


def test_a_login_tells_who_it_is(company: Company, lin: str) -> None:
    """Whoever gives the right password gets a secret that stands for them, with roles and rights."""
    secret = sessions.login(company.db, lin, PASSWORD, address="10.0.0.1", agent="Firefox")

    actor = people.by_session(company.db, secret, request_id="r1", address="10.0.0.1")

    assert actor is not None
    assert ("lin", frozenset({"cs"}), "r1", False) == (
        actor.login,
        actor.roles,
        actor.request_id,
        actor.is_admin,
    )
    assert None is people.by_session(company.db, secret + "x")


def test_every_login_is_another(company: Company, lin: str) -> None:
    """The secret is new each time, so that one planted before the login is worth nothing."""
    found = {sessions.login(company.db, lin, PASSWORD) for _login in range(3)}

    assert 3 == len(found)


def test_wrong_and_unknown_are_told_the_same(company: Company, lin: str) -> None:
    """Nobody learns from an answer whether a login exists."""
    said = []
    for login, password in (("lin", "wrong-password"), ("nobody", PASSWORD), ("zhao", PASSWORD)):
        with pytest.raises(sessions.LoginRefused) as refused:
            sessions.login(company.db, login, password)
        said.append(str(refused.value))

    assert 1 == len(set(said))


def guesses(company: Company, login: str, count: int, address: str, device: str = "") -> None:
    """Somebody guesses, as fast as they are let; every guess is wrong."""
    for number in range(count):
        company.clock.passes(seconds=2 ** max(0, number - 4) if number > 4 else 0)
        with pytest.raises(sessions.LoginRefused):
            sessions.login(company.db, login, "guess-guess", address=address, device=device)


def test_guessing_is_slowed_and_stops(company: Company, lin: str) -> None:
    """Five failures cost nothing, each later one doubles the wait, the tenth ends it for the quarter of an hour."""
    guesses(company, lin, 5, "10.0.0.9")
    for wait in (2, 4, 8, 16, 32):
        with pytest.raises(sessions.TooManyAttempts) as refused:
            sessions.login(company.db, lin, PASSWORD, address="10.0.0.9")
        assert wait == refused.value.facts["seconds"]
        company.clock.passes(seconds=wait)
        with pytest.raises(sessions.LoginRefused):
            sessions.login(company.db, lin, "guess-guess", address="10.0.0.9")

    with pytest.raises(sessions.TooManyAttempts) as refused:
        sessions.login(company.db, lin, PASSWORD, address="10.0.0.9")
    assert 15 * 60 - 62 == refused.value.facts["seconds"]
    company.clock.passes(minutes=14)
    assert sessions.login(company.db, lin, PASSWORD, address="10.0.0.9")


def test_a_right_password_begins_anew(company: Company, lin: str) -> None:
    """Who got in has all their tries again at this place."""
    guesses(company, lin, 5, "10.0.0.9")
    company.clock.passes(seconds=2)
    assert sessions.login(company.db, lin, PASSWORD, address="10.0.0.9")

    guesses(company, lin, 5, "10.0.0.9")


def test_strangers_do_not_keep_the_owner_out(company: Company, lin: str) -> None:
    """However many guess elsewhere, the owner gets in from a new place at once, or from a known browser in any case."""
    known = devices.remember(company.db, lin)
    guesses(company, lin, 10, "203.0.113.7")
    assert sessions.login(company.db, lin, PASSWORD, address="10.0.0.1")
    guesses(company, lin, 10, "203.0.113.8")
    guesses(company, lin, 10, "203.0.113.9")

    with pytest.raises(sessions.TooManyAttempts):
        sessions.login(company.db, lin, PASSWORD, address="10.0.0.1")
    assert sessions.login(company.db, lin, PASSWORD, address="10.0.0.1", device=known)
    assert sessions.login(company.db, lin, PASSWORD, address="203.0.113.9", device=known)


def test_a_known_browser_has_a_budget_too(company: Company, lin: str) -> None:
    """Whoever took somebody's browser guesses as seldom as anybody, and only for the people who used it."""
    known = devices.remember(company.db, lin)
    guesses(company, lin, 10, "10.0.0.1", known)

    with pytest.raises(sessions.TooManyAttempts):
        sessions.login(company.db, lin, PASSWORD, address="10.0.0.1", device=known)
    users.set_password(company.db, "zhao", PASSWORD, SYSTEM)
    guesses(company, "zhao", 10, "10.0.0.2", known)
    with pytest.raises(sessions.TooManyAttempts):
        sessions.login(company.db, "zhao", PASSWORD, address="10.0.0.2", device=known)


def test_a_browser_is_forgotten(company: Company, lin: str) -> None:
    """After ninety days without a login, by a new password, and when a new secret took the old one's place."""
    first = devices.remember(company.db, lin)
    second = devices.remember(company.db, lin, first)
    shared = devices.remember(company.db, "zhao", second)
    for number in range(3):
        guesses(company, lin, 10, f"203.0.113.{number}")

    for gone in (first, second, "planted"):
        with pytest.raises(sessions.TooManyAttempts):
            sessions.login(company.db, lin, PASSWORD, device=gone)
    assert sessions.login(company.db, lin, PASSWORD, device=shared)
    users.set_password(company.db, lin, PASSWORD, SYSTEM)
    with pytest.raises(sessions.TooManyAttempts):
        sessions.login(company.db, lin, PASSWORD, device=shared)

    old = devices.remember(company.db, lin)
    company.clock.passes(days=91)
    for number in range(3):
        guesses(company, lin, 10, f"203.0.113.{number}")
    with pytest.raises(sessions.TooManyAttempts):
        sessions.login(company.db, lin, PASSWORD, device=old)


def test_an_address_stops_for_everybody(company: Company, lin: str) -> None:
    """Who tries many logins from one address is stopped; of IPv6 the whole network of a subscriber is one."""
    for number in range(20):
        with pytest.raises(sessions.LoginRefused):
            sessions.login(company.db, f"person{number}", "Summer2026", address=f"2001:db8::{number}")

    with pytest.raises(sessions.TooManyAttempts):
        sessions.login(company.db, lin, PASSWORD, address="2001:db8::ffff")
    assert sessions.login(company.db, lin, PASSWORD, address="2001:db8:0:1::1")


def test_an_unknown_login_is_slowed_alike(company: Company, lin: str) -> None:
    """The waits tell nobody whether a login exists."""
    told = []
    for login, address in (("lin", "10.0.0.1"), ("nobody", "10.0.0.2")):
        for _guess in range(5):
            with pytest.raises(sessions.LoginRefused):
                sessions.login(company.db, login, "guess-guess", address=address, device="unknown")
        with pytest.raises(sessions.TooManyAttempts) as refused:
            sessions.login(company.db, login, "guess-guess", address=address, device="unknown")
        told.append((refused.value.message, refused.value.facts))

    assert told[0] == told[1]


def test_a_login_ends(company: Company, lin: str) -> None:
    """By logging out, after half an hour without use, after twelve hours in any case."""
    out, idle, old = (sessions.login(company.db, lin, PASSWORD) for _ in range(3))

    sessions.logout(company.db, out)
    assert None is people.by_session(company.db, out)

    for _minutes in range(0, 11 * 60, 20):
        company.clock.passes(minutes=20)
        assert None is not people.by_session(company.db, old)
    assert None is people.by_session(company.db, idle)
    for _minutes in range(0, 60, 20):
        company.clock.passes(minutes=20)
        people.by_session(company.db, old)
    company.clock.passes(minutes=1)
    assert None is people.by_session(company.db, old)


@pytest.mark.parametrize("how", ["password", "reset", "inactive"])
def test_a_change_ends_all_logins(company: Company, lin: str, how: str) -> None:
    """A new password and being switched off end every login at once."""
    secret = sessions.login(company.db, lin, PASSWORD)
    token = tokens.create_token(company.db, lin, "script", company.person(lin))
    actor = company.person(lin)

    if how == "password":
        fresh = sessions.change_password(company.db, actor, PASSWORD, "another-one-9")
        assert None is not people.by_session(company.db, fresh)
    elif how == "reset":
        users.set_password(company.db, lin, "another-one-9", SYSTEM)
    else:
        users.set_active(company.db, lin, active=False, actor=SYSTEM)

    assert None is people.by_session(company.db, secret)
    assert None is people.by_token(company.db, token)
    with company.db.read() as connection:
        assert ["script"] == entries(company.db, connection, 0)[-1].more["tokens"]


def test_changing_ones_password_needs_the_old_one(company: Company, lin: str) -> None:
    """Who does not know the old password, or chooses a weak one, is told at the field."""
    with pytest.raises(FieldsRefused) as refused:
        sessions.change_password(company.db, company.person(lin), "wrong", "another-one-9")
    assert ["old"] == list(refused.value.errors)
    with pytest.raises(FieldsRefused) as refused:
        sessions.change_password(company.db, company.person(lin), PASSWORD, "12345678")
    assert ["new"] == list(refused.value.errors)


def test_a_one_time_link_works_once(company: Company) -> None:
    """A first password is set by a link that an administrator makes; it works once and for a day."""
    with pytest.raises(Forbidden):
        sessions.one_time_link(company.db, "zhao", company.person("lin"))
    old = sessions.one_time_link(company.db, "zhao", SYSTEM)
    link = sessions.one_time_link(company.db, "zhao", SYSTEM)
    with pytest.raises(NotFound):
        sessions.redeem(company.db, old, "my-own-word")

    assert "zhao" == sessions.redeem(company.db, link, "my-own-word")

    assert sessions.login(company.db, "zhao", "my-own-word")
    with pytest.raises(NotFound):
        sessions.redeem(company.db, link, "my-other-word")
    late = sessions.one_time_link(company.db, "zhao", SYSTEM)
    company.clock.passes(hours=25)
    with pytest.raises(NotFound):
        sessions.redeem(company.db, late, "my-own-word")


def test_tokens_are_for_scripts(company: Company, lin: str) -> None:
    """A token acts as its person until it expires or is taken back; others cannot make one."""
    token = tokens.create_token(company.db, lin, "script", company.person(lin), days=1)

    actor = people.by_token(company.db, token)
    assert actor is not None
    assert "lin" == actor.login
    with pytest.raises(Forbidden):
        tokens.create_token(company.db, lin, "script", company.person("zhao"))
    company.clock.passes(days=1)
    assert None is people.by_token(company.db, token)
    other = tokens.create_token(company.db, lin, "script", company.person(lin))
    assert 2 == tokens.revoke_tokens(company.db, lin, company.person(lin))
    assert None is people.by_token(company.db, other)


def test_a_token_is_listed_and_taken_back(company: Company, lin: str) -> None:
    """Lists show name, making and last use, and a key by which its owner alone takes it back."""
    actor = company.person(lin)
    made = company.clock.now
    one, two = (tokens.create_token(company.db, lin, name, actor) for name in ("one", "two"))
    company.clock.passes(minutes=3)
    assert None is not people.by_token(company.db, one)
    company.clock.passes(minutes=3)
    assert None is not people.by_token(company.db, one)

    found = {each.name: each for each in people.tokens(company.db, lin)}
    assert (made, made + timedelta(minutes=3), None) == (
        found["one"].created_at,
        found["one"].used_at,
        found["two"].used_at,
    )
    assert one not in str(found)
    for key, who in ((found["one"].key, "zhao"), ("", lin), ("%", lin)):
        with pytest.raises(NotFound):
            tokens.revoke_token(company.db, key, company.person(who))
    tokens.revoke_token(company.db, found["one"].key, actor)

    assert (None, "two") == (
        people.by_token(company.db, one),
        *(each.name for each in people.tokens(company.db, lin)),
    )
    assert None is not people.by_token(company.db, two)
    with company.db.read() as connection:
        last = entries(company.db, connection, 0)[-1]
    assert ("token.revoke", ["one"]) == (last.verb, last.more["names"])
    assert 0 == tokens.revoke_tokens(company.db, lin, actor, name="three")
    assert 1 == tokens.revoke_tokens(company.db, lin, SYSTEM, name="two")
    company.is_sound()


def test_only_administrators_change_people(company: Company) -> None:
    """Making people, roles and rights needs the right to, and stands in the system's history without passwords."""
    for act in (
        lambda a: users.create_user(company.db, "new", "New", a),
        lambda a: users.set_roles(company.db, "lin", ["finance"], a),
        lambda a: users.set_active(company.db, "zhao", active=False, actor=a),
        lambda a: users.set_password(company.db, "zhao", "another-one-9", a),
        lambda a: users.define_role(company.db, "boss", "老板", "boss", a, permissions=["admin"]),
    ):
        with pytest.raises(Forbidden):
            act(company.person("lin"))

    users.create_user(company.db, "new", "New", SYSTEM, password="another-one-9", roles=["cs"])
    users.set_roles(company.db, "new", ["finance"], SYSTEM)

    assert frozenset({"finance"}) == company.person("new").roles
    with company.db.read() as connection:
        told = entries(company.db, connection, 0)
    assert (["cs"], ["finance"]) == told[-1].changes["roles"]
    assert "another-one-9" not in str(told)
    company.is_sound()


def test_logins_are_plain_and_ones_own(company: Company) -> None:
    """A login is taken once and has no letters that look like others."""
    with pytest.raises(Conflict):
        users.create_user(company.db, "lin", "Second", SYSTEM)
    for wrong in ("Lin", "林", "a b", "", "system", "-x"):
        with pytest.raises(Refused):
            users.create_user(company.db, wrong, "X", SYSTEM)
    for weak in ("short", "12345678", "x" * 200):
        with pytest.raises(WeakPassword):
            users.create_user(company.db, "weak", "W", SYSTEM, password=weak)
    with pytest.raises(NotFound):
        users.create_user(company.db, "odd", "O", SYSTEM, roles=["king"])


def test_rights_come_with_roles(company: Company) -> None:
    """What a role may, its people may; nobody else."""
    assert may(company.person("qian"), "deploy")
    assert not may(company.person("lin"), "deploy")
    assert not may(company.person("qian"), "audit")
    assert not may(company.person("qian"), "fly")


def test_who_stands_in_does_the_work_in_both_names(company: Company) -> None:
    """For a time somebody does the absent person's tasks; the history has both names."""
    company.deploys("order.form", "order.bpmn")
    task_id = company.starts("order").tasks[0]
    now = company.clock.now
    users.substitute(company.db, "lin", "liu", now, now + timedelta(days=1), company.person("lin"))
    with pytest.raises(Forbidden):
        users.substitute(company.db, "lin", "liu", now, now + timedelta(days=1), company.person("liu"))
    assert 1 == inbox.page(company.db, company.person("liu"), scope="ours").total

    company.completes(task_id, "liu", customer="甲", amount=1)

    with company.db.read() as connection:
        last = entries(company.db, connection, 1)[-1]
    assert ("liu", "lin") == (last.by, last.on_behalf)
    company.clock.passes(days=1)
    assert 0 == inbox.page(company.db, company.person("liu"), scope="ours").total


def test_one_stands_in_for_one_role_alone(company: Company) -> None:
    """Limited to a role, the absent person's other roles and own tasks stay theirs; it ends when they say so."""
    company.deploys("order.form", "order.bpmn")
    users.set_roles(company.db, "lin", ["cs", "finance"], SYSTEM)
    now, lin = company.clock.now, company.person("lin")
    end = now + timedelta(days=1)
    task_id = company.starts("order").tasks[0]
    claim(company.db, company.starts("order").tasks[0], lin)

    users.substitute(company.db, "lin", "liu", now, end, lin, role="finance")
    liu = company.person("liu")
    assert {"lin": frozenset({"finance"})} == liu.lent
    assert frozenset({"liu"}) == liu.logins
    assert 0 == inbox.page(company.db, liu, scope="ours").total

    users.substitute(company.db, "lin", "liu", now, end, lin, role="cs")
    shown = inbox.page(company.db, company.person("liu"), scope="ours").rows
    assert [task_id] == [row.task_id for row in shown]

    with pytest.raises(Refused):
        users.substitute(company.db, "lin", "liu", now, end, lin, role="warehouse")
    with pytest.raises(Forbidden):
        users.end_substitution(company.db, "lin", "liu", company.person("liu"))
    assert 2 == users.end_substitution(company.db, "lin", "liu", lin)
    assert {} == company.person("liu").lent
    company.is_sound()


def test_the_language_is_remembered(company: Company) -> None:
    """A person's choice of language comes with them."""
    users.set_locale(company.db, company.person("lin"), "en")

    assert "en" == company.person("lin").locale
    with pytest.raises(Refused):
        users.set_locale(company.db, company.person("lin"), "tlh")
