"""The same story with one server, and with a server that starts anew after every step."""

from __future__ import annotations

import pytest

from tests.company import Company


class Reborn(Company):
    """A company whose server stops after every step; what is asked next comes from the database alone."""

    def work(self) -> None:
        super().work()
        self._people.clear()
        self.restart()


KINDS = {"one server": Company, "a new server after each step": Reborn}

#: A test of this mark is told twice: its `company` is of either kind.
reloading = pytest.mark.parametrize("company", KINDS.values(), ids=KINDS, indirect=True)
