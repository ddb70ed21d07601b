"""Runs one of the peers on one clip, inside the peers' own environment, and prints what it found as JSON.

``build/peers/bin/python bench/peer_tools.py TOOL CLIP [PICTURES_PER_SECOND]``. Models are loaded before the clock starts,
as they are for clipsight. Imports nothing of clipsight.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

RATE = 16_000  # samples per second that the recogniser takes
Reading = tuple[float, list[tuple[str, float]]]
"""A moment in seconds and the lines read there, each with its score 0..1."""
Found = dict[str, Any]
Tool = Callable[[Path, float], Found]


def main() -> None:
    logging.disable(logging.WARNING)
    name, clip = sys.argv[1], Path(sys.argv[2])
    per_second = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0
    tool = TOOLS[name]()
    began, cpu = time.perf_counter(), _cpu_seconds()
    found = tool(clip, per_second)
    found["wall"], found["cpu"] = time.perf_counter() - began, _cpu_seconds() - cpu
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(found))


def _cpu_seconds() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def scenes(detector_name: str) -> Tool:
    """PySceneDetect with its defaults."""
    scenedetect: Any = importlib.import_module("scenedetect")

    def run(clip: Path, _per_second: float) -> Found:
        detector = getattr(scenedetect, detector_name)()
        found = scenedetect.detect(str(clip), detector)
        return {"cuts": [start.seconds for start, _end in found[1:]]}

    return run


def rapid_ocr() -> Tool:
    """RapidOCR with its defaults on pictures taken at a steady rate."""
    read = _rapid_reader()

    def run(clip: Path, per_second: float) -> Found:
        return {"readings": [(moment, read(picture)) for moment, picture in _pictures(clip, per_second)]}

    return run


def tesseract() -> Tool:
    """Tesseract's program, sparse text, on pictures taken at a steady rate."""

    def run(clip: Path, per_second: float) -> Found:
        readings: list[Reading] = []
        with tempfile.TemporaryDirectory() as folder:
            for moment, picture in _pictures(clip, per_second):
                file = Path(folder) / "picture.png"
                _save(file, picture)
                command = ["tesseract", str(file), "-", "--psm", "11", "tsv"]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                readings.append((moment, tesseract_lines(done.stdout)))
        return {"readings": readings}

    return run


def tesseract_lines(table: str) -> list[tuple[str, float]]:
    """The lines in Tesseract's table of words, each with the mean certainty of its words (0..1)."""
    head, *rows = (line.split("\t") for line in table.splitlines())
    lines: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for row in rows:
        word = dict(zip(head, row, strict=False))
        if word.get("text", "").strip() and float(word["conf"]) >= 0:
            place = (word["block_num"], word["par_num"], word["line_num"])
            lines.setdefault(place, []).append((word["text"], float(word["conf"]) / 100))
    return [(" ".join(text for text, _ in words), sum(sure for _, sure in words) / len(words)) for words in lines.values()]


def naive() -> Tool:
    """What one writes in an afternoon: pictures to files, OCR on each, then a pass for shots, then one for speech."""
    read, shots, hear = _rapid_reader(), scenes("ContentDetector"), _listener()

    def run(clip: Path, per_second: float) -> Found:
        import cv2

        clock = _Clock()
        with tempfile.TemporaryDirectory() as folder:
            files: list[tuple[float, Path]] = []
            for moment, picture in _pictures(clip, per_second):
                files.append((moment, Path(folder) / f"{len(files):05d}.png"))
                _save(files[-1][1], picture)
            clock.lap("pictures")
            readings = [(moment, read(cv2.imread(str(file)))) for moment, file in files]
            clock.lap("OCR")
        cuts = shots(clip, per_second)["cuts"]
        clock.lap("shots")
        words = hear(clip)
        clock.lap("speech")
        return {"readings": readings, "cuts": cuts, "words": words, "stages": clock.laps}

    return run


class _Clock:
    """Seconds on the wall of one stage after the other."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name], self._last = now - self._last, now


def _rapid_reader() -> Callable[[Any], list[tuple[str, float]]]:
    engine: Any = importlib.import_module("rapidocr").RapidOCR()

    def read(picture: Any) -> list[tuple[str, float]]:
        result = engine(picture)
        if result.txts is None:
            return []
        return [(text, float(score)) for text, score in zip(result.txts, result.scores, strict=True)]

    return read


def _listener() -> Callable[[Path], list[str]]:
    """The same Moonshine files as ours, through the library that they come with."""
    library: Any = importlib.import_module("moonshine_voice")
    recogniser: Any = importlib.import_module("moonshine_voice.transcriber")
    package = importlib.util.find_spec("moonshine_voice")
    assert package is not None
    assert package.submodule_search_locations is not None
    model = Path(package.submodule_search_locations[0]) / "assets" / "tiny-en"
    transcriber = recogniser.Transcriber(str(model), library.ModelArch.TINY)

    def hear(clip: Path) -> list[str]:
        lines = transcriber.transcribe_without_streaming(_sound(clip), RATE).lines
        return [word for line in lines for word in line.text.split()]

    return hear


def _sound(clip: Path) -> list[float]:
    import av

    samples: list[float] = []
    resampler = av.AudioResampler("flt", "mono", RATE)
    with av.open(str(clip)) as container:
        for frame in container.decode(audio=0):
            for piece in resampler.resample(frame):
                samples.extend(piece.to_ndarray()[0].tolist())
    return samples


def _pictures(clip: Path, per_second: float) -> Iterator[tuple[float, Any]]:
    """The first picture of every interval, as BGR, with its moment."""
    import av

    with av.open(str(clip)) as container:
        container.streams.video[0].thread_type = "AUTO"
        taken = 0
        for frame in container.decode(video=0):
            if frame.time >= taken / per_second:
                taken += 1
                yield frame.time, frame.to_ndarray(format="bgr24")


def _save(file: Path, picture: Any) -> None:
    import cv2

    cv2.imwrite(str(file), picture)


TOOLS: dict[str, Callable[[], Tool]] = {
    "scenedetect-content": lambda: scenes("ContentDetector"),
    "scenedetect-adaptive": lambda: scenes("AdaptiveDetector"),
    "rapidocr": rapid_ocr,
    "tesseract": tesseract,
    "naive": naive,
}

if __name__ == "__main__":
    main()
