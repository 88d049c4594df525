"""The figures that a map prints, counted on the layers it shows."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsVectorLayer

from ..compat import plain
from ..store.schema import OPEN_STATES


@dataclass(frozen=True)
class KeyFigures:
    """What a territory counts; None where it is not known, or not to be told.

    Attributes:
        establishments, visited: companies, and those with at least one visit.
        offers, needs: open records.
        uncovered: open needs that the last run left unanswered.
        untaken: open offers that the last run found no taker for.
        realised, ahead: synergies realised or lasting, and those on the way.
    """

    establishments: int
    visited: int | None
    offers: int | None
    needs: int | None
    uncovered: int | None
    untaken: int | None
    realised: int | None
    ahead: int | None


def count_figures(layers: dict[str, QgsVectorLayer]) -> KeyFigures:
    """Count the key figures on *layers*."""
    states = [plain(f["statut"]) for f in _features(layers, "synergie")]
    companies = {plain(f["id"]) for f in _features(layers, "etablissement")}
    visited = {plain(f["etablissement_id"]) for f in _features(layers, "visite")}
    return KeyFigures(
        establishments=len(companies),
        # Visits to companies that are gone or filtered out are not of these.
        visited=len(visited & companies),
        offers=_open(layers, "offre"),
        needs=_open(layers, "besoin"),
        uncovered=_count(layers, "besoins_orphelins"),
        untaken=_count(layers, "ressources_orphelines"),
        realised=sum(state in ("realisee", "perenne") for state in states),
        ahead=sum(
            state not in ("realisee", "perenne", "abandonnee", "arretee") for state in states
        ),
    )


@dataclass(frozen=True)
class Gap:
    """A product missed nearby: its label, and how many needs of it found no answer."""

    label: str
    needs: int


def worst_gaps(layers: dict[str, QgsVectorLayer], wanted: int) -> list[Gap]:
    """Return the products with the highest scores of the last run, at most *wanted*."""
    rows = [
        (plain(row["score"]) or 0, row)
        for row in _features(layers, "couverture")
        if plain(row["besoins"]) != plain(row["besoins_couverts"])
    ]
    rows.sort(key=lambda item: (-item[0], plain(item[1]["code"])))
    return [
        Gap(
            plain(row["libelle"]) or plain(row["code"]),
            plain(row["besoins"]) - plain(row["besoins_couverts"]),
        )
        for _, row in rows[:wanted]
    ]


def _features(layers: dict[str, QgsVectorLayer], role: str) -> list:
    return list(layers[role].getFeatures()) if role in layers else []


def _open(layers: dict[str, QgsVectorLayer], role: str) -> int:
    states = (plain(feature["statut"]) for feature in _features(layers, role))
    return sum(state is None or state in OPEN_STATES for state in states)


def _count(layers: dict[str, QgsVectorLayer], role: str) -> int | None:
    return layers[role].featureCount() if role in layers else None
