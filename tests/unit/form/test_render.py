"""Forms as people see them: without scripts, for every reader, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from lxml import html

from engine.errors import Message
from engine.form import Page

NAME = {
    "type": "textfield",
    "key": "name",
    "label": "名称",
    "description": "全称",
    "validate": {"required": True},
    "properties": {"en": "Name", "en_description": "In full"},
}
LINES = {
    "type": "dynamiclist",
    "path": "lines",
    "label": "货品",
    "components": [
        {"type": "textfield", "id": "sku", "key": "sku", "label": "货号"},
        {
            "type": "number",
            "id": "qty",
            "key": "quantity",
            "label": "数量",
            "decimalDigits": 0,
            "validate": {"min": 0},
        },
    ],
}
ROWS = {"lines": [{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": Decimal(1200)}]}


def drawn(form, values=None, errors=None, context=None, locale="zh_CN", page=None):
    """The rendered form as a tree."""
    values = form.initial(context or {}) if values is None else values
    return html.fromstring(str(form.render(values, errors or {}, context or {}, locale, page)))


def test_every_input_has_its_label(form):
    """Each input, select and textarea that is seen has exactly one label, or a legend around its group."""
    options = [{"label": "甲", "value": "a"}]
    kinds = [
        "textarea",
        "number",
        "checkbox",
        "checklist",
        "radio",
        "select",
        "taglist",
        "datetime",
        "filepicker",
    ]
    asked = form(
        NAME,
        LINES,
        *(
            {"type": kind, "key": f"k{kind}", "label": kind, "dateLabel": kind, "values": options}
            for kind in kinds
        ),
    )

    tree = drawn(asked, context=ROWS)

    inputs = [one for one in tree.xpath("//input|//select|//textarea") if one.get("type") != "hidden"]
    assert 14 <= len(inputs)
    assert [1] * len(inputs) == [len(tree.xpath("//label[@for=$id]", id=one.get("id"))) for one in inputs]
    assert len({one.get("id") for one in inputs}) == len(inputs)
    assert all(tree.xpath("//fieldset[.//*[@type='radio']]/legend/text()"))


def test_errors_lead_to_their_fields(form):
    """The summary above links to each field with an error, and the field says it by id."""
    asked = form(NAME, LINES)
    errors = {
        "name": Message(zh="请填写。", en="Fill in."),
        "lines[1].quantity": Message(zh="太多。", en="Too many."),
        "gone": Message(zh="没有。", en="None."),
    }

    tree = drawn(asked, ROWS, errors, ROWS)

    links = tree.xpath("//*[@id='f-errors']//a")
    assert [("#f-name", "名称"), ("#f-lines-1-quantity", "第 2 行 数量")] == [
        (one.get("href"), one.text) for one in links
    ]
    assert "gone" in tree.xpath("string(//*[@id='f-errors'])")
    field = tree.get_element_by_id("f-lines-1-quantity")
    assert ("true", "f-lines-1-quantity-error") == (field.get("aria-invalid"), field.get("aria-describedby"))
    assert "太多。" in tree.get_element_by_id("f-lines-1-quantity-error").text_content()
    assert "f-name-help f-name-error" == tree.get_element_by_id("f-name").get("aria-describedby")


def test_speaks_english(form):
    """Labels, help, options and furniture are English where the form gives it."""
    asked = form(
        NAME,
        {
            "type": "select",
            "key": "unit",
            "label": "单位",
            "values": [{"label": "箱", "value": "box"}],
            "properties": {"en": "Unit", "en_options": "box=Box"},
        },
    )

    text = drawn(asked, locale="en").text_content()

    assert ["Name", "In full", "Unit", "Box", "Submit", "required"] == [
        word for word in ("Name", "In full", "Unit", "Box", "Submit", "required") if word in text
    ]
    assert "单位" not in text


def test_no_script_and_no_style(form):
    """Nothing in a form runs or styles inline, whatever its texts and values hold."""
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="x'
    asked = form(
        {**NAME, "label": evil, "description": evil},
        {"type": "text", "text": f"{evil} {{{{evil}}}} [x](javascript:alert(1))"},
        {
            "type": "html",
            "content": f'<p style="x" onclick="y">{evil}{{{{evil}}}}</p><iframe src="//e"></iframe>',
        },
        {"type": "image", "source": "javascript:alert(1)", "alt": evil},
        {"type": "image", "source": "https://example.com/x.png", "alt": "far"},
        {
            "type": "table",
            "label": evil,
            "dataSource": "=[{a: evil}]",
            "columns": [{"key": "a", "label": evil}],
        },
        {"type": "radio", "key": "r", "label": "r", "values": [{"label": evil, "value": evil}]},
        LINES,
    )
    context = {"evil": evil, "lines": [{"sku": evil}]}

    tree = drawn(
        asked, {"name": evil, "lines": [{"sku": evil}]}, {"name": Message(zh=evil, en=evil)}, context
    )

    assert [] == tree.xpath("//script|//style|//iframe|//img|//@style|//a[starts-with(@href,'javascript')]")
    assert [] == [name for one in tree.iter() for name in one.attrib if name.startswith("on")]


def test_values_stay_text_in_markdown(form):
    """A value put into Markdown neither formats nor links nor begins a heading."""
    asked = form({"type": "text", "text": "## 备注\n{{note}}"})

    tree = drawn(asked, context={"note": "# *a* [b](https://c)\n> d"})

    assert "# *a* [b](https://c)" in tree.text_content()
    assert [] == tree.xpath("//*[contains(@class,'rf-prose')]//a|//h1|//blockquote|//em")


def test_conditions_follow_the_answers(form):
    """What is hidden is not drawn; what the answers show is."""
    asked = form(
        {"type": "checkbox", "key": "split", "label": "分批"},
        {"type": "textarea", "key": "why", "label": "原因", "conditional": {"hide": "=not(split)"}},
    )

    assert [] == drawn(asked, {"split": False}).xpath("//textarea")
    assert ["why"] == drawn(asked, {"split": True}).xpath("//textarea/@name")


def test_locked_fields_post_nothing(form):
    """Read-only and disabled fields show their value and have no name."""
    asked = form(
        {**NAME, "readonly": True},
        {**NAME, "key": "b", "disabled": True},
        {"type": "radio", "key": "c", "label": "c", "readonly": True, "values": ["x"]},
        {"type": "checkbox", "key": "d", "label": "d", "readonly": "=true"},
    )

    tree = drawn(asked, context={"name": "王", "c": "x"})

    assert [] == tree.xpath("//*[@name]/@name")
    assert "王" == tree.get_element_by_id("f-name").get("value")


def test_rows_come_and_go_by_buttons(form):
    """Rows are added and removed by submit buttons, each row knows where it came from, and Enter does not press them."""
    tree = drawn(form(LINES), context=ROWS)

    assert ["remove:lines:0", "remove:lines:1", "add:lines"] == tree.xpath("//button[@name='_action']/@value")
    assert ["0", "1"] == tree.xpath("//input[@name='lines[0]._row' or @name='lines[1]._row']/@value")
    assert tree.xpath("//button")[0].get("name") is None
    assert tree.xpath("//table//label[@for='f-lines-1-sku']")[0].text_content().startswith("货号，第 2 行")


def test_inputs_suit_phones(form):
    """Keyboards, native pickers and the camera fit what is asked."""
    asked = form(
        {**NAME, "key": "mail", "validate": {"validationType": "email"}},
        {
            **NAME,
            "key": "mobile",
            "validate": {"pattern": "^1[3-9][0-9]{9}$"},
            "properties": {"autocomplete": "tel"},
        },
        {"type": "number", "key": "count", "label": "件数", "decimalDigits": 0, "validate": {"min": 0}},
        {"type": "datetime", "key": "on", "subtype": "date", "dateLabel": "日期"},
        {"type": "datetime", "key": "at", "subtype": "datetime", "dateLabel": "时刻", "timeInterval": 30},
        {"type": "filepicker", "key": "photo", "label": "照片", "accept": "image/*"},
    )
    tree = drawn(asked, context={"at": "2026-11-21T06:30Z"})

    def attributes(key, *names):
        field = tree.get_element_by_id(f"f-{key}")
        return tuple(field.get(name) for name in names)

    assert ("email", "email") == attributes("mail", "type", "autocomplete")
    assert ("numeric", "tel") == attributes("mobile", "inputmode", "autocomplete")
    assert ("text", "numeric") == attributes("count", "type", "inputmode")
    assert ("date",) == attributes("on", "type")
    assert ("datetime-local", "1800", "2026-11-21T14:30") == attributes("at", "type", "step", "value")
    assert ("environment", "image/*") == attributes("photo", "capture", "accept")


def test_the_browser_knows_until_when_something_can_have_happened(form):
    """What has happened has today as its last day, until the day's last minute where a time is asked too."""
    happened = {"type": "datetime", "dateLabel": "送达", "properties": {"happened": "true"}}
    asked = form(
        {**happened, "key": "day", "subtype": "date"}, {**happened, "key": "moment", "subtype": "datetime"}
    )
    page = Page(now=datetime(2026, 11, 20, 16, 30, tzinfo=UTC))
    tree = drawn(asked, page=page)

    assert ["2026-11-21", "2026-11-21T23:59"] == [
        tree.get_element_by_id(f"f-{key}").get("max") for key in ("day", "moment")
    ]


def test_htmx_draws_again_and_keeps_drafts(form):
    """With addresses given, what is typed is drawn again and kept; without, the form is plain HTML."""
    asked = form(NAME, LINES)

    tree = drawn(
        asked, page=Page(preview_url="/preview", draft_url="/draft", action_url="/done", hidden={"_key": "k"})
    )
    fields = tree.get_element_by_id("f-fields")

    assert ("/preview", "change from:closest form delay:200ms") == (
        fields.get("hx-post"),
        fields.get("hx-trigger"),
    )
    assert ["/draft"] == tree.xpath("//*[@role='status']/@hx-post")
    assert ("/done", "k") == (tree.get("action"), tree.xpath("string(//input[@name='_key']/@value)"))
    assert [] == drawn(asked).xpath("//@*[starts-with(name(), 'hx-post')]")


def test_long_lists_fold(form):
    """Rows beyond the fifth are folded away until something is wrong."""
    many = {"lines": [{"sku": str(at), "quantity": at} for at in range(8)]}
    asked = form(LINES)

    assert ["其余 3 行"] == drawn(asked, context=many).xpath("//details/summary/text()")
    assert [] == drawn(asked, many, {"lines[7].sku": Message(zh="错", en="wrong")}, many).xpath("//details")


def test_a_completed_form_is_text(form, shelf):
    """Reading a completed form shows labels and words, options by name, numbers grouped, and no input."""
    asked = form(
        NAME,
        {**LINES},
        {"type": "checklist", "key": "papers", "label": "单据", "values": [{"label": "发票", "value": "i"}]},
        {"type": "filepicker", "key": "files", "label": "附件"},
        {"type": "checkbox", "key": "ok", "label": "核对"},
    )
    values = {"name": "和顺", "papers": ["i"], "files": [shelf.put("d1", "合同.pdf")], "ok": True, **ROWS}
    page = Page(file_url=lambda reference: f"/files/{reference['documentId']}")

    tree = html.fromstring(str(asked.shown(values, values, "zh_CN", page)))

    assert [] == tree.xpath("//input|//button|//select|//textarea")
    text = tree.text_content()
    assert ["和顺", "发票", "合同.pdf", "是", "1,200"] == [
        word for word in ("和顺", "发票", "合同.pdf", "是", "1,200") if word in text
    ]
    assert ["/files/d1"] == tree.xpath("//a/@href")


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_shows_again_what_was_typed(form, locale):
    """What could not be taken stays in its field as it was typed."""
    asked = form(
        {"type": "number", "key": "amount", "label": "金额"},
        {"type": "datetime", "key": "on", "dateLabel": "日期"},
    )

    tree = drawn(asked, {"amount": "十二", "on": "2026-02-30"}, locale=locale)

    assert ["十二", "2026-02-30"] == [
        tree.get_element_by_id(f"f-{key}").get("value") for key in ("amount", "on")
    ]


def test_columns_and_heights_are_classes(form):
    """The sixteen-column layout and preview heights are classes of the style sheet."""
    from pathlib import Path

    import engine

    css = (Path(engine.__file__).parent / "web/static/form.css").read_text(encoding="utf-8")
    asked = form(
        {**NAME, "layout": {"row": "r", "columns": 10}},
        {**NAME, "key": "b", "layout": {"row": "r", "columns": None}},
        {"type": "documentPreview", "label": "d", "dataSource": "=docs", "maxHeight": 320},
    )
    docs = [{"documentId": "d", "metadata": {"fileName": "a.png", "contentType": "image/png"}}]

    tree = drawn(asked, context={"docs": docs}, page=Page(file_url=lambda _: "/f"))

    assert ["rf-col rf-10", "rf-col rf-auto"] == tree.xpath("//*[contains(@class,'rf-row')][1]/div/@class")[
        :2
    ]
    assert ["img-fluid rf-tall-300"] == tree.xpath("//img/@class")
    assert all(f".rf-{count} " in css for count in range(1, 17))
    assert all(f".rf-tall-{tall} " in css for tall in range(50, 1001, 50))


def test_numbers_are_not_broken(form):
    """Lines break neither inside the number of an order, an article or a day, nor before a dot or a unit."""
    # given
    asked = form(
        {
            "type": "text",
            "text": "订单 **{{no}}** · {{sku}}，{{day}} 发货 [x](https://a.example/SO2026-000001)",
        },
        {"type": "table", "dataSource": "=rows", "columns": [{"key": "sku", "label": "编码"}]},
    )
    context = {"no": "SO2026-000001", "sku": "ZP-1001", "day": "2026-03-20", "rows": [{"sku": "ZD-6001"}]}

    # when
    page = drawn(asked, context=context)

    # then
    whole = ["SO2026-000001", "ZP-1001", "2026-03-20", "ZD-6001"]
    assert whole == page.xpath('//span[@class="rf-unbroken"]/text()')
    assert ["https://a.example/SO2026-000001"] == page.xpath("//a/@href"), "addresses stay as they are"
    assert "SO2026-000001\u00a0· ZP-1001，2026-03-20\u00a0发货" in page.text_content()


def test_hostile_values_stay_text(form):
    """What keeps numbers whole makes no markup of a value, wherever it stands."""
    # given
    hostile = '<b title="SO2026-000001">ZP-1001</b>'
    asked = form(
        {"type": "text", "text": "{{note}}"},
        {"type": "table", "dataSource": "=rows", "columns": [{"key": "note", "label": "备注"}]},
    )

    # when
    page = drawn(asked, context={"note": hostile, "rows": [{"note": hostile}]})

    # then
    assert [] == page.xpath("//b")
    assert 2 == page.text_content().count(hostile)


def test_empty_text_takes_no_room(form):
    """A text that has nothing to say at the moment leaves no gap."""
    # given
    asked = form({"type": "text", "text": "{{#if note != null}}{{note}}{{/if}}"})

    # then
    assert [] == drawn(asked, context={"note": None}).xpath('//div[@class="rf-prose"]')
    assert 1 == len(drawn(asked, context={"note": "请尽快"}).xpath('//div[@class="rf-prose"]'))


def test_files_to_read_say_nothing_of_uploads(form):
    """Files that are only shown say nothing of the kinds that can be uploaded."""
    # given
    photos = {"type": "filepicker", "key": "photos", "label": "照片", "accept": "image/*"}

    # then
    assert ["可用：图片"] == drawn(form(photos)).xpath('//div[@class="form-text"]/text()')
    assert [] == drawn(form({**photos, "readonly": True})).xpath('//div[@class="form-text"]')


def test_chinese_sets_no_space_after_a_sign(form):
    """Bold words that end in a full-width sign stand next to what follows; English keeps its space."""
    # given
    asked = form(
        {"type": "text", "text": "**没有签批：** 账上不足", "properties": {"en": "**Not signed:** short"}}
    )

    # then
    assert "没有签批：账上不足" in drawn(asked).text_content()
    assert "Not signed: short" in drawn(asked, locale="en").text_content()
