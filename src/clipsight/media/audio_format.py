"""Conversion of decoded sound to one format, also when the stream changes its own format in between."""

from __future__ import annotations

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler


class Converter:
    """Gives sound of any rate, layout and sample format as one.

    libswresample keeps a few samples back; they come with the next frame, or with :meth:`rest`. What comes out begins where
    what went in began, without delay.
    """

    def __init__(self, sample_format: str, layout: str, rate: int) -> None:
        """Args:
        sample_format: FFmpeg's name of the wanted sample format, for example ``flt``.
        layout: FFmpeg's name of the wanted channels, for example ``mono``.
        rate: wanted samples per second.
        """
        self._wanted = (sample_format, layout, rate)
        self._given: tuple[str, str, int] | None = None
        self._resampler = self._fresh()

    def add(self, frame: AudioFrame) -> list[AudioFrame]:
        """Convert a frame. Its time stamp is dropped: the caller counts samples."""
        given = (frame.format.name, frame.layout.name, frame.sample_rate)
        converted = self.rest() if self._given not in {None, given} else []
        self._given = given
        frame.pts = None
        return converted + self._resampler.resample(frame)

    def rest(self) -> list[AudioFrame]:
        """What was kept back. Afterwards the converter is as new."""
        if self._given is None:
            return []
        kept = [] if self._given == self._wanted else self._resampler.resample(None)
        self._resampler, self._given = self._fresh(), None
        return kept

    def _fresh(self) -> AudioResampler:
        sample_format, layout, rate = self._wanted
        return AudioResampler(format=sample_format, layout=layout, rate=rate)
