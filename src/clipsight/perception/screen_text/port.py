"""What a text reader engine must do. ``tests/conformance/screen_text`` proves it for each engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from clipsight.perception.frames import Pixels

Quad = NDArray[np.float32]
"""Four corners, shape (4, 2), x before y, clockwise from the top left one as the text is read."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A place with one line of text.

    Attributes:
        quad: the corners in pixels of the picture that was given.
        score: how sure the engine is that this is text, 0..1.
    """

    quad: Quad
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One line as it was read.

    Attributes:
        text: the characters, possibly none. Not trimmed.
        scores: certainty per character of ``text``, each 0..1.
    """

    text: str
    scores: tuple[float, ...]

    @property
    def score(self) -> float:
        """Mean certainty of the characters, 0 when there are none."""
        return sum(self.scores) / len(self.scores) if self.scores else 0.0


class TextReader(Protocol):
    """Finds and reads lines of text in single pictures. Both methods may be called from several threads at once."""

    def detect(self, picture: Pixels) -> list[Detection]:
        """Lines of text in a picture, in no particular order.

        Args:
            picture: colours in OpenCV's order, shape (height, width, 3), 0..255, at the size at which to look: the cost
                grows with the area.
        """
        ...

    def recognise(self, line: Pixels) -> Reading:
        """What is written in a picture that is cut to one upright line.

        Args:
            line: colours in OpenCV's order, shape (height, width, 3), 0..255, at the best resolution there is.
        """
        ...
