"""What forms tell those who work with them: whose goods, how many of what, and in the language of the reader."""

from __future__ import annotations

from pathlib import Path

from engine.form import read
from engine.web.i18n import COOKIE
from tests.company import Company
from tests.processes.test_paths_follow_up import called
from tests.processes.trade import order, slip
from tests.processes.walking import Walk

STORE = {"store": "MD1", "lines": [{"sku": "RY-4001", "qty": 4}]}


def page(company: Company, element: str, login: str, language: str = "zh_CN") -> str:
    """The page of an open task as somebody sees it, with plain spaces."""
    person = company.person(login)
    person.client.set_cookie(COOKIE, language, domain="localhost")
    seen = person.get(f"/tasks/{company.task(element).id}")
    return " ".join(" ".join(seen.itertext()).split())


def test_a_store_manager_sees_whose_goods_and_how_many_of_what(company: Company) -> None:
    """Who confirms a slip sees the store, and each article with its specification and unit."""
    # given
    Walk(company, cold=False, process="store_replenishment").start({}, "tian").do("create_slip", **STORE)

    # when
    seen, english = (page(company, "confirm_slip", "shi", each) for each in ("zh_CN", "en"))

    # then
    assert "文三路直营店（直营） 要补的货：" in seen
    assert "垃圾袋 45×50 厘米 30 只 ×5 卷 4 组" in seen
    assert "Goods for 文三路直营店 (own store)" in english


def test_quantities_have_their_unit(company: Company) -> None:
    """What is allocated to a store is counted in the article's own unit."""
    walk = Walk(company, cold=False, process="store_replenishment").start({}, "tian")
    walk.do("create_slip", **STORE).do("confirm_slip")
    assert "45×50 厘米 30 只 ×5 卷 4 组" in page(company, "open_pending_slip", "he")
    walk.do("open_pending_slip").do("check_lines")
    assert "45×50 厘米 30 只 ×5 卷 4 4 组" in page(company, "confirm_allocation", "he")


def test_papers_have_their_english_names(company: Company) -> None:
    """An English reader signs and corrects an outbound slip, not a 出库单."""
    # given
    walk = Walk(company, cold=False, process="approval_signatures")
    about = order(walk)
    facts = {"document": slip(walk, about), "order_no": about["order_no"], "requester_role": "cs"}
    walk.start(facts)

    # when
    signing = page(company, "sign_document", "lin", "en")
    walk.refuse("lin", "数量与付款不符")
    correcting = page(company, "correct_document", "lin", "en")

    # then
    assert "Outbound slip CK2026-000001 · SO2026-000001" in signing
    assert "Outbound slip CK2026-000001 was refused." in correcting


def test_a_memo_names_the_goods(company: Company) -> None:
    """Who ticks that the name and the specification of the goods are right sees them."""
    # given
    walk = Walk(company, cold=False, process="production_order")
    walk.start({"source": "phone", "customer_name": "启明幼儿园", "caller_phone": "13800010004"}, "lin")

    # when
    walk.do("receive_order")

    # then
    goods = "ZD-6001 定制印字抽纸 3 层 120 抽 ×24 包，外包印客户标识 500 箱"
    assert goods in page(company, "write_memo", "lin")


def test_kinds_of_problems_are_said_in_english(company: Company) -> None:
    """An English reader reviews missing goods, not 少货."""
    walk = called(
        Walk(company, cold=False, process="follow_up"), matches=False, mismatch="少货", problem="two"
    )
    assert walk.open == ["write_retrospective"]
    assert "(missing goods): two" in page(company, "write_retrospective", "zheng", "en")


def test_made_to_order_is_explained_only_where_it_is_offered() -> None:
    """The hint of how goods are made to order stands only where some of the short goods can be made."""
    # given
    form = read((Path(__file__).parents[2] / "forms" / "settle-shortage.form").read_text(encoding="utf-8"))
    lines = [{"sku": "QJ-3002", "name": "洗手液", "qty": 60, "customisable": can} for can in (False, True)]

    # when
    without, with_it = (
        str(form.render({}, {}, {"shortage": lines[:n], "products": []}, "zh_CN")) for n in (1, 2)
    )

    # then
    assert "定做" not in without
    assert "选“定做”的：另编订单号" in with_it
