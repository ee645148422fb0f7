"""The commands, each on an installation of its own."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pyotp
import pytest
from click.testing import Result

from benchmarks import workload
from engine.audit.chain import link
from engine.commands.sessions import LoginRefused, login, redeem
from engine.config import Settings
from engine.errors import NotFound
from engine.model.database import connect
from engine.queries.people import actor, all_roles, all_users, by_token
from engine.queries.verify import verify
from tests.unit.cli.conftest import Run

PASSWORD = "sieben Zwerge 七"


def lines(result: Result) -> list[str]:
    """What was printed, line by line."""
    return result.output.splitlines()


def test_a_fresh_database_has_no_login(restock: Run, home: Path) -> None:
    """`init` makes tables and roles, and nobody who could log in."""
    result = restock("init")

    assert 0 == result.exit_code
    assert "restock user add LOGIN --admin" in result.output
    assert [] == all_users(connect(Settings()))
    assert (home / "restock.db").is_file()


def test_the_first_administrator_is_made_by_a_command(restock: Run) -> None:
    """The password comes from a prompt or the standard input, and works."""
    piped = restock(
        "user", "add", "wei", "--name", "魏经理", "--admin", "--password-stdin", typed=f"{PASSWORD}\n"
    )
    asked = restock(
        "user", "add", "han", "--role", "cs", "--role", "sales", typed=f"{PASSWORD}\n{PASSWORD}\n"
    )

    assert [0, 0] == [piped.exit_code, asked.exit_code], piped.output + asked.output
    assert PASSWORD not in asked.output
    database = connect(Settings())
    assert login(database, "wei", PASSWORD)
    assert {"wei": ("admin",), "han": ("cs", "sales")} == {p.login: p.roles for p in all_users(database)}


def test_a_person_sets_the_password_by_a_link(restock: Run) -> None:
    """The link works once; whoever made it never knows the password."""
    restock("user", "add", "wei", "--password-stdin", typed=f"{PASSWORD}\n")
    secret = restock("user", "link", "wei").output.strip().rpartition("/welcome/")[2]
    database = connect(Settings())

    assert "wei" == redeem(database, secret, "another 七 word")
    assert login(database, "wei", "another 七 word")
    with pytest.raises(NotFound):
        redeem(database, secret, "a third 七 word")


def test_a_code_is_demanded_until_it_is_taken_off(restock: Run) -> None:
    """With a code demanded the password alone does not do."""
    restock("user", "add", "wei", "--password-stdin", typed=f"{PASSWORD}\n")
    address = restock("user", "code", "wei").output.strip()
    database = connect(Settings())

    with pytest.raises(LoginRefused):
        login(database, "wei", PASSWORD)
    assert login(database, "wei", PASSWORD, code=pyotp.parse_uri(address).now())
    restock("user", "code", "wei", "--off")
    assert login(database, "wei", PASSWORD)


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (("wei",), "restock1\n", "8 characters"),
        (("wei",), "\n", "empty"),
        (("Wei Li",), f"{PASSWORD}\n", "small letters"),
        (("wei", "--role", "king"), f"{PASSWORD}\n", "no such role: king"),
    ],
)
def test_a_wrong_person_is_refused(restock: Run, words: tuple[str, ...], typed: str, told: str) -> None:
    """A sentence and status 1, no trace, nobody made."""
    restock("init")

    result = restock("user", "add", *words, "--password-stdin", typed=typed)

    assert 1 == result.exit_code
    assert told in result.output
    assert "Traceback" not in result.output
    assert [] == all_users(connect(Settings()))


def test_people_are_changed(restock: Run) -> None:
    """Password, roles, disabling and the list."""
    restock("user", "add", "wei", "--password-stdin", typed=f"{PASSWORD}\n")

    assert 0 == restock("user", "roles", "wei", "finance", "cs").exit_code
    assert ["wei\twei\tcs finance"] == lines(restock("user", "list"))
    assert 0 == restock("user", "password", "wei", "--password-stdin", typed="another one 8\n").exit_code
    database = connect(Settings())
    assert login(database, "wei", "another one 8")
    assert 0 == restock("user", "disable", "wei").exit_code
    with pytest.raises(LoginRefused):
        login(database, "wei", "another one 8")


def test_a_department_is_new(restock: Run) -> None:
    """A role is made, given and renamed; renaming takes nothing from those who have it; a key must be a key."""
    assert 0 == restock("user", "role", "returns", "退货组", "Returns").exit_code
    restock("user", "add", "wei", "--role", "returns", "--password-stdin", typed=f"{PASSWORD}\n")
    assert 0 == restock("user", "role", "process_owner", "流程", "Processes").exit_code
    restock("user", "add", "yu", "--role", "process_owner", "--password-stdin", typed=f"{PASSWORD}\n")
    refused = restock("user", "role", "Returns,cs", "退货组", "Returns")

    database = connect(Settings())
    assert {"returns"} == actor(database, "wei").roles
    assert {"deploy", "operate"} == actor(database, "yu").permissions
    names = {key: (zh, en) for key, zh, en in all_roles(database)}
    assert (("退货组", "Returns"), ("流程", "Processes")) == (names["returns"], names["process_owner"])
    assert 1 == refused.exit_code
    assert "The key of a role" in refused.output
    assert [] == verify(database).problems


def test_somebody_stands_in(restock: Run) -> None:
    """For some days, in one role or in everything, and no more."""
    for who, role in (("wang", "finance"), ("chen", "cs")):
        restock("user", "add", who, "--role", role, "--password-stdin", typed=f"{PASSWORD}\n")

    def lent() -> object:
        return actor(connect(Settings()), "chen").lent

    assert 0 == restock("user", "substitute", "wang", "chen", "--role", "finance").exit_code
    assert {"wang": frozenset({"finance"})} == lent()
    assert 1 == restock("user", "substitute", "wang", "chen", "--role", "cs").exit_code
    assert 0 == restock("user", "substitute", "wang", "chen", "--days", "5").exit_code
    assert {"wang": frozenset({"finance", "@wang"})} == lent()
    assert 0 == restock("user", "substitute", "wang", "chen", "--end").exit_code
    assert {} == lent()


def test_a_token_stands_alone_on_its_line(restock: Run) -> None:
    """Scripts can take it, and the API knows whose it is."""
    restock("user", "add", "wei", "--password-stdin", typed=f"{PASSWORD}\n")

    token = restock("token", "wei").output

    assert 1 == token.count("\n")
    actor = by_token(connect(Settings()), token.strip())
    assert actor is not None
    assert "wei" == actor.login


def test_a_token_for_nobody_is_refused(restock: Run) -> None:
    """An unknown login is told."""
    assert 1 == restock("token", "nobody").exit_code


def test_deploying_a_folder(restock: Run, tmp_path: Path) -> None:
    """What can be deployed is taken from it, the rest is left; each file's version is told."""
    folder = tmp_path / "drawn"
    folder.mkdir()
    (folder / "ten_tasks.bpmn").write_bytes(workload.ten_tasks())
    (folder / "measured.form").write_text(workload.FORM, encoding="utf-8")
    (folder / "notes.txt").write_text("not for the engine", encoding="utf-8")

    first, second = restock("deploy", str(folder)), restock("deploy", str(folder))

    assert [0, 0] == [first.exit_code, second.exit_code], first.output
    assert any("ten_tasks 1" in line and "new version" in line for line in lines(first))
    assert any("ten_tasks 1" in line and "unchanged" in line for line in lines(second))


def test_lint_needs_no_database(restock: Run, home: Path, tmp_path: Path) -> None:
    """A file that would be refused ends with status 1 and says where and what to do."""
    fine, wrong, form = tmp_path / "fine.bpmn", tmp_path / "wrong.bpmn", tmp_path / "measured.form"
    fine.write_bytes(workload.rework())
    wrong.write_bytes(workload.rework().replace(b">=approved<", b">=approved +<"))
    form.write_text(workload.FORM, encoding="utf-8")

    assert 0 == restock("lint", str(fine), str(form)).exit_code
    refused = restock("lint", str(form), str(wrong))

    assert 1 == refused.exit_code
    assert "wrong.bpmn:" in refused.output
    assert "→" in refused.output
    assert not home.exists()


def test_lint_knows_what_is_deployed(restock: Run, tmp_path: Path) -> None:
    """A diagram may refer to forms the installation has; a form nobody has is an error."""
    diagram, form = tmp_path / "rework.bpmn", tmp_path / "measured.form"
    diagram.write_bytes(workload.rework())
    form.write_text(workload.FORM, encoding="utf-8")

    assert 1 == restock("lint", str(diagram)).exit_code
    assert 0 == restock("deploy", str(form)).exit_code
    assert 0 == restock("lint", str(diagram)).exit_code


def test_a_wrong_setting_is_told(restock: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that is none ends the command with a sentence."""
    monkeypatch.setenv("PORT", "http")

    result = restock("init")

    assert 1 == result.exit_code
    assert "A setting is wrong" in result.output


def test_verify_finds_what_was_changed(restock: Run, home: Path) -> None:
    """A whole history passes; one byte changed behind its back does not."""
    restock("user", "add", "wei", "--password-stdin", typed=f"{PASSWORD}\n")
    assert 0 == restock("verify").exit_code

    with sqlite3.connect(home / "restock.db") as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE entry SET body = replace(body, 'wei', 'han') WHERE body LIKE '%wei%'")
    connection.close()

    result = restock("verify")
    assert 1 == result.exit_code
    assert "✗" in result.output


def test_a_checkpoint_shows_what_verify_alone_cannot(restock: Run, home: Path) -> None:
    """Taken and compared by commands: a history rewritten with all its hashes passes alone, but not beside the file."""
    restock("user", "add", "wei", "--password-stdin", typed=f"{PASSWORD}\n")
    file = home / "kept.txt"
    taken = restock("checkpoint", str(file))
    assert 0 == taken.exit_code, taken.output
    root = re.findall(r"^root ([0-9a-f]{64})$", file.read_text(), re.MULTILINE)[0]
    assert root in taken.output
    assert root in restock("checkpoint").output
    restock("user", "disable", "wei")
    good = restock("verify", "--checkpoint", str(file))
    assert (0, True) == (good.exit_code, root in good.output)

    with sqlite3.connect(home / "restock.db") as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        head = bytes(32)
        for seq, body in connection.execute("SELECT seq, body FROM entry ORDER BY seq").fetchall():
            told = body.replace('"wei"', '"han"')
            head = link(head, told)
            connection.execute("UPDATE entry SET body = ?, hash = ? WHERE seq = ?", (told, head, seq))
        connection.execute("UPDATE instance SET head = ?", (head,))
        connection.execute("UPDATE user SET login = 'han' WHERE login = 'wei'")
    connection.close()

    assert 0 == restock("verify").exit_code
    refused = restock("verify", "--checkpoint", str(file))
    assert (1, True) == (refused.exit_code, "0 rewritten" in refused.output)
    assert 1 == restock("verify", "--checkpoint", str(home / "restock.db")).exit_code


def test_tokens_are_listed_and_revoked(restock: Run) -> None:
    """All of a person, or those of one name; a new password ends them too."""
    restock("user", "add", "wei", "--password-stdin", typed=f"{PASSWORD}\n")
    tokens = [restock("token", "wei", "--name", name).output.strip() for name in ("a", "b", "c")]
    assert ["c", "b", "a"] == [line.split("\t")[0] for line in lines(restock("token", "wei", "--list"))]

    assert "1 tokens revoked" in restock("token", "wei", "--revoke", "--name", "b").output
    database = connect(Settings())
    assert [True, False, True] == [by_token(database, each) is not None for each in tokens]
    assert "2 tokens revoked" in restock("token", "wei", "--revoke").output
    assert "" == restock("token", "wei", "--list").output
    fresh = restock("token", "wei").output.strip()
    restock("user", "password", "wei", "--password-stdin", typed="another one 8\n")
    assert None is by_token(database, fresh)
    assert 2 == restock("token", "wei", "--revoke", "--list").exit_code
