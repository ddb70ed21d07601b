"""Puts the parts of a process together from the settings. The only place where settings meet the parts."""

from __future__ import annotations

import ipaddress
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial

from clipsight import __version__
from clipsight.cli.looking import looking_options, perceiver_settings
from clipsight.edges.rest.face import Face, OpenGate
from clipsight.errors import BadSetting, OpenAccessBeyondLoopback
from clipsight.jobs.engine import DurableQueue
from clipsight.jobs.port import Knobs
from clipsight.jobs.retention import Retention
from clipsight.jobs.work import PipelineWork
from clipsight.jobs.worker import WorkerPlan
from clipsight.schema.video import VideoRef
from clipsight.settings import Settings
from clipsight.source.links import ShortLink
from clipsight.source.options import FetchSettings
from clipsight.source.resolve import resolve
from clipsight.store.blobs import FileBlobStore
from clipsight.store.database import Database
from clipsight.usecases.services import Services

LOOK_SHARE_OF_TIMEOUT = 0.9  # a look ends before the jobs that wait for it, so that they can say why


def check_access(settings: Settings) -> None:
    """Refuse what would leave the server open to others.

    Raises:
        OpenAccessBeyondLoopback: open access on an address that others reach.
        BadSetting: a kind of access that this version does not have.
    """
    if settings.access != "open":
        raise BadSetting(name="CLIPSIGHT_ACCESS", expected="open, the only kind of access that this version has")
    if not _is_loopback(settings.host):
        raise OpenAccessBeyondLoopback


@contextmanager
def face(settings: Settings) -> Generator[Face]:
    """What the HTTP application works with, for as long as the context lasts."""
    database = Database(settings.database)
    queue = DurableQueue(database.writer, knobs(settings))
    chosen = looking_options(settings)
    services = Services(
        database=database,
        blobs=FileBlobStore(settings.data_dir / "blobs"),
        queue=queue,
        resolve=partial(_resolve, chosen.fetch),
        limits=chosen.fetch_limits,
        retention=retention(settings),
        pipeline=f"{__version__}/{settings.max_seconds}/{settings.max_bytes}",
    )
    try:
        yield Face(services, OpenGate(), settings.public_url, settings.max_seconds, settings.reels_max_seconds)
    finally:
        queue.close()
        database.close()


def worker_plan(settings: Settings) -> WorkerPlan:
    return WorkerPlan(settings.database, settings.data_dir / "blobs", knobs(settings), retention(settings))


def pipeline_work(settings: Settings) -> PipelineWork:
    return PipelineWork(looking_options(settings), perceiver_settings(settings))


def knobs(settings: Settings) -> Knobs:
    return Knobs(
        poll=settings.poll,
        beat=settings.beat,
        ttl=settings.worker_ttl,
        drain=settings.drain,
        job_timeout=settings.job_timeout,
        look_timeout=settings.job_timeout * LOOK_SHARE_OF_TIMEOUT,
    )


def retention(settings: Settings) -> Retention:
    return Retention(settings.job_ttl, settings.media_ttl, settings.evidence_ttl)


def _resolve(settings: FetchSettings, link: ShortLink) -> VideoRef:
    return resolve(link, settings=settings)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
