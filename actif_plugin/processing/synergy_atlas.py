"""Print the atlas of a territory: a page a commune, an EPCI or an activity zone."""

from __future__ import annotations

import math

from qgis.core import (
    QgsLayoutItemMap,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
    QgsWkbTypes,
)

from ..domain.feedback import checkpoint
from ..printing.atlas import book_pages
from ..printing.export import FILE_KINDS, export_pages
from ..printing.own_project import adopt, describe, own_project
from ..store.errors import StoreError
from ..store.project import territory_layers, unfiltered
from ..translation import tr
from .atlas_books import InternalBook, PublicBook
from .atlas_work import Work
from .base import Choice, Watch
from .printing_base import (
    DPI,
    EDITION,
    ELECTED,
    ONE_A_PAGE,
    OUTPUT,
    PERIMETERS,
    TITLE,
    PrintAlgorithm,
    signature,
    warn_of_layers,
    warn_of_logo,
)
from .survey import Perimeter, perimeters_of

PAPER = "PAPER"
PAGES = "PAGES"

_PAPERS = ("A4", "A3")
_DEFAULT_DPI = 200
# Pages are of the first of these that the territory has, where none is asked for.
_PAGES_OF = ("epci", "commune", "zae", "autre")


class SynergyAtlas(PrintAlgorithm):
    """A page a perimeter: map, key figures, natures, pools and missing links."""

    ID = "synergyatlas"

    def title(self) -> str:
        return tr("Synergy atlas (PDF)")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        self.add_project_parameters(
            tr("Perimeters, a page each (empty: the EPCI of the territory)")
        )
        papers = {paper: paper for paper in _PAPERS}
        self.addParameter(Choice(PAPER, tr("Paper"), papers, _PAPERS[0]))
        self.add_resolution(_DEFAULT_DPI)
        self.add_one_a_page()
        self.add_template()
        self.addParameter(QgsProcessingParameterFileDestination(OUTPUT, tr("Atlas"), FILE_KINDS))
        self.addOutput(QgsProcessingOutputNumber(PAGES, tr("Pages")))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        path = self.printed_file(parameters, context)
        project = self.printed_project(parameters, context)
        layers = territory_layers(project)
        public = self.chosen(parameters, EDITION, context) == ELECTED
        warn_of_layers(layers, feedback, public=public)
        if public:
            layers = unfiltered(layers)
        warn_of_logo(feedback)
        work = Work(project, layers, context, feedback)
        wanted = self._wanted(parameters, context, work, public)
        title = self.parameterAsString(parameters, TITLE, context) or tr(
            "{name}: atlas of synergies"
        ).format(name=project.title())
        paper = self.chosen(parameters, PAPER, context)
        own = own_project(project)
        maker = PublicBook(work, own) if public else InternalBook(work, own)
        book, more = maker.made(wanted, title, paper)
        describe(own, title, signature(public=public), book.furniture.edition)
        adopt(own, [*book.layers, book.mark, *book.around])
        for layout in more:
            for item in layout.items():
                if isinstance(item, QgsLayoutItemMap):
                    adopt(own, item.layers())
        watch = Watch(feedback, 0.3, 1)
        template = self.own_template(parameters, context, public=public)
        pages = book_pages(own, book, lambda share: checkpoint(watch, share), more, template)
        written = export_pages(
            pages,
            path,
            self.parameterAsDouble(parameters, DPI, context),
            one_a_page=self.parameterAsBool(parameters, ONE_A_PAGE, context),
        )
        feedback.pushInfo(
            tr("Atlas written, {pages} pages: {path}").format(pages=pages.count(), path=written[0])
        )
        return {OUTPUT: str(written[0]), PAGES: pages.count()}

    def _wanted(
        self, parameters: dict, context: QgsProcessingContext, work: Work, public: bool
    ) -> list[Perimeter]:
        """Return the perimeters that have a page."""
        source = self.parameterAsSource(parameters, PERIMETERS, context)
        if source is None:
            kinds = {perimeter.kind for perimeter in work.known}
            kind = next((one for one in _PAGES_OF if one in kinds), None)
            if kind is None:
                raise StoreError(
                    tr("The territory has no perimeter: import some, or choose a layer.")
                )
            return [perimeter for perimeter in work.known if perimeter.kind == kind]
        found = []
        if QgsWkbTypes.geometryType(source.wkbType()) == QgsWkbTypes.GeometryType.PolygonGeometry:
            found = perimeters_of(source, work.crs, context)
        wanted = [one for one in found if 0 < one.shape.area() < math.inf]
        if not wanted:
            raise QgsProcessingException(tr("The layer of perimeters has no polygon."))
        lost = source.featureCount() - len(wanted)
        if lost > 0:
            work.feedback.pushWarning(
                tr("Perimeters without a usable polygon, which have no page: {count}.").format(
                    count=lost
                )
            )
        if not source.sourceCrs().isValid():
            work.feedback.pushWarning(
                tr(
                    "The layer of perimeters has no coordinate system: that of the project was"
                    " supposed. Set the layer's own if the pages are elsewhere."
                )
            )
        if not public:
            return wanted
        # Whatever is printed for them is masked with all the perimeters of the territory: one that
        # is not among them could be laid over another print.
        known = {(one.code, one.name): one for one in work.known}
        strange = [one.name for one in wanted if (one.code, one.name) not in known]
        if strange:
            raise QgsProcessingException(
                tr(
                    "The edition for elected officials prints perimeters of the territory: import"
                    " these first: {names}"
                ).format(names=", ".join(strange[:10]))
            )
        return [known[one.code, one.name] for one in wanted]
