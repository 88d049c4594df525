"""What a check finds, and how grave it is."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(str, enum.Enum):
    """How grave a finding is, under the names that users filter on."""

    ERROR = "erreur"
    WARNING = "avertissement"
    ADVICE = "conseil"


@dataclass(frozen=True)
class Finding:
    """A fault, where it is, and what to do.

    Attributes:
        severity: how grave it is.
        table: table of the territory, or ``projet``.
        record: identifier of the record, or of the project's layer.
        label: what people call it.
        statement: what is wrong, in a sentence.
        remedy: what to do, in a sentence.
        point: map coordinates in the territory's CRS, or None.
        other: identifier of a second record that the finding is about; empty for none.
    """

    severity: Severity
    table: str
    record: str
    label: str
    statement: str
    remedy: str
    point: tuple[float, float] | None = None
    other: str = ""
