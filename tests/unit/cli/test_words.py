"""What the commands say, and in which language."""

from __future__ import annotations

import click
import pytest

from engine.cli import words
from engine.errors import FieldsRefused, Message

SENTENCE = Message(zh="数据库已就绪。", en="The database is ready.")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "数据库已就绪。"),
        ({"LANG": "en_US.UTF-8"}, "The database is ready."),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "The database is ready."),
        ({"LANG": "C.UTF-8"}, "数据库已就绪。 The database is ready."),
        ({}, "数据库已就绪。 The database is ready."),
    ],
)
def test_the_terminal_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    """Chinese or English as the environment says, both where it does not."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert expected == words.told(SENTENCE)


def test_a_refusal_names_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """What the user can mend is told as sentences, without a trace, and ends the command."""
    with pytest.raises(click.ClickException), words.refusals():
        raise FieldsRefused({"password": Message(zh="太短。", en="Too short.")})

    assert "password: 太短。 Too short." in capsys.readouterr().out
