"""Establishments of sources that need a reader of their own: the CNIG standard, OpenStreetMap."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Union

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
)

from ..sources import cnig, osm
from ..sources.cnig_tables import ESTABLISHMENT
from ..sources.establishments import (
    SOURCE_KEY,
    Candidate,
    Fault,
    Omission,
    Reject,
    Skip,
    Wanted,
    content_of,
    read_rows,
)
from ..store.perimeters import sites_of_lands
from ..store.territory import Territory
from ..store.twins import KnownCompanies
from ..translation import tr

Row = tuple[int, Sequence[object]]
Result = Union[Candidate, Reject, Skip]

_WGS84 = "EPSG:4326"
_NAMES = ("raison_sociale", "enseigne")
_UNOFFICIAL_TOLD = 20


class SpecialReader:
    """Reads what the columns of everyday tables would not tell.

    Args:
        territory: where the establishments go.
        context, feedback: of the algorithm.
        wanted: which establishments are wanted.
    """

    def __init__(
        self,
        territory: Territory,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        wanted: Wanted | None = None,
    ) -> None:
        self._territory = territory
        self._context = context
        self._feedback = feedback
        self._wanted = wanted

    def file(self, path: Path) -> Iterator[Result] | None:
        """Return the establishments of an OpenStreetMap file; None where *path* is none.

        Positions are longitude and latitude.
        """
        if not (osm.is_osm_file(path) and path.is_file()):
            return None
        return self._volunteered(self._objects(path))

    def table(
        self,
        header: Sequence[str],
        rows: Callable[[], Iterable[Row]],
        axes: tuple[str, str],
        crs: QgsCoordinateReferenceSystem | None,
    ) -> Iterator[Result] | None:
        """Return the establishments of a CNIG or OpenStreetMap table; None for any other table.

        Args:
            header: column names.
            rows: line and cells.
            axes: columns that a layer's geometry becomes, where there is one.
            crs: of these; None where there is no geometry. OpenStreetMap comes out in longitude
                and latitude all the same.
        """
        places = [header.index(axis) for axis in axes if axis in header]
        standard = cnig.cnig_rows(header)
        if standard is not None and standard.table is ESTABLISHMENT:
            return self._standard(standard, rows(), places)
        if osm.is_osm_header(header):
            return self._volunteered(self._drawn(header, rows(), places, crs))
        return None

    def _standard(
        self, standard: cnig.CnigRows, rows: Iterable[Row], places: Sequence[int]
    ) -> Iterator[Result]:
        sites = sites_of_lands(self._territory)
        for row, values, result in self._read(
            cnig.HEADER,
            ((line, cells, _placed(standard.values(cells), cells, places)) for line, cells in rows),
        ):
            if isinstance(result, Candidate):
                kept = {**result.values, cnig.ORIGINAL: values[cnig.ORIGINAL]}
                if "site_id" in kept:
                    kept["site_id"] = sites.get(kept["site_id"], kept["site_id"])
                result = result._replace(values=kept, row=row)
            yield result
        tell_unofficial(standard.unofficial, self._feedback)

    def _volunteered(self, found: Iterable[osm.OsmObject]) -> Iterator[Result]:
        """Yield the companies among objects of OpenStreetMap, as unconfirmed.

        One that the territory has already, from a surer source or under the same name close by, is
        left out: an unconfirmed twin would only be one more record to check.
        """
        known = KnownCompanies(self._territory, self._context.transformContext())
        here: list[tuple[int, osm.OsmObject]] = []

        def companies() -> Iterator[tuple[int, Sequence[object], dict[str, str]]]:
            for line, one in enumerate(found, start=1):
                if osm.trade_of(one.tags):
                    here[:] = [(line, one)]
                    values = osm.establishment_values(one)
                    yield line, _told(one), values

        for row, _values, result in self._read(osm.HEADER, companies()):
            _, one = here[0]
            if not isinstance(result, Candidate):
                yield result
                continue
            key = osm.source_key(one)
            values = {**result.values, "etat": osm.UNCONFIRMED}
            if key:
                values[SOURCE_KEY] = key
            siret, *names = (values.get(name, "") for name in ("siret", *_NAMES))
            if osm.is_area(one.tags):
                yield Reject(result.line, Fault.AREA, names[0], content_of(row))
                continue
            twin = known.twin(key, siret, names, one.position)
            if twin:
                # A shop drawn twice, as a point and as its building.
                yield Reject(result.line, Fault.DUPLICATE, str(twin), content_of(row))
            elif twin == 0 and not known.follows(key):
                yield Skip(result.line, Omission.KNOWN)
            else:
                if one.position is not None:
                    known.add(names, one.position, result.line)
                yield result._replace(values=values, row=row)

    def _read(
        self,
        header: Sequence[str],
        rows: Iterable[tuple[int, Sequence[object], dict[str, str]]],
    ) -> Iterator[tuple[Sequence[object], dict[str, str], Result]]:
        """Yield each row with its own cells, our fields and what the checks of all tables say."""
        current: list[tuple[Sequence[object], dict[str, str]]] = []

        def ours() -> Iterator[Row]:
            for line, cells, values in rows:
                current[:] = [(cells, values)]
                yield line, [values.get(name, "") for name in header]

        columns = {name: (name,) for name in header}
        for result in read_rows(ours(), header, columns, self._wanted):
            cells, values = current[0]
            if isinstance(result, Reject):
                result = result._replace(content=content_of(cells))
            yield cells, values, result

    def _drawn(
        self,
        header: Sequence[str],
        rows: Iterable[Row],
        places: Sequence[int],
        crs: QgsCoordinateReferenceSystem | None,
    ) -> Iterator[osm.OsmObject]:
        """Yield the objects of a layer, placed by its geometry."""
        degrees = QgsCoordinateReferenceSystem(_WGS84)
        transform = QgsCoordinateTransform(
            crs if crs is not None and crs.isValid() else degrees,
            degrees,
            self._context.transformContext(),
        )
        for _line, cells in rows:
            one = osm.read_row(header, cells)
            written = [cells[place] for place in places]
            if len(written) == 2 and all(written):
                point = QgsPointXY(*(float(str(axis)) for axis in written))
                with contextlib.suppress(QgsCsException):
                    point = transform.transform(point)
                    one = one._replace(position=(point.x(), point.y()))
            yield one

    def _objects(self, path: Path) -> Iterator[osm.OsmObject]:
        reason = ""
        try:
            yield from osm.read_file(path, lambda: not self._feedback.isCanceled())
        except osm.OsmError as error:
            reason = str(error)
        if reason:
            raise QgsProcessingException(
                tr("{path} cannot be read as OpenStreetMap data: {reason}").format(
                    path=path, reason=reason
                )
            )


def tell_unofficial(unofficial: Counter[tuple[str, str]], feedback: QgsProcessingFeedback) -> None:
    """Warn of the values that the lists of the CNIG standard lack: they come in all the same."""
    if not unofficial:
        return
    feedback.pushWarning(
        tr("Values kept though the lists of the CNIG standard lack them: {count}.").format(
            count=sum(unofficial.values())
        )
    )
    for (column, value), count in unofficial.most_common(_UNOFFICIAL_TOLD):
        feedback.pushWarning(
            tr("{column}: “{value}” ({count})").format(column=column, value=value, count=count)
        )


def _placed(
    values: dict[str, str], cells: Sequence[object], places: Sequence[int]
) -> dict[str, str]:
    """Return *values* with the position that a layer's geometry gives, where it gives one."""
    written = [str(cells[place] or "") for place in places]
    return {**values, **dict(zip(("x", "y"), written))} if any(written) else values


def _told(one: osm.OsmObject) -> list[str]:
    """Return an object as the cells of a row, for the table of rejects."""
    return [one.identifier, *(f"{key}={value}" for key, value in sorted(one.tags.items()))]
