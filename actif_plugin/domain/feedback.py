"""How a long computation tells where it is and learns that it should stop."""

from __future__ import annotations

from typing import Protocol


class Cancelled(Exception):
    """The user cancelled; nothing of the computation is to be kept."""


class Feedback(Protocol):
    """What the domain asks of whoever runs it."""

    def progress(self, fraction: float) -> None:
        """Take the share of the work done, from 0 to 1."""

    def cancelled(self) -> bool:
        """Tell whether the work should stop."""


class Silent:
    """A feedback for callers that neither watch nor cancel."""

    def progress(self, fraction: float) -> None:
        """Ignore the progress."""

    def cancelled(self) -> bool:
        """Never stop."""
        return False


def checkpoint(feedback: Feedback, fraction: float) -> None:
    """Report progress and leave where the user cancelled.

    Raises:
        Cancelled: the user asked to stop.
    """
    if feedback.cancelled():
        raise Cancelled
    feedback.progress(min(1.0, max(0.0, fraction)))
