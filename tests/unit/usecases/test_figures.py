from __future__ import annotations

from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from clipsight.jobs.counting import count_stage
from clipsight.jobs.ending import conclude_job
from clipsight.store.database import clock
from clipsight.store.records import Failure, Outcome
from clipsight.store.tallies import fold, tally, totals
from clipsight.testing.store import fresh_services
from clipsight.usecases.figures import Figures
from clipsight.usecases.services import Services
from clipsight.usecases.submit import Wish, submit_link

LINK = "https://www.tiktok.com/@scout2015/video/73012345678901234{:02}"
WISH = Wish("local", "jobs", None, 180, frozenset({"tiktok"}))


@pytest.fixture
def services(tmp_path, database_url) -> Iterator[Services]:
    with fresh_services(tmp_path, url=database_url) as made:
        yield made


def scraped(services: Services) -> dict[tuple, float]:
    """Each sample by its name and labels, read by Prometheus' own parser."""
    registry = CollectorRegistry()
    registry.register(Figures(services))
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {(sample.name, *sorted(sample.labels.items())): sample.value for family in families for sample in family.samples}


def test_an_empty_server_has_figures_too(services):
    found = scraped(services)
    assert found[("clipsight_jobs_unfinished", ("state", "queued"))] == 0
    assert found[("clipsight_queue_oldest_seconds",)] == 0
    assert found[("clipsight_workers",)] == 0
    assert found[("clipsight_recoveries_total",)] == 0


def test_the_queue_and_the_outcomes_by_code(services):
    jobs = [submit_link(services, LINK.format(number), WISH).job for number in range(3)]
    with services.database.writing() as connection:
        now = clock(connection)
        conclude_job(connection, jobs[0].id, Outcome("failed", now, Failure("private", "x")), services.ended)
        conclude_job(connection, jobs[0].id, Outcome("failed", now, Failure("private", "x")), services.ended)
        conclude_job(connection, jobs[1].id, Outcome("cancelled", now), services.ended)
    found = scraped(services)
    assert found[("clipsight_jobs_unfinished", ("state", "queued"))] == 1
    assert 0 <= found[("clipsight_queue_oldest_seconds",)] < 600
    assert found[("clipsight_jobs_submitted_total", ("dialect", "jobs"))] == 3
    assert found[("clipsight_jobs_ended_total", ("code", "private"), ("state", "failed"))] == 1
    assert found[("clipsight_jobs_ended_total", ("code", ""), ("state", "cancelled"))] == 1


def test_seconds_of_stages_are_a_histogram(services):
    with services.database.writing() as connection:
        for seconds in (0.05, 0.2, 0.2, 700.0):
            count_stage(connection, "fetch", seconds)
    found = scraped(services)

    def below(end: str) -> float:
        return found[("clipsight_stage_seconds_bucket", ("le", end), ("stage", "fetch"))]

    assert [below(end) for end in ("0.1", "0.25", "600", "+Inf")] == [1, 3, 3, 4]
    assert found[("clipsight_stage_seconds_sum", ("stage", "fetch"))] == pytest.approx(700.45)
    assert found[("clipsight_stage_seconds_count", ("stage", "fetch"))] == 4


def test_folding_changes_no_sum(services):
    with services.database.writing() as connection:
        for number in range(10):
            tally(connection, "a", number, kind="x")
            tally(connection, "a", 1, kind="y")
        before = totals(connection)
        fold(connection)
        assert totals(connection) == before == {"a": {(("kind", "x"),): 45.0, (("kind", "y"),): 10.0}}


def test_what_was_rolled_back_was_not_counted(services):
    with pytest.raises(RuntimeError), services.database.writing() as connection:  # noqa: PT012
        tally(connection, "a")
        raise RuntimeError
    with services.database.reading() as connection:
        assert totals(connection) == {}
