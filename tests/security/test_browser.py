"""Names, texts and answers that look like markup, on every page of a real browser: nothing runs, nothing is fetched (T13, T14)."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from playwright.sync_api import Browser, Page

from engine.access import SYSTEM
from engine.bpmn.read import read
from engine.commands.users import create_user
from engine.queries.definitions import list_all
from tests.company import ROOT, Company
from tests.security.people import Crew
from tests.serving import served

pytestmark = pytest.mark.browser

RUN = "window.__xss=1"
#: What browsers have been made to run by pages that took text for markup.
XSS = [
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f'" autofocus onfocus="{RUN}',
    f"' autofocus onfocus='{RUN}",
    f"<svg onload={RUN}>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><script>{RUN}</script></svg>",
    f"<math><mtext><style><img src=x onerror={RUN}></style></mtext></math>",
    f"<iframe srcdoc='<script>parent.{RUN[7:]}</script>'>",
    f"<iframe src=javascript:parent.{RUN[7:]}>",
    f"<a href=javascript:{RUN}>x</a>",
    f"[x](javascript:{RUN})",
    f'![x](x" onerror="{RUN})',
    f"<details open ontoggle={RUN}>",
    f"<body onload={RUN}>",
    f"<object data=javascript:{RUN}>",
    "<base href=//evil.example/>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<form action=//evil.example><button>x</button></form>",
    f"<div hx-get=/logout hx-trigger=load hx-on::load={RUN}>",
    "<div data-diagram=//evil.example/x.bpmn>",
    f"{{{{ {RUN} }}}}",
    f"${{{RUN}}}",
    f'="<script>{RUN}</script>"',
    f"javascript:{RUN}",
    f"\u2028{RUN}\u2029",
    f"<scr\u00adipt>{RUN}</scr\u00adipt>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
]  # fmt: skip
ALL = " ".join(XSS)
#: As long as a name may be.
NAME = " ".join(XSS[n] for n in (2, 6, 7, 9, 11))[:200]


@dataclass
class Watched:
    """A browser whose complaints and requests to other hosts are written down."""

    crew: Crew
    address: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def page(self, login: str) -> Page:
        """A page of a person, whose console, policy violations and foreign requests are noted."""
        context = self.browser.new_context(base_url=self.address)
        context.add_cookies([{"name": "restock", "value": self.crew.secret(login), "url": self.address}])
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append("dialog"), dialog.dismiss()))
        page.on(
            "request", lambda asked: self.strangers.append(asked.url) if not self._own(asked.url) else None
        )
        return page

    def _own(self, url: str) -> bool:
        return url.startswith((self.address, "data:"))


@pytest.fixture(scope="module")
def watched(template: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Watched]:
    """The company behind a server, and Chromium in front of it."""
    crew = Crew(Company(template, tmp_path_factory.mktemp("browser")))
    with served(crew.app, threads=8) as address:
        yield Watched(crew, address, chromium)
    crew.company.close()


def _diagram() -> str:
    """A process in which every text is from the list, each task with a form whose every text is."""
    said = itertools.cycle(XSS)
    tasks, shapes = [], []
    for number in range(len(XSS)):
        name, about, lane = (quoteattr(next(said)) for _ in range(3))
        flow = f"f{number}"
        tasks.append(
            f'<bpmn:userTask id="t{number}" name={name}><bpmn:documentation>{quoteattr(next(said))[1:-1]}'
            f"</bpmn:documentation><bpmn:extensionElements><zeebe:userTask/>"
            f'<zeebe:formDefinition formId="evil"/><zeebe:assignmentDefinition candidateGroups="cs"/>'
            f'<zeebe:properties><zeebe:property name="script" value={about}/>'
            f'<zeebe:property name="then" value={lane}/><zeebe:property name="submit" value={about}/>'
            f"</zeebe:properties></bpmn:extensionElements><bpmn:incoming>{flow}</bpmn:incoming>"
            f"<bpmn:outgoing>e{number}</bpmn:outgoing></bpmn:userTask>"
            f'<bpmn:sequenceFlow id="{flow}" name={name} sourceRef="split" targetRef="t{number}"/>'
            f'<bpmn:sequenceFlow id="e{number}" name={about} sourceRef="t{number}" targetRef="end"/>'
        )
        x, y = 300 + 140 * (number % 8), 100 + 110 * (number // 8)
        shapes.append(
            f'<bpmndi:BPMNShape id="s{number}" bpmnElement="t{number}"><dc:Bounds x="{x}" y="{y}" width="100" '
            f'height="80"/></bpmndi:BPMNShape><bpmndi:BPMNEdge id="d{number}" bpmnElement="{flow}">'
            f'<di:waypoint x="200" y="200"/><di:waypoint x="{x}" y="{y + 40}"/><bpmndi:BPMNLabel><dc:Bounds x="{x}" '
            f'y="{y}" width="30" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNEdge>'
        )
    out = "".join(f"<bpmn:outgoing>f{n}</bpmn:outgoing>" for n in range(len(XSS)))
    into = "".join(f"<bpmn:incoming>e{n}</bpmn:incoming>" for n in range(len(XSS)))
    every, name = quoteattr(ALL), quoteattr(NAME)
    subject = quoteattr("=" + json.dumps(ALL))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
  id="e" targetNamespace="urn:e" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
<bpmn:process id="evil" name={name} isExecutable="true"><bpmn:documentation>{every[1:-1]}</bpmn:documentation>
<bpmn:extensionElements><zeebe:properties><zeebe:property name="subject" value={subject}/>
<zeebe:property name="subject:en" value={subject}/></zeebe:properties></bpmn:extensionElements>
<bpmn:startEvent id="begin" name={name}><bpmn:outgoing>go</bpmn:outgoing></bpmn:startEvent>
<bpmn:sequenceFlow id="go" name={name} sourceRef="begin" targetRef="split"/>
<bpmn:parallelGateway id="split" name={name}><bpmn:incoming>go</bpmn:incoming>{out}</bpmn:parallelGateway>
{"".join(tasks)}<bpmn:endEvent id="end" name={name}>{into}</bpmn:endEvent>
<bpmn:textAnnotation id="note"><bpmn:text>{every[1:-1]}</bpmn:text></bpmn:textAnnotation></bpmn:process>
<bpmndi:BPMNDiagram id="diagram" name={every}><bpmndi:BPMNPlane id="plane" bpmnElement="evil">
<bpmndi:BPMNShape id="sb" bpmnElement="begin"><dc:Bounds x="100" y="182" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="ss" bpmnElement="split"><dc:Bounds x="180" y="175" width="50" height="50"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="sn" bpmnElement="note"><dc:Bounds x="100" y="700" width="300" height="80"/></bpmndi:BPMNShape>
{"".join(shapes)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"""


def _form() -> str:
    """A form with every kind of text a designer can write."""
    texts = [
        {"type": "text", "id": f"m{n}", "text": each}
        for n, each in enumerate(XSS)
        if not each.startswith("=")
    ]
    pages = [
        {"type": "html", "id": f"h{n}", "content": each}
        for n, each in enumerate(XSS)
        if not each.startswith("=")
    ]
    options = [{"label": each, "value": f"v{n}"} for n, each in enumerate(XSS)]
    words = {"label": ALL, "description": ALL, "properties": {"en": ALL, "en_description": ALL}}
    fields = [
        {
            "type": "textfield",
            "id": "a",
            "key": "a",
            **words,
            "appearance": {"prefixAdorner": XSS[7], "suffixAdorner": XSS[8]},
        },
        {"type": "textarea", "id": "b", "key": "b", **words},
        {"type": "number", "id": "c", "key": "c", **words},
        {"type": "checkbox", "id": "d", "key": "d", **words},
        {"type": "select", "id": "e", "key": "e", **words, "values": options},
        {"type": "radio", "id": "f", "key": "f", **words, "values": options},
        {"type": "checklist", "id": "g", "key": "g", **words, "values": options},
        {"type": "taglist", "id": "h", "key": "h", **words, "values": options},
        {"type": "filepicker", "id": "i", "key": "i", **words},
        {"type": "group", "id": "j", "label": ALL, "components": [*texts, *pages]},
    ]
    head = {"id": "evil", "type": "default", "schemaVersion": 19, "executionPlatform": "Camunda Cloud"}
    return json.dumps(head | {"executionPlatformVersion": "8.8.0", "components": fields})


@pytest.fixture(scope="module")
def evil(watched: Watched) -> str:
    """An instance of the process, deployed through the page; its number. One task is done, with such answers."""
    crew = watched.crew
    create_user(crew.db, "eve", ALL[:190], SYSTEM, password="long-enough-4711", roles=("cs",))
    files = [(io.BytesIO(_diagram().encode()), "evil.bpmn"), (io.BytesIO(_form().encode()), "evil.form")]
    answer = crew.client("qian").post("/definitions", data={"files": files, "note": ALL})
    assert 200 == answer.status_code, answer.text[-3000:]
    begun = crew.call("lin", "POST", "/instances", {"definition": "evil", "business_key": ALL[:200]})
    assert 201 == begun.status_code, begun.text
    values = {"a": ALL, "b": ALL, "e": "v1", "f": "v2", "g": ["v1"], "h": ["v3"]}
    done = crew.call("lin", "POST", f"/tasks/{begun.json['tasks'][0]}/complete", {"values": values})
    assert 200 == done.status_code, done.text
    return str(begun.json["id"])


def _addresses(watched: Watched, instance: str) -> list[str]:
    tasks = [task.id for task in watched.crew.company.open(int(instance))]
    newest = next(each.id for each in list_all(watched.crew.db) if each.key == "evil")
    tabs = [f"/instances/{instance}?tab={tab}" for tab in ("history", "variables", "documents", "signatures")]
    pages = [
        "/inbox?scope=all",
        "/starts",
        "/instances",
        "/definitions",
        f"/definitions/{newest}",
        "/outbox",
        "/account",
    ]
    return [*pages, *tabs, f"/tasks/{tasks[0]}", f"/tasks/{tasks[-1]}"]


def test_names_are_text(watched: Watched, evil: str) -> None:
    """Wherever a text of the list stands on a page, it is shown; no script ran and the policy had nothing to stop."""
    page = watched.page("lin")
    for address in _addresses(watched, evil):
        assert 200 == page.goto(address).status, address
        if page.query_selector("[data-diagram]:not([data-diagram^='//'])"):
            page.wait_for_selector("[data-drawn=yes]")
        assert page.evaluate("window.__xss === undefined"), address
        assert [] == page.evaluate(
            "[...document.querySelectorAll('body *')].filter(e => e.matches('[onerror],[onload],"
            "[onfocus],[ontoggle],[srcdoc],base,object,iframe')).map(e => e.outerHTML)"
        ), address

    assert ([], []) == (watched.complaints, watched.strangers)


def test_nothing_of_it_runs_when_touched(watched: Watched, evil: str) -> None:
    """Neither does it run by the form drawn again, the diagram clicked, the history replayed, the language changed."""
    page = watched.page("lin")
    page.goto(f"/tasks/{watched.crew.company.open(int(evil))[0].id}")
    page.fill("[name=a]", ALL)
    with page.expect_response("**/form"):
        page.click("input[type=checkbox][name=d]", force=True)
    assert page.evaluate("window.__xss === undefined")
    page.goto(f"/instances/{evil}")
    page.wait_for_selector("[data-drawn=yes]")
    for element in ("t0", "t1", "t2"):
        page.dispatch_event(f"[data-element-id={element}]", "click")
    page.evaluate(
        "const r = document.querySelector('#replay'); r.value = 1; r.dispatchEvent(new Event('input'))"
    )
    page.dispatch_event(".bjs-powered-by", "click")
    page.keyboard.press("Escape")
    assert page.evaluate("window.__xss === undefined")

    assert ([], []) == (watched.complaints, watched.strangers)


def test_a_refused_file_names_its_elements_as_text(watched: Watched) -> None:
    """Findings tell of elements and files whose names are from the list."""
    page = watched.page("qian")
    page.goto("/definitions")
    broken = (
        _diagram()
        .replace('formId="evil"', f"formId={quoteattr(XSS[7])}")
        .replace('id="begin"', f"id={quoteattr(XSS[6])}")
    )
    page.set_input_files(
        "#files",
        [{"name": f"{XSS[6]}.bpmn".replace("/", "_"), "mimeType": "text/xml", "buffer": broken.encode()}],
    )
    with page.expect_navigation():
        page.click("form[enctype] button")

    assert page.evaluate("window.__xss === undefined")
    assert ([], []) == ([each for each in watched.complaints if "422" not in each], watched.strangers)
    watched.complaints.clear()


@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / "processes").glob("*.bpmn")))
def test_shipped_diagrams_are_drawn_within_the_policy(watched: Watched, file: str) -> None:
    """Every diagram we ship is drawn, zoomed and clicked without one inline style or script."""
    process = read((ROOT / "processes" / file).read_bytes(), file).processes[0]
    number = next(each.id for each in list_all(watched.crew.db) if each.key == process.id)
    page = watched.page("lin")

    page.goto(f"/definitions/{number}")
    page.wait_for_selector("[data-drawn=yes]")
    for zoom in ("in", "fit"):
        page.click(f"[data-zoom={zoom}]")

    assert ([], []) == (watched.complaints, watched.strangers)


def test_the_policy_itself_works(watched: Watched, evil: str) -> None:
    """Had markup got in, the browser would have stopped it: the test above is not blind."""
    page = watched.page("lin")
    page.goto(f"/instances/{evil}")

    page.evaluate(
        "() => { const s = document.createElement('script'); s.text = 'window.__xss = 1'; document.body.append(s); }"
    )

    assert page.evaluate("window.__xss === undefined")
    assert any("Content Security Policy" in each for each in watched.complaints)
    watched.complaints.clear()
