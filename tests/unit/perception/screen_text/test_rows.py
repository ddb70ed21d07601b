"""Pieces joined to texts, texts to blocks, and what a row says about them."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.pieces import Piece, joined
from clipsight.perception.screen_text.rows import confidence, findings, fractions
from clipsight.timeline import Instant, Span

SHAPE = (480, 270)
END = Instant.from_seconds(10)


def piece(
    text: str, start: float, end: float, at: tuple[float, float] = (60, 200), score: float = 0.97, **more: float
) -> Piece:
    width, height = more.get("width", 8.0 * len(text)), more.get("height", 20.0)
    box = Box(at[0], at[1], at[0] + width, at[1] + height)
    return Piece(text, score, int(more.get("sightings", 2)), Span.from_seconds(start, end), box, 0.0, 0.0, (box, box))


def told(pieces: list[Piece]) -> list[tuple[str, float, float]]:
    return [(p.text, p.span.start.seconds, p.span.end.seconds) for p in joined(pieces)]


def test_a_text_that_stays_over_a_cut_is_one() -> None:
    assert told([piece("Add salt", 1, 2), piece("Add salt", 2, 4)]) == [("Add salt", 1, 4)]


def test_the_same_words_later_are_another_appearance() -> None:
    assert len(told([piece("Add salt", 1, 2), piece("Add salt", 4, 5)])) == 2


def test_captions_that_look_alike_stay_apart() -> None:
    for one, other in (("Step 1", "Step 2"), ("going", "doing"), ("$4.99", "$4.95")):
        assert len(told([piece(one, 1, 2), piece(other, 2, 3)])) == 2


def test_a_misreading_gives_way() -> None:
    found = told([piece("Add sakt now", 1, 2, score=0.8), piece("Add salt now", 1.8, 4, score=0.99)])
    assert found == [("Add salt now", 1, 4)]


def test_a_space_that_one_reading_lost_comes_from_the_other() -> None:
    found = told([piece("Sizzle for1 minute", 1, 2, score=0.97), piece("Sizzle for 1 minute", 2, 3, score=0.93)])
    assert found == [("Sizzle for 1 minute", 1, 3)]


def test_a_logo_with_a_handle_is_interface() -> None:
    def role(text: str) -> str:
        return findings([piece(text, 1, 3)], SHAPE, END)[0].role

    assert [role(text) for text in ("@noodle.lab", "TikTok @noodle.lab", "J TikTok")] == ["interface"] * 3
    assert [role(text) for text in ("I love TikTok", "follow @noodle.lab")] == ["overlay"] * 2


def test_typing_is_one_text() -> None:
    steps = [piece("we", 1, 1.4), piece("we are", 1.4, 1.8), piece("we are here", 1.8, 3)]
    assert told(steps) == [("we are here", 1, 3)]


@given(st.permutations(range(5)))
def test_the_order_of_the_pieces_does_not_matter(order: list[int]) -> None:
    pieces = [
        piece("Add salt", 1, 2),
        piece("Add salt", 2, 4),
        piece("we", 1, 1.4, (20, 50)),
        piece("we are", 1.4, 2, (20, 50)),
        piece("else", 1, 3, (20, 400)),
    ]
    assert joined([pieces[n] for n in order]) == joined(pieces)


def test_rows_of_a_block_are_one_finding_in_reading_order() -> None:
    lines = [
        piece("third", 1, 3, (60, 246)),
        piece("first", 1, 3),
        piece("row", 1, 3, (112, 200)),
        piece("second", 1.1, 3, (60, 223)),
    ]
    random.Random(4).shuffle(lines)
    (row,) = findings(lines, SHAPE, END)
    assert row.text == "first row\nsecond\nthird"
    assert row.span == Span.from_seconds(1, 3)


def test_lines_that_come_at_other_times_are_other_rows() -> None:
    rows = findings([piece("first", 1, 4), piece("second", 2, 4, (60, 223))], SHAPE, END)
    assert [row.text for row in rows] == ["first", "second"]


def test_boundaries_close_to_a_cut_move_onto_it() -> None:
    cuts = [Instant.from_seconds(2), Instant.from_seconds(5)]
    (row,) = findings([piece("shown", 2.04, 4.97)], SHAPE, END, cuts)
    assert row.span == Span.from_seconds(2, 5)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 50), st.integers(1, 50))
def test_confidence_is_monotone_and_bounded(low: float, high: float, few: int, many: int) -> None:
    (low, high), (few, many) = sorted((low, high)), sorted((few, many))
    assert 0 <= confidence(low, few) <= confidence(high, few) <= 1
    assert confidence(low, few) <= confidence(low, many)


@given(*[st.floats(-200, 800)] * 2, *[st.floats(0.1, 600)] * 2)
def test_boxes_lie_in_the_picture(left: float, top: float, width: float, height: float) -> None:
    x, y, w, h = fractions(Box(left, top, left + width, top + height), SHAPE)
    assert min(x, y, w, h) >= 0
    assert x + w <= 1 + 1e-9
    assert y + h <= 1 + 1e-9
