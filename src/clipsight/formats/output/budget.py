"""A text that must fit into so many tokens of a model: what matters less is left out, whole items at a time.

Tokenisers differ and none is shipped, so tokens are estimated, rather too many than too few: a word of ASCII letters counts
one for every four letters begun, a number one for every three digits begun, every other character of ASCII one, a gap
between words nothing, a line break one, and any other character one for every two bytes of UTF-8 begun.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

LEAST_TOKENS = 200  # less would hold no more than the heading and the note
MOST_TOKENS = 1_000_000
NOTE_TOKENS = 100  # kept free for the note; it names each section at most once

_PIECES = re.compile(r"(?P<word>[A-Za-z]+)|(?P<number>[0-9]+)|(?P<lines>\s*\n\s*)|\s+|(?P<ascii>[\x00-\x7f])|(?P<other>.)")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text, made of items.

    ``rank`` says how soon it is served: 0 first. ``whole`` makes the text of the first so many items; of none, the empty
    text. ``name`` is what the note calls it.
    """

    name: str
    rank: int
    items: tuple[str, ...]
    whole: Callable[[Sequence[str]], str]


def tokens(text: str) -> int:
    """The estimate described above."""
    return sum(_cost(piece) for piece in _PIECES.finditer(text))


def _cost(piece: re.Match[str]) -> int:
    length = len(piece[0])
    match piece.lastgroup:
        case "word":
            return -(-length // 4)
        case "number":
            return -(-length // 3)
        case "lines" | "ascii":
            return 1
        case "other":
            return -(-len(piece[0].encode()) // 2)
        case _:
            return 0


def joined(sections: Iterable[Section]) -> str:
    """All of it."""
    return "\n\n".join(text for section in sections if (text := section.whole(section.items))) + "\n"


def fitted(sections: Sequence[Section], max_tokens: int) -> str:
    """As much of it as fits, in its own order, and at the end a note of what was left out.

    Args:
        sections: the text; at least one of its items of rank 0 should be short.
        max_tokens: at least :data:`LEAST_TOKENS`.
    """
    everything = joined(sections)
    if tokens(everything) <= max_tokens:
        return everything
    left = max_tokens - NOTE_TOKENS
    kept: dict[int, int] = {}
    for index, section in sorted(enumerate(sections), key=lambda pair: pair[1].rank):
        kept[index] = _most(section, left)
        if kept[index]:
            left -= tokens(section.whole(section.items[: kept[index]])) + 1  # the break before the next one
    texts = [text for index, section in enumerate(sections) if (text := section.whole(section.items[: kept[index]]))]
    missing = [gap for index, section in enumerate(sections) if (gap := _gap(section, kept[index]))]
    note = f"*Shortened to about {max_tokens} tokens. Left out: {'; '.join(missing)}.*"
    return "\n\n".join([*texts, note]) + "\n"


def _most(section: Section, room: int) -> int:
    """How many items fit. The cost grows with every item, so halving finds the last that does."""
    low, high = 0, len(section.items)
    while low < high:
        middle = (low + high + 1) // 2
        if tokens(section.whole(section.items[:middle])) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _gap(section: Section, kept: int) -> str:
    total = len(section.items)
    if kept == total:
        return ""
    return section.name if kept == 0 else f"{total - kept} of {total} items of {section.name}"


def lines(head: str, items: Sequence[str], *, joint: str = "\n") -> str:
    """Items under a heading; nothing without items."""
    return head + joint.join(items) if items else ""


def listed(name: str, rank: int, head: str, items: Iterable[str]) -> Section:
    """A section of plain lines."""
    return Section(name, rank, tuple(items), partial(lines, head))
