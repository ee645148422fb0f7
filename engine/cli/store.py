"""The installation itself: its tables, its demo company, and the proof that its history is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy import delete, insert, select

from engine import demo as company
from engine import shipped
from engine.access import SYSTEM
from engine.audit.checkpoint import read as read_checkpoint
from engine.audit.checkpoint import write as write_checkpoint
from engine.cli.words import console, fail, plainly, say
from engine.commands.deploy import deploy as deploy_files
from engine.config import Settings
from engine.errors import Message, RestockError
from engine.migrations import upgrade
from engine.model.database import Database, connect
from engine.model.instances import setting
from engine.queries.verify import take_checkpoint
from engine.queries.verify import verify as verify_history
from engine.roles import define_missing
from engine.scripted import past
from engine.scripted.filling import Stuck

#: Endings of the files that are deployed from a folder.
DEPLOYABLE = (".bpmn", ".dmn", ".form", ".html")


def settings() -> Settings:
    """The settings of this installation; a dangerous or unreadable one ends the command."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        text = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        fail(Message(zh=f"设置有误：{text}", en=f"A setting is wrong: {text}"))


@contextmanager
def opened() -> Iterator[Database]:
    """The database with today's tables."""
    database = connect(settings())
    try:
        upgrade(database)
        yield database
    finally:
        database.close()


def installed() -> bool:
    """Whether there is a database already."""
    chosen = settings()
    return bool(chosen.database) or (chosen.home / "restock.db").is_file()


def gather(paths: tuple[Path, ...]) -> list[tuple[str, bytes]]:
    """Names and contents of the files among `paths`, folders searched for what can be deployed."""
    found: list[Path] = []
    for path in paths:
        inside = (each for each in sorted(path.rglob("*")) if each.suffix in DEPLOYABLE and each.is_file())
        found += inside if path.is_dir() else [path]
    return [(path.name, path.read_bytes()) for path in found]


def furnish(database: Database, *, with_past: bool = True) -> None:
    """Deploy what is shipped and make the demo company with its past; does nothing when just these files were there before.

    An interrupted one is made up for the next time: what it was is written down last.
    """
    files = gather((shipped.folder() / "processes", shipped.folder() / "forms"))
    row = {"key": "furnished_with", "value": fingerprint(files)}
    with database.read() as connection:
        if (
            connection.execute(select(setting.c.value).where(setting.c.key == row["key"])).scalar()
            == row["value"]
        ):
            return
    company.create(database)
    say("正在建立演示公司，约需一分钟。", "Making the demo company, which takes about a minute.")
    deploy_files(database, files, SYSTEM)
    if with_past:
        _happen(database)
    with database.write() as connection:
        connection.execute(delete(setting).where(setting.c.key == row["key"]))
        connection.execute(insert(setting).values(row))


def _happen(database: Database) -> None:
    """Play the demo company's past; changed procedures may not go with it, and then it stays unfinished."""
    try:
        past.happen(database, database.now())
    except (RestockError, Stuck, LookupError) as error:
        say(
            f"演示公司的过去没有演完，其余照常：{error}",
            f"The demo company's past was not played to its end, everything else is there: {error}",
        )


def fingerprint(files: list[tuple[str, bytes]]) -> str:
    """A hash over names and contents."""
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@click.command(help="建库或升级 · Create the database, or bring it up to date")
@plainly
def init() -> None:
    """The tables exist afterwards; nobody can log in yet."""
    with opened() as database:
        define_missing(database)
        say(
            f"数据库已就绪：{database.url.render_as_string()}。用 restock user add 登录名 --admin 建立第一位管理员。",
            f"The database is ready: {database.url.render_as_string()}. Make the first administrator with `restock user add LOGIN --admin`.",
        )


@click.command(help="建立演示公司 · Make the demo company")
@plainly
def demo() -> None:
    """People, customers, products, stock and sales to try everything with."""
    with opened() as database:
        furnish(database)
        introduce(database)


def introduce(database: Database) -> None:
    """Print who can log in, where this is a demo company."""
    if company.exists(database):
        say(
            f"演示人员（密码均为 {company.PASSWORD}）：",
            f"Demo people (password of all: {company.PASSWORD}):",
        )
        for person in company.PEOPLE:
            console.print(f"  {person.login:<8}{person.name:　<5}{person.works_as}", markup=False)


@click.command(help="校验历史与状态 · Check that history and state are whole")
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="对照检查点文件，可重复 · compare with a checkpoint kept outside, may be repeated",
)
@plainly
def verify(kept: tuple[Path, ...]) -> None:
    """Ends with status 1 when anything does not fit."""
    then = [read_checkpoint(path.read_bytes()) for path in kept]
    with opened() as database:
        report = verify_history(database, checkpoints=then)
    for problem in report.problems:
        console.print(f"✗ {problem.instance_id} {problem.code} {problem.text}", markup=False)
    say(
        f"已检查 {report.instances} 个实例、{report.entries} 条历史，发现 {len(report.problems)} 个问题。",
        f"{report.instances} instances and {report.entries} history entries checked, {len(report.problems)} problems.",
    )
    if report.problems:
        raise SystemExit(1)
    for each in then:
        say(
            f"现有历史是 {each.at:%Y-%m-%d %H:%M:%S} UTC 检查点的延续：当时的 {len(each.chains)} 条链、{each.entries} 条记录一条不少、一字未改。指纹 {each.root}",
            f"The history continues the checkpoint of {each.at:%Y-%m-%d %H:%M:%S} UTC: its {len(each.chains)} chains and {each.entries} entries are all there, unchanged. Fingerprint {each.root}",
        )


@click.command(help="生成检查点 · Write a checkpoint of the whole history, to be kept outside")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path), metavar="[FILE]")
@plainly
def checkpoint(file: Path | None) -> None:
    """Without a file it is printed. Its fingerprint alone, on paper, proves that the file is the same later."""
    with opened() as database:
        taken = take_checkpoint(database)
    if file is None:
        click.echo(write_checkpoint(taken), nl=False)
        return
    file.write_text(write_checkpoint(taken), encoding="ascii")
    say(
        f"已写入 {file}：{len(taken.chains)} 条链、{taken.entries} 条记录。指纹 {taken.root}",
        f"{file} is written: {len(taken.chains)} chains, {taken.entries} entries. Fingerprint {taken.root}",
    )
