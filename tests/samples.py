"""Small genuine files of each kind, for tests that upload something."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

PDF = b"%PDF-1.7\n%%EOF\n"


def jpeg(width: int = 4, height: int = 3) -> bytes:
    """A JPEG as far as its headers go; nothing of ours draws it."""
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\x01\x11\0\x02\x11\0\x03\x11\0"
    return start + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9"


def png(width: int = 1, height: int = 1) -> bytes:
    """A PNG of one black line; its header says whatever it is told to."""

    def part(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * (min(width, 1000) + 1))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", pixels) + part(b"IEND", b"")


def gif(width: int = 2, height: int = 2) -> bytes:
    """A GIF's header."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0;"


def bmp(width: int = 2, height: int = -2) -> bytes:
    """A bitmap's headers."""
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<Iii", 40, width, height) + b"\0" * 28


def webp(width: int = 2, height: int = 2, kind: bytes = b"VP8X") -> bytes:
    """A WebP picture's headers, in each of its three kinds."""
    if kind == b"VP8X":
        body = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif kind == b"VP8L":
        body = b"\x2f" + (width - 1 | (height - 1) << 14).to_bytes(4, "little") + b"\0" * 5
    else:
        body = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    return (
        b"RIFF" + struct.pack("<I", 4 + 8 + len(body)) + b"WEBP" + kind + struct.pack("<I", len(body)) + body
    )


def tiff(width: int = 2, height: int = 2, order: str = "<", kind: int = 4) -> bytes:
    """A TIFF's header and its first list of entries."""
    mark = b"II*\0" if order == "<" else b"MM\0*"

    def entry(tag: int, value: int) -> bytes:
        packed = struct.pack(f"{order}I", value) if kind == 4 else struct.pack(f"{order}HH", value, 0)
        return struct.pack(f"{order}HHI", tag, kind, 1) + packed

    return mark + struct.pack(f"{order}IH", 8, 2) + entry(256, width) + entry(257, height) + b"\0\0\0\0"


def heic(*sizes: tuple[int, int]) -> bytes:
    """A HEIC picture's first boxes; the parts of a large picture say their own size as well."""
    boxes = b"".join(b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">II", *size) for size in sizes or ((2, 2),))
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0\0\0\0meta" + boxes


def archive(*names: str, content: bytes = b"x") -> bytes:
    """A zip file with these names in it."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def docx(*more: str) -> bytes:
    """What a letter of an office program is inside."""
    return archive("[Content_Types].xml", "word/document.xml", *more)
