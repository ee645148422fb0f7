"""A file system that remembers what was written and what was synced, so that the power can be cut at any moment.

It is SQLite's own, with three calls listened to: writing, truncating, syncing. What was not synced may be on the disk
after a power cut or not, each write for itself, a write also in part: sectors are whole, pages need not be.
"""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

SECTOR = 512
#: What SQLite may still call: it stays when the listening is over.
_kept: list[Any] = []
_P, _I, _L = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_OPEN = ctypes.CFUNCTYPE(_I, _P, ctypes.c_char_p, ctypes.POINTER(_P), _I, _P)
_WRITE = ctypes.CFUNCTYPE(_I, _P, _P, _I, _L)
_TRUNCATE = ctypes.CFUNCTYPE(_I, _P, _L)
_SYNC = ctypes.CFUNCTYPE(_I, _P, _I)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs as far as it is looked into; the rest is copied."""

    _fields_ = [
        ("version", _I),
        ("file_size", _I),
        ("longest_path", _I),
        ("next", _P),
        ("name", ctypes.c_char_p),
        ("data", _P),
        ("open", _P),
        ("others", _P * 15),
    ]


class _Methods(ctypes.Structure):
    """sqlite3_io_methods as far as it is looked into; the rest is copied."""

    _fields_ = [
        ("version", _I),
        ("close", _P),
        ("read", _P),
        ("write", _P),
        ("truncate", _P),
        ("sync", _P),
        ("others", _P * 13),
    ]


@dataclass(frozen=True, slots=True)
class Written:
    """A write that the disk may have or not: of bytes, or of a length."""

    at: int
    data: bytes | None


@dataclass
class Disk:
    """What was done to each file, in order; `None` in place of a write: everything before was synced."""

    log: list[tuple[str, Written | None]] = field(default_factory=list)

    def after_a_cut(self, moment: int, before: dict[str, bytes], chance: Random | None) -> dict[str, bytes]:
        """The files when the power goes at a moment of the log; without chance nothing unsynced has reached the disk."""
        files = {name: bytearray(content) for name, content in before.items()}
        waiting: dict[str, list[Written]] = {}
        for name, write in self.log[:moment]:
            if write is not None:
                waiting.setdefault(name, []).append(write)
            else:
                for each in waiting.pop(name, []):
                    _apply(files.setdefault(name, bytearray()), each)
        if chance is not None:
            for name, writes in waiting.items():
                for each in writes:
                    if chance.random() < 0.5:
                        _apply(files.setdefault(name, bytearray()), _torn(each, chance))
        return {name: bytes(content) for name, content in files.items()}


def _apply(content: bytearray, write: Written) -> None:
    if write.data is None:
        del content[write.at :]
        return
    content.extend(bytes(max(0, write.at - len(content))))
    content[write.at : write.at + len(write.data)] = write.data


def _torn(write: Written, chance: Random) -> Written:
    """The write, or only its first sectors."""
    if write.data is None or chance.random() < 0.5:
        return write
    return Written(write.at, write.data[: SECTOR * chance.randint(0, len(write.data) // SECTOR)])


def library() -> ctypes.CDLL | None:
    """The SQLite that Python uses, None where it cannot be reached from outside."""
    sqlite3.connect(":memory:").close()
    maps = Path("/proc/self/maps")
    lines = maps.read_text().splitlines() if maps.is_file() else []
    found = {line.split()[-1] for line in lines if "libsqlite3" in line}
    return ctypes.CDLL(found.pop()) if found else None


@contextmanager
def listening(sqlite: ctypes.CDLL, name: str) -> Iterator[Disk]:
    """Files opened with `?vfs=name` are listened to."""
    sqlite.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    disk, usual = Disk(), sqlite.sqlite3_vfs_find(None)
    vfs = _Vfs.from_buffer_copy(usual.contents)
    vfs.name = name.encode()
    names: dict[int, str] = {}
    patched: dict[int, tuple[_Methods, list[Any]]] = {}
    opens = _OPEN(usual.contents.open)

    def opened(_vfs: int, path: bytes | None, file: Any, flags: int, out: int) -> int:
        code = opens(ctypes.addressof(usual.contents), path, file, flags, out)
        if code == 0 and path is not None:
            methods = file[0]
            if methods not in patched:
                patched[methods] = _patched(_Methods.from_address(methods), disk, names)
            names[ctypes.addressof(file.contents)] = Path(path.decode()).name
            file[0] = ctypes.addressof(patched[methods][0])
        return int(code)

    ours = _OPEN(opened)
    vfs.open = ctypes.cast(ours, _P)
    _kept.extend((vfs, ours, patched))
    assert sqlite.sqlite3_vfs_register(ctypes.byref(vfs), 0) == 0
    try:
        yield disk
    finally:
        sqlite.sqlite3_vfs_unregister(ctypes.byref(vfs))


def _patched(usual: _Methods, disk: Disk, names: dict[int, str]) -> tuple[_Methods, list[Any]]:
    """SQLite's methods of a file with ours before three of them, and what must not be collected meanwhile."""
    methods = _Methods.from_buffer_copy(usual)
    write, truncate, sync = _WRITE(usual.write), _TRUNCATE(usual.truncate), _SYNC(usual.sync)

    def writes(file: int, data: int, size: int, at: int) -> int:
        disk.log.append((names[file], Written(at, ctypes.string_at(data, size))))
        return int(write(file, data, size, at))

    def truncates(file: int, size: int) -> int:
        disk.log.append((names[file], Written(size, None)))
        return int(truncate(file, size))

    def syncs(file: int, flags: int) -> int:
        disk.log.append((names[file], None))
        return int(sync(file, flags))

    ours: list[Callable[..., int]] = [_WRITE(writes), _TRUNCATE(truncates), _SYNC(syncs)]
    methods.write, methods.truncate, methods.sync = (ctypes.cast(each, _P) for each in ours)
    return methods, [*ours, write, truncate, sync]
