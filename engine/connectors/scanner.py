"""Asks a virus scanner (clamd) about a file, over its socket."""

from __future__ import annotations

import socket
from typing import BinaryIO

#: Seconds the scanner may take for each answer of the line.
_SECONDS = 30
_PIECE = 1 << 16
_LONGEST_ANSWER = 1_000


class ScannerFailed(Exception):
    """The scanner did not answer, or could not say."""


def scan(address: str, file: BinaryIO) -> str:
    """What the scanner at `host:port`, or at the path of a socket, found in the file; "" for nothing.

    Raises ScannerFailed.
    """
    try:
        with _connected(address) as line:
            line.sendall(b"zINSTREAM\0")
            while piece := file.read(_PIECE):
                line.sendall(len(piece).to_bytes(4) + piece)
            line.sendall(bytes(4))
            said = _answer(line)
    except OSError as error:
        raise ScannerFailed(str(error)) from error
    if said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    if said != "stream: OK":
        raise ScannerFailed(said)
    return ""


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS)


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER:
        piece = line.recv(_PIECE)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode("ascii", "replace")
