"""Tasks and instances through the API."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.workload import ANSWERS
from tests.api.conftest import Client

As = Callable[[str], Client]


def test_a_script_takes_an_instance_from_start_to_end(lin: Client) -> None:
    """Start, find the open task, complete it: ten times, and the instance is completed."""
    begun = lin.post("/instances", {"definition": "ten_tasks", "variables": {}, "business_key": "A-1"}).json

    for _ in range(10):
        found = lin.get(f"/tasks?instance={begun['id']}&candidate=me&state=open").json["items"]
        done = lin.post(f"/tasks/{found[0]['id']}/complete", {"values": ANSWERS})
        assert 200 == done.status_code, done.json

    instance = lin.get(f"/instances/{begun['id']}").json
    assert "completed" == done.json["status"] == instance["status"]
    assert {"amount": 100, "comment": "ok", "approved": True} == instance["variables"]
    assert "A-1" == instance["business_key"]
    history = lin.get(f"/instances/{begun['id']}/history").json["items"]
    assert ["start"] + ["complete"] * 10 == [entry["verb"] for entry in history]
    assert [1, 2] == [entry["seq"] for entry in history[:2]]
    assert {"old": None, "new": 100} == history[1]["changes"]["amount"]


def test_a_repeated_key_gets_the_first_answer(lin: Client) -> None:
    """The same request with the same Idempotency-Key moves the instance on once."""
    task = lin.start()

    first = lin.post(f"/tasks/{task}/complete", {"values": ANSWERS}, key="k-1")
    second = lin.post(f"/tasks/{task}/complete", {"values": ANSWERS}, key="k-1")

    assert (200, first.json) == (second.status_code, second.json)


def test_a_repeated_key_with_other_values_is_refused(lin: Client) -> None:
    """A script that takes its key twice by mistake is told so, and does not lose its second order."""
    body = {"definition": "ten_tasks", "business_key": "A-1"}

    begun = lin.post("/instances", body, key="k-2")
    again = lin.post("/instances", {"business_key": "A-1", "definition": "ten_tasks"}, key="k-2")
    other = lin.post("/instances", {**body, "business_key": "A-2"}, key="k-2")
    task = begun.json["tasks"][0]
    done = lin.post(f"/tasks/{task}/complete", {"values": ANSWERS}, key="k-3")
    changed = lin.post(f"/tasks/{task}/complete", {"values": {**ANSWERS, "amount": 7}}, key="k-3")

    assert (201, 201, begun.json) == (begun.status_code, again.status_code, again.json)
    assert (200, 422, 422) == (done.status_code, other.status_code, changed.status_code)
    assert "already used for another request" in other.json["detail"]


def test_a_task_done_twice_says_what_happened(as_: As, lin: Client) -> None:
    """Whoever comes second is told who was first."""
    task = lin.start()
    lin.post(f"/tasks/{task}/complete", {"values": ANSWERS})

    late = as_("zhao").post(f"/tasks/{task}/complete", {"values": ANSWERS})

    assert 409 == late.status_code
    assert "application/problem+json" == late.content_type
    assert ("completed", "lin") == (late.json["facts"]["outcome"], late.json["facts"]["by"])


def test_another_role_sees_nothing(as_: As, lin: Client) -> None:
    """A task of another role is not found, neither looked at nor done nor listed."""
    task = lin.start()
    instance = task.split("-")[0]
    liu = as_("liu")

    codes = [
        liu.get(f"/tasks/{task}").status_code,
        liu.post(f"/tasks/{task}/complete", {"values": ANSWERS}).status_code,
        liu.post(f"/tasks/{task}/claim").status_code,
        liu.get(f"/instances/{instance}").status_code,
        liu.get(f"/instances/{instance}/history").status_code,
    ]

    assert [404] * 5 == codes
    assert 0 == liu.get(f"/tasks?instance={instance}").json["total"]


def test_claim_and_release(as_: As, lin: Client) -> None:
    """A claimed task is nobody else's until it is given back."""
    task = lin.start()

    assert 204 == lin.post(f"/tasks/{task}/claim").status_code
    assert 409 == as_("zhao").post(f"/tasks/{task}/claim").status_code
    assert "lin" == lin.get(f"/tasks/{task}").json["assignee"]
    assert 204 == lin.post(f"/tasks/{task}/release").status_code
    assert 204 == as_("zhao").post(f"/tasks/{task}/claim").status_code


def test_a_task_shows_its_form(lin: Client) -> None:
    """Form version, values and who may do it."""
    view = lin.get(f"/tasks/{lin.start()}").json

    assert ("measured", 1) == (view["form"]["key"], view["form"]["version"])
    assert ["amount", "comment", "approved"] == [each["key"] for each in view["form"]["schema"]["components"]]
    assert (["cs"], "open", {}) == (view["roles"], view["status"], view["values"])


def test_wrong_answers_name_the_field(lin: Client) -> None:
    """Missing, wrong and unknown fields are refused with the form's own words; nothing is kept."""
    task = lin.start()

    missing = lin.post(f"/tasks/{task}/complete", {"values": {}})
    unknown = lin.post(f"/tasks/{task}/complete", {"values": ANSWERS | {"price": 1}})
    wrong = lin.post(f"/tasks/{task}/complete", {"values": ANSWERS | {"amount": "many"}})

    assert [422] * 3 == [missing.status_code, unknown.status_code, wrong.status_code]
    assert [["amount"], ["price"], ["amount"]] == [
        [problem["field"] for problem in each.json["errors"]] for each in (missing, unknown, wrong)
    ]
    assert "open" == lin.get(f"/tasks/{task}").json["status"]


def test_fractions_arrive_exactly(lin: Client) -> None:
    """0.1 is 0.1, in the history too."""
    task = lin.start()

    body = '{"values": {"amount": 0.1, "comment": "补货 🚚", "approved": true}}'
    done = lin.client.post(f"/api/v1/tasks/{task}/complete", data=body.encode(), headers=lin.headers)

    assert 200 == done.status_code, done.json
    assert '"amount":0.1,' in lin.get(f"/instances/{task.split('-')[0]}").text.replace('"approved":true,', "")


def test_numbers_beyond_the_store_are_refused(lin: Client) -> None:
    """A whole number beyond 64 bits answers 422 and changes nothing; the largest within arrives whole."""
    task = lin.start()

    refused = lin.post(f"/tasks/{task}/complete", {"values": ANSWERS | {"amount": 10**30 + 1}})
    taken = lin.post(f"/tasks/{task}/complete", {"values": ANSWERS | {"amount": 2**63 - 1}})

    assert (422, 200) == (refused.status_code, taken.status_code)
    assert str(2**63 - 1) in lin.get(f"/instances/{task.split('-')[0]}").text


def test_an_unknown_process_is_not_found(lin: Client) -> None:
    """Starting what does not exist answers 404."""
    assert 404 == lin.post("/instances", {"definition": "nothing"}).status_code


def test_only_operators_cancel(as_: As, lin: Client) -> None:
    """A clerk may not end an instance; an operator may, with a reason, once."""
    instance = lin.start().split("-")[0]
    owner = as_("qian")

    assert 403 == lin.post(f"/instances/{instance}/cancel", {"reason": "test"}).status_code
    assert 204 == owner.post(f"/instances/{instance}/cancel", {"reason": "客户取消"}).status_code
    assert "cancelled" == owner.get(f"/instances/{instance}").json["status"]
    assert 409 == owner.post(f"/instances/{instance}/cancel", {"reason": "again"}).status_code


def test_a_message_nobody_waits_for_is_kept(as_: As, lin: Client) -> None:
    """It is delivered to none, and a clerk may not send it."""
    body = {"name": "payment_arrived", "correlation_key": "7", "values": {"amount": 5}}

    assert 403 == lin.post("/messages", body).status_code
    assert {"delivered": 0} == as_("qian").post("/messages", body).json


def test_instances_are_listed_and_filtered(as_: As, lin: Client) -> None:
    """Newest first, by status and process, only those one may see."""
    newest = int(lin.start().split("-")[0])

    page = lin.get("/instances?status=running&definition=ten_tasks").json

    assert newest == page["items"][0]["id"]
    assert {"running"} == {item["status"] for item in page["items"]}
    assert 0 == as_("liu").get("/instances").json["total"]
