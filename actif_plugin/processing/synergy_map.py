"""Print the synergy map of a territory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFileDestination,
    QgsProject,
    QgsRectangle,
)

from ..domain.feedback import checkpoint
from ..printing import figure_words as words
from ..printing.background_tiles import missing_share
from ..printing.backgrounds import BACKGROUNDS, NONE, background_layer
from ..printing.export import FILE_KINDS, export
from ..printing.figures import Gap
from ..printing.furniture import Furniture, latest_change
from ..printing.kept_layout import keep
from ..printing.legend_entries import has_sizes
from ..printing.lettering import MANY_PLACES, offer_places
from ..printing.own_project import adopt
from ..printing.public_layers import add_public_layers
from ..printing.synergy_map import (
    LAYOUT,
    Sheet,
    build_layout,
    default_title,
    internal_sheet,
    on_background,
    subtitle,
    visited,
)
from ..printing.templates import PAPERS, template_path
from ..store.errors import StoreError
from ..store.project import CREDITS_KEY, NOTICE_KEY, SCOPE, territory_layers
from ..store.schema import PERIMETER_TYPES
from ..translation import tr
from .base import Choice, Watch
from .printing_base import (
    DPI,
    EDITION,
    ELECTED,
    OUTPUT,
    PERIMETERS,
    TITLE,
    PrintAlgorithm,
    advanced,
    warn_of_layers,
    warn_of_logo,
)
from .public_edition import ZONES, PublicEdition, public_edition

BY = "BY"
PAPER = "PAPER"
BASEMAP = "BASEMAP"
KEEP_LAYOUT = "KEEP_LAYOUT"

_DEFAULT_PAPER = "A3"
_DEFAULT_DPI = 300
_GAPS_SHOWN = 8
_NAME = "nom"
# The kinds of perimeters whose name tells what they are.
_NAMED_KINDS = ("epci", "commune", "zae")
# More names would not fit under the title.
_MOST_FRAMED = 2
# At the edges of tiles there may be nothing, and nobody sees it.
_A_HAIR = 0.01


class SynergyMap(PrintAlgorithm):
    """One sheet: answers, gaps and synergies over the communes, with the key figures."""

    ID = "synergymap"
    # A layout to be put into the project, with the layers of its background.
    _kept: tuple[QgsPrintLayout, Sequence[QgsMapLayer]] | None = None

    def title(self) -> str:
        return tr("Synergy map (PDF)")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.add_project_parameters(tr("Perimeters to frame (empty: the whole territory)"))
        kinds = {
            "epci": tr("Intermunicipalities (EPCI)"),
            "commune": tr("Communes"),
            "zae": tr("Activity zones"),
            "autre": tr("Other perimeters"),
        }
        by = Choice(BY, tr("Figures for elected officials by"), kinds, ZONES[0])
        self.addParameter(_optional(by))
        papers = {
            "A4": tr("A4 landscape"),
            "A4-portrait": tr("A4 portrait"),
            "A3": tr("A3 landscape"),
            "A3-portrait": tr("A3 portrait"),
            "A0": tr("A0 poster"),
        }
        self.addParameter(Choice(PAPER, tr("Paper"), papers, _DEFAULT_PAPER))
        grounds = {
            NONE: tr("None: the perimeters"),
            "plan_ign": tr("Plan IGN (web)"),
            "osm": tr("OpenStreetMap (web)"),
        }
        self.addParameter(_optional(Choice(BASEMAP, tr("Background"), grounds, NONE)))
        self.add_template()
        self.addParameter(
            advanced(
                QgsProcessingParameterBoolean(
                    KEEP_LAYOUT, tr("Keep the layout in the project, to edit it"), False, True
                )
            )
        )
        self.add_resolution(_DEFAULT_DPI)
        self.addParameter(QgsProcessingParameterFileDestination(OUTPUT, tr("Map"), FILE_KINDS))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        project = self.printed_project(parameters, context)
        paper = PAPERS[self.chosen(parameters, PAPER, context)]
        title = self.parameterAsString(parameters, TITLE, context)
        public = self.chosen(parameters, EDITION, context) == ELECTED
        template = self.own_template(parameters, context, public=public)
        template = template or template_path(LAYOUT, paper.name)
        kept = self.parameterAsBool(parameters, KEEP_LAYOUT, context)
        if kept and (public or project is not context.project()):
            raise QgsProcessingException(
                tr(
                    "Only the layout of the internal edition of the open project can be kept:"
                    " choose that edition and no other project, or do not keep the layout."
                )
            )
        path = self.printed_file(parameters, context)
        warn_of_layers(territory_layers(project), feedback, public=public)
        warn_of_logo(feedback)
        checkpoint(Watch(feedback), 0.05)
        # What the map for elected officials is drawn from; it must outlive the layout.
        masked = QgsProject(None)
        if public:
            by = self.chosen(parameters, BY, context)
            edition = public_edition(project, by, context, feedback)
            extent = self._extent(parameters, context, edition.crs) or edition.extent
            sheet = public_sheet(project, masked, edition, title, extent, paper.scale)
            sheet = _told_by(sheet, by, {one.kind for one in edition.perimeters})
            printed = masked
        else:
            extent = self._extent(parameters, context, project.crs())
            extent = extent or _extent_of(project, context)
            author = QgsApplication.userFullName()
            sheet = internal_sheet(project, title, extent, paper.scale, author)
            printed = project
        checkpoint(Watch(feedback), 0.6)
        sheet = _framed(sheet, self._framed_names(parameters, context, project))
        layout, backgrounds = self._composed(
            parameters, context, printed, sheet, template, feedback
        )
        checkpoint(Watch(feedback), 0.7)
        dpi = self.parameterAsDouble(parameters, DPI, context)
        export(layout, path, dpi, lambda: _heeded(feedback))
        feedback.pushInfo(tr("Map written: {path}").format(path=path))
        self._kept = (layout, backgrounds) if kept else None
        return {OUTPUT: str(path)}

    def postProcessAlgorithm(
        self, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        if self._kept is not None:
            layout, backgrounds = self._kept
            self._kept = None
            name = keep(context.project(), layout, backgrounds)
            feedback.pushInfo(
                tr("The layout “{name}” is in the project: see Project, Layouts.").format(name=name)
            )
        return {}

    def _composed(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        printed: QgsProject,
        sheet: Sheet,
        template: Path,
        feedback: QgsProcessingFeedback,
    ) -> tuple[QgsPrintLayout, Sequence[QgsMapLayer]]:
        """Return the page on the background that was asked for, if it sends anything, and that."""
        name, title = self.chosen(parameters, BASEMAP, context), sheet.furniture.title
        if name == NONE:
            return build_layout(printed, sheet, template, title), ()
        layer = background_layer(name, feedback)
        checkpoint(Watch(feedback), 0.62)
        if layer is not None:
            # That of the user is not changed by a print.
            if printed is not context.project():
                adopt(printed, [layer])
            on = on_background(sheet, layer, BACKGROUNDS[name].credit)
            layout = build_layout(printed, on, template, title)
            watch = Watch(feedback, 0.62, 0.7)
            dpi = self.parameterAsDouble(parameters, DPI, context)
            missing = missing_share(layout, [layer], dpi, lambda share: checkpoint(watch, share))
            if _A_HAIR < missing < 1:
                feedback.pushWarning(
                    tr(
                        "A part of the background did not come ({missing} %): print again later,"
                        " or choose another background."
                    ).format(missing=max(1, round(100 * missing)))
                )
            if missing < 1:
                return layout, [layer]
        feedback.pushWarning(
            tr(
                "The background cannot be reached: the map is printed without it. Check the"
                " network and its proxy in the options of QGIS."
            )
        )
        return build_layout(printed, sheet, template, title), ()

    def _framed_names(
        self, parameters: dict, context: QgsProcessingContext, project: QgsProject
    ) -> list[str]:
        """Return the names of the perimeters to frame, those that the territory has."""
        source = self.parameterAsSource(parameters, PERIMETERS, context)
        if source is None or source.fields().lookupField(_NAME) < 0:
            return []
        # A name that the territory does not have might be a company's.
        layers = territory_layers(project)
        known = {
            str(feature[_NAME])
            for kind, _ in PERIMETER_TYPES
            if kind in layers
            for feature in layers[kind].getFeatures()
        }
        named = (str(feature[_NAME]) for feature in source.getFeatures())
        return sorted({name for name in named if name in known})

    def _extent(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        crs: QgsCoordinateReferenceSystem,
    ) -> QgsRectangle | None:
        """Return the extent of the perimeters to frame, or None where there are none."""
        source = self.parameterAsSource(parameters, PERIMETERS, context)
        if source is None:
            return None
        extent = source.sourceExtent()
        if extent.isNull():
            raise StoreError(tr("There is no perimeter to frame: the layer is empty."))
        transform = QgsCoordinateTransform(source.sourceCrs(), crs, context.transformContext())
        return transform.transformBoundingBox(extent)


def _heeded(feedback: QgsProcessingFeedback) -> None:
    """Let a click that came while the page was drawn be heard, and leave if it was to cancel."""
    feedback.setProgress(99)
    checkpoint(Watch(feedback), 1)


def _extent_of(project: QgsProject, context: QgsProcessingContext) -> QgsRectangle:
    """Return what the perimeters of a territory span; without any, the view of its project."""
    layers = territory_layers(project)
    whole = QgsRectangle()
    for kind, _ in PERIMETER_TYPES:
        extent = layers[kind].extent() if kind in layers else QgsRectangle()
        if not extent.isNull():
            there = QgsCoordinateTransform(
                layers[kind].crs(), project.crs(), context.transformContext()
            )
            whole.combineExtentWith(there.transformBoundingBox(extent))
    return QgsRectangle(project.viewSettings().defaultViewExtent()) if whole.isNull() else whole


def _told_by(sheet: Sheet, by: str, kinds: Collection[str]) -> Sheet:
    """Return the sheet whose legend says what perimeters its figures are of.

    Args:
        sheet: for elected officials.
        by: the kind that was asked for.
        kinds: those that the territory has.
    """
    counted = next((one for one in sheet.layers if has_sizes(one)), None)
    shown = next((one for one in (by, *ZONES) if one in kinds), "")
    if counted is None or shown not in _NAMED_KINDS:
        return sheet
    kind = dict(PERIMETER_TYPES)[shown]
    told = tr("Number, by {kind}").format(kind=kind if kind.isupper() else kind.lower())
    return replace(sheet, names={**sheet.names, counted.id(): told})


def _framed(sheet: Sheet, names: Sequence[str]) -> Sheet:
    """Return the sheet with the perimeters that it frames under its title, if they are few.

    Those that the title names need not be named again.
    """
    names = [name for name in names if name not in sheet.furniture.title]
    if not 0 < len(names) <= _MOST_FRAMED:
        return sheet
    # Last: what is said before is of the whole territory.
    framed = tr("Framed: {names}").format(names=", ".join(names))
    told = " · ".join((sheet.furniture.subtitle, framed))
    return replace(sheet, furniture=replace(sheet.furniture, subtitle=told))


def _optional(choice: Choice) -> Choice:
    """Return a choice that models made before it may leave out."""
    choice.setFlags(choice.flags() | QgsProcessingParameterDefinition.Flag.FlagOptional)
    return choice


def public_sheet(
    project: QgsProject,
    public: QgsProject,
    edition: PublicEdition,
    title: str,
    extent: QgsRectangle,
    scale: float,
) -> Sheet:
    """Return the sheet of a project that holds nothing but masked figures."""
    public.setCrs(edition.crs)
    public.setTitle(project.title())
    metadata = public.metadata()
    metadata.setTitle(title or project.title())
    metadata.setAuthor("")
    public.setMetadata(metadata)
    offer_places(public, MANY_PLACES)
    layers, _ = add_public_layers(public, edition.crs, edition.content, scale)
    whole = edition.whole
    observed = [
        (whole.all_offers, words.open_resources(whole.all_offers)),
        (whole.all_needs, words.open_needs(whole.all_needs)),
        (whole.realised, words.in_realised(whole.realised)),
    ]
    if edition.was_run:
        observed.insert(2, (whole.unanswered, words.unanswered(whole.unanswered)))
    potential = [(whole.ahead, words.in_ahead(whole.ahead))]
    told = [*observed, *potential, (whole.visited, ""), (whole.establishments, "")]
    masks = tr(
        "{masked} of {total} figures of the zones are masked: fewer than three establishments,"
        " more than 85 % from one, or found by subtraction. “–”: masked."
    ).format(masked=edition.masked, total=edition.total)
    return Sheet(
        Furniture(
            title or default_title(project),
            subtitle(project, title, visited(whole.visited, whole.establishments)),
            tr("Edition for elected officials"),
            edition.crs,
            [project.readEntry(SCOPE, CREDITS_KEY)[0]],
            project.readEntry(SCOPE, NOTICE_KEY)[0],
            QgsApplication.userFullName(),
            latest_change(territory_layers(project)),
        ),
        extent,
        observed,
        potential,
        layers,
        gaps=[Gap(line.label, line.count) for line in whole.missing[:_GAPS_SHOWN]],
        masks=masks if edition.masked or any(value is None for value, _ in told) else "",
    )
