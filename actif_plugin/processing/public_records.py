"""The establishments, resources and needs of a territory that are public, by name."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsVectorLayer,
)

from ..compat import plain
from ..domain.codes import parse_code
from ..domain.feedback import Feedback, checkpoint
from ..domain.nomenclature import Nomenclatures
from ..printing.public_tables import PublicCompany, PublicRecord
from ..store.schema import FREQUENCIES, OPEN_STATES

_PUBLIC = "\"confidentialite\" = 'public'"
_NAMES = ("enseigne", "raison_sociale", "siret")
_COMPANY = ("id", *_NAMES, "commune_nom", "naf_code")
_RECORD = (
    "etablissement_id",
    "sens",
    "nature",
    "nomenclature",
    "code",
    "libelle",
    "description",
    "quantite",
    "unite",
    "periodicite",
    "statut",
)
_FREQUENCIES = dict(FREQUENCIES)


def public_records(
    layers: dict[str, QgsVectorLayer],
    crs: QgsCoordinateReferenceSystem,
    nomenclatures: Nomenclatures,
    context: QgsProcessingContext,
    watch: Feedback,
) -> tuple[list[PublicCompany], list[PublicRecord]]:
    """Read who and what may be named.

    A record by name names its establishment: it is told where both are public, and while it is
    open. Contacts, visits, notes on the company and costs are never read.

    Args:
        layers: of the territory, by role.
        crs: of the shapes.
        nomenclatures: the codes there are.
        context: of the run.
        watch: progress and cancellation.

    Raises:
        Cancelled: the user asked to stop.
    """
    companies: dict[str, PublicCompany] = {}
    for feature in _rows(layers["etablissement"], _COMPANY, crs, context):
        checkpoint(watch, 0)
        naf = _text(feature, "naf_code")
        companies[_text(feature, "id")] = PublicCompany(
            next((_text(feature, name) for name in _NAMES if _text(feature, name)), ""),
            _text(feature, "siret"),
            _text(feature, "commune_nom"),
            naf,
            nomenclatures.naf_label(naf),
            QgsGeometry(feature.geometry()),
        )
    records = []
    for role in ("offre", "besoin"):
        if role not in layers:
            continue
        for feature in _rows(layers[role], _RECORD, crs, context):
            checkpoint(watch, 0.5)
            company = companies.get(_text(feature, "etablissement_id"))
            if company is not None and plain(feature["statut"]) in (None, *OPEN_STATES):
                records.append(_record(feature, company, nomenclatures))
    records.sort(key=lambda one: (one.direction, one.company, one.label, one.code))
    return sorted(companies.values(), key=lambda one: (one.name, one.siret)), records


def _rows(
    layer: QgsVectorLayer,
    columns: Sequence[str],
    crs: QgsCoordinateReferenceSystem,
    context: QgsProcessingContext,
) -> list[QgsFeature]:
    """Return the public rows of a layer, with some of their columns."""
    request = QgsFeatureRequest()
    request.setFilterExpression(_PUBLIC)
    request.setSubsetOfAttributes(columns, layer.fields())
    request.setDestinationCrs(crs, context.transformContext())
    return list(layer.getFeatures(request))


def _record(
    feature: QgsFeature, company: PublicCompany, nomenclatures: Nomenclatures
) -> PublicRecord:
    code = parse_code(plain(feature["code"]), plain(feature["nomenclature"]))
    frequency = _text(feature, "periodicite")
    return PublicRecord(
        _text(feature, "sens"),
        _text(feature, "nature"),
        code.text if code is not None else "",
        nomenclatures.label(code) if code is not None else "",
        _text(feature, "libelle"),
        _text(feature, "description"),
        plain(feature["quantite"]),
        _text(feature, "unite"),
        _FREQUENCIES.get(frequency, frequency),
        company.name,
        company.siret,
        QgsGeometry(feature.geometry()),
    )


def _text(feature: QgsFeature, name: str) -> str:
    value = plain(feature[name])
    return "" if value is None else " ".join(str(value).split())
