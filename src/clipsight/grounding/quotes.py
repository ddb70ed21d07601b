"""Finding quoted words in the evidence.

A quote is found when all its words stand in one text (or run on through the speech) in the same order. Words with digits
and short words must be equal; in long words a slip of one or two letters is let through, in at most a fifth of the words.
What leaves the house is then the evidence's own wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clipsight.grounding.passages import Passage
from clipsight.grounding.tokens import Token, near, tokens
from clipsight.timeline import Span

SLIPS = 0.2  # share of the words of a quote that may be spelt differently
SLIP_WORDS = 3  # from here one word may be

_CLOSING = re.compile(r"""[.!?…,;:)\]"”’。！？]*""")
_ELLIPSIS = re.compile(r"…|\.\.\.")
_INNER_OPENING = re.compile(r"[“”„\"]")
_INNER_CLOSING = re.compile(r"[“”„\"](?!\w)")
_QUOTED = re.compile(r"“([^“”]*)”")


@dataclass(frozen=True, slots=True)
class Place:
    """Where quoted words stand: the evidence's wording, the ids it runs through and when it is heard or seen."""

    text: str
    ids: tuple[str, ...]
    span: Span
    literal: bool


@dataclass(frozen=True, slots=True)
class _Spot:
    passage: Passage
    token: Token


class Quotable:
    """All texts of the evidence, prepared for looking up quotes."""

    def __init__(self, found: Sequence[Passage]) -> None:
        speech = [passage for passage in found if passage.source == "speech"]
        streams = [speech, *([passage] for passage in found if passage.source != "speech")]
        self._streams = [
            [_Spot(passage, token) for passage in stream for token in tokens(passage.text)] for stream in streams
        ]
        self._passages = list(found)

    def find(self, quote: str, prefer: Sequence[str] = ()) -> Place | None:
        """The place of ``quote``, a place inside the evidence ``prefer`` names before any other; None when absent."""
        wanted = tokens(quote)
        if not wanted:
            return self._find_symbols(quote)
        best: Place | None = None
        for exact in (True, False):
            for place in self._places(wanted, quote, exact):
                if set(place.ids) <= set(prefer):
                    return place
                best = best or place
            if best:
                return best
        return None

    def _find_symbols(self, quote: str) -> Place | None:
        """Text without a single word, for example an emoji, must stand there literally."""
        bare = quote.strip()
        for passage in self._passages if bare else ():
            if bare in passage.text:
                return Place(bare, (passage.id,), passage.span, literal=True)
        return None

    def _places(self, wanted: Sequence[Token], quote: str, exact: bool) -> Iterator[Place]:
        for stream in self._streams:
            for start in range(len(stream) - len(wanted) + 1):
                spots = stream[start : start + len(wanted)]
                if _matches(wanted, spots, exact):
                    yield _place(spots, quote)


def _matches(wanted: Sequence[Token], spots: Sequence[_Spot], exact: bool) -> bool:
    slips = 0 if exact else max(int(len(wanted) * SLIPS), int(len(wanted) >= SLIP_WORDS))
    for token, spot in zip(wanted, spots, strict=True):
        if token.text == spot.token.text:
            continue
        slips -= 1
        if slips < 0 or not near(token.text, spot.token.text):
            return False
    return True


def _place(spots: Sequence[_Spot], quote: str) -> Place:
    parts: list[tuple[Passage, int, int]] = []
    for spot in spots:
        if parts and parts[-1][0] is spot.passage:
            parts[-1] = (spot.passage, parts[-1][1], spot.token.last)
        else:
            parts.append((spot.passage, spot.token.first, spot.token.last))
    everything = " ".join(" ".join(passage.text.split()) for passage, _, _ in parts)
    literal = " ".join(quote.split()) in everything
    passage, first, last = parts[-1]
    closing = _CLOSING.match(passage.text, last)
    parts[-1] = (passage, first, closing.end() if closing else last)
    text = " ".join(" ".join(p.text[a:b].split()) for p, a, b in parts)
    spans = [p.span_of(a, b) for p, a, b in parts]
    span = Span(min(s.start for s in spans), max(s.end for s in spans))
    return Place(text, tuple(dict.fromkeys(p.id for p, _, _ in parts)), span, literal)


def quoted_parts(text: str) -> list[str]:
    """What stands between “ and ” in a claim, cut at ellipses."""
    return [part for quoted in _QUOTED.findall(text) for part in _ELLIPSIS.split(quoted) if part.strip()]


def quoted(text: str, longest: int = 90) -> str:
    """``text`` as a quotation inside a claim: one line, inner double quotes turned single, cut after a word if too long.

    :func:`quoted_parts` gives back what was quoted.
    """
    bare = " ".join(text.split())
    if len(bare) > longest:
        ends = [token.last for token in tokens(bare)]
        fitting = [end for end in ends if end <= longest] or ends[:1]
        bare = bare[: fitting[-1]] + " …" if fitting else bare[:longest]
    return f"“{_INNER_OPENING.sub('‘', _INNER_CLOSING.sub('’', bare))}”"
