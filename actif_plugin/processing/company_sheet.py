"""Print what is known of companies before a visit, or a blank sheet to fill by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from string import Template

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsExpression,
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProject,
)

from ..compat import plain
from ..domain.feedback import checkpoint
from ..domain.freshness import is_stale
from ..domain.quantities import as_told
from ..printing.company_sheet import Company, blank_sheet, company_pages
from ..printing.export import FILE_KINDS, export, export_pages
from ..printing.furniture import Furniture
from ..printing.own_project import describe
from ..store.dossier import day_of, flows_of, synergies_of, visits_of
from ..store.schema import ESTABLISHMENT_STATES, FLOW_STATES, NATURES, OPEN_STATES
from ..store.territory import Territory
from ..translation import tr
from .answers import known_codes
from .base import Choice, Watch, require_source, territory_of, territory_parameter
from .printing_base import ONE_A_PAGE, OUTPUT, PrintAlgorithm, signature, warn_of_logo

ESTABLISHMENTS = "ESTABLISHMENTS"
TARGET = "TARGET"
CONTENT = "CONTENT"
PAGES = "PAGES"

FILLED, BLANK = "remplie", "vierge"
_DPI = 200
_INTERNAL = "Document interne – ne pas diffuser"
_TITLE = "Fiches d'entreprise"
_BLANK_TITLE = "Fiche d'opportunité"
_BLANK_SUBTITLE = "Une ressource ou un besoin par cadre : le produit suffit, le reste se complète."
_TO_CONFIRM = "à confirmer"
_NAMES = ("enseigne", "raison_sociale", "siret")
_AT_ONCE = 200
_IN = Template("$column IN ($values)")


class CompanySheet(PrintAlgorithm):
    """A page a company: who it is, its contacts, resources, needs, visits and synergies."""

    ID = "companysheet"

    def title(self) -> str:
        return tr("Company sheet (PDF)")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.addParameter(
            QgsProcessingParameterFeatureSource(
                ESTABLISHMENTS,
                tr("Establishments, a page each"),
                [QgsProcessing.SourceType.TypeVector],
                optional=True,
            )
        )
        self.addParameter(territory_parameter(TARGET))
        contents = {FILLED: tr("what is known"), BLANK: tr("blank, to fill by hand")}
        self.addParameter(Choice(CONTENT, tr("Sheet"), contents, FILLED))
        self.add_one_a_page()
        self.add_template()
        self.addParameter(
            QgsProcessingParameterFileDestination(OUTPUT, tr("Company sheets"), FILE_KINDS)
        )
        self.addOutput(QgsProcessingOutputNumber(PAGES, tr("Pages")))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        path = self.printed_file(parameters, context)
        warn_of_logo(feedback)
        project = QgsProject(None)
        template = self.own_template(parameters, context)
        if self.chosen(parameters, CONTENT, context) == BLANK:
            describe(project, _BLANK_TITLE, signature(public=False), "")
            furniture = _furniture(_BLANK_TITLE, _BLANK_SUBTITLE)
            export(blank_sheet(project, furniture, template), path, _DPI)
            return {OUTPUT: str(path), PAGES: 1}
        source = self.parameterAsSource(parameters, ESTABLISHMENTS, context)
        require_source(source, ESTABLISHMENTS)
        if source.fields().indexOf("id") < 0:
            raise QgsProcessingException(
                tr("The establishments have no field id: choose the layer of the territory.")
            )
        if not set(_NAMES) & set(source.fields().names()):
            raise QgsProcessingException(
                tr("These are no establishments: choose the layer of the territory.")
            )
        territory = territory_of(
            self.parameterAsFile(parameters, TARGET, context), context.project()
        )
        request = QgsFeatureRequest().setFlags(QgsFeatureRequest.Flag.NoGeometry)
        names = source.fields().names()
        rows = [
            {name: plain(value) for name, value in zip(names, feature.attributes())}
            for feature in source.getFeatures(request)
        ]
        if not rows:
            raise QgsProcessingException(tr("No establishment is chosen."))
        companies = _companies(territory, rows, context, Watch(feedback, 0, 0.5))
        describe(project, _TITLE, signature(public=False), _INTERNAL)
        watch = Watch(feedback, 0.5, 1)
        pages = company_pages(
            project, companies, _furniture, lambda share: checkpoint(watch, share), template
        )
        one_a_page = self.parameterAsBool(parameters, ONE_A_PAGE, context)
        written = export_pages(pages, path, _DPI, one_a_page=one_a_page)
        feedback.pushInfo(
            tr("Company sheets written, {pages} pages: {path}").format(
                pages=len(companies), path=written[0]
            )
        )
        return {OUTPUT: str(written[0]), PAGES: len(companies)}


def _furniture(title: str, subtitle: str) -> Furniture:
    return Furniture(title, subtitle, _INTERNAL, QgsCoordinateReferenceSystem())


def _companies(
    territory: Territory,
    rows: Sequence[Mapping[str, object]],
    context: QgsProcessingContext,
    watch: Watch,
) -> list[Company]:
    nomenclatures = known_codes(context)
    sizes = {
        str(plain(row["code"])): _line(row["libelle_fr"])
        for row in territory.layer("ref_effectif").getFeatures()
    }
    contacts = _contacts(territory, [str(row["id"]) for row in rows])
    states = dict(ESTABLISHMENT_STATES)
    companies = []
    for at, row in enumerate(rows):
        checkpoint(watch, at / len(rows))
        identifier = str(row["id"])
        name = next((_line(row.get(field)) for field in _NAMES if row.get(field)), tr("unnamed"))
        legal, naf = _line(row.get("raison_sociale")), _line(row.get("naf_code"))
        siret, size = _line(row.get("siret")), _line(row.get("effectif_code"))
        address = (_line(row.get(part)) for part in ("adresse", "code_postal", "commune_nom"))
        source = (_line(row.get("source")), _day(row.get("source_date")))
        flows = flows_of(territory, identifier)
        companies.append(
            Company(
                name,
                f"SIRET {siret}" if siret else "",
                [
                    ("Raison sociale", legal),
                    ("Enseigne", _line(row.get("enseigne"))),
                    ("Activité", f"{naf} {nomenclatures.naf_label(naf)}".strip()),
                    ("Effectif", sizes.get(size, size)),
                    ("Adresse", " ".join(part for part in address if part)),
                    ("État", states.get(str(row.get("etat")), "")),
                    ("Source", ", ".join(part for part in source if part)),
                    ("Description", _line(row.get("description"))),
                ],
                {
                    "contacts": contacts.get(identifier, []),
                    "offres": _flows(flows, "offre"),
                    "besoins": _flows(flows, "besoin"),
                    "visites": _visits(territory, identifier),
                    "synergies": _synergies(territory, identifier),
                },
            )
        )
    return companies


def _contacts(territory: Territory, companies: Sequence[str]) -> dict[str, list[list[str]]]:
    """Return the contacts of companies who agreed to be kept; the others are not printed."""
    found: dict[str, list[list[str]]] = {}
    layer = territory.layer("contact")
    for start in range(0, len(companies), _AT_ONCE):
        values = ", ".join(
            QgsExpression.quotedValue(name) for name in companies[start : start + _AT_ONCE]
        )
        column = QgsExpression.quotedColumnRef("etablissement_id")
        request = QgsFeatureRequest()
        request.setFilterExpression(_IN.substitute(column=column, values=values))
        for row in layer.getFeatures(request):
            if day_of(row["date_accord"]) is not None:
                lines = found.setdefault(str(row["etablissement_id"]), [])
                lines.append(
                    [_line(row[name]) for name in ("nom", "fonction", "telephone", "mail")]
                )
    return {company: sorted(lines) for company, lines in found.items()}


def _flows(flows: Sequence[Mapping[str, object]], direction: str) -> list[list[str]]:
    """Return the lines of the offers or of the needs, in the order of their states: open first."""
    natures, states, today = dict(NATURES), dict(FLOW_STATES), date.today()
    order = {state: at for at, (state, _) in enumerate(FLOW_STATES)}
    rows = []
    for flow in flows:
        if flow["sens"] != direction:
            continue
        state = str(flow["statut"] or OPEN_STATES[0])
        told = states.get(state, state)
        is_open = state in OPEN_STATES
        if is_open and is_stale(day_of(flow["date_confirmation"]), day_of(flow["cree_le"]), today):
            told = f"{told}, {_TO_CONFIRM}"
        amount = flow["quantite"]
        quantity = ""
        if isinstance(amount, (int, float)):
            quantity = as_told(amount, _line(flow["unite"]), _line(flow["periodicite"]) or None)
        words = " – ".join(
            part for part in (_line(flow["libelle"]), _line(flow["description"])) if part
        )
        line = [natures.get(str(flow["nature"]), ""), words, quantity, _line(flow["code"]), told]
        rows.append((order.get(state, len(order)), line))
    return [line for _, line in sorted(rows, key=lambda row: row[0])]


def _visits(territory: Territory, company: str) -> list[list[str]]:
    return [
        [
            _day(visit.day),
            visit.adviser,
            " – ".join(part for part in (visit.motive, visit.report) if part),
            _next(visit.next_action, visit.due),
        ]
        for visit in visits_of(territory, company)
    ]


def _synergies(territory: Territory, company: str) -> list[list[str]]:
    return [
        [
            synergy.title,
            synergy.state,
            ", ".join(synergy.partners),
            _next(synergy.next_action, synergy.due),
        ]
        for synergy in synergies_of(territory, company)
    ]


def _next(action: str, due: date | None) -> str:
    # The date stays on one line.
    return f"{action} (avant\u00a0le\u00a0{_day(due)})".strip() if due else action


def _day(value: object) -> str:
    day = value if isinstance(value, date) else day_of(value)
    return f"{day:%d/%m/%Y}" if day else ""


def _line(value: object) -> str:
    known = plain(value)
    return "" if known is None else " ".join(str(known).split())
