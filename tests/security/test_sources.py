"""What no source file may do, and the table of threats that names the proof of each control (T13, T26, T27)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from engine.form.pattern import BadPattern, compiled

ENGINE = Path(__file__).parents[2] / "engine"

#: The functions that may call text markup, each because of what it just did with it.
MARKUP = {
    "engine/form/drawing.py": "templates that escape",
    "engine/form/prose.py": "nh3 has cleaned it",
    "engine/services/slips.py": "templates that escape, our own style sheet and code",
    "engine/web/answers.py": "empty",
    "engine/web/beside.py": "a macro that escapes",
}


@cache
def _sources() -> list[tuple[str, ast.Module]]:
    paths = sorted(ENGINE.rglob("*.py"))
    return [
        (path.relative_to(ENGINE.parent).as_posix(), ast.parse(path.read_text("utf-8"))) for path in paths
    ]


def _imported(tree: ast.Module, package: str) -> set[str]:
    """The names a file has from a package."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    mine = [node for node in nodes if (node.module or "").split(".")[0] == package]
    return {each.asname or each.name for node in mine for each in node.names}


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def test_no_unsafe_markup() -> None:
    """Text becomes markup in the reviewed places only, and no template switches escaping off."""
    found = {file for file, tree in _sources() for name, _call in _calls(tree) if name == "Markup"}
    templates = {
        path.relative_to(ENGINE).as_posix()
        for path in ENGINE.rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", path.read_text(encoding="utf-8"))
    }

    assert (set(MARKUP), set()) == (found, templates)


def test_no_template_without_escaping() -> None:
    """Every environment of templates escapes; those of Flask do for .html."""
    kinds = {"Environment", "SandboxedEnvironment", "ImmutableSandboxedEnvironment", "Template"}
    for file, tree in _sources():
        makers = (kinds & _imported(tree, "jinja2")) | {"_Paper"}
        for said in [call.keywords for name, call in _calls(tree) if name in makers]:
            assert {"autoescape": True}.items() <= {
                e.arg: getattr(e.value, "value", None) for e in said
            }.items(), file
    names = {
        path.suffix
        for folder in ("web", "api")
        for path in (ENGINE / folder).rglob("templates/**/*")
        if path.is_file()
    }
    assert {".html"} == names


def test_scripts_make_no_markup_of_data() -> None:
    """Our own scripts set text, never markup, and run no text."""
    own = [*(ENGINE / "web/static/js").glob("*.js"), *(ENGINE / "web/static/form").glob("*.js")]
    own += (ENGINE.parent / "frontend/src").glob("*.js")
    bad = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(['\"]on|srcdoc"
    )

    assert own
    assert [] == [path.name for path in own if bad.search(path.read_text(encoding="utf-8"))]


#: Files with statements whose text is put together from our own constants, looked at by hand.
FIXED = {
    "engine/model/history.py": "the triggers that protect the history",
    "engine/migrations/statements.py": "the tables of the first version, as they were",
}


def test_no_raw_sql() -> None:
    """A statement given as text is one fixed text: nothing is put into it."""
    found = set()
    for file, tree in _sources():
        makers = {"exec_driver_sql", "executescript"} | ({"text", "DDL"} & _imported(tree, "sqlalchemy"))
        for name, call in _calls(tree):
            made = name in makers and (isinstance(call.func, ast.Name) or name.startswith("exec"))
            if made and not (call.args and isinstance(call.args[0], ast.Constant)):
                found.add(file)

    assert {*FIXED} == found


def test_nothing_is_unpickled_or_run() -> None:
    """No pickle, no shell, no loader of YAML objects, no eval or exec, no temporary name without a file."""
    bad = {"pickle", "marshal", "shelve", "dill"}
    for file, tree in _sources():
        for node in ast.walk(tree):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert bad.isdisjoint(name.split(".")[0] for name in names), file
        for name, call in _calls(tree):
            bare = isinstance(call.func, ast.Name)
            assert not (bare and name in {"eval", "exec", "__import__"}), file
            assert name not in {"system", "popen", "mktemp", "unsafe_load"}, file
            assert not any(
                each.arg == "shell" and getattr(each.value, "value", True) for each in call.keywords
            ), file


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", "a" * 50_000 + "!"),
        ("^(a|a)*$", "a" * 50_000 + "!"),
        ("(.*)*x", "y" * 50_000),
        ("^([a-z]+)*[0-9]$", "a" * 50_000),
    ],
)
def test_patterns_of_forms_are_linear(pattern: str, text: str) -> None:
    """A pattern that would hang other engines is answered while one looks."""
    assert compiled(pattern).fits(text) in (True, False)


def test_patterns_that_need_going_back_are_refused() -> None:
    """What cannot be run in linear time is refused at deployment."""
    for pattern in (r"(a)\1", "(?=a)b", "(?<!a)b", "a" * 1_001):
        with pytest.raises(BadPattern):
            compiled(pattern)


ROW = re.compile(r"^\| (T\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_threat_table_is_complete(root: Path) -> None:
    """Every threat has one row; each names tests that exist, or says that something is not there yet, and why."""
    page = (root / "docs/explanation/security.md").read_text(encoding="utf-8")
    rows = {number: (control, proof) for number, _threat, control, proof in ROW.findall(page)}
    existing = {
        f"{path.relative_to(root / 'tests').as_posix()}::{name}"
        for path in (root / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert [f"T{number}" for number in range(1, 41)] == list(rows)
    for number, (control, proof) in rows.items():
        named = re.findall(r"`([\w/]+\.py::test_\w+)`", proof)
        assert set(named) <= existing, (number, set(named) - existing)
        assert named or re.search(r"Not yet: \w{3}", proof), number
        assert len(control.split()) > 3, number
