"""What a text is for, by rules on its place, time, movement and wording. A rule that is not sure leaves ``overlay``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clipsight.perception.screen_text.blocks import Block
from clipsight.perception.screen_text.findings import Role
from clipsight.perception.screen_text.geometry import Box
from clipsight.timeline import Instant

CAPTION_BAND = (0.33, 0.95)  # of the height, where captions stand: the middle and lower thirds
CAPTION_ROWS = 3  # texts one after the other in one place that make captions
CAPTION_MOST_US = 5_000_000  # one caption stays no longer than a sentence takes to say
CAPTION_GAP_US = 1_500_000  # a pause of the speaker, during which nothing is shown
CAPTION_PLACE = 1.5  # heights by which the middle of two captions may differ; one may have two lines
CAPTION_HEIGHT = 1.4  # captions are set in one size
MARGIN = 0.1  # of the picture at each side, where platforms put names and marks
MARK_HEIGHT = 0.05  # of the long side; marks are small, but a box is half as high again as its letters
NAMED_HEIGHT = 1.5  # times that for handles and names of platforms, which are known by their wording
MARK_SHARE = 0.6  # of the video that a mark stays
MARK_LEAST_US = 2_000_000  # in a video shorter than that everything stays for most of it
TILT = 5.0  # degrees; what was put on stands straight
FOLLOWS = 0.35  # of a movement by which text and picture may differ and still move as one
SHOT_TOLERANCE_US = 150_000  # between a boundary of a text and the cut to which it is tied
SCENE_HEIGHT = 0.02  # of the long side; text of the filmed world is mostly smaller than what is put on
MARK_WORDS = 3  # a mark is a name; a sentence at the margin is not one
MARK = re.compile(r"^@[\w.]{2,}$|^(tiktok|instagram|reels|shorts|youtube|capcut|snapchat|kwai|likee)$", re.IGNORECASE)


def roles(
    found: Sequence[Block], shape: tuple[int, ...], end: Instant, cuts: Sequence[Instant], drift: Sequence[float]
) -> list[Role]:
    """One role per block.

    Args:
        found: the texts, by start.
        shape: height and width of the small picture.
        end: when the video ends.
        cuts: when the shot changes.
        drift: per block, how closely it moved along with the picture behind it: 0 not at all or not moved, 1 exactly.
    """
    captions = _captions(found, shape)
    result: list[Role] = []
    for number, block in enumerate(found):
        if _is_mark(block, shape, end):
            result.append("interface")
        elif block.spoken or number in captions:
            result.append("caption")
        elif drift[number] >= 1 - FOLLOWS or _is_scene(block, shape, end, cuts):
            result.append("scene")
        else:
            result.append("overlay")
    return result


def _is_mark(block: Block, shape: tuple[int, ...], end: Instant) -> bool:
    named = _is_named(block.text)
    if block.span.us < max(MARK_SHARE * end.us, MARK_LEAST_US) and not named:
        return False
    small = (
        block.height <= MARK_HEIGHT * (NAMED_HEIGHT if named else 1) * max(shape[:2])
        and len(block.text.split()) <= MARK_WORDS
    )
    return small and (named or _in_margin(block.box, shape))


def _is_named(text: str) -> bool:
    """Whether it is a handle, the name of a platform, or both; the sign of a logo may have been read as a letter."""
    words = text.split()
    marks = [bool(MARK.match(word)) for word in words]
    return any(marks) and all(mark or len(word) == 1 for mark, word in zip(marks, words, strict=True))


def _in_margin(box: Box, shape: tuple[int, ...]) -> bool:
    height, width = shape[:2]
    across, down = box.middle[0] / width, box.middle[1] / height
    return not (MARGIN < across < 1 - MARGIN and MARGIN < down < 1 - MARGIN)


def _captions(found: Sequence[Block], shape: tuple[int, ...]) -> set[int]:
    """Numbers of the blocks that replace one another, like speech, in one place."""
    low, high = CAPTION_BAND
    able = [
        number
        for number, block in enumerate(found)
        if low <= block.box.middle[1] / shape[0] <= high and block.span.us <= CAPTION_MOST_US
    ]
    chains: list[list[int]] = []
    for number in able:
        chain = next((c for c in reversed(chains) if _follows(found[c[-1]], found[number])), None)
        if chain is None:
            chains.append([number])
        else:
            chain.append(number)
    return {number for chain in chains if len(chain) >= CAPTION_ROWS for number in chain}


def _follows(early: Block, late: Block) -> bool:
    gap = late.span.start.us - early.span.end.us
    low, high = sorted((early.height, late.height))
    apart = abs(early.box.middle[1] - late.box.middle[1])
    across = abs(early.box.middle[0] - late.box.middle[0])
    overlap = min(early.box.right, late.box.right) - max(early.box.left, late.box.left)
    in_place = apart <= CAPTION_PLACE * high and (across <= 2 * high or overlap > 0)
    return -100_000 <= gap <= CAPTION_GAP_US and high <= CAPTION_HEIGHT * low and in_place


def _is_scene(block: Block, shape: tuple[int, ...], end: Instant, cuts: Sequence[Instant]) -> bool:
    if max(abs(line.tilt) for line in block.lines) >= TILT:
        return True
    if block.height > SCENE_HEIGHT * max(shape[:2]):
        return False
    starts, ends = [Instant(0), *cuts], [*cuts, end]
    tied = _near(block.span.start, starts) and _near(block.span.end, ends)
    within = any(block.span.start < cut for cut in cuts) or any(cut < block.span.end for cut in cuts)
    return tied and within and bool(cuts)


def _near(moment: Instant, others: Sequence[Instant]) -> bool:
    return any(abs(moment.us - other.us) <= SHOT_TOLERANCE_US for other in others)
