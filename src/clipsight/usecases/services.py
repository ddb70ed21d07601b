"""What the use cases work with, put together by whoever starts the process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clipsight.jobs.ending import JobEnded
from clipsight.jobs.port import Queue
from clipsight.jobs.retention import Retention
from clipsight.schema.video import Platform
from clipsight.source.links import Link, ShortLink
from clipsight.source.options import FetchLimits
from clipsight.store.blobs import BlobStore
from clipsight.store.database import Database
from clipsight.usecases.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Services:
    """
    Attributes:
        resolve: finds the video behind a short link; raises the errors of :func:`clipsight.source.resolve.resolve_link`.
        limits: what a file may be.
        pipeline: version of the pipeline with the options that change what it sees; another one is a new look.
        webhooks: of all owners.
        ended: told of each job that ends here.
        signed_in: platforms that are asked with the operator's cookies; their videos are kept for their owner alone.
        fetching: name of the settings with which videos are fetched; with others, a failure need not be one.
    """

    database: Database
    blobs: BlobStore
    queue: Queue
    resolve: Callable[[ShortLink], Link]
    limits: FetchLimits
    retention: Retention
    pipeline: str
    webhooks: Webhooks
    ended: Sequence[JobEnded] = ()
    signed_in: frozenset[Platform] = frozenset()
    fetching: str = ""
