"""Addresses to points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from .. import settings
from ..compat import plain
from ..domain.feedback import checkpoint
from ..sources.addresses import Address, read_address
from ..sources.fields import FieldMap, guess
from ..sources.geocoding import BATCH_SIZE, Geocoder, Place
from ..sources.geocoding_cache import GeocodingCache
from ..sources.web import WebError, WebService
from ..store.placing import Placement, place_establishments
from ..store.territory import Territory
from ..translation import tr
from . import loaded
from .base import (
    ActifAlgorithm,
    Watch,
    require_source,
    territory_of,
    territory_parameter,
    with_decimals,
)
from .geocoded_layers import GEOCODED, OUTPUT, REJECTED, REJECTS, GeocodedLayers
from .presentation import present
from .proposals import propose

INPUT = "INPUT"
ADDRESS = "ADDRESS"
POSTCODE = "POSTCODE"
CITY = "CITY"
CITYCODE = "CITYCODE"
MIN_SCORE = "MIN_SCORE"
UPDATE = "UPDATE"
TARGET = "TARGET"
SERVICE = "SERVICE"
PLACED = "PLACED"

DEFAULT_MIN_SCORE = 0.5
_WGS84 = "EPSG:4326"
# Where each part of an address stands: the parameter, and the fields of ours that guess it.
_PARTS = {
    ADDRESS: "adresse",
    POSTCODE: "code_postal",
    CITY: "commune_nom",
    CITYCODE: "commune_insee",
}
_STREET_PARTS = ("numero_voie", "indice_voie", "type_voie", "libelle_voie")
_ASKING_SHARE = 0.9


class Geocode(ActifAlgorithm):
    """Give each address its point, and say what the point is worth."""

    ID = "geocode"

    def title(self) -> str:
        return tr("Geocode addresses")

    def theme(self) -> tuple[str, str]:
        return "territory", tr("Territory")

    def initAlgorithm(self, configuration: dict | None = None) -> None:
        addresses = QgsProcessingParameterFeatureSource(
            INPUT, tr("Table or layer of addresses"), [QgsProcessing.SourceType.TypeVector]
        )
        propose(addresses, "etablissement")
        self.addParameter(addresses)
        for name, title in (
            (ADDRESS, tr("Address field (empty: guessed)")),
            (POSTCODE, tr("Postcode field (empty: guessed)")),
            (CITY, tr("Commune field (empty: guessed)")),
            (CITYCODE, tr("INSEE code field of the commune (empty: guessed)")),
        ):
            self.addParameter(
                QgsProcessingParameterField(
                    name, title, parentLayerParameterName=INPUT, optional=True
                )
            )
        score = QgsProcessingParameterNumber(
            MIN_SCORE,
            tr("Lowest score accepted (0 to 1)"),
            QgsProcessingParameterNumber.Type.Double,
            DEFAULT_MIN_SCORE,
            minValue=0,
            maxValue=1,
        )
        self.addParameter(with_decimals(score, 2))
        self.addParameter(
            QgsProcessingParameterBoolean(
                UPDATE, tr("Put the points into the establishments of the territory"), False
            )
        )
        self.addParameter(territory_parameter(TARGET))
        service = QgsProcessingParameterString(
            SERVICE,
            tr("Address of the service (empty: the one of the options)"),
            optional=True,
        )
        service.setFlags(service.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
        self.addParameter(service)
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                OUTPUT, tr("Geocoded addresses"), QgsProcessing.SourceType.TypeVectorPoint
            )
        )
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                REJECTS,
                tr("Addresses to correct"),
                QgsProcessing.SourceType.TypeVectorPoint,
                optional=True,
                createByDefault=True,
            )
        )
        for name, title in (
            (GEOCODED, tr("Geocoded")),
            (REJECTED, tr("Rejected")),
            (PLACED, tr("Establishments placed")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def compute(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        source = self.parameterAsSource(parameters, INPUT, context)
        require_source(source, INPUT)
        names = source.fields().names()
        columns = self._columns(parameters, names, context)
        update = self.parameterAsBool(parameters, UPDATE, context)
        key = _key(names) if update else ""
        territory = None
        if update:
            territory = territory_of(
                self.parameterAsFile(parameters, TARGET, context), context.project()
            )
        try:
            service = WebService(
                settings.GEOCODER, feedback, self.parameterAsString(parameters, SERVICE, context)
            )
        except WebError as error:
            raise QgsProcessingException(str(error)) from None
        results = GeocodedLayers(self, parameters, context, source.fields())
        with results.whole():
            rows = [
                _Row(feature, _address(feature, columns))
                for feature in _watched(source, Watch(feedback, 0, 0.05))
            ]
            wanted = list(dict.fromkeys(row.address for row in rows if row.address is not None))
            watch = Watch(feedback, 0.05, _ASKING_SHARE)
            with GeocodingCache(
                settings.profile_folder() / "geocodage.sqlite", service.url
            ) as cache:
                found = _ask(Geocoder(service), cache, wanted, watch, feedback.pushInfo)

            lowest = self.parameterAsDouble(parameters, MIN_SCORE, context)
            placements: dict[str, Place] = {}
            for number, row in enumerate(rows):
                if number % 500 == 0:
                    checkpoint(Watch(feedback, _ASKING_SHARE, 0.95), number / len(rows))
                place = found.get(row.address) if row.address is not None else None
                reason = _fault(row.address, found, lowest)
                if reason:
                    results.reject(row.feature, place, reason)
                elif place is not None:
                    results.accept(row.feature, place)
                    if update and plain(row.feature[key]):
                        placements[str(plain(row.feature[key]))] = place
            results.tell(feedback)
            outputs = results.outputs()
            for name, shown in ((OUTPUT, loaded.GEOCODED), (REJECTS, loaded.ADDRESSES)):
                if name in outputs:
                    present(context, outputs[name], shown)
            if territory is not None:
                last = Watch(feedback, 0.95, 1)
                outputs[PLACED] = _place(
                    territory, placements, context, feedback, lambda share: checkpoint(last, share)
                )
            return outputs

    def _columns(
        self, parameters: dict, header: Sequence[str], context: QgsProcessingContext
    ) -> FieldMap:
        guessed = guess(header)
        columns = {
            target: guessed[target]
            for target in (*_PARTS.values(), *_STREET_PARTS)
            if target in guessed
        }
        for name, target in _PARTS.items():
            chosen = self.parameterAsString(parameters, name, context)
            if chosen and chosen not in header:
                raise QgsProcessingException(
                    tr("There is no field {field} in the table: choose another.").format(
                        field=chosen
                    )
                )
            if chosen:
                columns[target] = (chosen,)
        if not {"adresse", "libelle_voie", "commune_nom"} & set(columns):
            told = tr("No field for an address among: {columns}. Choose the one that holds it.")
            raise QgsProcessingException(told.format(columns=", ".join(header)))
        return columns


@dataclass(frozen=True)
class _Row:
    """A row of the input with what the geocoder will be asked."""

    feature: QgsFeature
    address: Address | None


def _watched(source: QgsProcessingFeatureSource, watch: Watch) -> Iterator[QgsFeature]:
    total = max(1, source.featureCount())
    for number, feature in enumerate(source.getFeatures()):
        if number % 500 == 0:
            checkpoint(watch, number / total)
        yield feature


def _address(feature: QgsFeature, columns: FieldMap) -> Address | None:
    def value(target: str) -> str:
        texts = (_text(feature[name]) for name in columns.get(target, ()))
        return next((text for text in texts if text), "")

    street = value("adresse") or " ".join(filter(None, map(value, _STREET_PARTS)))
    return read_address(street, *(value(_PARTS[name]) for name in (POSTCODE, CITY, CITYCODE)))


def _text(value: object) -> str:
    value = plain(value)
    if isinstance(value, float) and value.is_integer():
        # A spreadsheet hands a postcode over as a number.
        value = int(value)
    return "" if value is None else str(value).strip()


def _ask(
    geocoder: Geocoder,
    cache: GeocodingCache,
    wanted: Sequence[Address],
    watch: Watch,
    tell: Callable[[str], None],
) -> dict[Address, Place | None]:
    """Return what the geocoder knows of each address, asking only what it has not answered yet.

    Raises:
        QgsProcessingException: the service failed; what it answered before is kept.
    """
    found = cache.known(wanted)
    left = [address for address in wanted if address not in found]
    if found:
        tell(
            tr("{count} addresses were answered in a former run, and are not asked again.").format(
                count=len(found)
            )
        )
    for start in range(0, len(left), BATCH_SIZE):
        checkpoint(watch, start / len(left))
        batch = left[start : start + BATCH_SIZE]
        try:
            answers = geocoder.batch(batch)
        except WebError as error:
            message = str(error)
            if start:
                message += " " + tr(
                    "{count} addresses were answered before: run again to go on from there."
                ).format(count=start)
            raise QgsProcessingException(message) from None
        placed = {batch[number]: place for number, place in answers.items()}
        cache.keep(placed)
        found |= placed
    return found


def _fault(
    address: Address | None, found: Mapping[Address, Place | None], lowest: float
) -> str | None:
    """Say why an address gets no point, or nothing."""
    if address is None:
        return tr("No address.")
    if address not in found:
        return tr("The service failed on this address: run again.")
    place = found[address]
    if place is None:
        return tr("The service knows no such address.")
    if place.score < lowest:
        return tr("Score below {lowest}: check the address proposed.").format(lowest=lowest)
    return None


def _key(header: Sequence[str]) -> str:
    """Return the field that tells which establishment a row is.

    Raises:
        QgsProcessingException: there is none.
    """
    if "id" in header:
        return "id"
    siret = guess(header).get("siret")
    if siret:
        return siret[0]
    raise QgsProcessingException(
        tr(
            "The establishments cannot be recognised: the table has neither the field id of the"
            " territory nor a SIRET."
        )
    )


def _place(
    territory: Territory,
    placements: Mapping[str, Place],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    advance: Callable[[float], None],
) -> int:
    transform = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem(_WGS84), territory.crs, context.transformContext()
    )
    points: dict[str, Placement] = {}
    outside = 0
    for key, place in placements.items():
        try:
            point = transform.transform(QgsPointXY(place.longitude, place.latitude))
        except QgsCsException:
            # Another ocean's namesake: the territory's system does not reach there.
            outside += 1
            continue
        points[key] = Placement(point, place.quality, place.score, place.identifier)
    author = QgsApplication.userFullName() or QgsApplication.userLoginName()
    report = place_establishments(territory, points, author, advance)
    feedback.pushInfo(
        tr(
            "{placed} establishments of the territory placed, {kept} left where they were (placed"
            " already, or by an adviser), {unknown} not in the territory."
        ).format(placed=report.placed, kept=report.kept, unknown=len(report.unknown) + outside)
    )
    return report.placed
