"""Word times by forced alignment with PocketSphinx 5 (Huggins-Daines et al. 2006) and its US English acoustic model.

The package has no wheel for every Python, so it may be missing. Everything is read when it is loaded: an alignment builds
its grammar in memory, and words that the dictionary lacks are put together from single phones that were added at the start,
so that nothing a video says changes the aligner.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from clipsight.perception.sound_track import SAMPLE_RATE, Samples
from clipsight.perception.speech.letters import phones_of
from clipsight.perception.speech.model_file import installed_version
from clipsight.perception.speech.port import AlignedWord
from clipsight.perception.speech.spoken import spoken_words

FRAME = SAMPLE_RATE // 100  # samples; the model looks at the sound 100 times a second
# Far wider than for recognition: the words are known, so a pruned path is a lost alignment, and the search stays small.
_BEAMS = {"beam": 1e-120, "wbeam": 1e-100, "pbeam": 1e-120}
_PHONES = [
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K",
    "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
]  # fmt: skip
_PHONE_WORD = "clipsight-phone-{}"  # a dictionary word that is one phone


class SphinxAligner:
    """The aligner. See :class:`~.port.Aligner` for its use; calls are serialised."""

    def __init__(self, decoder: Any, name: str) -> None:
        """Args:
        decoder: a ``pocketsphinx.Decoder`` without language model.
        name: backend and version.
        """
        self.name = name
        self._decoder = decoder
        self._lock = threading.Lock()
        for phone in _PHONES:
            decoder.add_word(_PHONE_WORD.format(phone), phone, False)

    @classmethod
    def load(cls) -> SphinxAligner | None:
        """The aligner, or None where its package is not installed."""
        if find_spec("pocketsphinx") is None:
            return None
        pocketsphinx: Any = import_module("pocketsphinx")
        name = f"pocketsphinx {installed_version('pocketsphinx')}"
        # Cepstral means of the whole chunk, and no second search over the word lattice: that one knows nothing of the order
        # which the words must have, and loses some of them.
        decoder = pocketsphinx.Decoder(lm=None, loglevel="FATAL", cmn="batch", bestpath=False, **_BEAMS)
        return cls(decoder, name)

    def align(self, samples: Samples, words: Sequence[str]) -> list[AlignedWord] | None:
        """See :meth:`~.port.Aligner.align`."""
        parts = [self._dictionary_words(word) for word in words]
        said = [part for word in parts for part in word]
        if not said or len(samples) < FRAME * len(said):
            return None
        with self._lock:
            places = self._places(samples, said)
        if places is None:
            return None
        return _joined(places, [len(word) for word in parts])

    def _dictionary_words(self, written: str) -> list[str]:
        """Words of the dictionary that sound like a written word; empty when it has no sound of its own."""
        found: list[str] = []
        for word in spoken_words(written):
            if self._decoder.lookup_word(word):
                found.append(word)
            else:
                found += [_PHONE_WORD.format(phone) for phone in phones_of(word)]
        return found

    def _places(self, samples: Samples, said: list[str]) -> list[tuple[int, int]] | None:
        """First frame and the frame after the last of each dictionary word."""
        decoder = self._decoder
        decoder.reinit_feat()  # forgets the noise it measured in earlier chunks; touches memory only
        decoder.set_align_text(" ".join(said))
        decoder.start_utt()
        decoder.process_raw(np.rint(samples * 32767).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        if decoder.hyp() is None:
            return None
        found = [
            (int(segment.start_frame), int(segment.end_frame) + 1)
            for segment in decoder.seg()
            if not segment.word.startswith(("<", "["))
        ]
        return found if len(found) == len(said) else None


def _joined(places: list[tuple[int, int]], sizes: list[int]) -> list[AlignedWord] | None:
    """One place per written word from those of its parts; a word without sound is squeezed in before the next."""
    words: list[AlignedWord] = []
    used, reach = 0, 0
    for size in sizes:
        if size:
            first, last = places[used], places[used + size - 1]
            words.append(AlignedWord(first[0] * FRAME, last[1] * FRAME))
            used += size
        else:
            words.append(AlignedWord(reach, reach + 1))
        reach = words[-1].end
    return words
