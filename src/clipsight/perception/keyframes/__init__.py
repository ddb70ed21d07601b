"""Keyframes: the few pictures that stand for the video."""

from clipsight.perception.keyframes.picker import BACKEND, KeyframePicker
from clipsight.perception.keyframes.port import KeyframeFinding, KeyframeStage
from clipsight.perception.keyframes.sheet import contact_sheet

__all__ = ["BACKEND", "KeyframeFinding", "KeyframePicker", "KeyframeStage", "contact_sheet"]
