"""Deploying: all of an upload or nothing, versions that never change, and instances that keep theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.access import SYSTEM
from engine.commands import users
from engine.commands.deploy import Deployed, deploy
from engine.config import Settings
from engine.errors import DeployRefused, Forbidden, NotFound
from engine.model.definitions import definition, release, resource
from engine.queries import definitions, starts
from engine.queries import task as tasks
from tests.contract import diagrams
from tests.contract.company import Company


def upload(company: Company, **files: str) -> Deployed:
    """Deploy texts by their names, "__" for the dot."""
    named = [(name.replace("__", "."), text.encode()) for name, text in files.items()]
    return deploy(company.db, named, SYSTEM, job_types={"notify"})


def versions(done: Deployed) -> dict[str, int]:
    """Version by key."""
    return {v.key: v.version for v in done.definitions}


def test_one_upload_is_one_release(company: Company) -> None:
    """All files of an upload go live together; what did not change keeps its version."""
    first = company.deploys("order.form", "order.bpmn")
    changed = diagrams.text("order.form").replace('"label": "note"', '"label": "备注"')
    second = upload(company, order__form=changed, order__bpmn=diagrams.text("order.bpmn"))

    assert {("form", "order", 1), ("process", "order", 1)} == {
        (v.kind, v.key, v.version) for v in first.definitions
    }
    assert {("form", 2, True), ("process", 1, False)} == {
        (v.kind, v.version, v.changed) for v in second.definitions
    }
    assert second.release == first.release + 1
    company.is_sound()


def test_a_bad_file_refuses_all(company: Company) -> None:
    """One error and nothing of the upload is deployed; every finding says file, line and what to do."""
    with pytest.raises(DeployRefused) as refused:
        upload(
            company,
            order__form=diagrams.text("order.form"),
            order__bpmn="<x/>",
            readme__txt="hello",
            a__dmn="<y/>",
        )

    files = {finding.file for finding in refused.value.findings}
    assert {"order.bpmn", "readme.txt", "a.dmn"} <= files
    assert all(finding.remedy.zh and finding.message.en for finding in refused.value.findings)
    with company.db.read() as connection:
        for table in (definition, resource, release):
            assert 0 == connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_decision_stays_in_its_file(company: Company) -> None:
    """A download that the browser named anew would be a second file beside the first, which could not come back."""
    table = (Path(__file__).parents[2] / "processes" / "decisions" / "wrong_item.dmn").read_bytes()
    changed = table.replace(b'"negotiate"', b'"explain"')
    assert changed != table
    deploy(company.db, [("wrong_item.dmn", table)], SYSTEM)

    for files in (
        [("wrong_item (1).dmn", changed)],
        [("wrong_item.dmn", table), ("wrong_item (1).dmn", changed)],
        [("wrong_item (1).dmn", changed), ("wrong_item.dmn", table)],
    ):
        with pytest.raises(DeployRefused) as refused:
            deploy(company.db, files, SYSTEM)
        (finding,) = refused.value.findings
        assert ("another-file", "wrong_item (1).dmn", "wrong_item") == (
            finding.code,
            finding.file,
            finding.element,
        )
        assert "Name the file wrong_item.dmn and upload it again." == finding.remedy.en

    deploy(company.db, [("wrong_item.dmn", changed)], SYSTEM)
    back = deploy(company.db, [("wrong_item.dmn", table)], SYSTEM)
    assert [("wrong_item", 3, True)] == [(v.key, v.version, v.changed) for v in back.definitions]


def test_two_files_of_one_upload_do_not_hold_one_decision(company: Company) -> None:
    """Which of them counts nobody could say."""
    table = (Path(__file__).parents[2] / "processes" / "decisions" / "wrong_item.dmn").read_bytes()
    with pytest.raises(DeployRefused) as refused:
        deploy(company.db, [("a.dmn", table), ("b.dmn", table)], SYSTEM)

    assert [("another-file", "b.dmn")] == [(each.code, each.file) for each in refused.value.findings]


def test_a_decision_moves_when_its_file_lets_it_go(company: Company) -> None:
    """Its old file comes without it in the same upload; afterwards the new one is its file."""
    folder = Path(__file__).parents[2] / "processes" / "decisions"
    wrong, channel = ((folder / name).read_bytes() for name in ("wrong_item.dmn", "channel.dmn"))
    deploy(company.db, [("wrong_item.dmn", wrong)], SYSTEM)
    deploy(company.db, [("tables.dmn", wrong), ("wrong_item.dmn", channel)], SYSTEM)

    with pytest.raises(DeployRefused):
        deploy(company.db, [("wrong_item.dmn", wrong)], SYSTEM)
    company.is_sound()


def test_a_decision_left_out_of_its_file_is_told_while_somebody_asks_for_it(company: Company) -> None:
    """The earlier table would go on deciding, and nobody would know; without a caller there is nothing to say."""
    folder = Path(__file__).parents[2] / "processes" / "decisions"
    wrong, other = ((folder / name).read_bytes() for name in ("wrong_item.dmn", "channel.dmn"))
    deploy(company.db, [("wrong_item.dmn", wrong)], SYSTEM)
    assert [] == deploy(company.db, [("wrong_item.dmn", other)], SYSTEM).findings
    deploy(
        company.db, [("wrong_item.dmn", wrong), ("channel.dmn", other.replace(b"channel", b"chanel"))], SYSTEM
    )
    company.deploys("decide.bpmn")

    (found,) = deploy(company.db, [("wrong_item.dmn", other)], SYSTEM).findings

    assert ("decision-left-out", "wrong_item.dmn", "warning") == (found.code, found.file, found.severity)
    assert "decide still asks for it" in found.message.en
    assert "decide 仍在调用它" in found.message.zh
    assert [] == deploy(company.db, [("wrong_item.dmn", wrong)], SYSTEM).findings


def test_a_form_in_another_encoding_is_refused(company: Company) -> None:
    """An editor that saves in the machine's own encoding gets a finding, and nothing is deployed."""
    name, content = diagrams.file("order.form")
    with pytest.raises(DeployRefused) as refused:
        deploy(company.db, [(name, content.replace(b'"label":', b'"label":"\xbc\xd7","was":'))], SYSTEM)

    assert ["form.encoding"] == [finding.code for finding in refused.value.findings]


def test_what_a_diagram_names_must_be_there(company: Company) -> None:
    """A form that is neither deployed nor in the upload, a job type nobody serves: refused."""
    with pytest.raises(DeployRefused) as refused:
        company.deploys("order.bpmn")
    assert {"unknown-form"} == {f.code for f in refused.value.findings if f.severity == "error"}
    with pytest.raises(DeployRefused) as refused:
        upload(company, ship__bpmn=diagrams.text("ship.bpmn"))
    assert {"unknown-job-type"} == {f.code for f in refused.value.findings if f.severity == "error"}

    company.deploys("order.form")
    company.deploys("order.bpmn")


def test_one_name_comes_once(company: Company) -> None:
    """Two forms of one id in an upload are refused, and so is an empty upload."""
    form = diagrams.text("order.form")
    with pytest.raises(DeployRefused) as refused:
        upload(company, order__form=form, other__form=form)
    assert {"twice"} == {f.code for f in refused.value.findings if f.severity == "error"}
    with pytest.raises(DeployRefused):
        upload(company)


def test_deploying_needs_the_right(company: Company) -> None:
    """Whoever may not deploy cannot."""
    with pytest.raises(Forbidden):
        deploy(company.db, [diagrams.file("order.form")], company.person("lin"))


def test_running_instances_keep_their_version(company: Company) -> None:
    """A new version is for new instances; those that run go on with the process and the form they have open."""
    company.deploys("order.form", "order.bpmn")
    old = company.starts("order").tasks[0]
    stricter = diagrams.text("order.form").replace(
        '"key": "note"', '"validate": {"required": true}, "key": "note"'
    )
    upload(
        company,
        order__form=stricter,
        order__bpmn=diagrams.text("order.bpmn").replace("check_order", "approve_order"),
    )

    fresh = company.starts("order").tasks[0]
    views = {task_id: tasks.view(company.db, task_id, company.person("lin")) for task_id in (old, fresh)}

    assert [1, 2] == [view.form_resource.version for view in views.values() if view.form_resource]
    company.completes(old, customer="甲", amount=1)
    company.completes(fresh, customer="甲", amount=1, note="必填")
    rows = definitions.versions(company.db, "order")
    assert [(2, 1), (1, 1)] == [(row.version, row.running) for row in rows]
    company.is_sound()


def test_files_come_back_as_they_went_in(company: Company) -> None:
    """A diagram and a form are given out byte for byte."""
    company.deploys("order.form", "order.bpmn")

    (row,) = definitions.list_all(company.db)
    assert diagrams.file("order.bpmn")[1] == definitions.file(company.db, row.id)
    assert diagrams.text("order.form") == definitions.one_resource(company.db, "form", "order").text
    assert [diagrams.text("order.form")] == definitions.forms(company.db)
    for wrong in (lambda: definitions.file(company.db, 99), lambda: definitions.versions(company.db, "x")):
        with pytest.raises(NotFound):
            wrong()


def test_starts_are_what_one_may_start(company: Company) -> None:
    """The page of starts shows the newest version of what one may start, and no process that a message starts."""
    company.deploys("order.form", "order.bpmn", "on_claim.bpmn")

    found = starts.for_actor(company.db, company.person("lin"))

    assert [("order", ("*",))] == [(start.key, start.starters) for start in found]
    with pytest.raises(NotFound):
        starts.one(company.db, "on_claim", company.person("lin"))


def test_a_second_person_agrees_to_the_very_files(company: Company, tmp_path: Path) -> None:
    """On both databases alike: the first upload is a proposal, another person's makes it live."""
    company.db.settings = Settings(home=tmp_path, deploy_by_two=True)
    users.set_roles(company.db, "zhao", ["process_owner"], SYSTEM)
    with pytest.raises(DeployRefused):
        company.deploys("order.form", "order.bpmn")
    files = [diagrams.file(name) for name in ("order.form", "order.bpmn")]

    done = deploy(company.db, files, company.person("zhao"), job_types={"notify"})

    assert {"order": 1} == versions(done)
    company.is_sound()
