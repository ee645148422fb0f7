"""The command `restock`: installing, serving, deploying and checking from a terminal."""

from __future__ import annotations

import click

from engine import __version__
from engine.cli.files import deploy, lint
from engine.cli.people import token, user
from engine.cli.server import run
from engine.cli.store import checkpoint, demo, init, verify


@click.group(help="流程引擎 Restock · documented procedures as executable BPMN")
@click.version_option(__version__, prog_name="restock")
def main() -> None:
    """Every command works on the installation in RESTOCK_HOME, by default the folder .restock."""


for command in (init, demo, run, deploy, lint, verify, checkpoint, user, token):
    main.add_command(command)
