"""What all algorithms share: identity, help, feedback, errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from traceback import clear_frames

from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsFeatureSink,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QIcon

from .. import paths
from ..domain.feedback import Cancelled
from ..store.errors import StoreError
from ..store.project import SCOPE, STORE_KEY
from ..store.territory import Territory, open_territory
from ..translation import tr
from .proposals import ROLES, propose


class ActifAlgorithm(QgsProcessingAlgorithm):
    """Base of the algorithms; a subclass gives ``ID``, titles, parameters and ``compute``."""

    ID = ""

    def name(self) -> str:
        return self.ID

    def title(self) -> str:
        """Return the translated title."""
        raise NotImplementedError

    def theme(self) -> tuple[str, str]:
        """Return the identifier and the translated name of the group."""
        raise NotImplementedError

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        """Do the work."""
        raise NotImplementedError

    def addParameter(
        self, definition: QgsProcessingParameterDefinition, createOutput: bool = True
    ) -> bool:
        role = ROLES.get(definition.name())
        if role:
            propose(definition, role)
        return super().addParameter(definition, createOutput)

    def chosen(self, parameters: dict, name: str, context: QgsProcessingContext) -> str:
        """Return the name that was chosen for a :class:`Choice`."""
        # Processing evaluates numbers only; a name is already what is asked.
        value = parameters.get(name)
        choices = self.parameterDefinition(name).choices
        return (
            value if value in choices else choices[self.parameterAsEnum(parameters, name, context)]
        )

    def displayName(self) -> str:
        return self.title()

    def group(self) -> str:
        return self.theme()[1]

    def groupId(self) -> str:
        return self.theme()[0]

    def createInstance(self) -> ActifAlgorithm:
        return type(self)()

    def icon(self) -> QIcon:
        return QIcon(str(paths.resource("actif.svg")))

    def shortHelpString(self) -> str:
        return help_file(self.ID).read_text(encoding="utf-8")

    def processAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        try:
            return self.compute(parameters, context, feedback)
        except Cancelled:
            return {}
        except (StoreError, QgsProcessingException) as error:
            message = str(error)
            # What it is chained to may hold itself, and with it what `compute` opened.
            clear_frames(error.__traceback__)
        # QGIS never lets go of this error: raised out of the handler nothing is chained to it, and
        # without these names it keeps no layer or project until after the end of QGIS itself.
        del parameters, context, feedback
        raise QgsProcessingException(message)


def help_file(algorithm: str) -> Path:
    """Return the help of an algorithm in the user's language, English where there is none."""
    language = QgsApplication.locale()[:2]
    wanted = paths.PACKAGE / "help" / language / f"{algorithm}.html"
    return wanted if wanted.exists() else paths.PACKAGE / "help" / "en" / f"{algorithm}.html"


class Choice(QgsProcessingParameterEnum):
    """A choice that dialogs show in the user's language and scripts write by name or by number.

    Args:
        name, title: of the parameter.
        choices: the names scripts write, each with its translated label.
        default: a name.
    """

    def __init__(self, name: str, title: str, choices: Mapping[str, str], default: str) -> None:
        self.choices = tuple(choices)
        super().__init__(
            name, title, list(choices.values()), defaultValue=self.choices.index(default)
        )

    def checkValueIsAcceptable(
        self, value: object, context: QgsProcessingContext | None = None
    ) -> bool:
        return value in self.choices or super().checkValueIsAcceptable(value, context)


def with_decimals(
    parameter: QgsProcessingParameterNumber, decimals: int = 0
) -> QgsProcessingParameterNumber:
    """Return *parameter*, which dialogs will show with so many decimals, not with six."""
    parameter.setMetadata({"widget_wrapper": {"decimals": decimals}})
    return parameter


class Watch:
    """A QGIS feedback as the domain wants it, for one stage of the work.

    Args:
        feedback: the whole algorithm's.
        start, end: the share of the progress bar that the stage takes, 0 to 1.
    """

    def __init__(self, feedback: QgsProcessingFeedback, start: float = 0, end: float = 1) -> None:
        self._feedback = feedback
        self._start = start
        self._end = end

    def progress(self, fraction: float) -> None:
        share = self._start + fraction * (self._end - self._start)
        self._feedback.setProgress(100 * share)

    def cancelled(self) -> bool:
        return self._feedback.isCanceled()

    def part(self, start: float, end: float) -> Watch:
        """Return the watch of a part of this stage, told as shares of it, 0 to 1."""
        length = self._end - self._start
        return Watch(self._feedback, self._start + start * length, self._start + end * length)


def territory_parameter(name: str) -> QgsProcessingParameterFile:
    """Return the parameter that chooses a territory, to be read by :func:`territory_of`."""
    title = tr("Territory (empty: the one of the project)")
    return QgsProcessingParameterFile(name, title, fileFilter="GeoPackage (*.gpkg)", optional=True)


def territory_of(path: str, project: QgsProject | None) -> Territory:
    """Open the territory at *path*, or the project's own where *path* is empty.

    Raises:
        StoreError: there is none, or it cannot be opened.
    """
    if not path and project is not None:
        path = project.readPath(project.readEntry(SCOPE, STORE_KEY)[0])
    if not path:
        raise StoreError(
            tr("No territory: open an Act'IF project or choose the GeoPackage of a territory.")
        )
    return open_territory(Path(path).absolute())


def add_feature(sink: QgsFeatureSink, feature: QgsFeature) -> None:
    """Write a feature of a result.

    Raises:
        QgsProcessingException: it cannot be written; a result with holes would pass for whole.
    """
    if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
        raise QgsProcessingException(
            tr("A result cannot be written, check the disk and the file chosen: {reason}").format(
                reason=sink.lastError()
            )
        )


def layer_behind(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict,
    name: str,
    context: QgsProcessingContext,
) -> QgsVectorLayer | None:
    """Return the layer of a source, whichever of its features were asked for; None without one.

    QGIS itself finds none where the selected features alone are asked for.
    """
    given = parameters.get(name)
    if isinstance(given, QgsProcessingFeatureSourceDefinition):
        given = given.source.valueAsString(context.expressionContext())[0]
    return algorithm.parameterAsVectorLayer({**parameters, name: given}, name, context)


def require_source(source: object, name: str) -> None:
    """Refuse a layer that cannot be read.

    Raises:
        QgsProcessingException: it is missing or not valid.
    """
    if source is None or (isinstance(source, QgsVectorLayer) and not source.isValid()):
        raise QgsProcessingException(
            tr("The layer of {parameter} cannot be read: choose another.").format(parameter=name)
        )
