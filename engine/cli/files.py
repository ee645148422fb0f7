"""Diagrams, decisions and forms from the terminal: check them, deploy them."""

from __future__ import annotations

from pathlib import Path

import click

from engine.access import SYSTEM
from engine.cli.store import gather, installed, opened
from engine.cli.words import console, fail, plainly, say, show
from engine.commands.deploy import deploy as deploy_files
from engine.commands.known import Known, deployed
from engine.commands.upload import examine
from engine.errors import Message
from engine.queries.people import actor
from engine.services.registry import handlers

Files = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE|FOLDER…"
)


@click.command(help="部署文件 · Deploy diagrams, decisions, forms and slips together")
@Files
@click.option(
    "--as", "login", metavar="LOGIN", help="以谁的名义 · whose deployment it is (default: the system's)"
)
@click.option("--note", default="", help="说明 · why")
@plainly
def deploy(paths: tuple[Path, ...], login: str | None, note: str) -> None:
    """All files become one release, or none does and the findings say why."""
    with opened() as database:
        who = actor(database, login) if login else SYSTEM
        done = deploy_files(database, gather(paths), who, note=note)
    for finding in done.findings:
        show(finding)
    for item in done.definitions:
        state = "新版本 new version" if item.changed else "未变 unchanged"
        console.print(f"  {item.kind:<8} {item.key} {item.version}  {state}", markup=False)
    say(f"部署批次 {done.release}。", f"Release {done.release}.")


@click.command(help="检查文件 · Check files without deploying them")
@Files
@plainly
def lint(paths: tuple[Path, ...]) -> None:
    """Ends with status 1 when a file would be refused: what a diagram refers to must come with it or be deployed."""
    files = gather(paths)
    _, findings = examine(files, _known())
    for finding in findings:
        show(finding)
    errors = sum(finding.severity == "error" for finding in findings)
    say(
        f"检查了 {len(files)} 个文件：{errors} 个错误，{len(findings) - errors} 个警告。",
        f"{len(files)} files checked: {errors} errors, {len(findings) - errors} warnings.",
    )
    if errors:
        fail(Message(zh="有文件不能部署。", en="Some files cannot be deployed."))


def _known() -> Known:
    """What the installation has already; without one, nothing but what is being checked."""
    if not installed():
        return Known(frozenset(handlers()))
    with opened() as database, database.read() as connection:
        return deployed(connection)
