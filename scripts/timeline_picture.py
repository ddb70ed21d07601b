"""Draw what clipsight found in a video: a filmstrip, and under it one timeline with a lane for each kind of evidence.

``python scripts/timeline_picture.py VIDEO DOCUMENT.json OUT.png``
"""

from __future__ import annotations

import sys
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

from clipsight.schema.result import Document
from clipsight.timeline import clock

WIDTH, LEFT, RIGHT = 1500, 110, 20
STRIP, LANE, GAP = 190, 26, 8
PAPER, INK, FAINT = "#ffffff", "#1d1d1f", "#d9d9de"
COLOURS = {
    "shots": "#8fa3bf",
    "overlay": "#e0a458",
    "caption": "#d97d54",
    "interface": "#b8b8c0",
    "scene": "#a5c4a0",
    "speech": "#5b8def",
    "music": "#b07cc6",
    "speech_over_music": "#7d7fd0",
    "silence": "#ececf0",
    "other": "#c9c9c9",
    "faces": "#6fb98f",
}
FONT, SMALL = ImageFont.load_default(15), ImageFont.load_default(12)

Lane = tuple[str, list[tuple[float, float, str, str]]]


def lanes(document: Document) -> list[Lane]:
    """Name of the lane, and (start, end, colour, label) of each bar."""
    evidence = document.evidence
    result: list[Lane] = [
        ("shots", [(s.start, s.end, COLOURS["shots"], f"{s.id[5:]} {s.transition}") for s in evidence.shots])
    ]
    rows: list[list[tuple[float, float, str, str]]] = []
    for text in evidence.screen_text:
        bar = (text.start, text.end, COLOURS[text.role], text.text.replace("\n", " / "))
        free = next((row for row in rows if row[-1][1] <= text.start), None)
        if free is None:
            rows.append([bar])
        else:
            free.append(bar)
    result += [("text" if number == 0 else "", row) for number, row in enumerate(rows)]
    segments = evidence.speech.segments
    words = [(w.start, w.end, COLOURS["speech"], "") for s in segments for w in s.words]
    result.append(("speech", [(s.start, s.end, "#cfdcf7", s.text) for s in segments]))
    result.append(("words", words))
    if evidence.sound is not None:
        result.append(
            ("sound", [(r.start, r.end, COLOURS[r.kind], r.kind.replace("_", " ")) for r in evidence.sound.regions])
        )
    if evidence.faces:
        result.append(("faces", [(f.start, f.end, COLOURS["faces"], str(f.count)) for f in evidence.faces]))
    return result


def filmstrip(video: Path, duration: float, width: int) -> Image.Image:
    """Pictures at equal distances, side by side."""
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        frame_width = round(STRIP * stream.width / stream.height)
        count = max(1, width // (frame_width + 2))
        wanted = [duration * (number + 0.5) / count for number in range(count)]
        strip = Image.new("RGB", (width, STRIP), PAPER)
        placed = 0
        for frame in container.decode(stream):
            if placed < count and frame.time is not None and frame.time >= wanted[placed]:
                picture = frame.to_image(height=STRIP, width=frame_width)
                strip.paste(picture, (round(placed * width / count), 0))
                placed += 1
    return strip


def draw(video: Path, document: Document) -> Image.Image:
    rows = lanes(document)
    duration = document.video.duration
    inner = WIDTH - LEFT - RIGHT
    image = Image.new("RGB", (WIDTH, 20 + STRIP + 34 + len(rows) * (LANE + GAP) + 10), PAPER)
    image.paste(filmstrip(video, duration, inner), (LEFT, 20))
    pen = ImageDraw.Draw(image)

    def x(seconds: float) -> float:
        return LEFT + inner * seconds / duration

    top = 20 + STRIP + 8
    for second in range(0, int(duration) + 1, 5):
        pen.line([(x(second), top + 18), (x(second), image.height - 8)], fill=FAINT)
        pen.text((x(second) + 2, top), clock(second), INK, SMALL)
    top += 24
    for name, bars in rows:
        pen.text((8, top + 4), name, INK, FONT)
        for start, end, colour, label in bars:
            box = (x(start), top, max(x(start) + 1, x(end) - 1), top + LANE)
            pen.rectangle(box, fill=colour)
            pen.text((box[0] + 4, top + 6), _fitting(label, box[2] - box[0] - 6), INK, SMALL)
        top += LANE + GAP
    return image


def _fitting(label: str, room: float) -> str:
    while label and SMALL.getlength(label) > room:
        label = label[:-2].rstrip() + "…" if len(label) > 2 else ""
    return label


if __name__ == "__main__":
    video_path, document_path, out = (Path(argument) for argument in sys.argv[1:])
    draw(video_path, Document.model_validate_json(document_path.read_text(encoding="utf-8"))).save(out, optimize=True)
