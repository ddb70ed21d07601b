"""``clipsight formats``: what a result can be turned into."""

from __future__ import annotations

import click

from clipsight.formats.registry import all_formats


@click.command()
def formats() -> None:
    """List the formats a result can take: slug, category, what it is for."""
    rows = sorted(all_formats(), key=lambda entry: (entry.category, entry.slug))
    width = max(len(entry.slug) for entry in rows)
    for entry in rows:
        click.echo(f"{entry.slug:<{width}}  {entry.category:<10}  {entry.description}")
