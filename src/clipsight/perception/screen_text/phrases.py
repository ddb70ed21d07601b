"""Captions that follow the voice: a few words at a time, replaced fast in one place, become the phrase a viewer reads.

When blocks are one phrase is a convention, since no picture says where a sentence ends:

* each has at most :data:`MOST_WORDS` words, stands no longer than :data:`LONGEST_US`, and no two are there at once;
* they stand in one place (same middle or same left edge, within a letter's height) and in letters of one size;
* there are at least :data:`FEWEST` of them in a row, and half of them last no longer than :data:`FAST_US`. Slower ones are
  captions of their own: a phrase that is read as a whole, or a countdown.

A phrase ends with the sentence (``. ! ?``), with a pause of :data:`PAUSE_US`, and where one more word would make it longer
than subtitles may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from clipsight.perception.screen_text.blocks import Block, blocks
from clipsight.perception.screen_text.pieces import Piece

MOST_WORDS = 3  # editors show one, two or three words at a time
LONGEST_US = 1_300_000  # three long words, said slowly
FAST_US = 950_000  # three words at the pace of speech
FEWEST = 3  # two texts in one place may be anything
PAUSE_US = 600_000  # a word that was missed leaves less of a gap than that
OVERLAP_US = 100_000  # by which boundaries may be off
CHAIN_GAP_US = 1_500_000  # a pause of the speaker; beyond it, the size of letters and the place may mean something else
SAME_HEIGHT = 1.7  # "on" lies lower than "SCHOOL" in letters of one size
SAME_ROW = 0.7  # heights by which the middles may differ from top to bottom
SAME_COLUMN = 1.2  # heights by which the middles, or the left edges, may differ sideways
MOST_LETTERS = 84  # two lines of 42, the most that subtitles for broadcast have
LONGEST_PHRASE_US = 7_000_000  # subtitles stay no longer than that
NO_GAP_US = 150_000  # what lies between two neighbours and a lone letter that was seen once
SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


def phrases(found: Sequence[Block], doubtful: Sequence[Piece] = ()) -> list[Block]:
    """The blocks with fast captions joined into phrases. Order of the answer: by start, then from top to bottom.

    Args:
        found: all blocks.
        doubtful: lone letters, such as "a" or "I", that count only as part of a phrase.
    """
    lone = [block for block in blocks(list(doubtful)) if len(block.lines) == 1]
    chains = [_with_lone(chain, lone) for chain in _chains(found) if _is_fast(chain)]
    joined = {id(block) for chain in chains for block in chain}
    result = [block for block in found if id(block) not in joined]
    for chain in chains:
        result += [_phrase(part) for part in _sentences(chain)]
    return sorted(result, key=lambda block: (block.span.start, block.box.top, block.box.left))


def _chains(found: Sequence[Block]) -> list[list[Block]]:
    chains: list[list[Block]] = []
    for block in sorted(found, key=lambda block: block.span):
        if len(block.text.split()) > MOST_WORDS or block.span.us > LONGEST_US:
            continue
        chain = next((chain for chain in reversed(chains) if _follows(chain[-1], block)), None)
        if chain is None:
            chains.append([block])
        else:
            chain.append(block)
    return chains


def _is_fast(chain: list[Block]) -> bool:
    return len(chain) >= FEWEST and median(block.span.us for block in chain) <= FAST_US


def _follows(early: Block, late: Block) -> bool:
    gap = late.span.start.us - early.span.end.us
    return -OVERLAP_US <= gap <= CHAIN_GAP_US and _in_place(early, late)


def _in_place(early: Block, late: Block) -> bool:
    low, high = sorted((early.height, late.height))
    down = abs(early.box.middle[1] - late.box.middle[1])
    across = min(abs(early.box.middle[0] - late.box.middle[0]), abs(early.box.left - late.box.left))
    return high <= SAME_HEIGHT * low and down <= SAME_ROW * high and across <= SAME_COLUMN * high


def _with_lone(chain: list[Block], lone: Sequence[Block]) -> list[Block]:
    """The chain with the lone letters that fill a gap between two of its blocks."""
    result = list(chain)
    for block in lone:
        for early, late in pairwise(result):
            before, after = block.span.start.us - early.span.end.us, late.span.start.us - block.span.end.us
            if max(abs(before), abs(after)) <= NO_GAP_US and (_in_place(early, block) or _in_place(block, late)):
                result.insert(result.index(late), block)
                break
    return result


def _sentences(chain: list[Block]) -> list[list[Block]]:
    parts: list[list[Block]] = [[chain[0]]]
    for block in chain[1:]:
        phrase, last = parts[-1], parts[-1][-1]
        letters = sum(len(part.text) + 1 for part in phrase) + len(block.text)
        ends = (
            last.text.endswith(SENTENCE_ENDS)
            or block.span.start.us - last.span.end.us >= PAUSE_US
            or letters > MOST_LETTERS
            or block.span.end.us - phrase[0].span.start.us > LONGEST_PHRASE_US
        )
        if ends:
            parts.append([block])
        else:
            phrase.append(block)
    return parts


def _phrase(part: list[Block]) -> Block:
    if len(part) == 1:
        return part[0]
    return replace(part[0], lines=tuple(line for block in part for line in block.lines), spoken=True)
