"""One pass over an encoded clip: decoding and all visual stages without text, as the pipeline drives them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clipsight.media.decode import Decoder
from clipsight.perception.faces import FaceFinder, FaceStage
from clipsight.perception.frames import Sample
from clipsight.perception.keyframes import KeyframePicker
from clipsight.perception.picture import PictureMeter
from clipsight.perception.shots import ShotDetector
from clipsight.testing.clips import Backdrop, ClipRecipe, Encoding, Overlay, Shot, render

RECIPE = ClipRecipe(
    shots=(
        Shot(Backdrop(1, (324, 576)), 1.2),
        Shot(Backdrop(2, (324, 576)), 1.2),
        Shot(Backdrop(3, (324, 576)), 1.6, "dissolve", 0.5),
        Shot(Backdrop(4, (324, 576)), 1.4, "fade", 0.6),
    ),
    texts=(Overlay("Three things", 0.2, 1.0), Overlay("one", 1.4, 2.0)),
    size=(270, 480),
)


@pytest.fixture(params=["libx264", "libvpx-vp9"])
def descriptor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    codec: Any = request.param
    path = tmp_path / ("clip.mp4" if codec == "libx264" else "clip.webm")
    # Much coarser than platforms encode: what the encoder smears must not become a cut.
    encoding = Encoding(codec, crf=34 if codec == "libx264" else 45, offset=0.5)
    render(ClipRecipe(RECIPE.shots, RECIPE.texts, size=RECIPE.size, encoding=encoding), path)
    opened = os.open(path, os.O_RDONLY)
    yield opened
    os.close(opened)


def test_one_pass(descriptor: int) -> None:
    shots, keyframes, picture, faces = ShotDetector(), KeyframePicker(), PictureMeter(), FaceStage(FaceFinder.load())
    with Decoder(descriptor) as decoder:
        for frame in decoder:
            sample = Sample(frame)
            for stage in (shots, keyframes, picture, faces):
                stage.see(sample)
    truth = RECIPE.truth()
    found = shots.finish(decoder.end)
    assert [shot.transition for shot in found] == ["start", "cut", "dissolve", "fade"]
    assert found[1].span.start.us == pytest.approx(truth.cuts[0].us, abs=1_000)
    for shot, span in zip(found[2:], (*truth.dissolves, *truth.fades), strict=True):
        assert shot.span.start.seconds == pytest.approx(span.middle.seconds, abs=0.1)
    spans = [shot.span for shot in found]
    picked = keyframes.finish(spans, [text.span for text in truth.texts])
    assert [any(span.contains(keyframe.time) for keyframe in picked) for span in spans] == [True] * 4
    assert faces.finish(spans, decoder.end) == []
    assert picture.finish() is not None
    assert decoder.end.seconds == pytest.approx(5.4, abs=0.05)


WATCHED_PASS = """
import os, sys
from clipsight.media.decode import Decoder
from clipsight.media.probe import probe
from clipsight.perception.faces import FaceFinder, FaceStage
from clipsight.perception.frames import Sample
from clipsight.perception.keyframes import KeyframePicker
from clipsight.perception.picture import PictureMeter
from clipsight.perception.shots import ShotDetector

descriptor, finder, late = int(sys.argv[1]), FaceFinder.load(), []
sys.addaudithook(lambda event, given: late.append(str(given[0])) if event in {"open", "import", "os.listdir"} else None)
probe(descriptor)
shots, keyframes, picture, faces = ShotDetector(), KeyframePicker(), PictureMeter(), FaceStage(finder)
with Decoder(descriptor) as decoder:
    for frame in decoder:
        for stage in (shots, keyframes, picture, faces):
            stage.see(Sample(frame))
spans = [shot.span for shot in shots.finish(decoder.end)]
keyframes.finish(spans, []), picture.finish(), faces.finish(spans, decoder.end)
print(late)
"""


def test_nothing_is_opened_or_imported_after_loading(descriptor: int) -> None:
    command = [sys.executable, "-c", WATCHED_PASS, str(descriptor)]
    done = subprocess.run(command, pass_fds=[descriptor], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
