from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.errors import IllegalTransition
from clipsight.jobs.states import FINAL, STATES, check_move, may_become, sources
from clipsight.schema.video import VideoRef
from clipsight.store.jobs import end_job, insert_job, job_by_id, start_job
from clipsight.store.records import Look, NewJob, Outcome
from clipsight.store.videos import open_video
from clipsight.testing.store import fresh_database

states = st.sampled_from(STATES)


@given(states, states)
def test_what_is_final_never_changes(current, wanted):
    assert not (current in FINAL and may_become(current, wanted))


@given(st.lists(states, max_size=12))
def test_any_walk_of_legal_moves_is_a_life(wishes):
    current, ended = "queued", 0
    for wanted in wishes:
        if may_become(current, wanted):
            current = wanted
            ended += wanted in FINAL
    assert ended <= 1


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(STATES, STATES)))
def test_the_condition_of_an_update_agrees_with_the_rule(current, wanted):
    assert (current in sources(wanted)) == may_become(current, wanted)
    if may_become(current, wanted):
        check_move(current, wanted)
    else:
        with pytest.raises(IllegalTransition, match=f"{current} cannot become {wanted}"):
            check_move(current, wanted)


def test_the_table_obeys_the_machine(tmp_path, database_url):
    """Every move that the rule refuses is refused by the update, too."""
    with fresh_database(tmp_path, database_url) as database, database.writing() as connection:
        look = Look("tiktok:1", 1)
        open_video(connection, look, VideoRef("tiktok", "1", "u"), "p", 1)
        for number, (current, wanted) in enumerate(itertools.product(STATES, STATES)):
            name = f"job-{number}"
            insert_job(connection, NewJob(name, "o", "jobs", "u", look.key, 1, "", 9, current, 1, 2))
            if wanted == "running":
                moved = start_job(connection, name, sources(wanted), "worker", 3)
            else:
                moved = end_job(connection, name, sources(wanted), Outcome(wanted, 3))
            assert moved == may_become(current, wanted)
            assert job_by_id(connection, name).state == (wanted if moved else current)


def test_only_the_holder_may_end_a_job(tmp_path, database_url):
    with fresh_database(tmp_path, database_url) as database, database.writing() as connection:
        look = Look("tiktok:1", 1)
        open_video(connection, look, VideoRef("tiktok", "1", "u"), "p", 1)
        insert_job(connection, NewJob("a", "o", "jobs", "u", look.key, 1, "", 9, "queued", 1, 2))
        start_job(connection, "a", sources("running"), "first", 3)
        start_job(connection, "a", sources("running"), "first", 3)
        start_job(connection, "a", sources("running"), "second", 4)
        assert not end_job(connection, "a", sources("succeeded"), Outcome("succeeded", 5), lease="first")
        assert end_job(connection, "a", sources("succeeded"), Outcome("succeeded", 5), lease="second")
        assert job_by_id(connection, "a").attempts == 2
