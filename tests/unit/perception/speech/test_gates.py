from __future__ import annotations

import hashlib

import pytest

from clipsight.errors import BackendDamaged, BackendMissing
from clipsight.perception.speech.gates import doubt, repeated_share, sounds_sung
from clipsight.perception.speech.model_file import installed_version, read_checked
from clipsight.perception.speech.moonshine import SCALE, read_pieces
from clipsight.perception.speech.port import Recognition


def written(text: str, log_probability: float = -0.1, *, complete: bool = True) -> Recognition:
    return Recognition(text, (), log_probability, complete)


@pytest.mark.parametrize(
    ("recognition", "voiced", "expected"),
    [
        (written("Most people cook garlic the wrong way."), 0.8, None),
        (written("Most people cook garlic the wrong way.", -0.7), 0.8, "unlikely"),
        (written("Thank you for watching.", -0.3), 0.8, "invented"),
        (written("Thank you for watching.", -0.1), 0.2, "invented"),
        (written("Thank you for watching.", -0.1), 0.8, None),
        (written("You", -0.5), 0.9, "invented"),
        (written("♪♪ ♪♪", -0.1), 0.9, "music"),
        (written("", -0.1), 0.9, "unlikely"),
        (written("We cut it because it went on", complete=False), 0.9, "repeated"),
        (written(" ".join(["going to take a look"] * 5)), 0.9, "repeated"),
        (written("No, no, no, no, no."), 0.9, None),
    ],
)
def test_what_is_believed(recognition: Recognition, voiced: float, expected: str | None):
    assert doubt(recognition, voiced, SCALE) == expected


def test_repetition_is_the_share_of_groups_seen_before():
    assert repeated_share(list("abcdefgh")) == 0
    assert repeated_share(list("abcabcabc")) == pytest.approx(4 / 7)
    assert repeated_share(["no"] * 5) == 0


def test_refrains_and_trouble_sound_sung():
    assert not sounds_sung(written("Start it in cold oil, and wait two minutes, then take it out of the pan."), 0.6, SCALE)
    assert sounds_sung(written("Start it in cold oil.", -0.5), 0.6, SCALE)
    assert not sounds_sung(written("Start it in cold oil.", -0.5), 0.95, SCALE), "somebody talks, the music is loud"
    assert sounds_sung(written("we are the ones we are the ones tonight we are the ones"), 0.95, SCALE)


def test_a_model_file_must_be_the_known_one():
    with pytest.raises(BackendDamaged):
        read_checked("clipsight", "timeline.py", hashlib.sha256(b"").hexdigest())
    with pytest.raises(BackendMissing):
        read_checked("clipsight", "absent.ort", "")
    with pytest.raises(BackendMissing):
        read_checked("clipsight_absent", "timeline.py", "")
    with pytest.raises(BackendMissing):
        installed_version("clipsight-absent")


def test_pieces_of_the_tokenizer():
    long = b"x" * 200
    content = bytes([3]) + b"<s>" + bytes([1, 0x41]) + bytes([0x80 | (200 & 0x7F), 200 >> 7]) + long + bytes([1]) + b"<"
    assert read_pieces(content) == [b"", b"A", long, b"<"]
    for broken in (content[:-1], content[:1], bytes([0x81])):
        with pytest.raises(BackendDamaged):
            read_pieces(broken)
