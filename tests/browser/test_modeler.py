"""Diagrams as the stock modeller saves them, drawn on our pages."""

from __future__ import annotations

import pytest

from engine.access import SYSTEM
from engine.commands.deploy import deploy
from tests.web.test_modeler import FILES

pytestmark = pytest.mark.browser


def test_a_collapsed_sub_process_opens(desk):
    """While work waits inside, its arrow leads in, the task is there with its badge, and a crumb leads out again."""
    # given
    lin, site = desk.site.person("lin"), desk.site
    deploy(site.database, [(file.name, file.read_bytes()) for file in FILES], SYSTEM)
    task = lin.post("/starts/parcel_desk", data={"_key": ""}).location.rsplit("/", 1)[1]
    lin.post(f"/tasks/{task}/complete", data={"sender": "王", "weight": "2"})
    page = desk.sit("lin")
    page.goto(f"/instances/{task.split('-')[0]}")
    page.wait_for_selector("[data-drawn=yes]")
    inside = page.locator("[data-element-id=put_on_shelf]")
    before = inside.is_visible()
    arrow = page.get_attribute(".bjs-drilldown", "title")

    # when
    page.click(".bjs-drilldown")
    inside.wait_for(state="visible")
    badge = page.locator("[data-container-id=put_on_shelf] .badge-on-canvas").is_visible()
    page.click(".bjs-breadcrumbs li:first-child")
    page.locator("[data-element-id=register_parcel]").wait_for(state="visible")

    # then
    assert (False, True, False) == (before, badge, inside.is_visible())
    assert "看里面：上架" == arrow
