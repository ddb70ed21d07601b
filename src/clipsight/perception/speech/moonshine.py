"""English speech to text with Moonshine tiny (Jeffries et al. 2024, "Moonshine: Speech Recognition for Live Transcription
and Voice Commands"): the model files of the ``moonshine-voice`` wheel, run greedily by onnxruntime.

The wheel's own library is not used: it cuts the sound into short lines, which costs accuracy, and takes four times as long.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clipsight.errors import BackendDamaged
from clipsight.perception.sound_track import SAMPLE_RATE, Samples
from clipsight.perception.speech.model_file import installed_version, read_checked, session
from clipsight.perception.speech.port import LONGEST_SECONDS, SHORTEST_SECONDS, Recognition, Scale, Token

_PACKAGE = "moonshine_voice"
_FOLDER = "assets/tiny-en"
_ENCODER_SHA256 = "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221"
_DECODER_SHA256 = "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0"
_TOKENIZER_SHA256 = "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d"

TOKENS_PER_SECOND = 9.0  # the fastest English stays near 6.5 tokens a second; beyond it the model repeats itself
EXTRA_TOKENS = 6  # so that a very short chunk can hold a word and its end
# Good English, accents and telephone sound included, is above -0.4; French, German and Russian are at -0.8 to -1.3, noise
# and tones at -0.6 to -1.7. Speech stays above -0.4 with music of half its loudness; sung words are at -0.36 to -0.62.
SCALE = Scale(likely=-0.6, certain=-0.25, spoken=-0.4)

_START, _END = 1, 2
_LAYERS, _HEADS, _HEAD_SIZE = 6, 8, 36
_FIRST_BYTE, _LAST_BYTE = 3, 258  # tokens that stand for one byte of UTF-8
_WORD_MARK = "\u2581"

Floats = NDArray[np.float32]


class Moonshine:
    """The recogniser. Loading reads 44 MB and takes about a second; see :class:`~.port.Recogniser` for its use."""

    language = "en"
    scale = SCALE

    def __init__(self) -> None:
        """Raises:
        BackendMissing: the wheel is not installed or has no model in it.
        BackendDamaged: a file is not the one this loop was written for.
        """
        self.name = f"moonshine-tiny-en {installed_version('moonshine-voice')}"
        self._encoder, _ = session(read_checked(_PACKAGE, f"{_FOLDER}/encoder_model.ort", _ENCODER_SHA256))
        self._decoder, self._outputs = session(
            read_checked(_PACKAGE, f"{_FOLDER}/decoder_model_merged.ort", _DECODER_SHA256)
        )
        self._pieces = read_pieces(read_checked(_PACKAGE, f"{_FOLDER}/tokenizer.bin", _TOKENIZER_SHA256))

    def transcribe(self, samples: Samples) -> Recognition:
        """See :meth:`~.port.Recogniser.transcribe`."""
        if len(samples) > LONGEST_SECONDS * SAMPLE_RATE:
            raise ValueError("a chunk has at most 30 seconds")
        if len(samples) < SHORTEST_SECONDS * SAMPLE_RATE:
            return Recognition("", (), 0.0, complete=True, language=self.language)
        limit = EXTRA_TOKENS + round(TOKENS_PER_SECOND * len(samples) / SAMPLE_RATE)
        ids, log_probabilities = self._decode(samples, limit)
        complete = bool(ids) and ids[-1] == _END
        tokens = self._tokens(ids, log_probabilities)
        text = "".join(token.text for token in tokens).strip()
        return Recognition(text, tokens, float(np.mean(log_probabilities)), complete, self.language)

    def _decode(self, samples: Samples, limit: int) -> tuple[list[int], list[float]]:
        """The most likely token at each step, the end token included, and its natural log probability."""
        mask = np.ones((1, len(samples)), np.int64)
        (encoded,) = self._encoder.run(None, {"input_values": samples[np.newaxis], "attention_mask": mask})
        feeds: dict[str, NDArray[Any]] = {
            "encoder_attention_mask": mask,
            "encoder_hidden_states": encoded,
            "input_ids": np.array([[_START]], np.int64),
            "use_cache_branch": np.array([False]),
            **_empty_cache(),
        }
        ids: list[int] = []
        log_probabilities: list[float] = []
        while len(ids) < limit and (not ids or ids[-1] != _END):
            first = not ids
            outputs = dict(zip(self._outputs, self._decoder.run(None, feeds), strict=True))
            logits = outputs["logits"][0, -1]
            ids.append(int(np.argmax(logits)))
            log_probabilities.append(-float(np.log(np.sum(np.exp(logits - logits[ids[-1]])))))
            feeds["input_ids"] = np.array([[ids[-1]]], np.int64)
            feeds["use_cache_branch"] = np.array([True])
            for name, value in outputs.items():
                # What the decoder looks at in the encoder never changes, and later steps give it back empty.
                if name != "logits" and (first or ".decoder." in name):
                    feeds[name.replace("present", "past_key_values")] = value
        return ids, log_probabilities

    def _tokens(self, ids: list[int], log_probabilities: list[float]) -> tuple[Token, ...]:
        tokens: list[Token] = []
        pending = b""
        for number, log_probability in zip(ids, log_probabilities, strict=True):
            if number == _END:
                break
            pending += self._pieces[number]
            is_byte = _FIRST_BYTE <= number <= _LAST_BYTE
            try:
                text, pending = pending.decode(), b""
            except UnicodeDecodeError:
                # Bytes of a character whose rest is still to come; after an ordinary piece nothing can come any more.
                text = ""
                if not is_byte:
                    text, pending = pending.decode(errors="ignore"), b""
            tokens.append(Token(text.replace(_WORD_MARK, " "), log_probability))
        return tuple(tokens)


def read_pieces(content: bytes) -> list[bytes]:
    """The text of every token, from the wheel's format: a length of one or two bytes (the low seven bits first), the bytes.

    Control tokens (``<s>``, ``<<ST_0>>``) have no text.

    Raises:
        BackendDamaged: the content ends inside a piece.
    """
    pieces: list[bytes] = []
    place = 0
    while place < len(content):
        length = content[place]
        place += 1
        if length >= 0x80:
            if place >= len(content):
                raise BackendDamaged
            length += content[place] * 0x80 - 0x80
            place += 1
        piece = content[place : place + length]
        if len(piece) != length:
            raise BackendDamaged
        place += length
        is_control = length > 2 and piece.startswith(b"<") and piece.endswith(b">")
        pieces.append(b"" if is_control else piece)
    return pieces


def _empty_cache() -> dict[str, Floats]:
    empty = np.zeros((1, _HEADS, 0, _HEAD_SIZE), np.float32)
    return {
        f"past_key_values.{layer}.{side}.{part}": empty
        for layer in range(_LAYERS)
        for side in ("decoder", "encoder")
        for part in ("key", "value")
    }
