"""Files as the editors of the stock modeller save them, drawn there from nothing, deployed and worked."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest

from tests.web.support import Site, words

FILES = sorted((Path(__file__).parent / "modeler").iterdir())


def uploaded(site: Site) -> str:
    """The answer of the page to an upload of all three files."""
    files = [(BytesIO(file.read_bytes()), file.name) for file in FILES]
    return words(site.person("qian").post("/definitions", data={"files": files, "note": "收件"}))


def begun(site: Site) -> str:
    """The first task of an instance."""
    answer = site.person("lin").post("/starts/parcel_desk", data={"_key": ""})
    assert 303 == answer.status_code, answer.text
    return str(answer.location.rsplit("/", 1)[1])


def test_what_the_modeller_saved_is_deployed(site: Site) -> None:
    """A diagram with colours, a group, an annotation and a collapsed sub-process, its table and its form: one remark."""
    # when
    answer = uploaded(site)

    # then
    assert "已部署" in answer
    assert 2 == answer.count("提示"), answer
    assert "有提示" in answer
    assert "“放上货架”没有表单" in answer


@pytest.mark.parametrize(("weight", "fee"), [("0.8", "8"), ("5", "15"), ("5.1", "30")])
def test_the_form_asks_and_the_table_answers(site: Site, weight: str, fee: str) -> None:
    """What is typed into the editor's fields goes to the table's rules, and on into the collapsed sub-process."""
    # given
    uploaded(site)
    task = begun(site)

    # when
    empty = site.person("lin").post(f"/tasks/{task}/complete", data={"sender": "", "weight": ""})
    done = site.person("lin").post(f"/tasks/{task}/complete", data={"sender": "王", "weight": weight})

    # then
    assert (422, 303) == (empty.status_code, done.status_code)
    number = task.split("-")[0]
    shelf = words(site.person("liu").get(f"/tasks/{number}-{site.open_task(number)}"))
    assert "放上货架 表单 提交" in shelf
    variables = words(site.person("qian").get(f"/instances/{number}?tab=variables"))
    assert re.search(rf"\bfee\b\D* {fee} ", variables), variables


def test_a_refused_table_is_the_only_thing_wrong(site: Site) -> None:
    """A column added in the editor and not filled in: the table says so, and no diagram says that the table is missing."""
    # given
    column = b'<input id="Input_2"><inputExpression id="E_2" typeRef="string"><text></text></inputExpression></input>'
    files = {file.name: file.read_bytes() for file in FILES}
    files["parcel_fee.dmn"] = files["parcel_fee.dmn"].replace(b"<output id", column + b"<output id")

    # when
    sent = {"files": [(BytesIO(content), name) for name, content in files.items()]}
    answer = site.person("qian").post("/definitions", data=sent)

    # then
    assert 422 == answer.status_code
    assert "条件列没有输入表达式。" in words(answer)
    assert "不存在" not in words(answer)
