"""Any JSON value survives: it is kept exactly, or refused; never does it make an instance unreadable."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.commands.start import WrongBusinessKey, start
from engine.errors import Refused, RestockError
from engine.feel.values import to_plain
from engine.queries import task as tasks
from engine.queries.instance import view
from tests.contract.company import Company

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.text(max_size=20)
    | st.decimals(-(10**6), 10**6, places=2).map(float),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["typename", "$", "v", "__class__", "kind"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(value=ANYTHING)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_value_survives(company: Company, value: Any) -> None:
    """What goes in as a variable comes out the same after the state was written and read, on both databases."""
    if not company.db.cache.get("deployed"):
        company.deploys("ship.bpmn")
        company.db.cache["deployed"] = True
    liu = company.person("liu")
    try:
        started = start(company.db, "ship", {"x": value}, liu)
    except Refused:
        return

    assert value == to_plain(view(company.db, started.instance_id, liu).variables[0].value)
    assert value == to_plain(tasks.view(company.db, started.tasks[0], liu).context["x"])


def test_invisible_characters_are_refused_or_kept(company: Company) -> None:
    """NUL and lone surrogates: what one of the databases could not keep is refused on both."""
    company.deploys("ship.bpmn")
    liu = company.person("liu")

    kept = start(company.db, "ship", {"x": "a\x00b"}, liu)
    assert "a\x00b" == view(company.db, kept.instance_id, liu).variables[0].value
    with pytest.raises(RestockError) as refused:
        start(company.db, "ship", {"x": "\ud800"}, liu)
    assert refused.value.status in (422, 500)
    for wrong in ("a\x00b", "x" * 201, "\ud800"):
        with pytest.raises(WrongBusinessKey):
            start(company.db, "ship", {}, liu, business_key=wrong)
    company.is_sound()
