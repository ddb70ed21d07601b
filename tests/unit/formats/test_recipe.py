"""Recipes as they are written on screens and spoken."""

from __future__ import annotations

import pytest

from clipsight.formats.ingredients import measured, named
from clipsight.formats.recipe import Recipe, extract
from clipsight.testing.corpus import CORPUS, RECIPE
from clipsight.testing.written import Clip, Said, Shown, evidence_of, silent_analysis, video_of


def recipe(clip: Clip, *blind: str) -> Recipe:
    return extract(video_of(clip), evidence_of(clip), silent_analysis(), frozenset(blind))


def items(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(found.name, found.quantity, found.unit, found.preparation) for found in measured(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("200 g noodles", [("noodles", "200", "g", None)]),
        ("200g plain flour, sifted", [("plain flour", "200", "g", "sifted")]),
        ("4 cloves garlic", [("garlic", "4", "clove", None)]),
        ("2 cloves minced garlic", [("garlic", "2", "clove", "minced")]),
        ("½ cup of olive oil", [("olive oil", "1/2", "cup", None)]),
        ("2 eggs", [("eggs", "2", None, None)]),
        ("2 friends", []),
        ("10 minutes", []),
        ("Only $4.99 butter", []),
        (
            "You need two hundred grams of noodles, four cloves of garlic, and three tablespoons of butter.",
            [("noodles", "200", "g", None), ("garlic", "4", "clove", None), ("butter", "3", "tbsp", None)],
        ),
        (
            "add two cups of flour and a teaspoon of salt to the bowl",
            [("flour", "2", "cup", None), ("salt", "1", "tsp", None)],
        ),
        ("1 onion (finely chopped)", [("onion", "1", None, "finely chopped")]),
    ],
)
def test_measured_ingredients(text: str, expected: list[tuple[str, str | None, str | None, str | None]]) -> None:
    assert items(text) == expected


def test_compounds_are_one_ingredient_and_handles_are_none() -> None:
    found = named("Drizzle olive oil over the salad, says @noodle.lab #pasta")
    assert [food.name for food in found] == ["olive oil", "salad"]


def test_a_recipe_that_is_said_and_written() -> None:
    found = recipe(RECIPE)
    assert found.applicable
    assert found.title == "Garlic butter noodles"
    assert found.total_time == "PT10M"
    assert [(i.name, i.quantity, i.unit) for i in found.ingredients] == [
        ("noodles", "200", "g"),
        ("garlic", "4", "clove"),
        ("butter", "3", "tbsp"),
    ]
    assert {place.source for place in found.ingredients[0].evidence} == {"screen", "speech"}
    assert [(step.text, step.duration_seconds) for step in found.steps] == [
        ("Melt the butter", None),
        ("Add the garlic", None),
        ("Let it sizzle for one minute", 60),
        ("Boil noodles 8 minutes", 480),
        ("Toss with the butter", None),
    ]
    assert [place.source for place in found.steps[2].evidence] == ["speech", "screen"]


def test_details_of_steps_tools_tips_and_servings() -> None:
    found = recipe(
        Clip(
            shown=(Shown(0, 2, "Lemon chicken"), Shown(2, 4, "Serves 4")),
            said=(
                Said(3, 6, "First, preheat the oven to 200 degrees Celsius."),
                Said(7, 11, "Then fry the chicken in a pan over medium heat for 5 to 6 minutes."),
                Said(12, 15, "I squeeze half a lemon over the rice."),
                Said(16, 19, "Don't skip the resting, it keeps the meat juicy."),
            ),
        )
    )
    assert found.applicable
    assert found.servings == "4"
    assert [(s.text, s.duration_seconds, s.temperature) for s in found.steps] == [
        ("Preheat the oven to 200 degrees Celsius", None, "200 °C"),
        ("Fry the chicken in a pan over medium heat for 5 to 6 minutes", 360, "medium heat"),
        ("Squeeze half a lemon over the rice", None, None),
    ]
    assert [tool.name for tool in found.equipment] == ["oven", "pan"]
    assert [tip.text for tip in found.tips] == ["Don't skip the resting, it keeps the meat juicy."]


def test_amounts_that_disagree_are_noted() -> None:
    found = recipe(
        Clip(
            shown=(Shown(0, 4, "200 g flour\n2 eggs"),),
            said=(Said(1, 4, "Mix three hundred grams of flour with the eggs."),),
        )
    )
    assert found.ingredients[0].quantity == "200"
    assert any("More than one amount" in note for note in found.notes)


@pytest.mark.parametrize("name", sorted(set(CORPUS) - {"recipe"}))
def test_what_is_no_recipe_is_not_made_one(name: str) -> None:
    found = recipe(CORPUS[name])
    assert not found.applicable
    assert (found.ingredients, found.steps, found.equipment, found.tips) == ([], [], [], [])
    assert found.notes


def test_a_single_food_in_a_talk_is_no_recipe() -> None:
    talk = Clip(
        said=(Said(0, 8, "Life is like a box of chocolate. Add a little salt to your stories. I had two coffees."),)
    )
    assert not recipe(talk).applicable


def test_no_words_words_that_were_missed_and_another_language_are_told_apart() -> None:
    nothing = recipe(CORPUS["music"])
    assert nothing.notes == ["Nothing is said or written in this video."]
    unread = recipe(CORPUS["music"], "screen_text")
    assert unread.notes == ["Text on the screen could not be read."]
    unheard = recipe(Clip(verdict="unknown", reason="not intelligible"))
    assert unheard.notes == ["Speech could not be made out: not intelligible."]
    foreign = recipe(CORPUS["spanish"])
    assert [note.rpartition(" ")[2] for note in foreign.notes] == ["es."]
    assert unread.confidence == unheard.confidence < nothing.confidence == foreign.confidence


def test_a_recipe_that_was_only_half_read_is_less_sure_and_blames_itself() -> None:
    whole, half = recipe(RECIPE), recipe(RECIPE, "screen_text")
    assert half.applicable
    assert half.confidence < whole.confidence
    assert "Text on the screen could not be read." in half.notes
    assert "What was read and heard does not give servings." in half.notes
    assert "The video does not give servings." in whole.notes
