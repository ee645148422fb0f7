"""How large a picture is, read from its first bytes without drawing it."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import BinaryIO

Size = tuple[int, int]

#: Parts of a JPEG, and entries of a TIFF, that are looked at before it is given up.
_MOST_PARTS = 2_000
#: Bytes in which a HEIC picture says its size.
_META = 512 * 1024


class Damaged(Exception):
    """The picture does not say its size."""


def measured(ending: str, file: BinaryIO) -> Size:
    """Width and height in pixels of a picture of this kind. Raises Damaged."""
    file.seek(0)
    try:
        width, height = _READERS[ending](file)
    except (struct.error, IndexError, ValueError) as error:
        raise Damaged from error
    if width <= 0 or height <= 0:
        raise Damaged
    return width, height


def _png(file: BinaryIO) -> Size:
    head = file.read(24)
    if head[12:16] != b"IHDR":
        raise Damaged
    return struct.unpack(">II", head[16:24])


def _gif(file: BinaryIO) -> Size:
    return struct.unpack("<HH", file.read(10)[6:10])


def _bmp(file: BinaryIO) -> Size:
    head = file.read(26)
    (length,) = struct.unpack("<I", head[14:18])
    width, height = struct.unpack("<HH", head[18:22]) if length == 12 else struct.unpack("<ii", head[18:26])
    return width, abs(height)


def _jpeg(file: BinaryIO) -> Size:
    """The size stands in the first frame header; what comes before it (thumbnails, colours) is passed over."""
    file.seek(2)
    for _part in range(_MOST_PARTS):
        mark, kind = struct.unpack("BB", file.read(2))
        while kind == 0xFF:
            (kind,) = struct.unpack("B", file.read(1))
        if mark != 0xFF:
            raise Damaged
        if kind == 0x01 or 0xD0 <= kind <= 0xD7:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            _depth, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        if kind == 0xDA or length < 2:
            raise Damaged
        file.seek(length - 2, 1)
    raise Damaged


def _webp(file: BinaryIO) -> Size:
    head = file.read(30)
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise Damaged


def _tiff(file: BinaryIO) -> Size:
    order = "<" if file.read(4)[:2] == b"II" else ">"
    (start,) = struct.unpack(f"{order}I", file.read(4))
    file.seek(start)
    (count,) = struct.unpack(f"{order}H", file.read(2))
    found: dict[int, int] = {}
    for _entry in range(min(count, _MOST_PARTS)):
        tag, kind, _number, value = struct.unpack(f"{order}HHI4s", file.read(12))
        if tag in (256, 257):
            short = struct.unpack(f"{order}H", value[:2])[0]
            found[tag] = short if kind == 3 else struct.unpack(f"{order}I", value)[0]
    if len(found) < 2:
        raise Damaged
    return found[256], found[257]


def _heic(file: BinaryIO) -> Size:
    """The largest of the sizes that the picture's parts and the whole say."""
    head = file.read(_META)
    sizes: list[Size] = []
    at = head.find(b"ispe")
    while at >= 0 and len(head) >= at + 16 and len(sizes) < _MOST_PARTS:
        sizes.append(struct.unpack(">II", head[at + 8 : at + 16]))
        at = head.find(b"ispe", at + 4)
    return max(sizes, key=lambda size: size[0] * size[1])


_READERS: Mapping[str, Callable[[BinaryIO], Size]] = {
    ".png": _png,
    ".jpg": _jpeg,
    ".jpeg": _jpeg,
    ".gif": _gif,
    ".webp": _webp,
    ".heic": _heic,
    ".bmp": _bmp,
    ".tif": _tiff,
    ".tiff": _tiff,
}
