"""What a track sounds like: speech, music, both, silence or something else, and when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from clipsight.perception.sound.beat import pulse, tempo
from clipsight.perception.sound.spectra import Spectra
from clipsight.perception.sound.stretches import CELL, Cell, Stretch, cells_of, stretches_of
from clipsight.perception.sound_track import SAMPLE_RATE, SoundTrack, moment_at
from clipsight.timeline import MICROSECONDS, Instant, Span

SoundKind = Literal["speech", "music", "speech_over_music", "silence", "other"]

WINDOW = 6.0  # seconds that are looked at together: about three bars
SHORTEST_WINDOW = 2.5  # seconds; less holds neither a beat nor a change of notes
# Where the two measures turn from no to yes, and how fast. Speech alone has pulses up to 0.3 in a window and fewer than one
# held tone; a band has pulses above 0.4, sustained music at least five tones. Under speech both shrink to about half.
PULSE_TURN, PULSE_WIDTH = 0.30, 0.05
SHORT_PULSE_RISE = 0.12  # more pulse asked for each time the window is that much shorter than usual: chance is higher there
NOTES_TURN, NOTES_WIDTH = 2.5, 0.5
NOTES_TURN_UNDER_SPEECH, NOTES_WIDTH_UNDER_SPEECH = 1.4, 0.3
LEAST_CHANGE = 0.15  # share of tones that must be gone two seconds later; a hum or a test tone keeps all
SURE = 3.0  # log odds at which one window is believed entirely
SWITCH_COST = 8.0  # log odds to begin or end music somewhere; windows overlap, so their evidence repeats itself
EDGE_COST = 3.0  # the same where speech or sound begins or ends anyway
SHORTEST_MUSIC = 2.0  # seconds; a shorter piece cannot be told from a door bell
LONGEST_REST = 2.0  # seconds of silence that belong to the music around them
CLEAR_BEAT = 0.35  # periodicity from which a tempo is given
_SAME_BUT_MUSIC = ({"music", "other"}, {"speech_over_music", "speech"})  # kinds whose border only the windows know
MOST_CONFIDENCE = 0.97  # no measure of this kind is certain


@dataclass(frozen=True, slots=True)
class RegionFinding:
    """A stretch of one kind. ``confidence`` is 0..1."""

    span: Span
    kind: SoundKind
    confidence: float


@dataclass(frozen=True, slots=True)
class SoundFinding:
    """The sound of a whole track.

    Attributes:
        regions: cover the track from its first to its last sample, in order, without gaps or overlaps.
        has_music: some stretch is music, with or without speech over it.
        tempo_bpm: beats per minute of the music, None without music or without a clear beat.
    """

    regions: list[RegionFinding]
    has_music: bool
    tempo_bpm: float | None


def measure_sound(track: SoundTrack, speech: Sequence[Span]) -> SoundFinding:
    """Tell speech, music, silence and the rest apart.

    Args:
        track: the sound.
        speech: where somebody speaks, as the listening stage found it; sorted.
    """
    if len(track.samples) == 0:
        return SoundFinding([], has_music=False, tempo_bpm=None)
    stretches = stretches_of(track, speech)
    if all(stretch.sound == "silence" for stretch in stretches):
        whole = Span(track.start, moment_at(track, len(track.samples)))
        return SoundFinding([RegionFinding(whole, "silence", 1.0)], has_music=False, tempo_bpm=None)
    spectra = Spectra.of(track.samples)
    cells = cells_of(stretches)
    rests = _rests(stretches)
    odds = [0.0 if cell.stretch in rests else _log_odds(spectra, cell) for cell in cells]
    music = _without_short(cells, _likeliest(cells, odds))
    regions = _placed(spectra, _regions(track, cells, odds, music), track.start)
    played = [region.span for region in regions if region.kind in {"music", "speech_over_music"}]
    offset = track.start.seconds
    envelopes = [spectra.onsets(span.start.seconds - offset, span.end.seconds - offset) for span in played]
    return SoundFinding(regions, bool(played), tempo(envelopes, CLEAR_BEAT))


def _log_odds(spectra: Spectra, cell: Cell) -> float:
    """How much speaks for music in a cell, from the window around it; positive when music is likelier."""
    if cell.stretch.sound == "silence":
        return -SURE
    first, end = _window(cell, spectra.seconds)
    turn = PULSE_TURN + SHORT_PULSE_RISE * (WINDOW / (end - first) - 1)
    beat = (pulse(spectra.onsets(first, end)) - turn) / PULSE_WIDTH
    count, change = spectra.notes(first, end)
    if cell.stretch.sound == "speech":
        notes = (count - NOTES_TURN_UNDER_SPEECH) / NOTES_WIDTH_UNDER_SPEECH
    else:
        notes = (count - NOTES_TURN) / NOTES_WIDTH
    if change < LEAST_CHANGE:
        notes = -SURE
    return float(np.clip(max(beat, notes), -SURE, SURE)) * min(1.0, (cell.end - cell.first) / CELL)


def _window(cell: Cell, seconds: float) -> tuple[float, float]:
    """Seconds of the window around a cell. It stays inside the cell's stretch, unless that is too short to judge."""
    middle, half = (cell.first + cell.end) / 2 / SAMPLE_RATE, WINDOW / 2
    low, high = cell.stretch.first / SAMPLE_RATE, cell.stretch.end / SAMPLE_RATE
    if high - low < SHORTEST_WINDOW:
        return max(0.0, middle - half), min(seconds, middle + half)
    middle = max(low + half, min(middle, high - half))
    return max(low, middle - half), min(high, middle + half)


def _likeliest(cells: Sequence[Cell], odds: Sequence[float]) -> list[bool]:
    """Whether each cell is music: the most likely sequence when beginning and ending cost something (Viterbi 1967)."""
    best = (-odds[0] / 2, odds[0] / 2 - EDGE_COST)
    came_from: list[tuple[bool, bool]] = []
    for before, cell, value in zip(cells, cells[1:], odds[1:], strict=False):
        cost = SWITCH_COST if before.stretch is cell.stretch else EDGE_COST
        stays = (best[0] >= best[1] - cost, best[1] >= best[0] - cost)
        came_from.append((not stays[0], stays[1]))
        best = (max(best[0], best[1] - cost) - value / 2, max(best[1], best[0] - cost) + value / 2)
    music = [best[1] > best[0]]
    for sources in reversed(came_from):
        music.append(sources[music[-1]])
    return music[::-1]


def _rests(stretches: Sequence[Stretch]) -> set[Stretch]:
    """Short silences between sounds: music does not end there. Silence next to speech speaks against music under it."""
    return {
        silence
        for before, silence, after in zip(stretches, stretches[1:], stretches[2:], strict=False)
        if silence.sound == "silence" and silence.length <= LONGEST_REST * SAMPLE_RATE
        if before.sound == after.sound == "sound"
    }


def _without_short(cells: Sequence[Cell], music: Sequence[bool]) -> list[bool]:
    """Music that is too short to be recognised as such is none."""
    kept = list(music)
    begin = 0
    for number in range(1, len(cells) + 1):
        if number < len(cells) and music[number] == music[begin]:
            continue
        if cells[number - 1].end - cells[begin].first < SHORTEST_MUSIC * SAMPLE_RATE:
            kept[begin:number] = [False] * (number - begin)
        begin = number
    return kept


def _placed(spectra: Spectra, regions: Sequence[RegionFinding], offset: Instant) -> list[RegionFinding]:
    """Edges moved to where the sound really changes, when music begins or ends within speech or within sound.

    The windows that decide about music are seconds long, so they only know roughly when. Elsewhere the edges are those of
    speech or silence, which are known better.
    """
    placed = list(regions)
    reach = round(WINDOW / 2 * MICROSECONDS)
    for number, (before, after) in enumerate(pairwise(regions)):
        if {before.kind, after.kind} not in _SAME_BUT_MUSIC:
            continue
        edge = before.span.end.us
        low = max(placed[number].span.start.us + 1, edge - reach) - offset.us
        high = min(after.span.end.us - 1, edge + reach) - offset.us
        moment = Instant(round(spectra.turning_point(low / MICROSECONDS, high / MICROSECONDS) * MICROSECONDS))
        edge = moment.clamped(Instant(low), Instant(high)).shifted(offset.us)
        placed[number] = replace(placed[number], span=Span(placed[number].span.start, edge))
        placed[number + 1] = replace(after, span=Span(edge, after.span.end))
    return placed


def _regions(track: SoundTrack, cells: Sequence[Cell], odds: Sequence[float], music: Sequence[bool]) -> list[RegionFinding]:
    kinds: list[SoundKind] = [_kind(cell, is_music=is_music) for cell, is_music in zip(cells, music, strict=True)]
    regions: list[RegionFinding] = []
    begin = 0
    for number in range(1, len(cells) + 1):
        if number < len(cells) and kinds[number] == kinds[begin]:
            continue
        span = Span(moment_at(track, cells[begin].first), moment_at(track, cells[number - 1].end))
        confidence = _confidence(
            kinds[begin], [odds[at] for at in range(begin, number) if cells[at].stretch.sound != "silence"]
        )
        regions.append(RegionFinding(span, kinds[begin], confidence))
        begin = number
    return regions


def _kind(cell: Cell, *, is_music: bool) -> SoundKind:
    if cell.stretch.sound == "silence" and not is_music:
        return "silence"
    if cell.stretch.sound == "speech":
        return "speech_over_music" if is_music else "speech"
    return "music" if is_music else "other"


def _confidence(kind: SoundKind, odds: Sequence[float]) -> float:
    """Mean probability of what was decided about music; silence is measured, not guessed."""
    if kind == "silence":
        return 1.0
    sign = 1 if kind in {"music", "speech_over_music"} else -1
    return min(MOST_CONFIDENCE, sum(1 / (1 + math.exp(-sign * value)) for value in odds) / len(odds))
