"""The address of a company put on the map fills itself in while its form is open."""

from __future__ import annotations

import math
from collections.abc import Callable

from qgis.core import QgsApplication, QgsFeedback, QgsTask
from qgis.gui import QgsAttributeForm
from qgis.PyQt import sip

from .. import settings
from ..compat import plain
from ..domain.feedback import Cancelled
from ..sources.geocoding import Geocoder, Place
from ..sources.web import WebError, WebService
from ..translation import tr

_METRES_A_DEGREE = 111_320
# Farther away, a number in a street would be another company's; the commune still holds.
_AT_HAND_M = 100


class AddressFinder:
    """Asks in the background which address a point has, and fills what the form leaves empty.

    Args:
        form: of the company.
        longitude, latitude: of its point, WGS 84.
        tell: shows the user why nothing came.
    """

    def __init__(
        self,
        form: QgsAttributeForm,
        longitude: float,
        latitude: float,
        tell: Callable[[str], None],
    ) -> None:
        self._form = form
        self._point = (longitude, latitude)
        self._tell = tell
        self._feedback = QgsFeedback()
        self._found: Place | None = None
        self._failure = ""
        self._task = QgsTask.fromFunction(
            tr("Address of the new company"), self._ask, on_finished=self._finished
        )

    def start(self) -> None:
        """Hand the question to QGIS's tasks."""
        QgsApplication.taskManager().addTask(self._task)

    def cancel(self) -> None:
        """Want nothing more of it."""
        self._feedback.cancel()

    def _ask(self, _task: QgsTask) -> None:
        try:
            service = WebService(settings.GEOCODER, self._feedback)
            self._found = Geocoder(service).reverse(*self._point)
        except WebError as error:
            self._failure = str(error)
        except Cancelled:
            self._failure = ""

    def _finished(self, *_: object) -> None:
        if self._feedback.isCanceled() or sip.isdeleted(self._form):
            return
        if self._failure:
            self._tell(tr("The address was not looked up. {reason}").format(reason=self._failure))
        elif self._found is not None:
            current = self._form.currentFormFeature()
            # A form shows, and hands over, its word for nothing.
            empty = (None, "", QgsApplication.nullRepresentation())
            for name, value in self._values(self._found).items():
                if value and plain(current[name]) in empty:
                    self._form.changeAttribute(name, value)

    def _values(self, place: Place) -> dict[str, str]:
        values = {
            "code_postal": place.postcode,
            "commune_insee": place.citycode,
            "commune_nom": place.city,
        }
        if self._distance_m(place) <= _AT_HAND_M:
            values |= {"adresse": place.street, "ban_id": place.identifier}
        return values

    def _distance_m(self, place: Place) -> float:
        longitude, latitude = self._point
        width = (place.longitude - longitude) * math.cos(math.radians(latitude))
        return _METRES_A_DEGREE * math.hypot(width, place.latitude - latitude)
