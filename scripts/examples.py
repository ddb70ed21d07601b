"""Analyse the bundled sample and write the examples of the documentation: the document, its other shapes, the picture.

``make examples``
"""

from __future__ import annotations

from pathlib import Path

from timeline_picture import draw

import clipsight
from clipsight.formats.output import Output, render
from clipsight.testing.sample import SAMPLE

DOCS = Path(__file__).resolve().parents[1] / "docs"
SHAPES: dict[Output, str] = {
    "json": "sample.json",
    "markdown": "sample-account.txt",
    "srt": "sample.srt",
    "vtt": "sample.vtt",
}


def main() -> None:
    document = clipsight.analyze(SAMPLE, format="recipe")
    for output, name in SHAPES.items():
        (DOCS / "examples" / name).write_text(render(document, output), encoding="utf-8")
    (DOCS / "images").mkdir(exist_ok=True)
    draw(SAMPLE, document).save(DOCS / "images" / "timeline.png", optimize=True)


if __name__ == "__main__":
    main()
