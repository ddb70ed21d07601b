"""The perception process: loads every model, locks itself in, then looks at one video after the other.

Started by :class:`clipsight.pipeline.perceiver.Perceiver`; arguments: descriptor of the socket, pid of the parent, memory
cap in bytes, ``required`` or ``optional`` isolation, the recogniser (``moonshine``, ``whisper:FOLDER``, ``openai:MODEL``).
It ends when its parent goes or closes the socket.
"""

from __future__ import annotations

import gc
import logging
import os
import resource
import socket
import sys
from pathlib import Path
from typing import Any

import cv2

from clipsight.errors import ClipsightError, PerceptionError
from clipsight.media.decode import DecodeLimits
from clipsight.media.sandbox import SandboxPolicy, confine, die_with_parent, leave_network
from clipsight.perception.keyframes import contact_sheet
from clipsight.perception.speech.choice import SpeechChoice
from clipsight.pipeline.channel import Channel, ChannelClosed, Message
from clipsight.pipeline.dictation import Line
from clipsight.pipeline.memory import give_memory_back
from clipsight.pipeline.watch import Models, watch

REHEARSAL = Path(__file__).with_name("rehearsal.mp4")  # rendered by clipsight.testing.rehearsal

log = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    end, parent, memory, isolation = int(arguments[0]), int(arguments[1]), int(arguments[2]), arguments[3]
    speech = SpeechChoice.parse(arguments[4]) or SpeechChoice()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="perception: %(message)s")
    die_with_parent(parent)
    offline = leave_network()
    cv2.setNumThreads(1)  # the stages run side by side; OpenCV's own threads would only fight them
    channel = Channel(socket.socket(fileno=end), takes_descriptors=True)
    line = Line(channel)
    try:
        models = Models.load(speech, line.ask)
        _rehearse(models)
        policy = SandboxPolicy(memory_bytes=memory, require=isolation == "required", generated_code=speech.compiles)
        held = confine(policy, without_network=offline)
    except ClipsightError as error:
        log.error("cannot start: %s", error.code)
        channel.send(_error(error))
        return 1
    channel.send({"ready": True, "isolation": str(held)})
    line.open = True
    while True:
        try:
            request = channel.receive()
        except ChannelClosed:
            return 0
        try:
            _serve(channel, line, request, models)
        except ChannelClosed:
            return 0


def _rehearse(models: Models) -> None:
    """Watch a tiny clip, so that whatever a library loads late is loaded while files can still be opened."""
    with REHEARSAL.open("rb") as clip:
        watch(clip.fileno(), DecodeLimits(), models, lambda _stage, _fraction: None)
    gc.collect()
    give_memory_back()


def _serve(channel: Channel, line: Line, request: Message, models: Models) -> None:
    descriptor = request.descriptor
    if descriptor is None:
        channel.send(_error(PerceptionError()))
        return
    limits = DecodeLimits(
        max_seconds=int(request.body["max_seconds"]),
        max_frames=int(request.body["max_frames"]),
        max_pixels=int(request.body["max_pixels"]),
        referenced_only=bool(request.body["fast"]),
    )

    def progress(stage: str, fraction: float) -> None:
        line.send({"progress": [stage, round(min(1.0, max(0.0, fraction)), 4)]})

    before = _cpu_seconds()
    try:
        watched = watch(descriptor, limits, models, progress)
    except ClipsightError as error:
        log.warning("ended with %s", error.code, exc_info=error.__cause__)
        channel.send(_error(error))
        return
    except ChannelClosed:
        raise
    except Exception:  # the top of the process: reported, and the next video finds it in order
        log.exception("ended with an unforeseen error")
        channel.send(_error(PerceptionError()))
        return
    finally:
        os.close(descriptor)
    pictures = watched.jpegs
    with_sheet = bool(request.body["contact_sheet"]) and bool(pictures)
    if with_sheet:
        pictures.append(contact_sheet(watched.findings.keyframes))
    body: dict[str, Any] = {
        **watched.body(),
        "contact_sheet": with_sheet,
        "cpu_seconds": round(_cpu_seconds() - before, 3),
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    channel.send(body, attachments=pictures)
    del body, pictures, watched
    gc.collect()
    give_memory_back()


def _error(error: ClipsightError) -> dict[str, Any]:
    return {"error": error.code, "details": error.details}


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
