"""What is known of a company, in one line: resources, needs, last visit, next action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import QgsExpression, QgsFeatureRequest, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QDate

from ..compat import plain
from ..store.project import layers_by_role
from ..translation import tr

# The layers that the line speaks of, by role.
SOURCES = ("offre", "besoin", "visite")
_VISIT = ("date", "prochaine_action", "echeance")
_DATE = "dd/MM/yyyy"
# Of an action, as much as fits in the line.
_LONGEST = 80


@dataclass(frozen=True)
class Visit:
    """What a visit says of what follows.

    Attributes:
        day: when it was, or None.
        action: what was to be done next, or None.
        due: until when, or None.
    """

    day: QDate | None
    action: str | None
    due: QDate | None


@dataclass(frozen=True)
class Summary:
    """What is known of a company.

    Attributes:
        offers, needs: how many are recorded, whatever their state.
        last_visit: the day of the last visit, or None.
        next_action: the visit whose action comes next, or None.
    """

    offers: int
    needs: int
    last_visit: QDate | None
    next_action: Visit | None


def summary_of(project: QgsProject, company: str) -> Summary:
    """Return what a project's layers hold of a company, edits that are not saved yet included."""
    layers = layers_by_role(project)
    visits = [
        Visit(*(plain(feature[name]) for name in _VISIT))
        for feature in _of_company(layers.get("visite"), company, _VISIT)
    ]
    return Summary(
        sum(1 for _ in _of_company(layers.get("offre"), company)),
        sum(1 for _ in _of_company(layers.get("besoin"), company)),
        max((visit.day for visit in visits if visit.day is not None), default=None),
        next_action(visits),
    )


def next_action(visits: Sequence[Visit]) -> Visit | None:
    """Return the visit whose action is due first, among those that no later visit took over."""
    waiting = [visit for visit in visits if visit.action and not _taken_over(visit, visits)]
    return min(waiting, key=lambda visit: visit.due or QDate(9999, 12, 31), default=None)


def summary_line(summary: Summary, today: QDate) -> str:
    """Return the line, as plain text.

    Args:
        summary: what is known.
        today: an action due before is overdue.
    """
    parts = []
    if summary.offers:
        one = summary.offers == 1
        parts.append(tr("1 resource") if one else tr("{n} resources").format(n=summary.offers))
    if summary.needs:
        one = summary.needs == 1
        parts.append(tr("1 need") if one else tr("{n} needs").format(n=summary.needs))
    if summary.last_visit is not None:
        day = summary.last_visit.toString(_DATE)
        parts.append(tr("last visit on {date}").format(date=day))
    if summary.next_action is not None:
        parts.append(_action(summary.next_action, today))
    return " · ".join(parts) or tr("Nothing recorded yet")


def _action(visit: Visit, today: QDate) -> str:
    words = " ".join(str(visit.action).split())
    if len(words) > _LONGEST:
        words = words[: _LONGEST - 1].rstrip() + "…"
    if visit.due is None:
        return tr("to do: {action}").format(action=words)
    text = tr("to do: {action} by {date}")
    if visit.due < today:
        text = tr("to do: {action} by {date} (overdue)")
    return text.format(action=words, date=visit.due.toString(_DATE))


def _taken_over(visit: Visit, visits: Sequence[Visit]) -> bool:
    days = [other.day for other in visits if other.day is not None]
    return visit.day is not None and any(day > visit.day for day in days)


def _of_company(layer: QgsVectorLayer | None, company: str, names: Sequence[str] = ()):  # type: ignore[no-untyped-def]
    """Return the records of a company, without their geometry."""
    if layer is None:
        return ()
    wanted = f'"etablissement_id" = {QgsExpression.quotedValue(company)}'
    request = QgsFeatureRequest().setFilterExpression(wanted)
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes(["etablissement_id", *names], layer.fields())
    return layer.getFeatures(request)
