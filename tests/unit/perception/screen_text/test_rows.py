"""Pieces joined to texts, texts to blocks, and what a row says about them."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.pieces import Piece, joined
from clipsight.perception.screen_text.rows import confidence, findings, fractions
from clipsight.perception.screen_text.succession import parted
from clipsight.timeline import Instant, Span

SHAPE = (480, 270)
END = Instant.from_seconds(10)


def piece(
    text: str, start: float, end: float, at: tuple[float, float] = (60, 200), score: float = 0.97, **more: float
) -> Piece:
    width, height = more.get("width", 8.0 * len(text)), more.get("height", 20.0)
    box = Box(at[0], at[1], at[0] + width, at[1] + height)
    met = Instant.from_seconds(more.get("met", start))
    return Piece(text, score, int(more.get("sightings", 2)), Span.from_seconds(start, end), box, 0.0, 0.0, (box, box), met)


def centred(text: str, start: float, end: float, **more: float) -> Piece:
    """A caption in the middle of the picture."""
    return piece(text, start, end, (135 - 4.0 * len(text), 250), **more)


def in_turn(text: str, start: float = 1.0, each: float = 0.35) -> list[Piece]:
    """The words one after the other, each in the place of the one before."""
    return [centred(word, start + each * n, start + each * (n + 1)) for n, word in enumerate(text.split())]


def rows(pieces: list[Piece]) -> list[tuple[str, str, float, float]]:
    found = findings(joined(parted(pieces)), SHAPE, END)
    return [(row.text, row.role, row.span.start.seconds, row.span.end.seconds) for row in found]


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


def test_words_that_replace_one_another_fast_are_a_phrase() -> None:
    assert rows(in_turn("nobody told us that")) == [("nobody told us that", "caption", 1.0, 2.4)]


def test_groups_of_words_are_a_phrase_too() -> None:
    groups = ["my neighbour came", "over and asked", "what smelled so", "good"]
    pieces = [centred(text, 1 + 0.9 * n, 1.9 + 0.9 * n) for n, text in enumerate(groups)]
    assert [row[0] for row in rows(pieces)] == [" ".join(groups)]


def test_a_sentence_and_a_pause_end_a_phrase() -> None:
    pieces = [*in_turn("WE DID IT.", 1.0), *in_turn("SO CAN YOU", 2.1), *in_turn("right now", 3.8)]
    assert [row[0] for row in rows(pieces)] == ["WE DID IT.", "SO CAN YOU", "right now"]


def test_a_phrase_is_no_longer_than_subtitles_are() -> None:
    words = [chr(97 + n % 26) * 3 + chr(97 + n // 26) for n in range(40)]
    found = rows(in_turn(" ".join(words), 0.5, 0.22))
    assert " ".join(row[0] for row in found).split() == words
    assert all(len(row[0]) <= 84 and row[3] - row[2] <= 7 for row in found)
    assert len(found) == 3


def test_captions_that_are_read_as_a_whole_stay_apart() -> None:
    slow = [centred(text, 1 + 1.1 * n, 2.1 + 1.1 * n) for n, text in enumerate(("three", "two", "one", "go"))]
    long = [
        centred(text, 1 + n, 2 + n)
        for n, text in enumerate(("you will not believe", "how easy this is", "just wait and see"))
    ]
    two = in_turn("NO WAY")
    elsewhere = [
        replace(p, box=p.box.moved(0, 60 * n), path=(p.box.moved(0, 60 * n),) * 2)
        for n, p in enumerate(in_turn("one two three"))
    ]
    for pieces in (slow, long, two, elsewhere):
        assert len(rows(pieces)) == len(pieces)


def test_a_lone_letter_counts_only_between_words() -> None:
    pieces = in_turn("on a school day")
    lone = replace(pieces[1], doubtful=True)
    assert [row[0] for row in rows([pieces[0], lone, *pieces[2:]])] == ["on a school day"]
    assert rows([lone]) == []
    late = replace(lone, span=Span.from_seconds(6, 6.4))
    assert [row[0] for row in rows([pieces[0], late, *pieces[2:]])] == ["on school day"]


def test_a_word_ends_where_another_was_read_in_its_place() -> None:
    """A short word was found again in the strokes of those that came after it."""
    pieces = [centred("is", 1.0, 1.4, met=1.2), centred("on", 1.1, 2.6, met=1.6), centred("spoon", 1.8, 2.2, met=2.0)]
    assert [(p.text, p.span.start.seconds, p.span.end.seconds) for p in parted(pieces)] == [
        ("is", 1.0, 1.4),
        ("on", 1.4, 1.8),
        ("spoon", 1.8, 2.2),
    ]


def test_a_line_that_grows_is_not_parted() -> None:
    grown = [piece("we are", 1.0, 2.0, met=1.2), piece("we are going", 1.4, 2.0, met=1.6)]
    assert parted(grown) == grown


def test_words_that_are_added_go_on_in_the_next_row() -> None:
    first = [piece("then", 1.0, 1.3), piece("then a thin", 1.3, 3.0)]
    assert [row[0] for row in rows([*first, piece("layer of", 1.6, 3.0, (60, 224))])] == ["then a thin\nlayer of"]
    assert len(rows([piece("then a thin", 1.0, 3.0), piece("layer of", 1.6, 3.0, (60, 224))])) == 2


def test_the_tighter_of_two_boxes_is_the_place_of_a_text() -> None:
    loose = piece("Ready in 10 minutes", 1.2, 3.0, (59, 111), 1.0, width=152.0, height=29.0)
    tight = piece("Ready in 10 minutes", 1.2, 3.0, (64, 117), 0.97, width=140.0, height=16.0)
    small = piece("Ready in 10 minutes", 1.2, 3.0, (90, 119), 0.97, width=80.0, height=12.0)
    assert [one.box.height for one in joined([loose, tight])] == [16.0]
    assert [one.box.height for one in joined([loose, small])] == [29.0]


def test_a_handle_is_a_mark_even_in_a_loose_box() -> None:
    handle = piece("@noodle.lab", 6.0, 9.0, (90, 89), height=30.0)
    assert rows([handle])[0][1] == "interface"
    assert rows([replace(handle, text="noodle lab")])[0][1] == "overlay"
