"""Picture: how the video looks as a whole, in numbers."""

from clipsight.perception.picture.meter import BACKEND, PictureMeter
from clipsight.perception.picture.port import LetterboxFinding, PictureFinding, PictureStage

__all__ = ["BACKEND", "LetterboxFinding", "PictureFinding", "PictureMeter", "PictureStage"]
