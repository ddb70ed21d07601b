"""Faces: when and where somebody looks towards the camera. Nobody is recognised."""

from clipsight.perception.faces.haar import BACKEND, FaceFinder
from clipsight.perception.faces.port import FaceBox, FaceDetector, FaceFinding
from clipsight.perception.faces.stage import FaceStage

__all__ = ["BACKEND", "FaceBox", "FaceDetector", "FaceFinder", "FaceFinding", "FaceStage"]
