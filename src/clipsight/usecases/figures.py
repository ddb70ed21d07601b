"""Figures about the server for Prometheus, out of the database: the same on every API node, whoever did the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from clipsight.jobs.counting import BUCKETS
from clipsight.store.database import clock
from clipsight.store.jobs import queue_figures
from clipsight.store.tallies import Labels, totals
from clipsight.store.webhooks import delivery_counts
from clipsight.store.workers import all_workers
from clipsight.usecases.health import SILENCE_MILLISECONDS
from clipsight.usecases.services import Services

COUNTERS: Mapping[str, tuple[str, Sequence[str]]] = {
    "jobs_submitted": ("Jobs that were taken", ("dialect",)),
    "jobs_ended": ("Jobs that have ended, by state and code of the error", ("state", "code")),
    "cache_hits": ("Jobs that were answered at once from what was known", ("dialect",)),
    "recoveries": ("Works that were taken over from workers that died", ()),
    "webhook_tries": ("Tries of webhooks by what came of them", ("outcome",)),
}


class Figures:
    """A collector for a registry of ``prometheus_client``: asks the database at each scrape."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        with self._services.database.reading() as connection:
            now, counted = clock(connection), totals(connection)
            depth, oldest = queue_figures(connection)
            webhooks, workers = delivery_counts(connection), all_workers(connection)
        alive = sum(now - worker.seen_at < SILENCE_MILLISECONDS for worker in workers)
        yield _gauge("jobs_unfinished", "Jobs that wait or run", ("state",), {(state,): depth[state] for state in depth})
        age = (now - oldest) / 1000 if oldest is not None else 0.0
        yield _gauge("queue_oldest_seconds", "Age of the job that waits longest", (), {(): age})
        yield _gauge("workers", "Workers that are alive", (), {(): alive})
        pending = {(state,): count for state, count in webhooks.items()}
        yield _gauge("webhook_deliveries", "Deliveries in the log", ("state",), pending)
        for name, (text, labels) in COUNTERS.items():
            yield _counter(name, text, labels, counted.get(name, {}))
        yield _histogram(counted)


def _gauge(name: str, text: str, labels: Sequence[str], values: Mapping[tuple[str, ...], float]) -> Metric:
    metric = GaugeMetricFamily(f"clipsight_{name}", text, labels=labels)
    for found, value in values.items():
        metric.add_metric(found, value)
    return metric


def _counter(name: str, text: str, labels: Sequence[str], values: Mapping[Labels, float]) -> Metric:
    metric = CounterMetricFamily(f"clipsight_{name}", text, labels=labels)
    for found, value in values.items():
        metric.add_metric([dict(found).get(label, "") for label in labels], value)
    if not labels and not values:
        metric.add_metric((), 0.0)
    return metric


def _histogram(counted: Mapping[str, Mapping[Labels, float]]) -> Metric:
    metric = HistogramMetricFamily("clipsight_stage_seconds", "Seconds that steps of looks took", labels=("stage",))
    sums = {dict(labels)["stage"]: value for labels, value in counted.get("stage_seconds_sum", {}).items()}
    buckets = {(dict(labels)["stage"], dict(labels)["le"]): value for labels, value in _of(counted).items()}
    for stage, total in sums.items():
        so_far = 0.0
        ends: list[tuple[str, float]] = []
        for end in [*(f"{bucket:g}" for bucket in BUCKETS), "+Inf"]:
            so_far += buckets.get((stage, end), 0.0)
            ends.append((end, so_far))
        metric.add_metric((stage,), ends, total)
    return metric


def _of(counted: Mapping[str, Mapping[Labels, float]]) -> Mapping[Labels, float]:
    return counted.get("stage_seconds_bucket", {})
