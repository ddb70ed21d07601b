"""Keyframes: the few pictures that stand for the video."""

from clipsight.perception.keyframes.picker import BACKEND, KeyframePicker
from clipsight.perception.keyframes.port import KeyframeFinding, KeyframeStage

__all__ = ["BACKEND", "KeyframeFinding", "KeyframePicker", "KeyframeStage"]
