"""PDF by WeasyPrint in a child process that has little memory, little time and no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path

from engine.errors import Message, RestockError

_CHILD = Path(__file__).with_name("pdf_child.py")
_NO_PANGO = 3
#: So many children at once: each may take its share of memory.
_ROOM = threading.BoundedSemaphore(2)


class Unavailable(RestockError):
    """PDF files cannot be made on this machine; print the page instead."""

    status = 503
    chinese = "这台机器无法生成 PDF；请直接打印网页。"


def make(page: str, *, megabytes: int = 1500, seconds: float = 30) -> bytes:
    """The PDF of an HTML page. Raises Unavailable where Pango or a Chinese font is missing, or it takes too much."""
    if not has_chinese_font():
        raise Unavailable(_missing("fonts-noto-cjk"))
    if not _ROOM.acquire(timeout=seconds):
        raise Unavailable(_TOO_MUCH)
    try:
        return _made(page, megabytes, seconds)
    finally:
        _ROOM.release()


def _made(page: str, megabytes: int, seconds: float) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 (our own script, fixed arguments)
            [sys.executable, "-I", str(_CHILD), str(megabytes), str(max(1, int(seconds)))],
            input=page.encode("utf-8"),
            capture_output=True,
            timeout=2 * seconds,  # by the wall clock; the child's own limit is on its computing time
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(_TOO_MUCH) from None
    if done.returncode == _NO_PANGO:
        raise Unavailable(_missing("libpango-1.0-0 libpangoft2-1.0-0"))
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        raise Unavailable(_TOO_MUCH)
    return done.stdout


@lru_cache(maxsize=1)
def has_chinese_font() -> bool:
    """Whether fontconfig knows a font with Chinese; without one a PDF would be silently blank."""
    tool = shutil.which("fc-list")
    if tool is None:
        return False
    found = subprocess.run([tool, ":lang=zh", "family"], capture_output=True, timeout=20, check=False)  # noqa: S603
    return found.stdout.strip() != b""


def _missing(packages: str) -> Message:
    return Message(
        zh=f"生成 PDF 需要系统软件包：{packages}。安装后重试，或直接打印网页。",
        en=f"PDF needs the system packages {packages}. Install them and try again, or print the page.",
    )


_TOO_MUCH = Message(
    zh="PDF 未能在限定的时间和内存内生成。请直接打印网页。",
    en="The PDF could not be made within its limits of time and memory. Print the page instead.",
)
