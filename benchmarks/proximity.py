"""Who could answer whom in generated territories, beside what a user would pick instead.

Each peer answers the same question: the five nearest offers of the same group within 20 km of each
need, into a GeoPackage or a table. Its answers must be ours, to the millimetre.
"""

from __future__ import annotations

import ctypes
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr
from qgis.core import QgsVectorLayer
from scipy.spatial import cKDTree

from actif_plugin.domain.codes import Level, parse_code
from actif_plugin.domain.matching import UNKNOWN_OWNER, Flows, Index, match
from benchmarks.territories import write_flows
from tests.qgis.cluster import Postgis, binaries, cluster

_SIZES = (10_000, 100_000, 1_000_000)
_NEIGHBORS = 5
_MAX_DISTANCE_M = 20_000
_ROUNDS = 3
_COMPANIES_ASKED = 200
_FLOWS_A_COMPANY = 5
_MOST_MEMORY_MIB = 2048
_MOST_GROWTH = 12
# Written without a spatial index, as the question wants it; the GiST it reads is made before, and
# its time is told apart.
_POSTGIS_ANSWERS = (
    "CREATE TABLE reponses AS SELECT n.id AS besoin_id, o.id AS offre_id, n.code AS code_besoin,"
    " o.code AS code_offre, o.rang, o.distance_m, ST_MakeLine(n.geom, o.geom) AS geom"
    " FROM besoins n CROSS JOIN LATERAL (SELECT q.*, row_number() OVER () AS rang,"
    " q.geom <-> n.geom AS distance_m FROM (SELECT * FROM offres o WHERE o.code = n.code"
    f" AND ST_DWithin(o.geom, n.geom, {_MAX_DISTANCE_M}) ORDER BY o.geom <-> n.geom"
    f" LIMIT {_NEIGHBORS}) q) o"
)


def proximity_beside_others(folder: Path) -> list[dict]:
    """Return the rows of the proximity benchmark."""
    sources = {}
    for size in _SIZES:
        sources[size] = folder / f"flux{size}.gpkg"
        write_flows(sources[size], size)
    times = {size: _best(lambda s=size: _answer(sources[s], folder)) for size in _SIZES}
    rows = [
        _beside_native(folder / str(size), sources[size], size, times[size], target)
        for size, target in ((10_000, 1), (100_000, 15))
    ]
    rows += _beside_postgis(folder, sources[1_000_000], times[1_000_000])
    rows += _beside_trees(sources[1_000_000], times[1_000_000])
    rows.append(
        _at_most(
            "croissance du temps de 100 000 à 1 000 000 flux",
            times[1_000_000],
            times[100_000],
            _MOST_GROWTH,
            "s",
        )
    )
    rows.append(
        _at_most(
            "mémoire à 1 000 000 flux, QGIS compris / 2 Gio",
            _in_child("run", sources[1_000_000], folder),
            _MOST_MEMORY_MIB,
            1,
            "Mio",
        )
    )
    rows.append(_missing_links(sources[1_000_000], folder))
    return rows


def _question(source: Path, folder: Path) -> dict:
    return {
        "NEEDS": f"{source}|layername=besoins",
        "OFFERS": f"{source}|layername=offres",
        "NEIGHBORS": _NEIGHBORS,
        "MAX_DISTANCE": _MAX_DISTANCE_M,
        "OUTPUT": str(folder / "reponses.gpkg"),
        "UNANSWERED": None,
    }


def _answer(source: Path, folder: Path) -> None:
    import processing

    processing.run("actif:answerneeds", _question(source, folder))


def _beside_native(folder: Path, source: Path, size: int, ours: float, target: float) -> dict:
    import processing

    folder.mkdir()

    _answer(source, folder)
    found = set(_answers(folder / "reponses.gpkg", "besoin_id", "offre_id", "distance_m"))
    parts: list[Path] = []

    def native() -> None:
        needs, offers = (
            QgsVectorLayer(f"{source}|layername={name}") for name in ("besoins", "offres")
        )
        for code in sorted(needs.uniqueValues(needs.fields().indexOf("code"))):
            for layer in (needs, offers):
                layer.setSubsetString(f"\"code\" = '{code}'")
            parts.append(folder / f"{code}.gpkg")
            processing.run(
                "native:joinbynearest",
                {
                    "INPUT": needs,
                    "INPUT_2": offers,
                    "PREFIX": "o_",
                    "DISCARD_NONMATCHING": True,
                    "NEIGHBORS": _NEIGHBORS,
                    "MAX_DISTANCE": _MAX_DISTANCE_M,
                    "OUTPUT": str(parts[-1]),
                },
            )

    # QGIS keeps a connection open for each of the filters.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    peer = _timed(native)
    expected = {row for part in parts for row in _answers(part, "id", "o_id", "distance")}
    _same(found, expected)
    name = f"answerneeds, {size} flux / native:joinbynearest par code"
    return _row(name, ours, peer, target, "s")


def _beside_postgis(folder: Path, source: Path, ours: float) -> list[dict]:
    programs = binaries()
    if programs is None:
        print("PostgreSQL n'est pas installé : la comparaison avec PostGIS n'est pas faite.")
        return []
    _answer(source, folder)
    found = set(_answers(folder / "reponses.gpkg", "besoin_id", "offre_id", "distance_m"))
    with cluster(programs) as database:
        database.sql("CREATE EXTENSION btree_gist")
        _load(database, source)
        index = _timed(
            lambda: database.sql("CREATE INDEX ON offres USING gist (code, geom); ANALYZE")
        )
        peer = _timed(lambda: database.sql(_POSTGIS_ANSWERS))
        rows = database.sql(
            "SELECT besoin_id, offre_id, round(distance_m::numeric, 3) FROM reponses"
        )
        expected = {
            (need, offer, float(metres))
            for need, offer, metres in (row.split("|") for row in rows.splitlines())
        }
    _same(found, expected)
    return [
        _row("answerneeds, 1000000 flux / PostGIS, index déjà fait", ours, peer, 5, "s"),
        _row("answerneeds, 1000000 flux / PostGIS, index compris", ours, peer + index, 5, "s"),
    ]


def _load(database: Postgis, source: Path) -> None:
    target = f"PG:{database.uri}"
    for name in ("besoins", "offres"):
        gdal.VectorTranslate(
            target,
            str(source),
            layers=[name],
            layerName=name,
            format="PostgreSQL",
            accessMode="append",
            layerCreationOptions=["SPATIAL_INDEX=NONE", "GEOMETRY_NAME=geom"],
        )


def _beside_trees(source: Path, whole: float) -> list[dict]:
    """The matching alone beside bare trees, and one company's question beside the whole run."""
    needs, offers = (_flows(source, name) for name in ("besoins", "offres"))

    def bare() -> None:
        for code in range(len(needs.codes)):
            tree = cKDTree(offers.points[offers.code == code])
            tree.query(
                needs.points[needs.code == code],
                k=_NEIGHBORS,
                distance_upper_bound=_MAX_DISTANCE_M,
                workers=-1,
            )

    question = {"neighbors": _NEIGHBORS, "max_distance": _MAX_DISTANCE_M}
    ours = _best(lambda: match(needs, offers, level=Level.GROUP, **question))
    rows = [_at_most("rapprochement seul, 1000000 flux / cKDTree nu", ours, _best(bare), 1.5, "s")]
    memory = _in_child("index", source)
    index = Index(offers, Level.GROUP)
    index.prepare()
    dice = np.random.default_rng(82)
    companies = dice.integers(0, len(needs), (_COMPANIES_ASKED, _FLOWS_A_COMPANY))

    def ask() -> None:
        for company in companies:
            index.ask(needs.subset(company), **question)

    one = _best(ask) / _COMPANIES_ASKED
    name = f"une entreprise, 1000000 flux (index {memory:.0f} Mio) / tout"
    rows.append(_row(name, 1000 * one, 1000 * whole, 200, "ms"))
    return rows


def _missing_links(source: Path, folder: Path) -> dict:
    import processing

    once = _question(source, folder) | {"NEIGHBORS": 1, "UNANSWERED": str(folder / "sans.gpkg")}
    peer = _best(lambda: processing.run("actif:answerneeds", once))
    links = {
        "NEEDS": once["NEEDS"],
        "OFFERS": once["OFFERS"],
        "MAX_DISTANCE": _MAX_DISTANCE_M,
        "OUTPUT": str(folder / "couverture.gpkg"),
        "ORPHAN_NEEDS": str(folder / "besoins.gpkg"),
        "ORPHAN_RESOURCES": str(folder / "ressources.gpkg"),
    }
    ours = _best(lambda: processing.run("actif:missinglinks", links))
    return _at_most("missinglinks, 1000000 flux / answerneeds à une réponse", ours, peer, 1.3, "s")


def _in_child(what: str, *given: Path) -> float:
    """Return what a process that does nothing else prints, MiB of memory."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.proximity", what, *map(str, given)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[1],
    )
    return float(done.stdout.split()[-1])


def _weigh_index(source: Path) -> None:
    offers = _flows(source, "offres")
    # What reading left free would otherwise be taken again, unseen.
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    before = _memory_mib("VmRSS")
    index = Index(offers, Level.GROUP)
    index.prepare()
    print(_memory_mib("VmRSS") - before)


def _run_once(source: Path, folder: Path) -> None:
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python/plugins"))
    from processing.core.Processing import Processing

    from actif_plugin.processing.provider import ActifProvider

    Processing.initialize()
    provider = ActifProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    _answer(source, folder)
    print(_memory_mib("VmHWM"))


def _flows(source: Path, name: str) -> Flows:
    dataset = ogr.Open(str(source))
    batches = [
        (batch["id"].astype(np.str_), batch["code"].astype(np.str_), batch["geom"].tolist())
        for batch in dataset.GetLayerByName(name).GetArrowStreamAsNumPy()
    ]
    codes, code = np.unique(np.concatenate([batch[1] for batch in batches]), return_inverse=True)
    shapes = b"".join(shape for batch in batches for shape in batch[2])
    points = np.frombuffer(shapes, dtype=np.dtype([("start", "V5"), ("xy", "<f8", (2,))]))["xy"]
    return Flows(
        ids=np.concatenate([batch[0] for batch in batches]),
        points=np.ascontiguousarray(points),
        code=code.astype(np.int64),
        codes=tuple(parse_code(text) for text in codes.tolist()),
        owner=np.full(len(points), UNKNOWN_OWNER),
        reach=np.full(len(points), np.inf),
    )


def _answers(path: Path, need: str, offer: str, distance: str) -> Iterator[tuple]:
    """Yield (need, offer, metres to the millimetre)."""
    dataset = ogr.Open(str(path))
    layer = dataset.GetLayer(0)
    definition = layer.GetLayerDefn()
    names = [definition.GetFieldDefn(n).GetName() for n in range(definition.GetFieldCount())]
    layer.SetIgnoredFields([name for name in names if name not in (need, offer, distance)])
    for batch in layer.GetArrowStreamAsNumPy():
        columns = [batch[name].tolist() for name in (need, offer, distance)]
        yield from ((n.decode(), o.decode(), round(d, 3)) for n, o, d in zip(*columns))


def _same(found: set, expected: set) -> None:
    """Refuse to compare runs that do not say the same."""
    odd = found ^ expected
    # Rounded to the millimetre by two programs, a half may fall on either side.
    near = {(n, o, round(d + step, 3)) for n, o, d in odd for step in (-0.001, 0.001)}
    if {row[:2] for row in odd & expected} != {row[:2] for row in odd & found} or odd - near:
        raise SystemExit(f"answers differ: {len(found - expected)} and {len(expected - found)}")


def _memory_mib(measure: str) -> float:
    """Return a measure of this process's memory, as Linux tells it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in lines if line.startswith(f"{measure}:"))
    return int(line.split()[1]) / 1024


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _best(work: Callable[[], object]) -> float:
    return min(_timed(work) for _ in range(_ROUNDS))


def _row(name: str, ours: float, peer: float, target: float, unit: str) -> dict:
    """Return a measure in which the peer takes at least *target* times as long."""
    ratio = peer / ours
    return {
        "name": name,
        "ours": ours,
        "peer": peer,
        "unit": unit,
        "ratio": ratio,
        "target": target,
        "ok": ratio >= target,
    }


def _at_most(name: str, ours: float, peer: float, target: float, unit: str) -> dict:
    """Return a measure in which we take at most *target* times what the peer takes."""
    row = _row(name, peer, ours, target, unit)
    return row | {"ours": ours, "peer": peer, "ok": row["ratio"] <= target}


if __name__ == "__main__":
    asked, *given = sys.argv[1:]
    {"run": _run_once, "index": _weigh_index}[asked](*map(Path, given))
