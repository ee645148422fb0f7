"""People from the terminal: the first administrator, roles, passwords, tokens."""

from __future__ import annotations

import sys
from datetime import timedelta

import click
import pyotp

from engine.access import SYSTEM
from engine.cli.store import opened
from engine.cli.words import fail, plainly, say
from engine.commands import second_factor, sessions, tokens, users
from engine.errors import Message
from engine.queries import people
from engine.roles import define_missing

Login = click.argument("login", metavar="LOGIN")
Password = click.option(
    "--password-stdin", is_flag=True, help="从标准输入读密码 · read the password from standard input"
)


@click.group(help="人员 · People who can log in")
def user() -> None:
    """A fresh database has none."""


@user.command("add", help="新增人员 · Add a person")
@Login
@click.option("--name", default="", help="姓名 · name shown (default: LOGIN)")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="角色,可重复 · a role, may be repeated")
@click.option("--admin", is_flag=True, help="管理员 · an administrator")
@Password
@plainly
def add(login: str, name: str, roles: tuple[str, ...], admin: bool, password_stdin: bool) -> None:
    """The password is asked for, never taken from the command line, where others could read it."""
    password = _password(from_stdin=password_stdin)
    with opened() as database:
        define_missing(database)
        chosen = (*roles, "admin") if admin else roles
        users.create_user(database, login, name or login, SYSTEM, password=password, roles=chosen)
    say(f"已新增 {login}。", f"{login} was added.")


@user.command("password", help="设置密码 · Set a password; ends the person's sessions")
@Login
@Password
@plainly
def password(login: str, password_stdin: bool) -> None:
    """Every login of the person has to be made again."""
    new = _password(from_stdin=password_stdin)
    with opened() as database:
        users.set_password(database, login, new, SYSTEM)
    say(f"{login} 的密码已更新。", f"The password of {login} was set.")


@user.command("roles", help="设置角色 · Give a person exactly these roles")
@Login
@click.argument("roles", nargs=-1, metavar="ROLE…")
@plainly
def change_roles(login: str, roles: tuple[str, ...]) -> None:
    """Roles not named are taken away."""
    with opened() as database:
        users.set_roles(database, login, roles, SYSTEM)
    say(f"{login} 的角色：{'、'.join(roles) or '无'}。", f"Roles of {login}: {', '.join(roles) or 'none'}.")


@user.command("role", help="新建岗位或改其名称 · Make a role, or rename one; what it may do stays")
@click.argument("key", metavar="KEY")
@click.argument("zh", metavar="CHINESE")
@click.argument("en", metavar="ENGLISH")
@plainly
def make_role(key: str, zh: str, en: str) -> None:
    """Lanes and groups of diagrams name it by its key."""
    with opened() as database:
        define_missing(database)
        users.define_role(database, key, zh, en, SYSTEM)
    say(f"岗位 {key}：{zh}。", f"Role {key}: {en}.")


@user.command("disable", help="停用 · Let a person in no more")
@Login
@plainly
def disable(login: str) -> None:
    """What the person did stays in the history."""
    with opened() as database:
        users.set_active(database, login, False, SYSTEM)
    say(f"{login} 已停用。", f"{login} can no longer log in.")


@user.command("link", help="一次性链接 · Print a link by which a person sets a password, once, within a day")
@Login
@plainly
def link(login: str) -> None:
    """Nobody but the person ever knows the password; the link alone stands on the line."""
    with opened() as database:
        secret = sessions.one_time_link(database, login, SYSTEM)
        base = database.settings.base_url if database.settings else ""
        click.echo(f"{base.rstrip('/')}/welcome/{secret}")


@user.command(
    "code", help="动态验证码 · Demand a one-time code from a person who logs in or signs, or (--off) no more"
)
@Login
@click.option("--off", is_flag=True, help="取消 · no code any more")
@plainly
def code(login: str, off: bool) -> None:
    """The address for the authenticator app is shown once: it holds the secret."""
    secret = "" if off else pyotp.random_base32()
    with opened() as database:
        users.set_totp(database, login, secret, SYSTEM)
    if off:
        say(f"{login} 不再需要动态验证码。", f"{login} needs no code any more.")
    else:
        click.echo(second_factor.address(secret, login))


@user.command(
    "substitute", help="代理 · Let SUBSTITUTE do ABSENT's tasks for so many days, or (--end) no more"
)
@click.argument("absent", metavar="ABSENT")
@click.argument("stand_in", metavar="SUBSTITUTE")
@click.option(
    "--days", type=click.IntRange(1, 366), default=7, help="从现在起的天数 · days from now (default: 7)"
)
@click.option("--role", metavar="ROLE", help="只代理此岗位 · in this role only (default: in everything)")
@click.option("--end", is_flag=True, help="结束 · end it at once")
@plainly
def substitute(absent: str, stand_in: str, days: int, role: str | None, end: bool) -> None:
    """Both names stand in the history of whatever is done so."""
    with opened() as database:
        if end:
            users.end_substitution(database, absent, stand_in, SYSTEM)
            say(f"{stand_in} 不再代理 {absent}。", f"{stand_in} stands in for {absent} no more.")
            return
        now = database.now()
        until = now + timedelta(days=days)
        users.substitute(database, absent, stand_in, now, until, SYSTEM, role=role)
    say(f"{stand_in} 代理 {absent} {days} 天。", f"{stand_in} stands in for {absent} for {days} days.")


@user.command("list", help="列出人员 · List people")
@plainly
def list_people() -> None:
    """Login, name and roles, one person a line."""
    with opened() as database:
        for person in people.all_users(database):
            click.echo(f"{person.login}\t{person.name}\t{' '.join(sorted(person.roles))}")


@click.command(help="访问令牌 · Print a bearer token for the API, list a person's tokens, or revoke them")
@Login
@click.option("--name", help="用途 · what it is for; with --revoke only those of this name")
@click.option(
    "--days", type=click.IntRange(1, 3650), help="有效天数 · valid for so many days (default: no end)"
)
@click.option("--list", "listed", is_flag=True, help="列出 · list those that are valid")
@click.option("--revoke", is_flag=True, help="撤销 · make them worthless")
@plainly
def token(login: str, name: str | None, days: int | None, listed: bool, revoke: bool) -> None:
    """The token alone on a line, so that scripts can take it; it cannot be shown again."""
    if revoke and listed:
        raise click.UsageError("--list | --revoke")
    with opened() as database:
        if revoke:
            count = tokens.revoke_tokens(database, login, SYSTEM, name=name)
            say(f"已撤销 {count} 个令牌。", f"{count} tokens revoked.")
        elif listed:
            _list_tokens(people.tokens(database, login))
        else:
            given = tokens.create_token(database, login, name or "restock token", SYSTEM, days=days)
            click.echo(given)


def _list_tokens(found: list[people.Token]) -> None:
    """Name, when it was made, last used and ends, one token a line; "-" for never."""
    for each in found:
        times = (each.created_at, each.used_at, each.expires_at)
        told = "\t".join(time.isoformat(" ", "minutes") if time else "-" for time in times)
        click.echo(f"{each.name}\t{told}")


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = str(click.prompt("密码 Password", hide_input=True, confirmation_prompt="再次输入 Repeat"))
    if not given:
        fail(Message(zh="密码不能为空。", en="The password is empty."))
    return given
