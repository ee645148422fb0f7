"""A file is what its name says, or it is refused; pictures and archives that fill the memory are refused."""

from __future__ import annotations

import struct
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.commands import kinds
from engine.commands.kinds import KINDS, FileRefused, kind_of, require_genuine
from engine.commands.pictures import measured
from tests import samples

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64

#: A genuine file of each kind.
GENUINE: dict[str, list[bytes]] = {
    ".pdf": [samples.PDF],
    ".png": [samples.png()],
    ".jpg": [samples.jpeg()],
    ".jpeg": [samples.jpeg()],
    ".gif": [samples.gif()],
    ".webp": [samples.webp(kind=kind) for kind in (b"VP8X", b"VP8L", b"VP8 ")],
    ".heic": [samples.heic((512, 512), (4032, 3024))],
    ".bmp": [samples.bmp(), b"BM" + b"\0" * 12 + struct.pack("<IHH", 12, 3, 2) + b"\0" * 8],
    ".tif": [samples.tiff(), samples.tiff(order=">", kind=3)],
    ".tiff": [samples.tiff()],
    ".txt": [
        b"",
        "订单 🚚".encode(),
        "订单".encode("gb18030"),
        "订单".encode("utf-16"),
        "订".encode() * 30_000 + b"x",
    ],
    ".csv": [b"a;b\r\n1;2\r\n", "品名,数量\n".encode("gb18030")],
    ".eml": [b"Subject: x\r\n\r\nBMW"],
    ".doc": [OLE, b"{\\rtf1 x}"],
    ".xls": [OLE],
    ".ppt": [OLE],
    ".msg": [OLE],
    ".wps": [OLE, samples.docx()],
    ".et": [OLE],
    ".docx": [samples.docx()],
    ".xlsx": [samples.archive("[Content_Types].xml", "xl/workbook.xml")],
    ".pptx": [samples.archive("[Content_Types].xml", "ppt/presentation.xml")],
    ".odt": [samples.archive("mimetype", "content.xml")],
    ".ods": [samples.archive("mimetype", "content.xml")],
    ".ofd": [samples.archive("OFD.xml", "Doc_0/Document.xml")],
    ".zip": [samples.archive("合同.txt"), samples.archive()],
    ".mp3": [b"ID3\x04" + b"\0" * 20, b"\xff\xfb\x90\x64" + b"\0" * 20],
    ".m4a": [b"\0\0\0\x20ftypM4A \0\0\0\0"],
    ".mp4": [b"\0\0\0\x20ftypisom\0\0\0\0"],
    ".amr": [b"#!AMR\n" + b"\0" * 20],
}


def test_every_kind_is_tried() -> None:
    """There is a genuine file of each kind that is taken."""
    assert set(KINDS) == set(GENUINE)


@pytest.mark.parametrize("ending", KINDS)
def test_a_genuine_file_is_taken(ending: str) -> None:
    """Whatever the case of its ending."""
    for content in GENUINE[ending]:
        require_genuine(f"文件{ending.upper()}", BytesIO(content))


#: Kinds that begin alike, so that one may be named as the other.
ALIKE = [
    {".jpg", ".jpeg"}, {".tif", ".tiff"}, {".txt", ".csv", ".eml", ".doc"}, {".doc", ".xls", ".ppt", ".msg", ".wps", ".et"},
    {".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".ofd", ".wps", ".et"}, {".m4a", ".mp4"}, {".odt", ".ods"},
]  # fmt: skip


@pytest.mark.parametrize("ending", KINDS)
def test_any_other_kind_is_refused(ending: str) -> None:
    """A file under another kind's name is refused by what it holds, in both languages by its name."""
    like = set().union(*(group for group in ALIKE if ending in group))
    for other in set(KINDS) - like - {ending}:
        for content in filter(None, GENUINE[other]):
            with pytest.raises(FileRefused) as refused:
                require_genuine(f"单据{ending}", BytesIO(content))
            assert all(
                f"单据{ending}" in text for text in (refused.value.message.zh, refused.value.message.en)
            )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", samples.archive("a.txt")),
        ("a.docx", samples.archive("[Content_Types].xml", "xl/workbook.xml")),
        ("a.docx", samples.docx("word/vbaProject.bin")),
        ("a.xlsx", samples.archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")),
        ("a.zip", b"PK\x03\x04" + b"\0" * 100),
        ("a.zip", samples.archive("a")[:-10]),
        ("a.txt", b"\x7fELF\x02\x01\x01"),
        ("a.txt", b"MZ\x90\0\x03\0"),
        ("a.txt", b"\xff\xfe\x00\xd8\x00\xd8"),
        ("a.csv", samples.PDF),
        ("a.pdf", b"\n%PDF-1.7"),
        ("a.heic", b"\0\0\0\x20ftypisom\0\0\0\0"),
        ("a.mp4", samples.heic()),
        ("a.mp3", samples.jpeg()),
        ("a.jpg", b"\xff\xd8\xff"),
        ("a.jpg", samples.jpeg()[:28]),
        ("a.jpg", samples.jpeg(0, 3)),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("a.png", samples.png(0, 1)),
        ("a.tif", b"II*\0\xff\xff\xff\xff"),
        ("a.tif", b"II*\0\x08\0\0\0\0\0"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP9 " + b"\0" * 20),
    ],
)
def test_what_only_looks_like_it_is_refused(name: str, content: bytes) -> None:
    """Half files, disguised ones, archives that are none, office files with macros."""
    with pytest.raises(FileRefused):
        require_genuine(name, BytesIO(content))


@pytest.mark.parametrize(
    ("name", "content", "size"),
    [
        ("a.png", samples.png(40_000, 10), "40000×10"),
        ("a.jpg", samples.jpeg(20_000, 20_000), "20000×20000"),
        ("a.gif", samples.gif(65_535, 65_535), "65535×65535"),
        ("a.bmp", samples.bmp(20_000, -20_000), "20000×20000"),
        ("a.webp", samples.webp(16_000, 16_000, b"VP8L"), "16000×16000"),
        ("a.webp", samples.webp(1 << 24, 1 << 24), "16777216×16777216"),
        ("a.tif", samples.tiff(4_000_000_000, 4_000_000_000), "4000000000×4000000000"),
        ("a.heic", samples.heic((512, 512), (60_000, 60_000)), "60000×60000"),
    ],
)
def test_a_bomb_of_pixels_is_refused(name: str, content: bytes, size: str) -> None:
    """A few bytes that draw to gigabytes; the answer says how large the picture is and what is allowed."""
    with pytest.raises(FileRefused) as refused:
        require_genuine(name, BytesIO(content))

    assert size in refused.value.message.zh
    assert size.replace("×", " × ") in refused.value.message.en


def test_the_largest_photo_of_a_phone_is_taken() -> None:
    """200 megapixels, and a long receipt in one picture."""
    for content in (samples.jpeg(16_320, 12_240), samples.jpeg(1_080, 30_000)):
        require_genuine("a.jpg", BytesIO(content))
    assert (16_320, 12_240) == measured(".jpg", BytesIO(samples.jpeg(16_320, 12_240)))


def test_an_archive_of_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many files, too many bytes, or a list that would itself take the memory; nothing is unpacked to find out."""
    for name, value in (("MOST_INSIDE", 2), ("MOST_UNPACKED", 99), ("LONGEST_LIST", 40)):
        with monkeypatch.context() as patch:
            patch.setattr(kinds, name, value)
            with pytest.raises(FileRefused):
                require_genuine("a.zip", BytesIO(samples.archive("a", "b", "c", content=b"0" * 1_000)))
    require_genuine("a.zip", BytesIO(samples.archive("a", "b", "c", content=b"0" * 1_000)))


def test_what_is_not_exchanged_is_named() -> None:
    """The answer to another kind lists those that are taken."""
    with pytest.raises(FileRefused) as refused:
        kind_of("setup.exe")

    assert "pdf" in refused.value.message.zh
    assert "setup.exe" in refused.value.message.en


@settings(max_examples=300, deadline=None)
@given(
    ending=st.sampled_from(sorted(KINDS)),
    cut=st.integers(0, 400),
    noise=st.binary(max_size=300),
    whole=st.booleans(),
)
def test_no_content_breaks_the_check(ending: str, cut: int, noise: bytes, whole: bool) -> None:
    """Whatever follows a genuine beginning, the file is taken or refused; nothing else happens."""
    content = (GENUINE[ending][0] if whole else GENUINE[ending][0][:cut]) + noise
    with suppress(FileRefused):
        require_genuine(f"a{ending}", BytesIO(content))
