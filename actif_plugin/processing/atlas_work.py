"""The territory that an atlas is printed of: its layers, its perimeters, what was recorded."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)

from ..printing.furniture import Furniture, latest_change
from ..printing.perimeter_figures import PerimeterFigures, Survey
from ..store.project import CREDITS_KEY, NOTICE_KEY, SCOPE
from ..store.schema import PERIMETER_TYPES
from ..translation import tr
from .answers import known_codes
from .base import Watch
from .survey import Perimeter, known_perimeters, read_survey


class Work:
    """A territory being printed: its layers, its perimeters, and what was recorded."""

    def __init__(
        self,
        project: QgsProject,
        layers: dict[str, QgsVectorLayer],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        self.project = project
        self.layers = layers
        self.context = context
        self.feedback = feedback
        self.crs = project.crs()
        self.known = known_perimeters(layers, self.crs, context)
        self.nomenclatures = known_codes(context)
        watch = Watch(feedback, 0, 0.1)
        self.survey: Survey = read_survey(layers, self.crs, self.nomenclatures, context, watch)

    def furniture(self, title: str, subtitle: str, edition: str) -> Furniture:
        """Return what the pages say of themselves."""
        return Furniture(
            title,
            subtitle,
            edition,
            self.crs,
            [self.project.readEntry(SCOPE, CREDITS_KEY)[0]],
            self.project.readEntry(SCOPE, NOTICE_KEY)[0],
            QgsApplication.userFullName(),
            latest_change(self.layers),
        )

    def subtitle(self, perimeter: Perimeter, figures: PerimeterFigures) -> str:
        """Return what kind of perimeter a page is of, and how far it is known."""
        kinds = dict(PERIMETER_TYPES)
        parents = {one.code: one.name for one in self.known}
        parts = [kinds.get(perimeter.kind, ""), parents.get(perimeter.parent, "")]
        # Where there is no establishment there is nothing to say of them.
        if figures.visited is not None and figures.establishments:
            parts.append(
                tr("{visited} of {total} establishments visited").format(
                    visited=figures.visited, total=figures.establishments
                )
            )
        return " · ".join(part for part in parts if part)

    def around(self, wanted: Sequence[Perimeter]) -> list[Perimeter]:
        """Return the perimeters of the inset: few and large ones where there are some."""
        return [one for one in self.known if one.kind == "epci"] or list(self.known or wanted)
