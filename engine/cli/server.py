"""Serving: the pages, the API and the jobs in one process."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from types import FrameType

import click

from engine.app import create_app
from engine.cli.serving import listen
from engine.cli.store import furnish, introduce, settings
from engine.cli.words import fail, plainly, say
from engine.cli.workers import AT_ONCE
from engine.clock import COMPANY_ZONE
from engine.config import Settings
from engine.connectors.outbox import connectors, deliver_due
from engine.errors import Message
from engine.jobs.embedded import Embedded
from engine.migrations import upgrade
from engine.model.database import Database, connect
from engine.queries import rules
from engine.services.registry import handlers


@click.command(help="启动服务 · Serve the pages, the API and the jobs")
@click.option(
    "--demo",
    is_flag=True,
    help="演示公司 · as the demo company, made or brought up to date first",
)
@plainly
def run(demo: bool) -> None:
    """Ends with SIGTERM or Ctrl-C, after the step at hand; what was acknowledged is kept in any case."""
    chosen = settings()
    database = connect(chosen)
    upgrade(database)
    serve(chosen, database, demo=demo)


def serve(chosen: Settings, database: Database, *, demo: bool) -> None:
    """Listen, make the demo company where it is wanted, tell where, and work until the process is asked to end.

    Whoever listens first need not wait for the demo company to hear that the port is taken.
    """
    signal.signal(signal.SIGTERM, _end)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is everyday work
    app = create_app(chosen, database=database)
    try:
        at_once = AT_ONCE[database.dialect]
        server = listen(app, host=chosen.host, port=chosen.port, threads=chosen.threads, at_once=at_once)
    except OSError as error:
        fail(
            Message(
                zh=f"无法监听 {chosen.host}:{chosen.port}（{error.strerror}）。用 PORT=其他端口 再试。",
                en=f"Cannot listen on {chosen.host}:{chosen.port} ({error.strerror}). Try another PORT.",
            )
        )
    if demo:
        furnish(database)
    ways = connectors(chosen)
    jobs = Embedded(database, handlers(), chosen, sweeps=[lambda now: deliver_due(database, ways, now)])
    jobs.start()
    introduce(database)
    _warn_of_calendar(database)
    address = f"http://{chosen.host}:{server.effective_port}"
    say(f"请打开 {address}", f"Open {address}")
    sys.stdout.flush()
    # What was loaded stays for good: the collector need not walk it again while somebody waits for an answer.
    gc.collect()
    gc.freeze()
    try:
        server.run()
    finally:
        server.close()
        jobs.stop()
        database.close()


def _warn_of_calendar(database: Database) -> None:
    """Say which near year's working days are only estimated."""
    for year in rules.unsure_years(database, database.now().astimezone(COMPANY_ZONE).date()):
        say(
            f"{year} 年的工作日历尚未确认：节假日只是推算，没有调休。请在“规则 → 工作日历”对照国务院通知确认。",
            f"The working days of {year} are not confirmed: holidays are estimated, make-up days missing. "
            "Compare them with the State Council's notice under Rules → Working days.",
        )


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
