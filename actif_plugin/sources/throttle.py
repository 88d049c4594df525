"""No more questions a second than a service takes."""

from __future__ import annotations

import threading
import time


class Throttle:
    """Spreads the questions to one service, whoever asks them and in whichever thread."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._next = 0.0
        self._lock = threading.Lock()

    def reserve(self) -> float:
        """Take the next turn; return the seconds until then."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._interval
            return turn - now

    def hold(self, seconds: float) -> None:
        """Give nobody a turn for that long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


_throttles: dict[tuple[str, float], Throttle] = {}
_lock = threading.Lock()


def throttle(host: str, per_second: float) -> Throttle:
    """Return the throttle that all who ask *host* share."""
    with _lock:
        return _throttles.setdefault((host, per_second), Throttle(per_second))
