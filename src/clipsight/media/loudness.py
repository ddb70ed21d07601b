"""Integrated loudness after EBU R128 (ITU-R BS.1770-4: K-weighting, gating), by FFmpeg's ``ebur128`` filter."""

from __future__ import annotations

import av.error
from av.audio.frame import AudioFrame
from av.filter import Graph

from clipsight.media.audio_format import Converter

SILENT_LUFS = -70.0  # the absolute gate of BS.1770-4; the filter reports it when nothing was louder
_KEY = "lavfi.r128.I"


class LoudnessMeter:
    """Takes the frames of one sound stream in order. Frames in another format than the first are converted to it."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._converter: Converter | None = None
        self._lufs = SILENT_LUFS

    @property
    def lufs(self) -> float | None:
        """Loudness so far; None when nothing was above the gate, or less than 0.4 seconds were heard."""
        return self._lufs if self._lufs > SILENT_LUFS else None

    def add(self, frame: AudioFrame) -> None:
        """Measure a frame as it was decoded: all its channels, at its own rate. Its time stamp is dropped."""
        if self._graph is None or self._converter is None:
            self._graph = _graph_for(frame)
            self._converter = Converter(frame.format.name, frame.layout.name, frame.sample_rate)
        for same in self._converter.add(frame):
            self._graph.push(same)
            self._read(self._graph)

    def _read(self, graph: Graph) -> None:
        while True:
            try:
                measured = graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            self._lufs = float(measured.metadata.get(_KEY, self._lufs))


def _graph_for(frame: AudioFrame) -> Graph:
    graph = Graph()
    source = graph.add_abuffer(sample_rate=frame.sample_rate, format=frame.format, layout=frame.layout)
    meter = graph.add("ebur128", "metadata=1")
    sink = graph.add("abuffersink")
    graph.link_nodes(source, meter, sink).configure()
    return graph
