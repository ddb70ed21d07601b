"""The root of the tree, and the branch that several files of it share."""

from __future__ import annotations

from typing import ClassVar


class ClipsightError(Exception):
    """Root of the tree.

    ``details`` fill the placeholders of ``message``. They must be numbers or names that clipsight itself defines.
    """

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False
    message: ClassVar[str] = "Something went wrong inside clipsight; the log of the server has the reason"

    def __init__(self, **details: int | float | str) -> None:
        self.details = details
        super().__init__(self.message.format(**details))

    @property
    def public_message(self) -> str:
        """The sentence for the reader, placeholders filled."""
        return self.message.format(**self.details)


class RequestError(ClipsightError):
    code = "bad_request"
    message = "The request cannot be understood"
