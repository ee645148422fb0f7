"""The tables of the main job, of store replenishment and of after-sales."""

from __future__ import annotations

from engine.migrations.statements import execute

revision = "first"
down_revision = None


def upgrade() -> None:
    """Make the tables: their statements stand beside this file, one file for each database."""
    execute(revision)
