"""One figure a line: what was measured, the result, and what we aim at."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement: its name, its value as text with unit, and the target where there is one."""

    name: str
    value: str
    target: str = ""


def show(figures: list[Figure], machine: str) -> None:
    """Print the table."""
    table = Table(title="Restock", caption=machine, title_justify="left", caption_justify="left")
    table.add_column("measured")
    table.add_column("value", justify="right")
    table.add_column("target", justify="right")
    for figure in figures:
        table.add_row(figure.name, figure.value, figure.target)
    Console(width=110).print(table)
