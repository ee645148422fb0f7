"""Fields may be called what they like, also what a form in a browser has already."""

from __future__ import annotations

import json
import re

import pytest
from werkzeug.datastructures import MultiDict

from engine.form import read
from engine.form.shadowed import input_name

KEYS = ("matches", "submit", "name", "quantity", "onclick")


def form():
    """A form whose keys are a form element's own properties."""
    fields = [{"type": "textfield", "id": f"f_{key}", "key": key, "label": key} for key in KEYS]
    return read(json.dumps({"type": "default", "id": "clash", "components": fields}))


def test_shadowing_names_are_dotted_and_read_back():
    """What is posted under the inputs' names arrives under the fields' keys."""
    drawn = str(form().fields({}, {}, {}, "en"))
    names = re.findall(r'<input[^>]* name="([^"]+)"', drawn)

    posted = MultiDict([(name, f"to {name}") for name in names if not name.startswith("_")])

    assert {".matches", ".submit", ".name", "quantity", ".onclick"} == set(posted)
    assert {key: f"to {input_name(key)}" for key in KEYS} == form().from_post(posted, {})


@pytest.mark.browser
def test_every_property_of_a_form_in_chromium_is_known(chromium):
    """No input can hide anything that scripts ask a form for."""
    every = "(() => {const names = new Set(); for (let o = document.createElement('form'); o; o = Object.getPrototypeOf(o)) Object.getOwnPropertyNames(o).forEach(n => names.add(n)); return [...names]})()"
    page = chromium.new_page()
    names = page.evaluate(every)
    page.context.close()

    plain = [name for name in names if re.fullmatch("[a-z][A-Za-z]*", name)]
    assert [] == [name for name in plain if input_name(name) == name]
