"""No expression reaches Python (threat T1), and no pattern takes more than linear time (threat T26)."""

from __future__ import annotations

import ast
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import engine.feel
from engine import feel
from engine.feel.values import to_plain
from tests.quick import least

_ATTACKS = [
    '__import__("os").system("touch {marker}")',
    'eval("1")',
    'exec("import os")',
    'open("{marker}", "w")',
    'compile("1", "", "eval")',
    "globals()",
    "locals()",
    "vars()",
    "dir()",
    'getattr("", "__class__")',
    "breakpoint()",
    "exit()",
    "os.system",
    "().__class__.__base__.__subclasses__()",
    "[].__class__",
    '"".__class__.__mro__',
    "(1).__class__",
    "x.__class__",
    "x.__class__.__init__.__globals__",
    "x.__dict__",
    'x["__class__"]',
    'get value(x, "__class__")',
    'get value(x, ["__class__", "__init__"])',
    "abs.__globals__",
    "abs.call",
    "abs.call.__func__",
    "(function(x) x).call",
    "(function(x) x).__code__",
    "(function() 1).alternatives",
    "[1..2].__class__",
    "[1..2].start.__class__",
    '@"2026-11-21".__class__',
    '@"2026-11-21".today()',
    '@"2026-11-21".replace(1)',
    '@"P1D".resolution',
    '@"P1D".total_seconds()',
    '@"2026-11-21T10:00:00".tzinfo',
    '@"10:00:00@../../../etc/passwd"',
    '@"10:00:00@/etc/passwd"',
    '"{0.__class__}"',
    '"%(x)s"',
    'string("{x.__class__}")',
    "f'{1}'",
    "lambda: 1",
    "import os",
    "x := 1",
    "[y for y in x]",
    "{x: 1}.keys()",
    "{x: 1}.__class__",
    '{"__class__": 1}.__class__.__base__',
    "for __builtins__ in [1] return __builtins__.eval",
    'function() external {{java: {{class: "java.lang.Runtime", method signature: "exec(String)"}}}}',
    'function() external {{python: {{module: "os"}}}}',
    'replace("a", "a", "\\\\g<0>")',
    'replace("a", "(?P<n>a)", "$n")',
    'matches("a", "(?#{marker})a")',
    "sort([1, 2], eval)",
    "self.__init__",
    "$where",
    "${{7*7}}",
    "#{{7*7}}",
    "{{{{7*7}}}}",
    "T(java.lang.Runtime).getRuntime()",
    "1; 2",
    "a\x00b",
]


class _Open:
    """A value with something to steal."""

    secret = "secret"


@pytest.mark.parametrize("attack", _ATTACKS)
def test_no_expression_reaches_python(attack, tmp_path):
    """Every attack is refused or null or plain data: nothing runs, nothing of Python's is handed out."""
    marker = tmp_path / "marker"
    expression = attack.replace("{{", "{").replace("}}", "}").replace("{marker}", str(marker))

    for evaluate in (
        lambda: feel.evaluate(expression, {"x": {"a": 1}}),
        lambda: feel.compile(expression)({"x": "text"}),
        lambda: feel.compile_unary(expression)("text", {"x": _Open()}),
    ):
        try:
            value = evaluate()
        except feel.FeelError:
            continue
        plain = to_plain(value)
        assert isinstance(plain, None | bool | int | float | str | list | dict)
    assert not marker.exists()


def test_attacks_in_a_process_of_their_own(tmp_path):
    """All attacks in a fresh process: it ends well and leaves nothing behind."""
    marker = tmp_path / "marker"
    script = (
        "import sys\nfrom engine import feel\n"
        "for attack in sys.stdin.read().split('\\x01'):\n"
        "    try:\n        feel.evaluate(attack, {'x': {'a': 1}})\n"
        "    except feel.FeelError:\n        pass\n"
        "print('ended well')\n"
    )
    attacks = "\x01".join(attack.replace("{marker}", str(marker)) for attack in _ATTACKS)

    done = subprocess.run(
        [sys.executable, "-c", script],
        input=attacks,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=_ROOT,
        check=False,
    )

    assert "ended well" == done.stdout.strip()
    assert [] == list(tmp_path.iterdir())


_ROOT = Path(engine.feel.__file__).parents[2]
_DANGEROUS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "getattr",
    "setattr",
    "globals",
    "locals",
    "vars",
    "open",
}


def test_the_language_never_makes_python_of_a_text():
    """In all of engine/feel nothing calls eval, exec, compile, getattr or open; `import_module` gets our own names only."""
    found = {
        (path.name, node.func.id)
        for path in Path(engine.feel.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DANGEROUS
    }

    # `compile` there is FEEL's own, of the same file.
    assert {("expression.py", "compile")} == found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 100_000 + "!"),
        ("(a|aa)+$", "a" * 100_000 + "!"),
        ("(.*)*x", "a" * 100_000),
        ("(a*)*b", "a" * 100_000),
        ("([a-zA-Z]+)*$", "a" * 100_000 + "1"),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 100_000),
        ("(x+x+)+y", "x" * 100_000),
        ("(.*a){20}", "a" * 50_000),
        ("\\\\s*,", " " * 100_000),
        ("(é|é)*$", "é" * 50_000 + "!"),
    ],
)
def test_patterns_linear(pattern, text):
    """Patterns that take other engines years take no longer than reading the text (threat T26)."""

    def ask():
        for call in ("matches(t, p)", 'replace(t, p, "-")', "split(t, p)", "extract(t, p)"):
            with suppress(feel.FeelError):
                feel.evaluate(call, {"t": text, "p": pattern})

    assert least(ask, 2) < 2


def test_our_own_reading_is_linear():
    """FEEL's own patterns for tokens, dates and numbers take no more than linear time either."""
    hostile = [
        '"' + "\\" * 1990,
        "/*" * 990,
        " " * 1990 + "#",
        "a" * 1990,
        "1" * 1990,
        "a-" * 990,
        "\n" * 1990,
    ]

    def ask():
        for text in hostile:
            with suppress(feel.FeelError):
                feel.compile(text)
            for call in ("date(t)", "time(t)", "date and time(t)", "duration(t)", "number(t)", "range(t)"):
                feel.evaluate(call, {"t": text * 20})

    assert least(ask, 1) < 1
