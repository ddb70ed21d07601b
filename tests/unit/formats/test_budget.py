"""Markdown that fits a model's context: the budget holds, no item is cut in two, and a note says what is missing."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.formats.output.budget import LEAST_TOKENS, NOTE_TOKENS, Section, fitted, joined, lines, listed, tokens
from clipsight.formats.output.markdown import to_markdown
from clipsight.formats.registry import all_formats
from clipsight.schema.result import Document
from clipsight.schema.video import VideoRef
from clipsight.testing.example import example_document

SAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "sample.json"


def sample() -> Document:
    return Document.model_validate_json(SAMPLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "estimate"),
    [
        ("", 0),
        ("word", 1),
        ("words", 2),
        ("a b c", 3),
        ("1234", 2),
        ("a\n\nb", 3),
        ("é", 1),
        ("日", 2),
        ("🙂", 2),
        ("…", 2),
    ],
)
def test_the_estimate_is_the_one_that_is_described(text, estimate):
    assert tokens(text) == estimate


@given(st.text(), st.text())
def test_the_estimate_of_a_whole_is_not_above_that_of_its_parts(a, b):
    assert tokens(f"{a}\n\n{b}") <= tokens(a) + tokens(b) + 1


@pytest.mark.parametrize("budget", [*range(LEAST_TOKENS, 3000, 97), 10_000])
def test_a_budget_is_kept_and_what_is_kept_is_whole(budget):
    document = sample()
    full, short = to_markdown(document), to_markdown(document, budget)
    assert tokens(short) <= budget
    if tokens(full) <= budget:
        assert short == full
        return
    *body, note = short.rstrip("\n").split("\n")
    assert re.fullmatch(r"\*Shortened to about \d+ tokens\. Left out: .+\.\*", note)
    whole = {line.rstrip(",") for line in full.split("\n")}
    assert {line.rstrip(",") for line in body} <= whole
    assert short.startswith("# ")


def test_the_summary_outlives_the_measurements():
    document = sample()
    short = to_markdown(document, 500)
    assert document.analysis.summary is not None
    assert "Garlic sesame noodles" in short
    assert "Loudness" not in short
    assert "the measurements" in short.rpartition("Left out:")[2]


def test_the_note_counts_what_is_missing():
    items = [f"- item {number} with a few words" for number in range(200)]
    section = listed("the items", 1, "## Items\n\n", items)
    text = fitted([listed("the title", 0, "# ", ["T"]), section], 400)
    kept = text.count("- item")
    assert 0 < kept < 200
    assert f"Left out: {200 - kept} of 200 items of the items." in text


@given(
    st.lists(st.lists(st.text(max_size=60), max_size=8), max_size=9),
    st.integers(LEAST_TOKENS, 600),
)
def test_no_text_breaks_the_budget(parts, budget):
    sections = [
        Section(f"part {rank}", rank, tuple(item or "x" for item in items), partial(lines, "## Head\n\n"))
        for rank, items in enumerate(parts)
    ]
    assert tokens(fitted(sections, budget)) <= budget
    assert tokens(joined(sections)) >= 0


def test_the_longest_note_fits_into_what_is_kept_free_for_it():
    document = sample().model_copy(update={"format": max((known.slug for known in all_formats()), key=len)})
    sections_named = to_markdown(document, LEAST_TOKENS).rpartition("*Shortened")[2]
    assert tokens(sections_named) <= NOTE_TOKENS


def test_a_title_as_long_as_a_caption_does_not_take_all_the_room():
    document = example_document(VideoRef("tiktok", "7301234567890123456", "https://example.com"), title="so good " * 200)
    short = to_markdown(document, LEAST_TOKENS)
    assert short.startswith("# tiktok 7301234567890123456\n")
    assert tokens(short) <= LEAST_TOKENS
