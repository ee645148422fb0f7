"""A checkpoint: the heads of all chains at one moment, to be kept where the database's administrator cannot reach.

Whoever controls the database can compute a rewritten history anew from end to end, and nothing inside shows it. A
checkpoint outside does: the present history must hold, in every chain, at the place where it ended then, the very
entry that was there. One fingerprint, the root, stands for all of it: the Merkle tree of RFC 6962 over the leaves

    SHA-256(0x00 ‖ instance, 8 bytes ‖ number of entries, 8 bytes ‖ hash of the last entry)

in the order of the instances; an inner node is SHA-256(0x01 ‖ left ‖ right). The file has a line a chain with the
first letters of its head, so that a comparison can name the chain; the proof is the root alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.audit.chain import LEAF, read_stamp, stamp
from engine.errors import Message, Refused

NODE = b"\x01"
#: So many letters of a head stand in the file.
MARK = 8
_TITLE = "restock checkpoint 1"
_LINE = re.compile(rf"(\d{{1,19}}) (\d{{1,10}}) ([0-9a-f]{{{MARK}}})", re.ASCII)
_HEAD = re.compile(
    rf"{_TITLE}\nat ([0-9TZ:.-]{{27}})\nchains (\d{{1,19}})\nentries (\d{{1,19}})\nroot ([0-9a-f]{{64}})\n",
    re.ASCII,
)

#: Instance, number of entries, hash of the last.
Head = tuple[int, int, bytes]


class NoCheckpoint(Refused):
    """This file is no checkpoint, or it was changed."""

    chinese = "该文件不是检查点文件，或已被改动。"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """All chains at one moment: (instance, number of entries, first letters of the head), and the root over them."""

    at: datetime
    root: str
    chains: tuple[tuple[int, int, str], ...]

    @property
    def entries(self) -> int:
        """How many entries there were."""
        return sum(count for _instance, count, _mark in self.chains)

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"restock-checkpoint-{self.at:%Y%m%d-%H%M%S}.txt"


def make(at: datetime, heads: Iterable[Head]) -> Checkpoint:
    """The checkpoint of these chains, which come in the order of their instances."""
    listed = list(heads)
    chains = tuple((instance, count, head.hex()[:MARK]) for instance, count, head in listed)
    return Checkpoint(at, root(listed), chains)


def root(heads: Iterable[Head]) -> str:
    """The Merkle root over the heads, hex."""
    level = [hashlib.sha256(LEAF + i.to_bytes(8) + n.to_bytes(8) + head).digest() for i, n, head in heads]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(NODE + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0].hex()


def write(checkpoint: Checkpoint) -> str:
    """The checkpoint as the text of its file."""
    lines = [
        _TITLE,
        f"at {stamp(checkpoint.at)}",
        f"chains {len(checkpoint.chains)}",
        f"entries {checkpoint.entries}",
        f"root {checkpoint.root}",
        *(f"{instance} {count} {mark}" for instance, count, mark in checkpoint.chains),
    ]
    return "\n".join(lines) + "\n"


def read(content: bytes) -> Checkpoint:
    """The checkpoint of a file. Raises NoCheckpoint when it is none, or does not agree with itself."""
    try:
        text = content.decode("ascii").replace("\r\n", "\n")
        found = _HEAD.match(text)
        if found is None:
            raise NoCheckpoint
        checkpoint = Checkpoint(read_stamp(found[1]), found[4], tuple(_lines(text[found.end() :])))
    except ValueError as error:
        raise NoCheckpoint from error
    if (len(checkpoint.chains), checkpoint.entries) != (int(found[2]), int(found[3])):
        raise NoCheckpoint(
            Message(
                zh="检查点文件不完整：行数与文件头不符。",
                en="The checkpoint is not whole: lines are missing.",
            )
        )
    return checkpoint


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    before = -1
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found is None or int(found[1]) <= before:
            raise NoCheckpoint
        before = int(found[1])
        yield before, int(found[2]), found[3]


#: What a comparison finds: instance, code for scripts, words.
Difference = tuple[int, str, str]


class Comparison:
    """Compares the chains, as they are read entry by entry, with what a checkpoint saw."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self._ends = {instance: count for instance, count, _mark in checkpoint.chains}
        self._then: dict[int, bytes] = {}

    def see(self, instance: int, seq: int, kept: bytes) -> None:
        """Take note of one entry."""
        if self._ends.get(instance) == seq:
            self._then[instance] = bytes(kept)

    def differences(self, now: dict[int, int]) -> Iterator[Difference]:
        """What is not as it was; `now` has the present number of entries of each chain."""
        when, agrees = stamp(self.checkpoint.at), True
        for instance, count, mark in self.checkpoint.chains:
            then = self._then.get(instance)
            if then is not None and then.hex()[:MARK] == mark:
                continue
            agrees = False
            if instance not in now:
                yield instance, "gone", f"the checkpoint of {when} saw {count} entries, now there is none"
            elif then is None:
                text = f"the checkpoint of {when} saw {count} entries, now there are {now[instance]}"
                yield instance, "shorter", text
            else:
                text = (
                    f"entry {count} is not the one that the checkpoint of {when} saw: the chain was rewritten"
                )
                yield instance, "rewritten", text
        if agrees:
            heads = [(i, count, self._then[i]) for i, count, _mark in self.checkpoint.chains]
            found = root(heads)
            if found != self.checkpoint.root:
                text = f"the root is {found}, the checkpoint of {when} says {self.checkpoint.root}"
                yield 0, "root", text
