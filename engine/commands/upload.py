"""Read the files of an upload and collect everything that speaks against them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from engine import dmn
from engine.bpmn.lint import lint as lint_process
from engine.bpmn.model import Process
from engine.bpmn.read import read as read_process
from engine.commands.known import Known
from engine.errors import Finding, Findings, Message
from engine.form import lint as lint_form
from engine.form import read as read_form
from engine.services.paper import check as check_paper

#: Names under which forms, decisions and slips are found; never a path.
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", re.ASCII)

#: The largest slip in bytes; diagrams, forms and decisions have limits of their own.
_LARGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class Upload:
    """One thing to deploy: a process of a diagram, a form, a decision file or a slip."""

    kind: str
    key: str
    name: str
    filename: str
    content: bytes
    process: Process | None = None
    decisions: list[str] = field(default_factory=list)

    @property
    def hash(self) -> str:
        """SHA-256 of the content, hex."""
        return hashlib.sha256(self.content).hexdigest()


def examine(files: Sequence[tuple[str, bytes]], known: Known) -> tuple[list[Upload], list[Finding]]:
    """What the files hold, and what was found in them; a file with an error holds nothing.

    What diagrams refer to must be `known` or come with them.
    """
    known.add(files)
    uploads: list[Upload] = []
    findings: list[Finding] = []
    if not files:
        findings.append(
            _finding("", "empty", "没有上传文件。", "No file was uploaded.", "请选择文件。", "Choose files.")
        )
    for filename, content in files:
        found = _check(filename, content, known)
        findings += found
        if not any(f.severity == "error" for f in found):
            uploads += _read(filename, content)
    return uploads, findings + _twice(uploads) + _elsewhere(uploads, known) + _left_out(uploads, known)


def _check(filename: str, content: bytes, known: Known) -> list[Finding]:
    match PurePath(filename).suffix.lower():
        case ".bpmn":
            return lint_process(content, filename, library=known)
        case ".dmn":
            return _named(dmn.check(content), filename)
        case ".form":
            return lint_form(content, filename)
        case ".html":
            return _check_slip(filename, content)
    return [
        _finding(
            filename,
            "kind",
            "不认识的文件类型。",
            "This kind of file is not known.",
            "请上传 .bpmn、.dmn、.form 或 .html 文件。",
            "Upload .bpmn, .dmn, .form or .html files.",
        )
    ]


def _read(filename: str, content: bytes) -> list[Upload]:
    stem, suffix = PurePath(filename).stem, PurePath(filename).suffix.lower()
    if suffix == ".bpmn":
        processes = read_process(content, filename).processes
        return [Upload("process", p.id, p.name or p.id, filename, content, process=p) for p in processes]
    if suffix == ".dmn":
        return [Upload("dmn", stem, stem, filename, content, decisions=dmn.read(content).ids())]
    if suffix == ".form":
        form = read_form(content, filename)
        return [Upload("form", form.id, form.id, filename, content)]
    return [Upload("slip", stem, stem, filename, content)]


def _check_slip(filename: str, content: bytes) -> list[Finding]:
    findings = Findings(filename)
    if not _KEY.fullmatch(PurePath(filename).stem):
        findings.error(
            "",
            1,
            "name",
            Message(zh="单据文件名不可用。", en="The slip's file name cannot be used."),
            Message(
                zh="只用字母、数字、点、横线和下划线。",
                en="Use letters, digits, dots, dashes and underscores only.",
            ),
        )
    try:
        findings.items += check_paper(content.decode(), filename)
    except UnicodeDecodeError:
        findings.error(
            "",
            1,
            "encoding",
            Message(zh="文件不是 UTF-8。", en="The file is not UTF-8."),
            Message(zh="请以 UTF-8 保存。", en="Save it as UTF-8."),
        )
    if len(content) > _LARGEST:
        findings.error(
            "",
            1,
            "size",
            Message(zh="文件过大。", en="The file is too large."),
            Message(zh="请控制在 2 MB 以内。", en="Keep it below 2 MB."),
        )
    return findings.items


def _twice(uploads: Sequence[Upload]) -> list[Finding]:
    """Two things of one kind and name in one upload: nobody could say which counts."""
    counted = Counter((u.kind, u.key) for u in uploads)
    return [
        _finding(
            u.filename,
            "twice",
            f"“{u.key}”在本次上传中出现多次。",
            f'"{u.key}" comes more than once in this upload.',
            "只保留一个。",
            "Keep one of them.",
        )
        for u in uploads
        if counted[u.kind, u.key] > 1
    ]


def _elsewhere(uploads: Sequence[Upload], known: Known) -> list[Finding]:
    """Decisions that stand in a file of another name: two files would decide, and the older could not come back."""
    homes = {
        decision: u.key for u in uploads for decision in u.decisions if known.homes.get(decision) == u.key
    }
    left = {u.key for u in uploads if u.decisions}
    found = []
    for upload in uploads:
        for each in upload.decisions:
            home = homes.get(each) or known.homes.get(each, upload.key)
            if home == upload.key or (home in left and each not in homes):
                homes[each] = upload.key
                continue
            found.append(
                Finding(
                    upload.filename,
                    each,
                    1,
                    "error",
                    "another-file",
                    Message(
                        zh=f"决策“{each}”在文件 {home}.dmn 里，不能同时在另一个文件里。",
                        en=f'The decision "{each}" stands in the file {home}.dmn and cannot be in another as well.',
                    ),
                    Message(
                        zh=f"请把文件改名为 {home}.dmn 再上传。",
                        en=f"Name the file {home}.dmn and upload it again.",
                    ),
                )
            )
    return found


def _left_out(uploads: Sequence[Upload], known: Known) -> list[Finding]:
    """Decisions that an uploaded file held before and holds no more, though a process still asks for them."""
    brought = {decision for upload in uploads for decision in upload.decisions}
    files = {upload.key: upload for upload in uploads if upload.kind == "dmn"}
    gone = {
        decision: files[home]
        for decision, home in sorted(known.homes.items())
        if home in files and decision not in brought
    }
    found = []
    for decision, callers in _callers(gone, known).items():
        zh = f"文件里不再有决策“{decision}”，但流程 {'、'.join(callers)} 仍在调用它：旧版本的表继续作决定。"
        en = (
            f'The file holds the decision "{decision}" no more, but {", ".join(callers)} still asks for it: '
            "the earlier version of the table goes on deciding."
        )
        mend_zh, mend_en = (
            "请把它加回文件，或先改流程图。",
            "Put it back into the file, or change the diagram first.",
        )
        message, remedy = Message(zh=zh, en=en), Message(zh=mend_zh, en=mend_en)
        found.append(
            Finding(gone[decision].filename, decision, 1, "warning", "decision-left-out", message, remedy)
        )
    return found


def _callers(decisions: Collection[str], known: Known) -> dict[str, list[str]]:
    """The processes, by their newest versions, that ask for these decisions."""
    found: dict[str, list[str]] = {}
    for key in sorted(known.processes) if decisions else ():
        process = known.process(key)
        for node in process.content.walk() if process is not None else ():
            asked = node.extension("calledDecision", "decisionId") or ""
            if asked in decisions and key not in found.setdefault(asked, []):
                found[asked].append(key)
    return found


def _named(findings: Sequence[Finding], filename: str) -> list[Finding]:
    return [
        Finding(filename, f.element, f.line, f.severity, f.code, f.message, f.remedy) if not f.file else f
        for f in findings
    ]


def _finding(filename: str, code: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Finding:
    return Finding(filename, "", 1, "error", code, Message(zh=zh, en=en), Message(zh=remedy_zh, en=remedy_en))
