"""The voice of the sample: rendered once with Debian's packages, kept as small FLAC files with the times of the words.

Voice: CMU US SLT Arctic, HTS (packages ``festival`` and ``festvox-us-slt-hts``), which a speech recogniser reads as well
as a careful human reader. Festival itself says where each word begins and ends.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from clipsight.testing.sounds import Spoken

FOLDER = Path(__file__).parent / "parts"
VOICE = "voice_cmu_us_slt_arctic_hts"
VOICE_RATE = 32_000  # hertz
GAIN = 0.95


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the script and the second of the clip at which its recording starts."""

    name: str
    start: float
    text: str


SCRIPT = (
    Line("hook", 0.25, "Garlic sesame noodles, ready in ten minutes."),
    Line(
        "ingredients",
        3.75,
        "You need two hundred grams of noodles, four cloves of garlic, and three tablespoons of sesame oil.",
    ),
    Line("sizzle", 10.45, "Warm the oil, add the garlic, and let it sizzle for one minute."),
    Line("price", 20.6, "The whole bowl costs less than five dollars."),
    Line("follow", 24.0, "Follow for more recipes, and tell me what to cook next."),
)


def installed() -> bool:
    """Whether the voice can be rendered here."""
    return shutil.which("festival") is not None and Path("/usr/share/festival/voices/us/cmu_us_slt_arctic_hts").exists()


def render_all() -> None:
    """Speak the script anew: one FLAC and one JSON per sentence.

    Raises:
        subprocess.CalledProcessError: festival failed.
    """
    FOLDER.mkdir(exist_ok=True)
    for line in SCRIPT:
        with tempfile.TemporaryDirectory() as folder:
            wave = Path(folder) / "line.wav"
            words = speak(line.text, wave)
            _to_flac(wave, FOLDER / f"{line.name}.flac")
        times = {"text": line.text, "words": [[word, start, end] for word, start, end in words]}
        (FOLDER / f"{line.name}.json").write_text(json.dumps(times) + "\n", encoding="utf-8")


def spoken() -> tuple[Spoken, ...]:
    """The script as sound parts.

    Raises:
        ValueError: a recording says something else than the script; render it anew.
    """
    parts: list[Spoken] = []
    for line in SCRIPT:
        times = json.loads((FOLDER / f"{line.name}.json").read_text(encoding="utf-8"))
        if times["text"] != line.text:
            raise ValueError(f"the recording of {line.name!r} is out of date")
        words = tuple((str(word), float(start), float(end)) for word, start, end in times["words"])
        parts.append(Spoken(FOLDER / f"{line.name}.flac", line.start, line.text, words, GAIN))
    return tuple(parts)


def speak(text: str, wave: Path) -> list[tuple[str, float, float]]:
    """Render one sentence; returns each word with start and end in seconds."""
    program = f"""
        ({VOICE})
        (set! said (utt.synth (Utterance Text "{text}")))
        (utt.save.wave said "{wave}" 'riff)
        (mapcar
          (lambda (word)
            (format t "%s %s %s\\n" (item.name word) (item.feat word "word_start") (item.feat word "word_end")))
          (utt.relation.items said 'Word))
    """
    script = wave.with_suffix(".scm")
    script.write_text(program, encoding="utf-8")
    done = subprocess.run(["festival", "-b", str(script)], check=True, capture_output=True, text=True)
    rows = [line.split() for line in done.stdout.splitlines() if line]
    return [(word, round(float(start), 3), round(float(end), 3)) for word, start, end in rows]


def _to_flac(source: Path, target: Path) -> None:
    with av.open(str(source)) as read, av.open(str(target), "w") as write:
        stream = write.add_stream("flac", rate=VOICE_RATE, layout="mono")
        done = 0
        for frame in read.decode(audio=0):
            frame.pts, frame.time_base = done, Fraction(1, VOICE_RATE)
            done += frame.samples
            write.mux(stream.encode(frame))
        write.mux(stream.encode(None))
