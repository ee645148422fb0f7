"""Kinds of files people exchange, and whether a file is what its name says.

The list is closed: what is not in it is refused by its name, and what does not begin as its kind begins is refused
by its content. Nothing is ever unpacked, drawn or played here; of pictures and archives only the measures are read,
so that none is passed on that would fill the memory of whoever opens it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from engine.commands.pictures import Damaged, measured
from engine.errors import Message, Refused

#: A picture may have so many pixels, on no side more than so many: phones make a fifth of a thousand million.
MOST_PIXELS, LONGEST_SIDE = 200_000_000, 30_000
#: An archive may hold so many files, and so many bytes when it is unpacked.
MOST_INSIDE, MOST_UNPACKED = 10_000, 1_000_000_000
#: Bytes of an archive's list of files that are read at all.
LONGEST_LIST = 4_000_000

_HEAD = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
#: What binary files begin with that a text never begins with.
_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", _OLE, _ZIP, b"#!AMR", b"\x7fELF", b"RIFF")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class FileRefused(Refused):
    """This file cannot be kept: check its kind, its name and its size."""

    chinese = "无法保存此文件：请检查文件类型、名称和大小。"


Begins = Callable[[bytes], bool]


def _starts(*signatures: bytes) -> Begins:
    return lambda head: head.startswith(signatures)


def _is_text(head: bytes) -> bool:
    """Text in UTF-8, GB 18030 or, with its mark, UTF-16; without control characters."""
    if head.startswith(_BINARY):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(head[: len(head) & ~1], "utf-16")
    return not _CONTROLS.search(head) and (_decodes(head, "utf-8") or _decodes(head, "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    """Whether the bytes are of this encoding; a letter that the end cuts in two is no fault."""
    for cut in range(4):
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                return False
        else:
            return True
    return False


def _is_media(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] not in _HEIF


def _is_mp3(head: bytes) -> bool:
    """With a label in front, or at once the first frame of layer III."""
    return head.startswith(b"ID3") or (len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its media type, how it begins, whether it is a picture, and what an archive of this kind holds."""

    media: str
    begins: Begins
    picture: bool = False
    holds: tuple[str, ...] | None = None


def _office(name: str, *holds: str) -> Kind:
    return Kind(f"application/{name}", _starts(_ZIP), holds=holds)


_OPEN_XML = "vnd.openxmlformats-officedocument"
_TYPES = "[Content_Types].xml"

#: Kinds by the ending of the name.
KINDS: Mapping[str, Kind] = {
    ".pdf": Kind("application/pdf", _starts(b"%PDF-")),
    ".png": Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n"), picture=True),
    ".jpg": Kind("image/jpeg", _starts(b"\xff\xd8\xff"), picture=True),
    ".jpeg": Kind("image/jpeg", _starts(b"\xff\xd8\xff"), picture=True),
    ".gif": Kind("image/gif", _starts(b"GIF87a", b"GIF89a"), picture=True),
    ".webp": Kind("image/webp", lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", picture=True),
    ".heic": Kind("image/heic", lambda head: head[4:8] == b"ftyp" and head[8:12] in _HEIF, picture=True),
    ".bmp": Kind("image/bmp", _starts(b"BM"), picture=True),
    ".tif": Kind("image/tiff", _starts(b"II*\0", b"MM\0*"), picture=True),
    ".tiff": Kind("image/tiff", _starts(b"II*\0", b"MM\0*"), picture=True),
    ".txt": Kind("text/plain", _is_text),
    ".csv": Kind("text/csv", _is_text),
    ".eml": Kind("message/rfc822", _is_text),
    ".doc": Kind("application/msword", _starts(_OLE, b"{\\rtf")),
    ".xls": Kind("application/vnd.ms-excel", _starts(_OLE)),
    ".ppt": Kind("application/vnd.ms-powerpoint", _starts(_OLE)),
    ".msg": Kind("application/vnd.ms-outlook", _starts(_OLE)),
    ".wps": Kind("application/vnd.ms-works", _starts(_OLE, _ZIP)),
    ".et": Kind("application/vnd.ms-excel", _starts(_OLE, _ZIP)),
    ".docx": _office(f"{_OPEN_XML}.wordprocessingml.document", _TYPES, "word/"),
    ".xlsx": _office(f"{_OPEN_XML}.spreadsheetml.sheet", _TYPES, "xl/"),
    ".pptx": _office(f"{_OPEN_XML}.presentationml.presentation", _TYPES, "ppt/"),
    ".odt": _office("vnd.oasis.opendocument.text", "mimetype", "content.xml"),
    ".ods": _office("vnd.oasis.opendocument.spreadsheet", "mimetype", "content.xml"),
    ".ofd": _office("ofd", "OFD.xml"),
    ".zip": Kind("application/zip", _starts(_ZIP, _EMPTY_ZIP), holds=()),
    ".mp3": Kind("audio/mpeg", _is_mp3),
    ".m4a": Kind("audio/mp4", _is_media),
    ".mp4": Kind("video/mp4", _is_media),
    ".amr": Kind("audio/amr", _starts(b"#!AMR")),
}


def kind_of(name: str) -> Kind:
    """The kind that the name's ending says. Raises FileRefused for one that is not exchanged."""
    found = KINDS.get(PurePath(name).suffix.lower())
    if found is None:
        endings = "、".join(sorted(ending[1:] for ending in KINDS))
        raise FileRefused(
            Message(
                zh=f"“{name}”的类型不能上传。可以上传：{endings}。",
                en=f'The kind of "{name}" is not taken. Taken are: {endings.replace("、", ", ")}.',
            ),
            name=name,
        )
    return found


def require_genuine(name: str, file: BinaryIO) -> None:
    """Raises FileRefused unless the content is of the kind that the name says, and none that harms by its size."""
    kind, ending = kind_of(name), PurePath(name).suffix.lower()
    head = file.read(_HEAD)
    if not kind.begins(head):
        raise _another(name, ending)
    if kind.picture:
        _require_measured(name, ending, file)
    if kind.holds is not None:
        _require_list(name, ending, kind.holds, file)


def _require_measured(name: str, ending: str, file: BinaryIO) -> None:
    try:
        width, height = measured(ending, file)
    except Damaged as error:
        text = Message(
            zh=f"“{name}”已损坏或不完整：请重新导出或重新拍摄。",
            en=f'"{name}" is damaged or not whole: export it or take it again.',
        )
        raise FileRefused(text, name=name) from error
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        text = Message(
            zh=f"“{name}”有 {width}×{height} 像素，太大：最多 2 亿像素，每边最多 3 万。请缩小后再上传。",
            en=f'"{name}" has {width} × {height} pixels, too many: at most 200 million, 30,000 on a side. Make it smaller.',
        )
        raise FileRefused(text, name=name)


def _require_list(name: str, ending: str, holds: tuple[str, ...], file: BinaryIO) -> None:
    """The list of an archive, read without unpacking anything."""
    try:
        _require_short_list(file)
        with zipfile.ZipFile(file) as archive:
            inside = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _another(name, ending) from error
    names = [each.filename for each in inside]
    if not all(
        any(each == part or (part[-1] == "/" and each.startswith(part)) for each in names) for part in holds
    ):
        raise _another(name, ending)
    if holds and any(each.endswith("vbaProject.bin") for each in names):
        text = Message(zh=f"“{name}”含有宏，不能上传。", en=f'"{name}" holds macros, which are not taken.')
        raise FileRefused(text, name=name)
    if len(inside) > MOST_INSIDE or sum(each.file_size for each in inside) > MOST_UNPACKED:
        text = Message(
            zh=f"“{name}”解开后过大或文件过多：最多 1 GB、1 万个文件。",
            en=f'"{name}" unpacks to too much: at most 1 GB and 10,000 files.',
        )
        raise FileRefused(text, name=name)


def _require_short_list(file: BinaryIO) -> None:
    """Raises ValueError when the list at the end is longer than any honest one: reading it would take the memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(_EMPTY_ZIP)
    if at < 0 or len(tail) < at + 16 or int.from_bytes(tail[at + 12 : at + 16], "little") > LONGEST_LIST:
        raise ValueError("no list, or too long a one")
    file.seek(0)


def _another(name: str, ending: str) -> FileRefused:
    text = Message(
        zh=f"“{name}”的内容不是 {ending} 文件：请用原来的程序另存为这种类型，不要只改扩展名。",
        en=f'The content of "{name}" is no {ending} file: save it as that kind; changing the name alone does not do.',
    )
    return FileRefused(text, name=name)
