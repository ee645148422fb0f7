"""Signatures: proved again, bound to what was shown, by different people, void after an edit but never gone."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from engine.access import SYSTEM
from engine.audit.chain import digest
from engine.commands import users
from engine.commands.complete import Completed, SignatureNeeded
from engine.commands.reading import TaskChanged, TaskClosed
from engine.commands.sessions import LoginRefused, TooManyAttempts, login
from engine.commands.sign import CommentNeeded, NothingToSign, SignedAlready, sign
from engine.errors import FieldsRefused, NotFound
from engine.feel.values import to_json
from engine.model.instances import signature
from engine.queries import task as tasks
from engine.queries.instance import history, view
from tests.contract.company import PASSWORD, Company

SLIP = {"kind": "outbound_slip", "number": "CK-1", "lines": [{"sku": "A", "qty": 300}]}


@pytest.fixture
def slip(company: Company) -> str:
    """The first of three tasks to sign one slip."""
    for name in ("lin", "zhao", "chen", "wang"):
        users.set_password(company.db, name, PASSWORD, SYSTEM)
    company.deploys("slip.form", "sign.bpmn")
    return company.starts("sign", slip=SLIP).tasks[0]


def signs(company: Company, task_id: str, login: str, decision: Any = "sign", **more: Any) -> Completed:
    """Somebody signs, by their password unless said otherwise."""
    return sign(company.db, task_id, decision, company.person(login), **{"password": PASSWORD, **more})


def rows(company: Company) -> list[Any]:
    """All signatures."""
    with company.db.read() as connection:
        return list(connection.execute(select(signature).order_by(signature.c.seq)))


def test_a_signature_tells_who_what_when_and_why(company: Company, slip: str) -> None:
    """Kept are signer, meaning, time, and the hashes of the document and of everything shown."""
    shown = tasks.view(company.db, slip, company.person("lin")).shown_hash

    signs(company, slip, "lin", comment="好", shown_hash=shown)

    (row,) = rows(company)
    assert ("lin", "Lin", "我同意", "sign", "slip", "好") == (
        row.signer,
        row.signer_name,
        row.meaning,
        row.decision,
        row.document,
        row.comment,
    )
    assert (company.clock.now, shown) == (row.at, row.values_hash)
    assert digest(to_json(SLIP)) == row.document_hash
    last = history(company.db, 1, company.person("lin"))[-1]
    assert ("sign", digest(to_json(SLIP))) == (last.verb, last.more["signature"]["document_hash"])
    company.is_sound()


def test_nobody_signs_without_proof(company: Company, slip: str) -> None:
    """A wrong password signs nothing, and too many are stopped."""
    for guess in range(10):
        company.clock.passes(seconds=2 ** max(0, guess - 4) if guess > 4 else 0)
        with pytest.raises(FieldsRefused) as refused:
            signs(company, slip, "lin", password="guess-guess")
        assert ["password"] == list(refused.value.errors)
    with pytest.raises(TooManyAttempts):
        signs(company, slip, "lin")

    assert [] == rows(company)


def test_guesses_at_the_login_do_not_stop_a_signature(company: Company, slip: str) -> None:
    """Who is inside signs, whatever strangers do outside."""
    for address in ("203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"):
        for _guess in range(12):
            with pytest.raises((LoginRefused, TooManyAttempts)):
                login(company.db, "lin", "guess-guess", address=address)
            company.clock.passes(seconds=60)

    signs(company, slip, "lin")

    assert ["lin"] == [row.signer for row in rows(company)]


def test_who_has_codes_gives_one(company: Company, slip: str) -> None:
    """A person with one-time codes signs with password and code, and a code counts once."""
    secret = pyotp.random_base32()
    users.set_totp(company.db, "lin", secret, company.person("lin"))
    code = pyotp.TOTP(secret).at(company.clock.now)

    with pytest.raises(FieldsRefused):
        signs(company, slip, "lin")
    second = company.starts("sign", slip={**SLIP, "number": "CK-2"}).tasks[0]
    signs(company, slip, "lin", code=code)
    with pytest.raises(FieldsRefused):
        signs(company, second, "lin", code=code)


def test_a_signature_is_not_completed_by_answers(company: Company, slip: str) -> None:
    """A task that is a signature cannot be completed without proof; any other cannot be signed."""
    with pytest.raises(SignatureNeeded):
        company.completes(slip)

    signs(company, slip, "lin")
    signs(company, tasks_of(company, "chen"), "chen")
    with pytest.raises(NothingToSign):
        signs(company, tasks_of(company, "lin"), "lin")


def tasks_of(company: Company, login: str) -> str:
    """The one task somebody has."""
    from engine.queries import inbox

    (row,) = inbox.page(company.db, company.person(login), scope="ours").rows
    return row.task_id


def test_only_its_role_signs(company: Company, slip: str) -> None:
    """Somebody of another role is not told that there is anything to sign; a signed one is done."""
    with pytest.raises(NotFound):
        signs(company, slip, "chen")
    signs(company, slip, "lin")
    with pytest.raises(TaskClosed):
        signs(company, slip, "lin")


def test_one_signs_a_document_once(company: Company) -> None:
    """The second signature under a document must be another person's."""
    for name in ("lin", "zhao"):
        users.set_password(company.db, name, PASSWORD, SYSTEM)
    company.deploys("twice.bpmn")
    second = signs(company, company.starts("twice", slip=SLIP).tasks[0], "lin").tasks[0]

    with pytest.raises(SignedAlready):
        signs(company, second, "lin")

    assert "completed" == signs(company, second, "zhao").status
    company.is_sound()


def test_a_refusal_needs_a_comment_and_voids(company: Company, slip: str) -> None:
    """Who refuses says why; what was signed before counts no more, but stays in the history."""
    second = tasks_of(company, "lin")
    signs(company, second, "lin")
    with pytest.raises(CommentNeeded):
        signs(company, tasks_of(company, "chen"), "chen", "refuse", comment=" ")

    signs(company, tasks_of(company, "chen"), "chen", "refuse", comment="数量不符")

    first, refusal = rows(company)
    assert (refusal.seq, None) == (first.void_seq, refusal.void_seq)
    assert ("refuse", "数量不符") == (refusal.decision, refusal.comment)
    assert "数量不符" == history(company.db, 1, company.person("lin"))[-1].note
    company.is_sound()


def test_an_edit_voids_what_was_signed(company: Company, slip: str) -> None:
    """Whoever changes the document takes the earlier signatures their force; they stay visible as void."""
    signs(company, slip, "lin")
    signs(company, tasks_of(company, "chen"), "chen")

    company.completes(tasks_of(company, "lin"), "lin", slip="改过的单据")

    edit = history(company.db, 1, company.person("lin"))[-1]
    assert [edit.seq, edit.seq] == [row.void_seq for row in rows(company)]
    assert [digest(to_json(SLIP))] == edit.more["voided"]
    assert 2 == len(view(company.db, 1, company.person("lin")).signatures)
    signs(company, tasks_of(company, "wang"), "wang")
    assert None is rows(company)[-1].void_seq
    company.is_sound()


def test_what_changed_since_it_was_shown_is_not_signed(company: Company, slip: str) -> None:
    """A page that shows another state than today's cannot be signed."""
    with pytest.raises(TaskChanged):
        signs(company, slip, "lin", shown_hash="0" * 64)


def test_a_repeated_request_signs_once(company: Company, slip: str) -> None:
    """The same request again gets the first answer, and there is one signature."""
    first = signs(company, slip, "lin", idempotency_key="k")

    assert first == signs(company, slip, "lin", idempotency_key="k")
    assert 1 == len(rows(company))
