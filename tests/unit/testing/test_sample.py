from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import av

from clipsight.testing.sample import SAMPLE, load_truth
from clipsight.testing.sample.recipe import recipe
from clipsight.testing.wording import spoken_words
from clipsight.timeline import total_us

MOST_BYTES = 6_000_000


def test_the_committed_truth_is_that_of_the_recipe() -> None:
    """Boxes apart, which depend on the font that was installed."""
    committed, computed = load_truth().to_dict(), recipe().truth().to_dict()
    for truth in (committed, computed):
        for text in truth["texts"]:
            del text["box"]
    assert committed == computed


def test_the_clip_is_what_its_truth_says() -> None:
    truth = load_truth()
    with av.open(str(SAMPLE)) as container:
        video = container.streams.video[0]
        assert (video.width, video.height, video.average_rate) == (truth.width, truth.height, truth.fps)
        assert video.frames == round(truth.duration.seconds * 30)
        assert (video.codec_context.name, container.streams.audio[0].codec_context.name) == ("h264", "aac")
    assert SAMPLE.stat().st_size < MOST_BYTES


def test_the_sample_has_what_was_promised() -> None:
    truth = load_truth()
    assert truth.height > truth.width
    assert 20 <= truth.duration.seconds <= 30
    assert len(truth.cuts) + len(truth.dissolves) + 1 >= 5
    assert len(truth.dissolves) == 1
    assert len(truth.texts) >= 6
    assert all(text.fade_in > 0 and text.fade_out > 0 for text in recipe().texts)
    shown = " ".join(text.text for text in truth.texts)
    assert "$4.99" in shown
    assert any(ord(letter) > 0x1F000 for letter in shown)
    assert max(sound.span.seconds for sound in truth.sounds if sound.kind == "music") > 5
    assert {"speech", "speech_over_music", "silence"} <= {sound.kind for sound in truth.sounds}


def test_every_word_has_a_time_inside_its_sentence() -> None:
    for sentence in load_truth().sentences:
        spans = [word.span for word in sentence.words if word.span is not None]
        assert len(spans) == len(sentence.words)
        assert spoken_words(" ".join(word.text for word in sentence.words)) == spoken_words(sentence.text)
        assert all(one.end <= two.start for one, two in pairwise(spans))
        assert (spans[0].start, spans[-1].end) == (sentence.span.start, sentence.span.end)


def test_sound_regions_cover_the_clip() -> None:
    truth = load_truth()
    spans = [sound.span for sound in truth.sounds]
    assert total_us(spans) == truth.duration.us == sum(span.us for span in spans)


def test_reading_the_truth_and_scoring_need_nothing_that_rendering_needs() -> None:
    """The demo runs where only the runtime dependencies are installed."""
    program = (
        "import sys\n"
        "sys.modules['PIL'] = None\n"
        "from clipsight.testing.sample import load_truth\n"
        "import clipsight.testing.scoring\n"
        "assert load_truth().texts\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
