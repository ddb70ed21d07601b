"""``clipsight analyze``: one video, no server."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from clipsight.analysis.local import LocalAnalyst
from clipsight.cli.batch import Counts, opened_book, read_items, run_batch
from clipsight.cli.looking import language_model, looking_options, perceiver_settings, settings_here
from clipsight.cli.progress import progress_display
from clipsight.formats.output import render
from clipsight.formats.registry import get_format
from clipsight.pipeline.options import Profile
from clipsight.pipeline.perceiver import Perceiver
from clipsight.pipeline.run import conclude, see
from clipsight.schema.result import Document
from clipsight.source.pasted import link_or_file

Output = Literal["json", "markdown", "srt", "vtt", "text"]


@click.command()
@click.argument("source", required=False)
@click.option("--format", "slug", metavar="SLUG", help="Also make the result of a format; `clipsight formats` lists them.")
@click.option(
    "--output",
    type=click.Choice(["json", "markdown", "srt", "vtt", "text"]),
    default="json",
    show_default=True,
    help="json: the whole document; markdown, text: a timed account to read; srt, vtt: subtitles of what is said.",
)
@click.option(
    "--keyframes",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the keyframes as JPEG files.",
)
@click.option(
    "--contact-sheet",
    "sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write one JPEG of all keyframes with their times.",
)
@click.option(
    "--profile",
    type=click.Choice(["full", "fast"]),
    help="fast: quicker, but may miss or misread some text.  [default: full, or CLIPSIGHT_PROFILE]",
)
@click.option(
    "--from",
    "listed",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Analyse each link or path in FILE, one per line (-: standard input). Blank lines and # comments are skipped.",
)
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --from: write the lines of JSON into FILE. The same command again goes on where it was interrupted.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --from: remember in FILE what is over.  [default: beside the file of --to]",
)
def analyze(
    source: str | None,
    *,
    slug: str | None,
    output: Output,
    keyframes: Path | None,
    sheet: Path | None,
    profile: Profile | None,
    listed: Path | None,
    target: Path | None,
    state: Path | None,
) -> None:
    """Analyse SOURCE, a link to a short video or the path of a file.

    The result goes to standard output, progress to standard error. Exit status: 0 done, 1 the video could not be analysed,
    2 wrong use. With --from, each item is one line of JSON with its document or its error, and 1 means that some failed.

    \b
    Examples:
      clipsight analyze video.mp4
      clipsight analyze video.mp4 --output markdown
      clipsight analyze https://www.youtube.com/shorts/dQw4w9WgXcQ --format recipe
      clipsight analyze --from links.txt --to results.ndjson
    """
    if slug is not None:
        get_format(slug)
    if listed is not None:
        if source is not None or output != "json" or keyframes is not None or sheet is not None:
            raise click.UsageError("--from goes with neither a SOURCE nor --output, --keyframes or --contact-sheet")
        _analyze_all(listed, target, state, slug, profile)
        return
    if source is None or target is not None or state is not None:
        raise click.UsageError("give a SOURCE, or --from FILE; --to and --state go with --from only")
    _analyze_one(source, slug, output, (keyframes, sheet), profile)


def _analyze_one(
    source: str, slug: str | None, output: Output, targets: tuple[Path | None, Path | None], profile: Profile | None
) -> None:
    keyframes, sheet = targets
    wanted = link_or_file(source)
    _check_targets(keyframes, sheet)
    settings = settings_here()
    with Perceiver(perceiver_settings(settings)) as perceiver, progress_display(sys.stderr) as progress:
        options = replace(
            looking_options(settings),
            profile=profile or settings.profile,
            contact_sheet=sheet is not None,
            arrived=progress.arrived,
        )
        sight = see(wanted, perceiver, options, progress, threading.Event())
        if keyframes is not None:
            sight = sight.with_keyframes_in(keyframes)
        if sheet is not None and sight.contact_sheet is not None:
            sheet.write_bytes(sight.contact_sheet)
        progress("analysis", 0.99)
        document = conclude(sight, LocalAnalyst(), slug, language_model(settings))
        progress("format" if slug else "analysis", 1.0)
    click.echo(render(document, output), nl=False)


def _analyze_all(listed: Path, target: Path | None, state: Path | None, slug: str | None, profile: Profile | None) -> None:
    items = read_items(listed)
    settings = settings_here()
    options = replace(looking_options(settings), profile=profile or settings.profile)
    model = language_model(settings)
    asked = {"format": slug or "", "profile": options.profile}
    with (
        opened_book(target, state, asked) as book,
        Perceiver(perceiver_settings(settings)) as perceiver,
        Counts(sys.stderr, len(items)) as counts,
    ):

        def analyse(source: str) -> Document:
            sight = see(link_or_file(source), perceiver, options, lambda _stage, _fraction: None, threading.Event())
            return conclude(sight, LocalAnalyst(), slug, model)

        well = run_batch(items, analyse, book, counts)
    if not well:
        sys.exit(1)


def _check_targets(keyframes: Path | None, sheet: Path | None) -> None:
    """A place that cannot be written to is told before the video is looked at, not after."""
    try:
        if keyframes is not None:
            keyframes.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter("the folder cannot be created", param_hint="--keyframes") from error
    for target, option in ((keyframes, "--keyframes"), (sheet.parent if sheet else None, "--contact-sheet")):
        if target is not None and not os.access(target, os.W_OK | os.X_OK):
            raise click.BadParameter("the folder is not there or cannot be written to", param_hint=option)
