"""What the commands say: Chinese or English as the terminal is set, both where it does not tell."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

import click
from rich.console import Console

from engine.errors import DeployRefused, FieldsRefused, Finding, Message, RestockError

P = ParamSpec("P")
R = TypeVar("R")

console = Console(highlight=False, soft_wrap=True)


def language() -> str:
    """zh, en, or "" when the environment names neither."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return value[:2].lower() if value[:2].lower() in ("zh", "en") else ""
    return ""


def told(message: Message) -> str:
    """The sentence in the terminal's language, or in both."""
    chosen = language()
    if chosen:
        return message.text(chosen)
    return message.en if message.zh == message.en else f"{message.zh} {message.en}"


def say(zh: str, en: str) -> None:
    """Print one sentence."""
    console.print(told(Message(zh=zh, en=en)), markup=False)


def fail(message: Message) -> NoReturn:
    """End the command with a sentence on the error stream and status 1."""
    raise click.ClickException(told(message))


def show(finding: Finding) -> None:
    """Print a finding: where, what, what to do."""
    mark = "✗" if finding.severity == "error" else "!"
    console.print(f"{mark} {finding.file}:{finding.line} [{finding.element}] {finding.code}", markup=False)
    console.print(f"  {told(finding.message)}", markup=False)
    console.print(f"  → {told(finding.remedy)}", markup=False)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what a command refuses into sentences and status 1; faults of ours keep their trace."""
    try:
        yield
    except DeployRefused as error:
        for finding in error.findings:
            show(finding)
        fail(error.message)
    except FieldsRefused as error:
        for field, message in error.errors.items():
            console.print(f"✗ {field}: {told(message)}", markup=False)
        fail(error.message)
    except RestockError as error:
        if error.status == 500:
            raise
        fail(error.message)


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """A command whose refusals are told as sentences."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with refusals():
            return command(*args, **kwargs)

    return wrapped
