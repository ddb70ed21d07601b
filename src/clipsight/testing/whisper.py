"""A Whisper model that fits into a test: the real format and the real library, random weights, invented words.

It understands nothing. It shows that a model in this format is loaded, confined and heard, without any download.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import whisper_spec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

WIDTH = 64  # of the layers; the smallest real one has 384
MELS = 80
SOUND_PLACES, TEXT_PLACES = 1500, 448  # what Whisper was trained with; the library counts on it
TEXT_TOKENS = 50_257
ALL_TOKENS = 51_865  # of Whisper's first models; the library takes this one for a model of English alone
SHARPNESS = 6.0  # how sure the random model is of its next token
# In the order of Whisper's own vocabulary.
LANGUAGES = [
    "en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt", "tr", "pl", "ca", "nl", "ar", "sv", "it", "id", "hi", "fi",
    "vi", "he", "uk", "el", "ms", "cs", "ro", "da", "hu", "ta", "no", "th", "ur", "hr", "bg", "lt", "la", "mi", "ml",
    "cy", "sk", "te", "fa", "lv", "bn", "sr", "az", "sl", "kn", "et", "mk", "br", "eu", "is", "hy", "ne", "mn", "bs",
    "kk", "sq", "sw", "gl", "mr", "pa", "si", "km", "sn", "yo", "so", "af", "oc", "ka", "be", "tg", "sd", "gu", "am",
    "yi", "lo", "uz", "fo", "ht", "ps", "tk", "nn", "mt", "sa", "lb", "my", "bo", "tl", "mg", "as", "tt", "haw", "ln",
    "ha", "ba", "jw", "su",
]  # fmt: skip


def write_tiny_whisper(folder: Path, seed: int = 1) -> Path:
    """Write a model of about 17 MB into a folder; the same every time."""
    folder.mkdir(parents=True, exist_ok=True)
    spec: Any = whisper_spec.WhisperSpec(2, 2, 2, 2)
    _fill(spec, np.random.default_rng(seed))
    vocabulary = _vocabulary()
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [220, TEXT_TOKENS]
    spec.config.lang_ids = list(range(TEXT_TOKENS + 2, TEXT_TOKENS + 2 + len(LANGUAGES)))
    spec.config.alignment_heads = [(1, 0), (1, 1)]
    spec.validate()
    spec.optimize()
    spec.save(str(folder))
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    return folder


def _fill(spec: Any, rng: np.random.Generator) -> None:
    def normal(*shape: int, scale: float = 0.05) -> Any:
        return (scale * rng.standard_normal(shape)).astype(np.float32)

    def linear(layer: Any, outputs: int, inputs: int = WIDTH) -> None:
        layer.weight, layer.bias = normal(outputs, inputs), np.zeros(outputs, np.float32)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)

    def attention(block: Any, sizes: tuple[int, ...]) -> None:
        norm(block.layer_norm)
        for layer, outputs in zip(block.linear, sizes, strict=True):
            linear(layer, outputs)

    def feed_forward(block: Any) -> None:
        norm(block.layer_norm)
        linear(block.linear_0, 4 * WIDTH)
        linear(block.linear_1, WIDTH, 4 * WIDTH)

    encoder, decoder = spec.encoder, spec.decoder
    for layer, inputs in ((encoder.conv1, MELS), (encoder.conv2, WIDTH)):
        layer.weight, layer.bias = normal(WIDTH, inputs, 3), np.zeros(WIDTH, np.float32)
    encoder.position_encodings.encodings = normal(SOUND_PLACES, WIDTH)
    decoder.position_encodings.encodings = normal(TEXT_PLACES, WIDTH, scale=1.0)
    decoder.embeddings.weight = normal(ALL_TOKENS, WIDTH, scale=0.3)
    decoder.projection.weight = normal(ALL_TOKENS, WIDTH, scale=SHARPNESS / WIDTH**0.5)
    for side in (encoder, decoder):
        norm(side.layer_norm)
        for layer in side.layer:
            attention(layer.self_attention, (3 * WIDTH, WIDTH))
            feed_forward(layer.ffn)
    for layer in decoder.layer:
        attention(layer.attention, (WIDTH, 2 * WIDTH, WIDTH))


def _vocabulary() -> list[str]:
    """All byte letters, then words of our own, then Whisper's control tokens in their places."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [f"Ġ{word}" for word in _words(TEXT_TOKENS - len(letters))]
    control = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in LANGUAGES)]
    control += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    times = [f"<|{step * 0.02:.2f}|>" for step in range(ALL_TOKENS - TEXT_TOKENS - len(control))]
    return [*letters, *words, *control, *times]


def _words(count: int) -> Iterator[str]:
    """Different words that nobody uses."""
    starts, middles, ends = "bdfgklmnprstvz", "aeiou", ("l", "n", "r", "s", "t")
    syllables = [start + middle for start in starts for middle in middles]
    for number in range(count):
        first, rest = divmod(number, len(syllables) * len(ends))
        head, second = divmod(first, len(syllables))
        yield syllables[head] + syllables[second] + syllables[rest // len(ends)] + ends[rest % len(ends)]


def _tokenizer(vocabulary: list[str]) -> Tokenizer:
    text = {token: number for number, token in enumerate(vocabulary[:TEXT_TOKENS])}
    tokenizer = Tokenizer(models.BPE(vocab=text, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in vocabulary[TEXT_TOKENS:]])
    return tokenizer
