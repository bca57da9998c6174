"""Turns an install into the members of the layer's zip: trimmed, rewritten, compressed."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.build.archive import Member, compress
from layerfactory.build.elf.image import MAGIC
from layerfactory.build.elf.rewrite import rewrite
from layerfactory.build.layer import ROOT, RuleUse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ELF_RULE = "elf-dead-bytes"
_SOURCES_RULE = "sources"


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a tree goes into the zip. Paths are relative to the tree."""

    shipped: tuple[str, ...]
    dropped: dict[str, str]
    """The rule that takes each file that is not shipped."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The members of a zip and what was saved on the way."""

    members: tuple[Member, ...]
    rules: tuple[RuleUse, ...]


def select(kept: Iterable[str], dropped: dict[str, str], compiled: dict[str, str]) -> Selection:
    """Put bytecode in the place of its source.

    Args:
        kept: what trimming keeps.
        dropped: what it does not, and why.
        compiled: the bytecode file of each source that it stands for; empty where sources stay.
    """
    gone = dict.fromkeys(compiled, _SOURCES_RULE)
    shipped = tuple(sorted(name for name in kept if name not in gone))
    return Selection(shipped, dropped | gone)


def pack(tree: Path, selection: Selection, page_size: int, jobs: int) -> Packed:
    """Read, rewrite and compress what is shipped.

    Args:
        tree: the install, with its bytecode.
        selection: what to take of it.
        page_size: the largest page of the target's kernels, in bytes.
        jobs: threads; compressing leaves the interpreter's lock.
    """

    def read(name: str) -> tuple[Member, int]:
        data = (tree / name).read_bytes()
        is_elf = data.startswith(MAGIC)
        rewritten = rewrite(data, page_size).data if is_elf else data
        member = compress(ROOT + name, rewritten, executable=is_elf)
        return member, len(data) - len(rewritten)

    with ThreadPoolExecutor(jobs) as pool:
        packed = list(pool.map(read, selection.shipped))
    members = tuple(member for member, _ in packed)
    dead = [saved for _, saved in packed if saved]
    uses = _rule_uses(tree, selection.dropped)
    if dead:
        uses.append(RuleUse(_ELF_RULE, len(dead), sum(dead)))
    return Packed(members, tuple(sorted(uses, key=lambda use: use.rule)))


def _rule_uses(tree: Path, dropped: dict[str, str]) -> list[RuleUse]:
    counts = Counter(dropped.values())
    sizes: Counter[str] = Counter()
    for name, rule in dropped.items():
        sizes[rule] += (tree / name).stat().st_size
    return [RuleUse(rule, counts[rule], sizes[rule]) for rule in counts]
