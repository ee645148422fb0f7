"""FEEL's built-in functions, a file for each subject. `load` puts them into the table of functions."""

from __future__ import annotations

from importlib import import_module

#: In the order of the reference.
SUBJECTS = (
    "conversion",
    "logic",
    "text",
    "pattern",
    "lists",
    "order",
    "numeric",
    "money",
    "statistics",
    "temporal",
    "business",
    "ranges",
    "contexts",
)


def load() -> None:
    """Have every built-in function in the table; harmless when called again."""
    for subject in SUBJECTS:
        import_module(f"{__name__}.{subject}")
