"""Which pages of a task are worth a picture."""

from __future__ import annotations

from docs.forms import fields


def test_rows_are_one_and_hidden_fields_do_not_count() -> None:
    """Two rows of a table are no news, and nobody sees a key; what is chosen, typed or pressed counts."""
    page = """
        <input type="hidden" name="_key" value="1">
        <input class="form-control" type="text" name="lines[0].qty"><input type="text" name="lines[1].qty">
        <select name="kind"></select><textarea rows="3" name="note"></textarea>
        <button type="submit" name="_action" value="add:lines">+</button><button class="btn">Submit</button>
    """

    assert {"lines[].qty", "kind", "note", "_action"} == fields(page)
