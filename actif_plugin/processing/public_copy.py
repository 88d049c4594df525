"""Write a copy of a territory's project that can be handed to anybody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingParameterFileDestination,
    QgsProject,
)

from .. import settings
from ..printing.public_project import write_public_project
from ..printing.public_tables import PublicTerritory, PublicZone
from ..store.geopackage import writing
from ..store.project import CREDITS_KEY, NOTICE_KEY, SCOPE, territory_layers, unfiltered
from ..store.publishing import SUFFIX, package_of, published, refuse_to_overwrite
from ..translation import tr
from .answers import known_codes
from .base import Watch
from .printing_base import PrintAlgorithm, warn_of_layers
from .public_edition import ZONES, PublicEdition, public_edition
from .public_records import public_records

OUTPUT = "OUTPUT"
STORE = "STORE"


class PublicCopy(PrintAlgorithm):
    """A project and its GeoPackage that hold what elected officials may see, and nothing else."""

    ID = "publiccopy"

    def title(self) -> str:
        return tr("Public copy of the project")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.add_project_parameter()
        self.addParameter(
            QgsProcessingParameterFileDestination(
                OUTPUT, tr("Project of the copy"), f"QGIS (*{SUFFIX})"
            )
        )
        self.addOutput(QgsProcessingOutputFile(STORE, tr("GeoPackage of the copy")))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        project = self.printed_project(parameters, context)
        path = Path(self.parameterAsFileOutput(parameters, OUTPUT, context)).absolute()
        if path.suffix.lower() != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        with writing(path):
            refuse_to_overwrite(path, project)
        warn_of_layers(territory_layers(project), feedback, public=True)
        watch = Watch(feedback)
        with published(path, settings.print_settings().organisation) as draft:
            edition = public_edition(project, ZONES[0], context, feedback)
            told = _told(project, edition, context, watch.part(0.9, 0.92))
            write_public_project(told, draft, watch.part(0.92, 1), feedback)
        feedback.pushInfo(
            tr(
                "Public copy written: {zones} zones, {masked} figures masked, {companies} companies"
                " and {records} records by name."
            ).format(
                zones=len(told.zones),
                masked=sum(zone.figures.masked for zone in told.zones),
                companies=len(told.companies),
                records=len(told.records),
            )
        )
        feedback.pushInfo(
            tr("Hand over these two files together: {project} and {store}").format(
                project=path, store=package_of(path).name
            )
        )
        return {OUTPUT: str(path), STORE: str(package_of(path))}


def _told(
    project: QgsProject, edition: PublicEdition, context: QgsProcessingContext, watch: Watch
) -> PublicTerritory:
    """Return what the copy says."""
    companies, records = public_records(
        unfiltered(territory_layers(project)),
        edition.crs,
        known_codes(context),
        context,
        watch,
    )
    content, figures = edition.content, edition.figures
    zones = [
        PublicZone(one.kind, one.code, one.name, one.shape, told)
        for one, told in zip(edition.perimeters, figures.perimeters)
    ]
    ours = settings.print_settings()
    credits = project.readEntry(SCOPE, CREDITS_KEY)[0]
    masked = sum(zone.figures.masked for zone in zones) + edition.whole.masked
    about = [
        ("Territoire", project.title()),
        (
            "Édition",
            "Pour les élus\u00a0: aucune entreprise qui ne l'a pas accepté n'y est nommée.",
        ),
        ("Date de l'édition", date.today().isoformat()),
        ("Publié par", ours.organisation),
        ("Sources et licences", credits),
        ("Avertissement", project.readEntry(SCOPE, NOTICE_KEY)[0]),
        ("Mentions", ours.disclaimer),
        (
            "Chiffres masqués",
            f"{masked} chiffres sont vides\u00a0: moins de trois établissements, plus de"
            " 85\u00a0% pour un seul, ou retrouvés par soustraction. Un zéro est un zéro.",
        ),
        (
            "Synergies",
            "De zone à zone, là où trois établissements au moins y prennent part à chaque bout.",
        ),
        ("Logiciel", "Act'IF pour QGIS"),
    ]
    return PublicTerritory(
        project.title(),
        edition.crs,
        edition.extent,
        zones,
        edition.whole,
        figures.missing,
        edition.was_run,
        content.realised,
        content.ahead,
        companies,
        records,
        [(heading, text) for heading, text in about if text],
        credits,
    )
