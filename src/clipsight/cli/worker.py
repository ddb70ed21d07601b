"""A worker process: ``python -m clipsight.cli.worker``, with its settings in the environment."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from clipsight.cli.composition import company
from clipsight.cli.looking import language_model, looking_options, perceiver_settings
from clipsight.jobs.logs import set_up_logs
from clipsight.jobs.port import Knobs
from clipsight.jobs.process import run_child, say_ready
from clipsight.jobs.retention import Retention
from clipsight.jobs.work import PipelineWork, Work
from clipsight.jobs.worker import WorkerPlan, run_worker
from clipsight.settings import Settings, read_settings
from clipsight.source.guard import StandIns

LOOK_SHARE_OF_TIMEOUT = 0.9  # a look ends before the jobs that wait for it, so that they can say why


def work_here(work: Work | None = None, stand_ins: StandIns | None = None) -> None:
    """Be a worker until told to stop. Tests hand in work of their own, or hosts that stand in for the platforms."""
    settings = read_settings(os.environ, Path.cwd())
    set_up_logs(settings.log_format, settings.log_level)
    run_worker(_plan(settings), work or real_work(settings, stand_ins), say_ready, partial(company, settings))


def real_work(settings: Settings, stand_ins: StandIns | None = None) -> Work:
    return PipelineWork(looking_options(settings, stand_ins), perceiver_settings(settings), language_model(settings))


def _plan(settings: Settings) -> WorkerPlan:
    return WorkerPlan(
        database_url=settings.database,
        blobs=settings.blobs,
        knobs=Knobs(
            poll=settings.poll,
            beat=settings.beat,
            ttl=settings.worker_ttl,
            drain=settings.drain,
            job_timeout=settings.job_timeout,
            look_timeout=settings.job_timeout * LOOK_SHARE_OF_TIMEOUT,
        ),
        retention=Retention(settings.job_ttl, settings.media_ttl, settings.evidence_ttl),
    )


if __name__ == "__main__":
    run_child("worker", work_here)
