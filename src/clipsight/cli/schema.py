"""``clipsight schema``: the JSON Schemas, which are the authority on the shape of everything that is printed."""

from __future__ import annotations

import json

import click

from clipsight.formats.registry import json_schema as format_schema
from clipsight.schema.result import json_schema as document_schema


@click.command()
@click.argument("slug", required=False)
def schema(slug: str | None) -> None:
    """Print the JSON Schema of the document, or of the format SLUG."""
    wanted = document_schema() if slug is None else format_schema(slug)
    click.echo(json.dumps(wanted, indent=2, ensure_ascii=False))
