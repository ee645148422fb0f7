"""A start form that is sent more than once."""

from __future__ import annotations

import lxml.html

from tests.company import Company, answers_form, fill, form_data, multi

CALL = {"kind": "咨询", "channel": "phone", "customer_name": "王女士", "phone": "13800000000"}


def test_a_start_form_is_sent_again_with_other_answers(company: Company) -> None:
    """Twice the same starts once; other answers, after a step back, start nothing, are kept, and then start another."""
    lin = company.person("lin")
    form = answers_form(lin.get("/starts/after_sales"))
    assert not fill(form, {**CALL, "description": "几时到货"})
    first = lin.client.post("/starts/after_sales", data=multi(form_data(form)))
    twice = lin.client.post("/starts/after_sales", data=multi(form_data(form)))

    assert not fill(form, {"description": "能否改地址"})
    other = lin.client.post("/starts/after_sales", data=multi(form_data(form)))

    assert (303, 303, 409) == (first.status_code, twice.status_code, other.status_code)
    assert first.location == twice.location
    page = lxml.html.fromstring(other.get_data(as_text=True))
    assert "还没有发起" in page.findtext(".//*[@role='alert']/p")
    kept = answers_form(page)
    assert "能否改地址" == kept.fields["description"].strip()
    another = lin.client.post("/starts/after_sales", data=multi(form_data(kept)))
    assert 303 == another.status_code
    assert first.location != another.location
