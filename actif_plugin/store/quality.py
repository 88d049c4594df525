"""What is wrong, doubtful or missing in the records of a territory.

Errors are what the forms refuse; an older or foreign program may still have written them.
Warnings are what the forms flag, and what would make an answer wrong. Advice makes a record more
useful.
"""

from __future__ import annotations

import contextlib
import math
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from string import Template

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsPoint,
    QgsPointXY,
    QgsRectangle,
    QgsSpatialIndex,
    QgsUnitTypes,
)

from ..domain.codes import Nomenclature, parse_code
from ..domain.duplicates import Company, likely_duplicates
from ..domain.feedback import Cancelled, Feedback, checkpoint
from ..domain.identifiers import compact, siret_fault
from ..domain.metric import Ellipsoidal, Floats, Metric, Planar, geocentric
from ..translation import tr
from .blobs import blob_point, blob_wkb
from .errors import StoreError
from .findings import Finding, Severity
from .geopackage import quoted
from .model import GEOMETRY_COLUMN, Table
from .schema import SCHEMA_VERSION, TABLES, table
from .territory import Territory

_EDITABLE = tuple(declared for declared in TABLES if declared.editable)
_CLOSED = "ferme"
# The database lets a long statement be stopped every so many of its steps.
_STEPS_BETWEEN_CHECKS = 20_000
_ROWS_BETWEEN_CHECKS = 1000
_WEB_MERCATOR = "EPSG:3857"
_WGS84 = "EPSG:4326"

_ALL = Template("SELECT * FROM $table")
_EMPTY = Template("SELECT * FROM $table WHERE $column IS NULL")
_BLANK = Template("SELECT * FROM $table WHERE coalesce($column, '') = ''")
_FILLED = Template("SELECT * FROM $table WHERE $column <> ''")
_BELOW = Template("SELECT * FROM $table WHERE $column < ?")
_ABOVE = Template("SELECT * FROM $table WHERE $column > ?")
_REVERSED = Template("SELECT * FROM $table WHERE $end < $start")
_SHARED = Template(
    "SELECT * FROM $table WHERE ($columns) IN"
    " (SELECT $columns FROM $table GROUP BY $columns HAVING count(*) > 1)"
)
_BY_ROW = Template("SELECT * FROM $table WHERE rowid = ?")
_FOREIGN_KEYS = Template("PRAGMA foreign_key_list($table)")
_STRAYED = """
SELECT f.* FROM flux AS f JOIN etablissement AS e ON e.id = f.etablissement_id
WHERE NOT coalesce(f.lieu_propre, 0) AND f.geom IS NOT e.geom
"""
_OPEN_OF_CLOSED = """
SELECT f.* FROM flux AS f JOIN etablissement AS e ON e.id = f.etablissement_id
WHERE e.etat = 'ferme' AND coalesce(f.statut, 'ouvert') = 'ouvert'
"""
_STALE = """
SELECT * FROM flux
WHERE coalesce(statut, 'ouvert') = 'ouvert'
  AND date(coalesce(date_confirmation, cree_le)) < date(?, '-12 months')
"""
# A later visit takes over what the one before had planned.
_OVERDUE = """
SELECT v.* FROM visite AS v
WHERE trim(coalesce(v.prochaine_action, '')) <> '' AND date(v.echeance) < date(?)
  AND NOT EXISTS (SELECT 1 FROM visite AS later
    WHERE later.etablissement_id = v.etablissement_id AND later.date > v.date)
"""
_LOST_VERDICTS = """
SELECT a.* FROM avis AS a
WHERE NOT EXISTS (SELECT 1 FROM flux WHERE id = a.besoin_id)
   OR NOT EXISTS (SELECT 1 FROM flux WHERE id = a.offre_id)
"""

Row = dict
Check = Callable[[], Iterator[Finding]]


def check_territory(territory: Territory, today: date, feedback: Feedback) -> list[Finding]:
    """Return what is wrong, doubtful or missing in the records of *territory*.

    Args:
        territory: read, never written.
        today: the day on which delays are counted.
        feedback: told how far it is.

    Raises:
        StoreError: the file cannot be read.
        Cancelled: the user asked to stop.
    """
    uri = f"{territory.path.as_uri()}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
            database.set_progress_handler(feedback.cancelled, _STEPS_BETWEEN_CHECKS)
            database.row_factory = lambda cursor, values: {
                column[0]: value for column, value in zip(cursor.description, values)
            }
            # A program may have left text that is not text.
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            return _Inspection(database, territory, today, feedback).run()
    except sqlite3.Error as error:
        if feedback.cancelled():
            raise Cancelled from error
        raise StoreError(
            tr("The tables of {path} cannot be read: {reason}").format(
                path=territory.path, reason=error
            )
        ) from error


class _Inspection:
    """One reading of a territory."""

    def __init__(
        self,
        database: sqlite3.Connection,
        territory: Territory,
        today: date,
        feedback: Feedback,
    ) -> None:
        self._database = database
        self._territory = territory
        self._today = today.isoformat()
        self._feedback = feedback
        self._companies: dict[str, Row] = {}
        self._points: dict[str, tuple[float, float]] = {}

    def run(self) -> list[Finding]:
        for number, row in enumerate(self._rows(_ALL, table("etablissement"))):
            self._pause(number, 0)
            self._companies[row["id"]] = row
            point = blob_point(row[GEOMETRY_COLUMN])
            if point is not None:
                self._points[row["id"]] = point
        checks: tuple[Check, ...] = (
            self._version,
            self._links,
            self._declared,
            self._sirets,
            self._names,
            self._positions,
            self._perimeters,
            self._duplicates,
            self._activities,
            self._codes,
            self._units,
            self._strayed,
            self._closed,
            self._stale,
            self._overdue,
            self._contacts,
            self._verdicts,
        )
        found: list[Finding] = []
        for number, check in enumerate(checks):
            checkpoint(self._feedback, (number + 1) / (len(checks) + 1))
            found += check()
        return found

    # --- The database itself

    def _version(self) -> Iterator[Finding]:
        query = "SELECT valeur FROM actif_meta WHERE cle = 'schema_version'"
        version = self._database.execute(query).fetchone()["valeur"]
        if int(version) < SCHEMA_VERSION:
            yield Finding(
                Severity.WARNING,
                "actif_meta",
                "schema_version",
                "schema_version",
                tr("The tables are those of version {found}; Act'IF now writes {current}.").format(
                    found=version, current=SCHEMA_VERSION
                ),
                tr("Make a new territory and import this one into it."),
            )

    def _links(self) -> Iterator[Finding]:
        tables = {declared.name: declared for declared in TABLES}
        for fault in self._database.execute("PRAGMA foreign_key_check").fetchall():
            name = fault["table"]
            keys = self._database.execute(_FOREIGN_KEYS.substitute(table=quoted(name)))
            column = next(key["from"] for key in keys if key["id"] == fault["fkid"])
            query = _BY_ROW.substitute(table=quoted(name))
            row = self._database.execute(query, (fault["rowid"],)).fetchone() or {}
            yield self._broken_link(tables.get(name), name, column, row)

    def _broken_link(self, declared: Table | None, name: str, column: str, row: Row) -> Finding:
        if declared is not None and (name, column) == ("flux", "etablissement_id"):
            return self._without_company(row)
        alias = declared.field(column).alias if declared is not None else column
        return Finding(
            Severity.ERROR,
            name,
            str(row.get("id", "")),
            _label(declared, row),
            tr("The field “{field}” names a record that no longer exists: {value}.").format(
                field=alias, value=row.get(column)
            ),
            tr("Choose the right record in this field, or delete this one."),
            self._place(name, row),
        )

    def _without_company(self, row: Row) -> Finding:
        return self._finding(
            Severity.ERROR,
            table("flux"),
            row,
            tr("This resource or need belongs to no company."),
            tr("Choose its company, or delete it."),
        )

    def _declared(self) -> Iterator[Finding]:
        """Yield what the declaration of the schema refuses."""
        for declared in _EDITABLE:
            yield from self._keys(declared)
            for field in declared.columns():
                if field.required and field.name != declared.key:
                    for row in self._where(declared, _EMPTY, column=field.name):
                        yield self._missing(declared, field.name, field.alias, row)
                if field.values:
                    accepted = {value for value, _ in field.values}
                    for row in self._where(declared, _FILLED, column=field.name):
                        if row[field.name] not in accepted:
                            yield self._refused(declared, field.alias, row[field.name], row)
                for condition, bound in ((_BELOW, field.minimum), (_ABOVE, field.maximum)):
                    if bound is not None:
                        for row in self._where(declared, condition, bound, column=field.name):
                            low = condition is _BELOW
                            yield self._out_of_bounds(declared, field.name, row, bound, low)
            for start, end in declared.ordered:
                for row in self._where(declared, _REVERSED, start=start, end=end):
                    yield self._finding(
                        Severity.ERROR,
                        declared,
                        row,
                        tr("“{end}” ({last}) comes before “{start}” ({first}).").format(
                            end=declared.field(end).alias,
                            last=row[end],
                            start=declared.field(start).alias,
                            first=row[start],
                        ),
                        tr("Correct one of the two dates."),
                    )

    def _keys(self, declared: Table) -> Iterator[Finding]:
        for row in self._where(declared, _BLANK, column=declared.key):
            yield self._finding(
                Severity.ERROR,
                declared,
                row,
                tr("This record has no identifier."),
                tr("Delete it and enter it again: QField and the other records cannot find it."),
            )
        # Those of SIRETs are told apart, whatever the spaces in them.
        shared = [(declared.key,), *(names for names in declared.unique if names != ("siret",))]
        for names in shared:
            columns = ", ".join(quoted(name) for name in names)
            query = _SHARED.substitute(table=quoted(declared.name), columns=columns)
            for row in self._database.execute(query).fetchall():
                yield self._finding(
                    Severity.ERROR,
                    declared,
                    row,
                    tr("Another record has the same value in: {fields}.").format(
                        fields=", ".join(declared.field(name).alias for name in names)
                    ),
                    tr("Keep one of the two records and delete the other."),
                )

    def _missing(self, declared: Table, name: str, alias: str, row: Row) -> Finding:
        if (declared.name, name) == ("flux", "etablissement_id"):
            return self._without_company(row)
        return self._finding(
            Severity.ERROR,
            declared,
            row,
            tr("The field “{field}” is empty.").format(field=alias),
            tr("Fill it in: the record cannot do without."),
        )

    def _refused(self, declared: Table, alias: str, value: object, row: Row) -> Finding:
        return self._finding(
            Severity.ERROR,
            declared,
            row,
            tr("The field “{field}” does not accept this value: {value}.").format(
                field=alias, value=value
            ),
            tr("Choose a value of its list."),
        )

    def _out_of_bounds(
        self, declared: Table, name: str, row: Row, bound: float, low: bool
    ) -> Finding:
        words = (
            tr("The field “{field}” is {value}, less than {bound}.")
            if low
            else tr("The field “{field}” is {value}, more than {bound}.")
        )
        return self._finding(
            Severity.ERROR,
            declared,
            row,
            words.format(field=declared.field(name).alias, value=row[name], bound=f"{bound:g}"),
            tr("Correct the number, or empty the field."),
        )

    # --- Establishments

    def _sirets(self) -> Iterator[Finding]:
        faults = {
            "length": tr("The SIRET {siret} does not have 14 digits."),
            "digits": tr("The SIRET {siret} holds something else than digits."),
            "key": tr("The SIRET {siret} has a wrong digit: its key does not match."),
        }
        holders: dict[str, list[Row]] = {}
        for number, row in enumerate(self._companies.values()):
            self._pause(number, 0.2)
            siret = compact(row["siret"])
            if not siret:
                continue
            holders.setdefault(siret, []).append(row)
            fault = siret_fault(siret)
            if fault is not None:
                yield self._finding(
                    Severity.ERROR,
                    table("etablissement"),
                    row,
                    faults[fault].format(siret=row["siret"]),
                    tr("Look the SIRET up in the company directory and correct it."),
                )
        for siret, rows in holders.items():
            for row in rows if len(rows) > 1 else ():
                yield self._finding(
                    Severity.ERROR,
                    table("etablissement"),
                    row,
                    tr("The SIRET {siret} is that of {count} records.").format(
                        siret=siret, count=len(rows)
                    ),
                    tr("Merge the records if they are one company, else correct a SIRET."),
                    next(_text(one["id"]) for one in rows if one is not row),
                )

    def _names(self) -> Iterator[Finding]:
        for row in self._companies.values():
            if not _text(row["raison_sociale"]) and not _text(row["enseigne"]):
                yield self._finding(
                    Severity.WARNING,
                    table("etablissement"),
                    row,
                    tr("This establishment has no name."),
                    tr("Write the name or the sign that people know it by."),
                )

    def _positions(self) -> Iterator[Finding]:
        for name, row in self._companies.items():
            if name not in self._points:
                yield self._finding(
                    Severity.WARNING,
                    table("etablissement"),
                    row,
                    tr("This establishment has no position: no answer can reach it."),
                    tr("Geocode its address, or place it on the map."),
                )

    def _perimeters(self) -> Iterator[Finding]:
        index = QgsSpatialIndex()
        engines = {}
        kept: list[QgsGeometry] = []
        for number, row in enumerate(self._rows(_ALL, table("perimetre"))):
            self._pause(number, 0.3)
            shape = QgsGeometry()
            shape.fromWkb(blob_wkb(row[GEOMETRY_COLUMN]))
            if shape.isNull() or shape.isEmpty():
                continue
            # An engine only borrows the geometry that it prepares.
            kept.append(shape)
            engines[number] = QgsGeometry.createGeometryEngine(shape.constGet())
            engines[number].prepareGeometry()
            feature = QgsFeature(number)
            feature.setGeometry(shape)
            index.addFeature(feature)
        if not engines:
            return
        last = None
        for number, (name, (x, y)) in enumerate(self._points.items()):
            self._pause(number, 0.35)
            place = QgsPoint(x, y)
            # A list of companies often runs commune by commune.
            if last is not None and engines[last].intersects(place):
                continue
            around = index.intersects(QgsRectangle(QgsPointXY(x, y), QgsPointXY(x, y)))
            last = next((one for one in around if engines[one].intersects(place)), None)
            if last is None:
                yield self._finding(
                    Severity.WARNING,
                    table("etablissement"),
                    self._companies[name],
                    tr("This establishment lies outside the perimeters of the territory."),
                    tr("Check its position; if it is right, add the perimeter around it."),
                )

    def _duplicates(self) -> Iterator[Finding]:
        # One that closed and one that opened next door are a move, not a mistake.
        rows = [row for row in self._companies.values() if row["etat"] != _CLOSED]
        companies = [_company(row) for row in rows]
        points, metric = self._ground(rows)
        for pair in likely_duplicates(companies, points, metric, _Muffled(self._feedback)):
            first, second = rows[pair.first], rows[pair.second]
            other = _label(table("etablissement"), first)
            siret = _text(first["siret"])
            words = (
                tr("Perhaps the same as {other}: same SIREN, less than 100 m away.")
                if pair.same_siren
                else tr("Perhaps the same as {other}: almost the same name at one address.")
            )
            yield self._finding(
                Severity.WARNING,
                table("etablissement"),
                second,
                words.format(other=f"{other} ({siret})" if siret else other),
                tr(
                    "If it is the same company, select the two and choose “Merge the selected"
                    " companies…” in the Act'IF menu."
                ),
                _text(first["id"]),
            )

    def _ground(self, rows: list[Row]) -> tuple[Floats, Metric]:
        """Return the points of establishments in coordinates that measure metres."""
        nowhere = (math.nan, math.nan)
        xy = np.array([self._points.get(row["id"], nowhere) for row in rows], dtype=np.float64)
        xy = xy.reshape(-1, 2)
        crs = self._territory.crs
        if crs.authid() == _WEB_MERCATOR:
            transform = QgsCoordinateTransform(
                crs, QgsCoordinateReferenceSystem(_WGS84), QgsCoordinateTransformContext()
            )
            for row in xy:
                if np.isfinite(row).all():
                    row[:] = tuple(transform.transform(QgsPointXY(*row)))
        if crs.isGeographic() or crs.authid() == _WEB_MERCATOR:
            return geocentric(xy), Ellipsoidal()
        metres = QgsUnitTypes.DistanceUnit.DistanceMeters
        return xy * QgsUnitTypes.fromUnitToUnitFactor(crs.mapUnits(), metres), Planar()

    def _activities(self) -> Iterator[Finding]:
        versions: dict[str, set[str]] = {}
        for entry in self._database.execute("SELECT code, version FROM ref_naf"):
            versions.setdefault(entry["code"], set()).add(entry["version"])
        aliases = dict(table("etablissement").field("naf_version").values)
        for row in self._companies.values():
            code = _text(row["naf_code"])
            known = versions.get(code)
            if not code or (known and row["naf_version"] in (None, *known)):
                continue
            if known:
                statement = tr("The NAF code {code} is not of {said} but of {right}.").format(
                    code=code,
                    said=aliases.get(row["naf_version"], row["naf_version"]),
                    right=", ".join(aliases[version] for version in sorted(known)),
                )
            else:
                statement = tr("The NAF code {code} exists in no version.").format(code=code)
            yield self._finding(
                Severity.WARNING,
                table("etablissement"),
                row,
                statement,
                tr("Choose the activity in the list, with the version that it belongs to."),
            )

    # --- Resources and needs

    def _codes(self) -> Iterator[Finding]:
        flux = table("flux")
        known = {
            nomenclature.value: {
                entry["code"]
                for entry in self._database.execute(
                    _ALL.substitute(table=quoted(f"ref_{nomenclature.value.lower()}"))
                )
            }
            for nomenclature in Nomenclature
        }
        for number, row in enumerate(self._rows(_ALL, flux)):
            self._pause(number, 0.6)
            code = _text(row["code"])
            said = row["nomenclature"] or Nomenclature.CPF.value
            if not code:
                yield self._finding(
                    Severity.ADVICE,
                    flux,
                    row,
                    tr("This resource or need has no code: no answer is looked for."),
                    tr("Choose a product or a job, even a coarse one."),
                )
            elif said in known and code not in known[said]:
                yield self._wrong_code(row, code, said, known)

    def _wrong_code(self, row: Row, code: str, said: str, known: dict[str, set[str]]) -> Finding:
        parsed = {name: parse_code(code, name) for name in known}
        written = parsed[said]
        if written is not None and written.text in known[said]:
            return self._finding(
                Severity.ADVICE,
                table("flux"),
                row,
                tr("The code {code} is usually written {official}.").format(
                    code=code, official=written.text
                ),
                tr("Choose the code in the list, so that forms show its label."),
            )
        for name, found in parsed.items():
            if found is not None and found.text in known[name]:
                return self._finding(
                    Severity.WARNING,
                    table("flux"),
                    row,
                    tr("The code {code} is of the nomenclature {right}, not {said}.").format(
                        code=code, right=name, said=said
                    ),
                    tr("Choose the nomenclature of the code, or another code."),
                )
        return self._finding(
            Severity.WARNING,
            table("flux"),
            row,
            tr("The code {code} exists in no nomenclature.").format(code=code),
            tr("Choose a product or a job in the list."),
        )

    def _units(self) -> Iterator[Finding]:
        flux = table("flux")
        natures = {
            entry["code"]: set(_text(entry["natures"]).split("|"))
            for entry in self._database.execute("SELECT code, natures FROM ref_unite")
        }
        labels = dict(flux.field("nature").values)
        for row in self._where(flux, _FILLED, column="unite"):
            unit, nature = row["unite"], row["nature"]
            if unit not in natures:
                yield self._finding(
                    Severity.WARNING,
                    flux,
                    row,
                    tr("The unit {unit} does not exist.").format(unit=unit),
                    tr("Choose a unit of the list."),
                )
            elif nature in labels and nature not in natures[unit]:
                yield self._finding(
                    Severity.WARNING,
                    flux,
                    row,
                    tr("The unit {unit} does not suit the nature “{nature}”.").format(
                        unit=unit, nature=labels[nature]
                    ),
                    tr("Choose a unit of this nature, or correct the nature."),
                )

    def _strayed(self) -> Iterator[Finding]:
        for row in self._database.execute(_STRAYED).fetchall():
            yield self._finding(
                Severity.WARNING,
                table("flux"),
                row,
                tr("The point of this record is not that of its company."),
                tr(
                    "Save its company's position again, or tick “{field}” if it is elsewhere."
                ).format(field=table("flux").field("lieu_propre").alias),
            )

    def _closed(self) -> Iterator[Finding]:
        for row in self._database.execute(_OPEN_OF_CLOSED).fetchall():
            company = self._companies[row["etablissement_id"]]
            yield self._finding(
                Severity.WARNING,
                table("flux"),
                row,
                tr("Still open, while {company} has closed.").format(
                    company=_label(table("etablissement"), company)
                ),
                tr("Mark it as lapsed, or give it to the company that took over."),
            )

    def _stale(self) -> Iterator[Finding]:
        for row in self._database.execute(_STALE, (self._today,)).fetchall():
            yield self._finding(
                Severity.WARNING,
                table("flux"),
                row,
                tr("Not confirmed for 12 months: last time on {day}.").format(
                    day=_text(row["date_confirmation"] or row["cree_le"])[:10]
                ),
                tr("Ask the company whether it still holds, then set the date."),
            )

    # --- Follow-up

    def _overdue(self) -> Iterator[Finding]:
        for row in self._database.execute(_OVERDUE, (self._today,)).fetchall():
            yield self._finding(
                Severity.WARNING,
                table("visite"),
                row,
                tr("The next action was due on {day}: {action}").format(
                    day=row["echeance"], action=row["prochaine_action"]
                ),
                tr("Do it, or set another date."),
            )

    def _contacts(self) -> Iterator[Finding]:
        for row in self._where(table("contact"), _BLANK, column="date_accord"):
            yield self._finding(
                Severity.WARNING,
                table("contact"),
                row,
                tr("Personal data without the date on which the person agreed."),
                tr("Ask for the agreement and note its date, or delete the contact."),
            )

    def _verdicts(self) -> Iterator[Finding]:
        for row in self._database.execute(_LOST_VERDICTS).fetchall():
            yield self._finding(
                Severity.ADVICE,
                table("avis"),
                row,
                tr("This verdict speaks of a resource or a need that no longer exists."),
                tr("Keep it if the record is to be imported again; else delete it."),
            )

    # --- What all share

    def _rows(self, query: Template, declared: Table) -> list[Row]:
        return self._database.execute(query.substitute(table=quoted(declared.name))).fetchall()

    def _where(
        self, declared: Table, condition: Template, *values: object, **columns: str
    ) -> list[Row]:
        names = {part: quoted(column) for part, column in columns.items()}
        query = condition.substitute(names, table=quoted(declared.name))
        return self._database.execute(query, values).fetchall()

    def _pause(self, number: int, fraction: float) -> None:
        if number % _ROWS_BETWEEN_CHECKS == 0:
            checkpoint(_Muffled(self._feedback), fraction)

    def _finding(
        self,
        severity: Severity,
        declared: Table,
        row: Row,
        statement: str,
        remedy: str,
        other: str = "",
    ) -> Finding:
        return Finding(
            severity,
            declared.name,
            _text(row.get(declared.key)),
            _label(declared, row),
            statement,
            remedy,
            self._place(declared.name, row),
            other,
        )

    def _place(self, name: str, row: Row) -> tuple[float, float] | None:
        """Return the record's own point, else that of its company."""
        own = blob_point(row.get(GEOMETRY_COLUMN)) if name in ("etablissement", "flux") else None
        return own or self._points.get(row.get("etablissement_id"))


class _Muffled:
    """Passes on whether to stop, and keeps the progress of a part to itself."""

    def __init__(self, feedback: Feedback) -> None:
        self._feedback = feedback

    def progress(self, fraction: float) -> None:
        """Say nothing."""

    def cancelled(self) -> bool:
        return self._feedback.cancelled()


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _label(declared: Table | None, row: Row) -> str:
    """Return what people call a record."""
    if declared is None:
        return ""
    if declared.name == "etablissement":
        names = (_text(row.get(name)) for name in ("raison_sociale", "enseigne", "siret"))
        return next((name for name in names if name), "")
    return _text(row.get(declared.display))


def _company(row: Row) -> Company:
    names = (_text(row["raison_sociale"]), _text(row["enseigne"]))
    town = (_text(row[name]) for name in ("code_postal", "commune_insee", "commune_nom"))
    return Company(
        names=tuple(name for name in names if name),
        siren=compact(row["siren"]) or compact(row["siret"])[:9],
        address=_text(row["adresse"]),
        town=next((name for name in town if name), ""),
    )
