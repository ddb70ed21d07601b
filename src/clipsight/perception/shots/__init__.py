"""Shots: where one continuous take ends and the next begins."""

from clipsight.perception.shots.blocks import BACKEND, ShotDetector
from clipsight.perception.shots.port import ShotFinding, ShotStage, Transition
from clipsight.perception.shots.steady import steady_spans

__all__ = ["BACKEND", "ShotDetector", "ShotFinding", "ShotStage", "Transition", "steady_spans"]
