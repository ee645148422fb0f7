"""Deploying and looking at definitions through the API."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from benchmarks import workload
from tests.api.conftest import Client

As = Callable[[str], Client]


def files(*contents: tuple[str, bytes]) -> dict[str, list[tuple[BytesIO, str]]]:
    """A multipart body."""
    return {"files": [(BytesIO(content), name) for name, content in contents]}


def test_a_deployment_answers_keys_and_versions(as_: As) -> None:
    """A changed file becomes the next version, an unchanged one keeps its own."""
    changed = workload.rework().replace("返工一次".encode(), "再做一次".encode())
    owner = as_("qian")

    first = owner.post("/definitions", data=files(("返工.bpmn", workload.rework())))
    second = owner.post("/definitions", data=files(("返工.bpmn", changed)))
    third = owner.post("/definitions", data=files(("返工.bpmn", changed)))

    assert [201] * 3 == [each.status_code for each in (first, second, third)], first.json
    told = [
        [(d["key"], d["version"], d["changed"]) for d in each.json["definitions"]]
        for each in (first, second, third)
    ]
    assert [[("rework", 1, True)], [("rework", 2, True)], [("rework", 2, False)]] == told
    assert [2, 1] == [row["version"] for row in owner.get("/definitions/rework").json["items"]]
    assert changed == owner.get("/definitions/rework/2/xml").data


def test_a_refused_deployment_answers_the_findings(as_: As) -> None:
    """422 with element and line; nothing of the upload is deployed."""
    wrong = workload.rework().replace(b">=approved<", b">=approved +<").replace(b'id="rework"', b'id="wrong"')
    fine = workload.ten_tasks().replace(b"ten_tasks", b"fine_tasks")
    owner = as_("qian")

    answer = owner.post("/definitions", data=files(("wrong.bpmn", wrong), ("fine.bpmn", fine)))

    assert 422 == answer.status_code
    finding = answer.json["findings"][0]
    assert ("wrong.bpmn", "error") == (finding["file"], finding["severity"])
    assert finding["line"] > 1
    assert finding["message"]
    assert finding["remedy"]
    assert 404 == owner.get("/definitions/fine_tasks").status_code


def test_a_clerk_may_not_deploy(lin: Client) -> None:
    """403, and nothing is kept."""
    assert 403 == lin.post("/definitions", data=files(("a.bpmn", workload.rework()))).status_code


def test_a_deployment_without_files_is_refused(as_: As) -> None:
    """400 names the field."""
    assert "files" in as_("qian").post("/definitions", data={}).json["detail"]


def test_definitions_are_listed(lin: Client) -> None:
    """The newest version of every process."""
    assert "ten_tasks" in {row["key"] for row in lin.get("/definitions").json["items"]}
    assert 404 == lin.get("/definitions/ten_tasks/9/xml").status_code
