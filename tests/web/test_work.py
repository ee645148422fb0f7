"""The way of an order through the pages, as people at their browsers see it."""

from __future__ import annotations

import io
import re

from tests.web.support import FILES, ORDER, Site, hidden, recorded, words


def test_start_shows_only_what_one_may_start(site: Site):
    """Customer service sees its card, the warehouse an empty page that says why."""
    assert "前台接单，财务会签" in words(site.person("lin").get("/starts"))
    assert "The desk takes an order" in words(site.person("zhao", locale="en").get("/starts"))

    other = site.person("liu")
    assert "没有可发起的流程" in words(other.get("/starts"))
    assert 404 == other.post("/starts/desk").status_code


def test_subjects_speak_both_languages(site: Site):
    """The inbox, the task and the instance say what it is about in the reader's language, and both are found."""
    lin, chen = site.person("lin"), site.person("chen")
    page = lin.get(f"/tasks/{site.start(lin)}")
    task = lin.post(
        page.request.path + "/complete",
        data={**ORDER, "_key": hidden(page, "_key"), "_shown": hidden(page, "_shown")},
    )
    assert 303 == task.status_code
    number = page.request.path.split("/")[2].split("-")[0]

    chinese = [words(chen.get(url)) for url in ("/inbox?scope=group", f"/instances/{number}")]
    english = site.person("chen", locale="en")
    said = [words(english.get(url)) for url in ("/inbox?scope=group&q=pieces", f"/instances/{number}")]

    assert [True, True] == [" 件" in text for text in chinese]
    assert [True, True] == [" pieces" in text for text in said]


def test_order_from_start_to_signature(site: Site):
    """Start, fill in, sign: each page shows what matters, and the history tells it."""
    lin, chen = site.person("lin"), site.person("chen")

    task = site.start(lin)
    page = lin.get(f"/tasks/{task}")
    assert "您好，请问要订什么" in words(page)
    assert "问清货品和数量" in words(page)
    assert "Ask for goods" not in words(page)
    assert "财务签字" in words(page)

    done = lin.post(
        f"/tasks/{task}/complete",
        data={**ORDER, "_key": hidden(page, "_key"), "_shown": hidden(page, "_shown")},
    )
    assert 303 == done.status_code

    assert "和顺商行 🚚" in words(chen.get("/inbox"))
    signing = f"{task.split('-')[0]}-{site.open_task(task.split('-')[0])}"
    page = chen.get(f"/tasks/{signing}")
    assert "签字表示订单无误" in words(page)
    assert "D-1" in words(page)

    answer = chen.post(
        f"/tasks/{signing}/sign",
        data={"decision": "sign", "password": "restock-demo", "_shown": hidden(page, "_shown")},
    )
    assert 303 == answer.status_code, words(answer)

    history = words(lin.get(f"/instances/{task.split('-')[0]}"))
    assert "已完成" in history
    assert "链完整" in history
    assert "陈会计" in words(lin.get(f"/instances/{task.split('-')[0]}?tab=signatures"))
    assert "和顺商行 🚚" in words(lin.get(f"/instances/{task.split('-')[0]}?tab=variables"))


def test_wrong_answers_come_back_with_everything_typed(site: Site):
    """What is wrong is said beside its field, status 422, and nothing typed is lost."""
    lin = site.person("lin")
    task = site.start(lin)

    answer = lin.post(
        f"/tasks/{task}/complete",
        data={"name": "和顺商行", "qty": "-3", "invoice": "on", "title": "抬头 <b>"},
    )

    assert 422 == answer.status_code
    assert 'value="和顺商行"' in answer.text
    assert 'value="-3"' in answer.text
    assert "抬头 &lt;b&gt;" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_unknown_field_is_refused(site: Site):
    """A field that the form does not have changes nothing."""
    lin = site.person("lin")
    task = site.start(lin)

    answer = lin.post(f"/tasks/{task}/complete", data={**ORDER, "approved": "on"})

    assert 422 == answer.status_code


def test_second_submit_is_harmless(site: Site):
    """The same form sent twice counts once; sent by another tab later it says what happened meanwhile."""
    lin = site.person("lin")
    task = site.start(lin)
    key = hidden(lin.get(f"/tasks/{task}"), "_key")

    first = lin.post(f"/tasks/{task}/complete", data={**ORDER, "_key": key})
    again = lin.post(f"/tasks/{task}/complete", data={**ORDER, "_key": key})
    later = lin.post(f"/tasks/{task}/complete", data={**ORDER, "_key": "another"})

    assert (303, 303, 409) == (first.status_code, again.status_code, later.status_code)
    assert first.location == again.location
    assert "林晓雨 已于" in words(later)
    assert "没有重复计入" in words(later)


def test_other_answers_from_a_page_sent_before_are_not_taken_for_the_first(site: Site):
    """A step back in the browser, other answers, sent again: it says that they were not taken over."""
    lin = site.person("lin")
    task = site.start(lin)
    key = hidden(lin.get(f"/tasks/{task}"), "_key")
    lin.post(f"/tasks/{task}/complete", data={**ORDER, "_key": key})

    changed = {name: value + "9" if value.isdigit() else value for name, value in ORDER.items()}
    other = lin.post(f"/tasks/{task}/complete", data={**changed, "_key": key})

    assert ORDER != changed
    assert 409 == other.status_code
    assert "林晓雨 已于" in words(other)
    assert "没有重复计入" in words(other)


def test_done_task_says_by_whom(site: Site):
    """The page of a finished task tells who did it and when."""
    lin = site.person("lin")
    signing = site.to_signing(lin)
    task = f"{signing.split('-')[0]}-{min(int(signing.split('-')[1]) - 1, 2)}"

    with site.database.read() as connection:
        sql = "SELECT n FROM task WHERE status = 'completed' AND instance_id = ?"
        n = connection.exec_driver_sql(sql, (int(task.split("-", maxsplit=1)[0]),)).scalar_one()

    answer = lin.get(f"/tasks/{task.split('-', maxsplit=1)[0]}-{n}")

    assert 200 == answer.status_code
    assert "办完此任务" in words(answer)


def test_draft_is_kept(site: Site):
    """What one typed and did not send is there when one comes back."""
    lin = site.person("lin")
    task = site.start(lin)

    saved = lin.post(
        f"/tasks/{task}/draft",
        data={"name": "半个名字", "qty": "abc"},
        headers={"Accept": "application/json"},
    )

    assert "草稿已保存" in saved.json["text"]
    page = lin.get(f"/tasks/{task}")
    assert 'value="半个名字"' in page.text
    assert 'value="abc"' in page.text


def test_fields_follow_conditions(site: Site):
    """The preview shows the field that the condition asks for; nothing is saved."""
    lin = site.person("lin")
    task = site.start(lin)

    without = lin.post(f"/tasks/{task}/form", data={"invoice": ""})
    with_it = lin.post(f"/tasks/{task}/form", data={"invoice": "on"})

    assert 'id="f-title"' not in without.text
    assert 'id="f-title"' in with_it.text
    assert "<html" not in with_it.text


def test_claim_and_give_back(site: Site):
    """A claimed task is mine until I give it back; a colleague who was slower is told."""
    lin, zhao = site.person("lin"), site.person("zhao")
    task = site.start(lin)

    assert 303 == zhao.post(f"/tasks/{task}/claim").status_code
    slower = lin.post(f"/tasks/{task}/claim")
    assert 409 == slower.status_code
    assert "赵敏" in words(slower)

    zhao.post(f"/tasks/{task}/release")
    assert 303 == lin.post(f"/tasks/{task}/claim").status_code


def test_pass_on(site: Site):
    """A task goes to a colleague of the same role, and to nobody else."""
    lin = site.person("lin")
    task = site.start(lin)

    wrong = lin.post(f"/tasks/{task}/delegate", data={"to": "chen"})
    right = lin.post(f"/tasks/{task}/delegate", data={"to": "zhao"})

    assert 422 == wrong.status_code
    assert "同一角色" in words(wrong)
    assert 303 == right.status_code
    assert "填写订单" in words(site.person("zhao").get("/inbox?scope=mine"))


def test_refusing_needs_a_comment_and_signing_a_password(site: Site):
    """Without comment or password nothing is signed, and the page says which is missing."""
    lin, chen = site.person("lin"), site.person("chen")
    signing = site.to_signing(lin)

    bare = chen.post(f"/tasks/{signing}/sign", data={"decision": "refuse", "password": "restock-demo"})
    wrong = chen.post(
        f"/tasks/{signing}/sign", data={"decision": "sign", "password": "wrong", "comment": "看过"}
    )

    assert 422 == bare.status_code
    assert "拒签须填写意见" in words(bare)
    assert 422 == wrong.status_code
    assert "看过" in wrong.text


def test_old_page_cannot_be_signed(site: Site):
    """What was shown must still be so when it is signed."""
    lin, chen = site.person("lin"), site.person("chen")
    signing = site.to_signing(lin)

    answer = chen.post(
        f"/tasks/{signing}/sign", data={"decision": "sign", "password": "restock-demo", "_shown": "0" * 64}
    )

    assert 409 == answer.status_code


def test_empty_inbox_is_no_blank(site: Site):
    """Nothing to do says so, and what to do instead, to those who may start something."""
    page, other = (words(site.person(login).get("/inbox")) for login in ("lin", "liu"))

    assert "都办完了" in page
    assert "发起流程" in page
    assert "都办完了" in other
    assert "发起流程" not in other


def test_search_is_literal(site: Site):
    """Percent and underscore are what they look like."""
    lin = site.person("lin")
    site.start(lin)

    assert "没有找到" in words(lin.get("/inbox?q=%25"))
    assert "没有找到" in words(lin.get("/inbox?q=_"))
    assert "填写订单" in words(lin.get("/inbox?q=填写"))


def test_odd_addresses_are_ordinary_pages(site: Site):
    """A page number, sort or scope that does not exist shows the first page, not a fault."""
    lin = site.person("lin")

    for query in (
        "page=-1",
        "page=abc",
        "page=99999999999",
        "page=²",
        "sort=drop",
        "scope=x",
        "process=x",
        "role=x",
    ):
        assert 200 == lin.get(f"/inbox?{query}").status_code, query


def test_deploy_shows_findings(site: Site):
    """A file that cannot run is refused with place and remedy; a good one makes a version."""
    qian = site.person("qian")
    broken = io.BytesIO(b"<definitions/>")
    good = (FILES / "desk.bpmn").read_bytes()

    refused = qian.post("/definitions", data={"files": (broken, "坏.bpmn")})
    none = qian.post("/definitions", data={})
    done = qian.post(
        "/definitions",
        data={
            "files": (io.BytesIO(good.replace("来单".encode(), "接单".encode())), "desk.bpmn"),
            "note": "改名",
        },
    )

    assert 422 == refused.status_code
    assert "坏.bpmn" in words(refused)
    assert 422 == none.status_code
    assert 200 == done.status_code
    assert "第 2 版" in words(done)
    assert "改名" in words(done)


def test_a_wrong_choice_of_files_is_told_beside_it(site: Site):
    """No file, another kind or too many: the page itself says which, and the reason typed is still there."""
    qian = site.person("qian")
    choices = ([], ["要求.docx"], [f"{n}.form" for n in range(301)])

    answers = [
        qian.post(
            "/definitions", data={"files": [(io.BytesIO(b"x"), name) for name in names], "note": "改名"}
        )
        for names in choices
    ]

    assert [422, 422, 422] == [answer.status_code for answer in answers]
    told = [re.findall(r'id="files-error">([^<]+)<', answer.text) for answer in answers]
    assert [
        ["请至少选择一个 .bpmn、.dmn、.form 或 .html 文件。"],
        ["只能部署 .bpmn、.dmn、.form 和 .html 文件，要求.docx 不行。"],
        ["一次最多选择 300 个文件。"],
    ] == told
    assert all('value="改名"' in answer.text for answer in answers)


def test_pages_speak_english(site: Site):
    """Everything a person may meet is English for who chose it: no Chinese but names people gave."""
    lin = site.person("lin", locale="en")
    lin.post("/account/language", data={"locale": "en"})
    task = site.start(lin)

    for address in (
        "/inbox",
        f"/tasks/{task}",
        "/starts",
        "/instances",
        f"/instances/{task.split('-')[0]}",
        "/outbox",
        "/account",
        "/nowhere",
    ):
        text = words(lin.get(address))
        for given in ("林晓雨", "中文", "前台接单", "填写订单", "财务签字", "客户名称", "赵敏"):
            text = text.replace(given, "")
        assert not [letter for letter in text if "\u4e00" <= letter <= "\u9fff"], (address, text)


def test_statements_per_page(site: Site):
    """The pages people live in stay cheap: inbox 3 statements, task 6, a submit 12 and one commit."""
    lin = site.person("lin")
    task = site.start(lin)
    for address in ("/inbox", f"/tasks/{task}"):
        lin.get(address)

    with recorded(site.database) as inbox:
        lin.get("/inbox")
    with recorded(site.database) as page:
        answer = lin.get(f"/tasks/{task}")
    with recorded(site.database) as submit:
        done = lin.post(
            f"/tasks/{task}/complete",
            data={**ORDER, "_key": hidden(answer, "_key"), "_shown": hidden(answer, "_shown")},
        )

    assert 303 == done.status_code
    assert len(inbox.statements) <= 3, inbox.statements
    assert len(page.statements) <= 6, page.statements
    assert len(submit.statements) <= 12, submit.statements
    assert 1 == submit.commits


def test_colleagues_work_is_shown_but_not_offered(site: Site):
    """With colleagues' tasks shown, only what one may take has a claim button, and the heading counts what is shown."""
    zhao = site.person("zhao")
    task = site.start(zhao)
    zhao.post(f"/tasks/{task}/claim")

    page = site.person("lin").get("/inbox?scope=all")

    assert "1 项待办" in words(page)
    assert "赵敏" in words(page)
    assert f"/tasks/{task}/claim" not in page.text
