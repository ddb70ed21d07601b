"""Instructions, told from what only looks like one."""

from __future__ import annotations

import pytest

from clipsight.analysis.local.material import Material
from clipsight.analysis.local.steps import Instruction, bare, instructions
from clipsight.testing.written import Clip, Said, Shown, evidence_of, video_of


def steps(*said: Said, shown: tuple[Shown, ...] = ()) -> list[Instruction]:
    clip = Clip(duration=60.0, said=said, shown=shown)
    return instructions(Material.of(video_of(clip), evidence_of(clip)))


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Melt the butter.", "melt"),
        ("Then add two eggs.", "add"),
        ("First, you want to preheat the oven.", "preheat"),
        ("Next, click the blue button.", "click"),
        ("Let it rest for an hour.", "let"),
        ("I fold the dough in half.", "fold"),
        ("We're going to slice the onion.", "slice"),
        ("Step 2: tighten the screw.", "tighten"),
        ("Make sure to whisk the eggs.", "whisk"),
    ],
)
def test_instructions_by_their_verb(text: str, verb: str) -> None:
    assert [step.verb for step in steps(Said(0, 4, text))] == [verb]


@pytest.mark.parametrize(
    "text",
    [
        "Roast chicken.",
        "Cream cheese bagels.",
        "I write down three goals.",
        "I was mixing things up.",
        "Can you cut the bread?",
        "Follow me for more.",
        "Garlic butter noodles, ready in ten minutes.",
        "Let me tell you something.",
        "The heat was hard to bear.",
    ],
)
def test_what_is_no_instruction(text: str) -> None:
    assert steps(Said(0, 4, text)) == []


def test_a_sentence_with_several_verbs_is_several_steps_with_their_own_times() -> None:
    found = steps(Said(0, 13, "Melt the butter, add the garlic, and let it sizzle for one minute."))
    assert [bare(step.sentence.text) for step in found] == [
        "Melt the butter",
        "add the garlic",
        "let it sizzle for one minute.",
    ]
    assert [step.sentence.span.start.seconds for step in found] == [0.0, 3.0, 7.0]


def test_a_sentence_is_not_cut_before_a_noun() -> None:
    assert len(steps(Said(0, 4, "Add the salt, pepper and butter."))) == 1


def test_what_is_said_and_written_is_one_step() -> None:
    found = steps(Said(0, 4, "Boil the pasta for eight minutes."), shown=(Shown(1, 4, "Boil pasta 8 min"),))
    assert len(found) == 1
    assert set(found[0].ids) == {"speech-1", "text-1"}


def test_the_same_words_much_later_are_another_step() -> None:
    assert len(steps(Said(0, 4, "Stir the sauce."), shown=(Shown(30, 34, "Stir the sauce"),))) == 2


def test_numbered_lines_are_steps_whatever_their_verb() -> None:
    found = steps(shown=(Shown(0, 3, "1. Hello dough"), Shown(3, 6, "2) Into the oven"), Shown(6, 9, "3.5 stars")))
    assert [bare(step.sentence.text) for step in found] == ["Hello dough", "Into the oven"]
