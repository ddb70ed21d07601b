"""Shots: where one continuous take ends and the next begins."""

from clipsight.perception.shots.blocks import BACKEND, ShotDetector
from clipsight.perception.shots.port import ShotFinding, ShotStage, Transition

__all__ = ["BACKEND", "ShotDetector", "ShotFinding", "ShotStage", "Transition"]
