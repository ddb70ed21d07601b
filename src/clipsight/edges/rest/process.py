"""The API process: ``python -m clipsight.edges.rest.process``, with its settings in the environment."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import uvicorn

from clipsight import __version__
from clipsight.access.caller import DialectLimits, Limits
from clipsight.access.key import token_key
from clipsight.edges.rest.app import create_app
from clipsight.edges.rest.face import Face
from clipsight.edges.rest.gate import Gate, OpenGate, TokenGate
from clipsight.edges.rest.sales import Sales, X402Cashier
from clipsight.edges.rest.selling import selling
from clipsight.jobs.counting import count_end
from clipsight.jobs.engine import DurableQueue
from clipsight.jobs.logs import set_up_logs
from clipsight.jobs.port import Knobs
from clipsight.jobs.process import SOCKET_VARIABLE, run_child, say_ready
from clipsight.jobs.retention import Retention
from clipsight.payments.book import close_account
from clipsight.settings import Settings, cookie_files, fetch_settings, read_settings, webhook_rules
from clipsight.source.guard import StandIns
from clipsight.source.links import Link, ShortLink
from clipsight.source.options import FetchLimits, FetchSettings
from clipsight.source.resolve import resolve_link
from clipsight.store.database import Database
from clipsight.store.places import open_blobs
from clipsight.usecases.batches import Batches
from clipsight.usecases.services import Services
from clipsight.usecases.tokens import Tokens
from clipsight.usecases.webhooks import Webhooks
from clipsight.webhooks.notify import Notifier

KEEP_ALIVE_SECONDS = 20
GRACEFUL_SECONDS = 10  # for answers under way when the server is told to stop


@contextmanager
def composed(settings: Settings, stand_ins: StandIns | None = None) -> Generator[Face]:
    """What the application works with, for as long as the context lasts. ``stand_ins`` is for tests alone."""
    fetching = fetch_settings(settings, stand_ins)
    database = Database(settings.database)
    queue = DurableQueue(database.writer, Knobs(job_timeout=settings.job_timeout))
    rules = webhook_rules(settings)
    services = Services(
        database=database,
        webhooks=Webhooks(database, queue, rules),
        ended=(count_end, Notifier(queue, rules), close_account),
        blobs=open_blobs(settings.blobs),
        queue=queue,
        resolve=partial(_resolve, fetching),
        limits=FetchLimits(max_seconds=settings.max_seconds, max_bytes=settings.max_bytes),
        retention=Retention(settings.job_ttl, settings.media_ttl, settings.evidence_ttl),
        pipeline=pipeline_name(settings),
        signed_in=frozenset(cookie_files(settings)),
        fetching=fetching.name,
    )
    kept = ExitStack()
    try:
        tokens = Tokens(database, cache(partial(token_key, settings.data_dir, settings.token_key)))
        sales = kept.enter_context(selling(settings, services)) if settings.access == "x402" else None
        gate = _gate(settings, tokens, sales)
        yield Face(
            services=services,
            gate=gate,
            public_url=settings.public_url,
            max_seconds=settings.max_seconds,
            reels_max_seconds=settings.reels_max_seconds,
            tokens=tokens,
            max_streams=settings.max_streams,
            sales=sales,
            origins=frozenset(origin.lower() for origin in settings.allowed_origins),  # as browsers send them
        )
    finally:
        kept.close()
        queue.close()
        database.close()


def _gate(settings: Settings, tokens: Tokens, sales: Sales | None) -> Gate:
    limits = limits_of(settings)
    if settings.access == "open":
        return OpenGate(limits)
    return TokenGate(tokens, limits, X402Cashier(sales.terms, limits) if sales is not None else None)


def limits_of(settings: Settings) -> DialectLimits:
    """What one caller may ask for. Whoever sits at the machine itself is not held back."""
    reels = Limits(min(settings.reels_max_seconds, settings.max_seconds), settings.max_bytes)
    jobs = Limits(settings.max_seconds, settings.max_bytes)
    if settings.access == "open":
        return {"reels": reels, "jobs": jobs}
    a_day = settings.seconds_per_day or None
    return {
        "reels": replace(
            reels,
            per_minute=settings.reels_per_minute,
            unfinished=settings.reels_unfinished,
            seconds_per_day=a_day,
        ),
        "jobs": replace(
            jobs, per_minute=settings.jobs_per_minute, unfinished=settings.jobs_unfinished, seconds_per_day=a_day
        ),
    }


def pipeline_name(settings: Settings) -> str:
    """The version with all options that change what is seen, and no secret: the name under which a look is shared."""
    parts = [__version__, settings.profile, str(settings.max_seconds), str(settings.max_bytes), settings.speech]
    if settings.speech.startswith("openai:") and settings.speech_base_url is not None:
        # A name and a password before the host may be secrets, and so may a query.
        scheme, _, rest = settings.speech_base_url.partition("?")[0].partition("://")
        host, _, path = rest.partition("/")
        parts.append(f"{scheme}://{host.rpartition('@')[2]}/{path}")
    return "/".join(parts)


def run_api(stand_ins: StandIns | None = None) -> None:
    """Serve HTTP on the socket that was inherited, until told to stop. ``stand_ins`` is for tests alone."""
    listening = socket.socket(fileno=int(os.environ.pop(SOCKET_VARIABLE)))
    settings = read_settings(os.environ, Path.cwd())
    set_up_logs(settings.log_format, settings.log_level)
    with composed(settings, stand_ins) as face:
        app = create_app(face)
        config = uvicorn.Config(
            app,
            log_level="warning",
            log_config=None,  # its lines go through our log too
            access_log=False,
            server_header=False,
            proxy_headers=False,  # who asks decides nothing here, and nobody may forge it
            lifespan="off",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
        batches: Batches = app.state.batches
        batches.start()
        try:
            _ReadyServer(config, app.state.watcher.close).run(sockets=[listening])
        finally:
            batches.stop()


class _ReadyServer(uvicorn.Server):
    """Says so once it answers, and ends what would go on for ever when it is told to stop."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        say_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._end_streams()
        await super().shutdown(sockets=sockets)


def _resolve(settings: FetchSettings, link: ShortLink) -> Link:
    return resolve_link(link, settings=settings)


if __name__ == "__main__":
    run_child("api", run_api)
