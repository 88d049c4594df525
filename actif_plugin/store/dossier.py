"""What a territory knows of one company: who it is, what was said at visits, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsPointXY
from qgis.PyQt.QtCore import QDate, QDateTime

from ..compat import plain
from ..domain.codes import normalise_naf
from ..domain.identifiers import compact
from ..domain.words import folded
from ..translation import tr
from .errors import StoreError
from .schema import MEMBER_ROLES, SYNERGY_STATES
from .territory import Territory

# Companies named where a name means several.
_NAMED = 5
_LISTED_BY = "|"


@dataclass(frozen=True)
class Company:
    """An establishment as a sheet shows it; texts are empty where nothing is known.

    Attributes:
        id: its identifier.
        name: how people call it: its sign, else its name, else its SIRET.
        legal_name, siret, naf, workforce, address, commune, description, state: as recorded.
        point: where it is, in the territory's CRS; None where nobody knows.
    """

    id: str
    name: str
    legal_name: str
    siret: str
    naf: str
    workforce: str
    address: str
    commune: str
    description: str
    state: str
    point: QgsPointXY | None


@dataclass(frozen=True)
class Visit:
    """A visit; texts are empty and dates None where nothing was noted."""

    day: date | None
    adviser: str
    motive: str
    report: str
    next_action: str
    due: date | None


@dataclass(frozen=True)
class Synergy:
    """A synergy of the company, with its partners by name."""

    title: str
    state: str
    role: str
    partners: tuple[str, ...]
    next_action: str
    due: date | None


@dataclass(frozen=True)
class Verdict:
    """What an adviser decided of a need and an offer."""

    need: str
    offer: str
    verdict: str
    motive: str
    author: str
    day: date | None


@dataclass(frozen=True)
class Input:
    """A product that an activity usually takes in, by a link of a value chain that has a source."""

    code: str
    link: str
    source: str


def find_company(territory: Territory, text: str) -> Company:
    """Return the company that *text* names: its identifier, its SIRET or words of its name.

    Raises:
        StoreError: no company is so named, or several are.
    """
    wanted, digits, words = text.strip(), compact(text), folded(text).split()
    if not wanted:
        raise StoreError(tr("Which company? Give its name, its SIRET or its identifier."))
    named: list[QgsFeature] = []
    layer = territory.layer("etablissement")
    request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes(["id", "siret", "raison_sociale", "enseigne"], layer.fields())
    for feature in layer.getFeatures(request):
        if plain(feature["id"]) == wanted or (digits and plain(feature["siret"]) == digits):
            return _company(territory, layer.getFeature(feature.id()))
        names = folded(f"{_text(feature, 'raison_sociale')} {_text(feature, 'enseigne')}")
        if words and all(f" {word}" in f" {names}" for word in words):
            named.append(feature)
    exact = [
        feature
        for feature in named
        if folded(text) in (folded(_text(feature, n)) for n in ("raison_sociale", "enseigne"))
    ]
    found = exact or named
    if not found:
        raise StoreError(
            tr("No company is called {text}: give its name, its SIRET or its identifier.").format(
                text=wanted
            )
        )
    if len(found) > 1:
        names = sorted(f"{_name(f)} ({_text(f, 'siret') or plain(f['id'])})" for f in found)
        more = "…" if len(names) > _NAMED else ""
        raise StoreError(
            tr("Several companies are so called, give the SIRET: {names}").format(
                names=", ".join(names[:_NAMED]) + more
            )
        )
    return _company(territory, layer.getFeature(found[0].id()))


def names_of(territory: Territory, companies: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the name and the commune of companies, by identifier."""
    return {
        str(feature["id"]): (_name(feature), _text(feature, "commune_nom"))
        for feature in _rows(territory, "etablissement", "id", companies)
    }


def visits_of(territory: Territory, company: str) -> list[Visit]:
    """Return the visits, the last one first; those without a date at the end."""
    visits = [
        Visit(
            _day(row, "date"),
            _text(row, "conseiller"),
            _text(row, "motif"),
            _text(row, "compte_rendu"),
            _text(row, "prochaine_action"),
            _day(row, "echeance"),
        )
        for row in _rows(territory, "visite", "etablissement_id", [company])
    ]
    return sorted(visits, key=lambda visit: (visit.day or date.min, visit.report), reverse=True)


def synergies_of(territory: Territory, company: str) -> list[Synergy]:
    """Return the synergies that the company is a member of, by title."""
    roles = dict(MEMBER_ROLES)
    mine = {
        _text(row, "synergie_id"): roles.get(_text(row, "role"), "")
        for row in _rows(territory, "synergie_membre", "etablissement_id", [company])
    }
    others: dict[str, list[str]] = {}
    for row in _rows(territory, "synergie_membre", "synergie_id", mine):
        if _text(row, "etablissement_id") != company:
            others.setdefault(_text(row, "synergie_id"), []).append(_text(row, "etablissement_id"))
    names = names_of(territory, {name for members in others.values() for name in members})
    states = dict(SYNERGY_STATES)
    found = [
        Synergy(
            _text(row, "titre"),
            states.get(_text(row, "statut"), _text(row, "statut")),
            mine[_text(row, "id")],
            tuple(sorted(names[n][0] for n in others.get(_text(row, "id"), ()) if n in names)),
            _text(row, "prochaine_action"),
            _day(row, "echeance"),
        )
        for row in _rows(territory, "synergie", "id", mine)
    ]
    return sorted(found, key=lambda synergy: synergy.title)


def verdicts_on(territory: Territory, flows: Iterable[str]) -> list[Verdict]:
    """Return the verdicts on the company's needs and offers, given by identifier."""
    wanted = list(flows)
    rows = [
        *_rows(territory, "avis", "besoin_id", wanted),
        *_rows(territory, "avis", "offre_id", wanted),
    ]
    found = {
        (_text(row, "besoin_id"), _text(row, "offre_id")): Verdict(
            _text(row, "besoin_id"),
            _text(row, "offre_id"),
            _text(row, "verdict"),
            _text(row, "motif"),
            _text(row, "auteur"),
            _day(row, "date"),
        )
        for row in rows
    }
    return [found[pair] for pair in sorted(found)]


def flows_of(territory: Territory, company: str) -> list[Mapping[str, object]]:
    """Return all offers and needs of the company, open or not, as plain values by column."""
    layer = territory.layer("flux")
    names = layer.fields().names()
    rows = [
        {name: plain(value) for name, value in zip(names, row.attributes())}
        for row in _rows(territory, "flux", "etablissement_id", [company])
    ]
    return sorted(rows, key=lambda row: (str(row["sens"]), str(row["libelle"]), str(row["id"])))


def inputs_of(territory: Territory, naf: str) -> list[Input]:
    """Return what companies of a NAF activity usually take in.

    Only links of value chains that name their source count: without one, it is an opinion.
    """
    subclass = normalise_naf(naf)
    if subclass is None:
        return []
    own = {subclass, subclass[:-1]}
    found = {}
    for row in territory.layer("ref_maillon").getFeatures():
        source = _text(row, "source")
        if source and own & set(_list(row, "naf_codes")):
            for code in _list(row, "entrees"):
                found.setdefault(code, Input(code, _text(row, "libelle_fr"), source))
    return [found[code] for code in sorted(found)]


def _company(territory: Territory, feature: QgsFeature) -> Company:
    code = _text(feature, "effectif_code")
    sizes = _rows(territory, "ref_effectif", "code", [code] if code else [])
    street = [_text(feature, name) for name in ("adresse", "code_postal", "commune_nom")]
    place = feature.geometry()
    return Company(
        id=str(feature["id"]),
        name=_name(feature),
        legal_name=_text(feature, "raison_sociale"),
        siret=_text(feature, "siret"),
        naf=_text(feature, "naf_code"),
        workforce=next((_text(row, "libelle_fr") for row in sizes), code),
        address=" ".join(part for part in street if part),
        commune=_text(feature, "commune_nom"),
        description=_text(feature, "description"),
        state=_text(feature, "etat"),
        point=None if place.isNull() or place.isEmpty() else place.asPoint(),
    )


def _rows(territory: Territory, table: str, column: str, values: Iterable[str]) -> list[QgsFeature]:
    """Return the rows of a table whose *column* is one of *values*, in the order of their ids."""
    wanted = sorted(set(values))
    if not wanted:
        return []
    quoted = ", ".join(QgsExpression.quotedValue(value) for value in wanted)
    request = QgsFeatureRequest()
    request.setFilterExpression(f"{QgsExpression.quotedColumnRef(column)} IN ({quoted})")
    return sorted(territory.layer(table).getFeatures(request), key=lambda row: row.id())


def _name(feature: QgsFeature) -> str:
    names = (_text(feature, field) for field in ("enseigne", "raison_sociale", "siret"))
    return next((name for name in names if name), tr("unnamed"))


def _text(feature: QgsFeature, column: str) -> str:
    """Return a text on one line, empty for NULL."""
    value = plain(feature[column])
    return "" if value is None else " ".join(str(value).split())


def _list(feature: QgsFeature, column: str) -> list[str]:
    parts = (part.strip() for part in _text(feature, column).split(_LISTED_BY))
    return [part for part in parts if part]


def _day(feature: QgsFeature, column: str) -> date | None:
    return day_of(feature[column])


def day_of(value: object) -> date | None:
    """Return the date of an attribute, None for NULL or what is no date."""
    known = plain(value)
    if isinstance(known, QDateTime):
        known = known.date()
    if isinstance(known, str):
        known = QDate.fromString(known[:10], "yyyy-MM-dd")
    if not isinstance(known, QDate) or not known.isValid():
        return None
    return date(known.year(), known.month(), known.day())
