"""Voice activity with Silero VAD 6: the model file of the ``faster-whisper`` wheel, run by onnxruntime."""

from __future__ import annotations

import numpy as np

from clipsight.perception.sound_track import Samples
from clipsight.perception.speech.model_file import installed_version, read_checked, session
from clipsight.perception.speech.port import VOICE_STEP

_SHA256 = "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2"
_CONTEXT = 64  # samples before each step that the model sees as well
_STATE = (1, 1, 128)
_BATCH = 512  # steps per call, about 16 seconds: bounds the memory of the convolutions


class Silero:
    """The voice detector. May be shared between threads; see :class:`~.port.VoiceDetector` for its use."""

    def __init__(self) -> None:
        """Raises:
        BackendMissing: the wheel is not installed or has no model in it.
        BackendDamaged: the file is not the one this code was written for.
        """
        self.name = f"silero-vad-6 (faster-whisper {installed_version('faster-whisper')})"
        self._session, _ = session(read_checked("faster_whisper", "assets/silero_vad_v6.onnx", _SHA256))

    def probabilities(self, samples: Samples) -> Samples:
        """See :meth:`~.port.VoiceDetector.probabilities`."""
        steps = -(-len(samples) // VOICE_STEP)
        if steps == 0:
            return np.zeros(0, np.float32)
        padded = np.zeros(_CONTEXT + steps * VOICE_STEP, np.float32)
        padded[_CONTEXT : _CONTEXT + len(samples)] = samples
        windows = np.lib.stride_tricks.sliding_window_view(padded, _CONTEXT + VOICE_STEP)[::VOICE_STEP]
        hidden, cell = np.zeros(_STATE, np.float32), np.zeros(_STATE, np.float32)
        found: list[Samples] = []
        for first in range(0, steps, _BATCH):
            feeds = {"input": np.ascontiguousarray(windows[first : first + _BATCH]), "h": hidden, "c": cell}
            voices, hidden, cell = self._session.run(None, feeds)
            found.append(voices.reshape(-1))
        return np.concatenate(found)
