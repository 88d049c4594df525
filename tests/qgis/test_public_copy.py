"""`actif:publiccopy`: what of a territory can be found in the project that is handed over.

In a copy of the demonstration every name, number, address, contact and free text is turned into a
marker, and one company agrees to be named. What is written is then read down to its last byte.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from osgeo import ogr
from qgis.core import (
    QgsBookmark,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPrintLayout,
    QgsProcessingContext,
    QgsProject,
    QgsReferencedRectangle,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize
from scipy.optimize import linprog

from actif_plugin.printing.own_project import own_project
from actif_plugin.printing.perimeter_figures import NATURE_CODES
from actif_plugin.processing.atlas_books import PublicBook
from actif_plugin.processing.atlas_work import Work
from actif_plugin.store.project import territory_layers
from actif_plugin.store.publishing import package_of, published
from tests.qgis.harness import Recorder, Runner, rows_of, run_program, small_disk, sql
from tests.qgis.test_masked_export import marked

MARK = "ZQX"
OPEN_NAME, OPEN_SIRET, OPEN_COMMUNE = "Scierie Témoin", "39201478500013", "Commune-Témoin"
OPEN_WORDS, OPEN_NOTE = "Copeaux témoins", "Sept bennes témoins"
NATURES = [code or "non_precisee" for code in NATURE_CODES]
# Of a table's columns, those that say nothing of a figure.
NO_FIGURES = {"fid", "geom", "code", "nom", "masque", "chiffres_masques"}
PERIMETERS = {"epci": "epci", "commune": "communes", "zae": "zones_d_activites"}


@dataclass(frozen=True)
class Copied:
    """A public copy: its files, the territory that it is of, and what may not be found.

    Attributes:
        project, package: the copy.
        store: the territory.
        doubles: coordinates and amounts of records that are not public.
        log: what was said.
    """

    project: Path
    package: Path
    store: Path
    doubles: list[float]
    log: Recorder


def reals(store: Path) -> list[float]:
    """Return the exact coordinates and amounts of all that is not public."""
    found: set[float] = set()
    open_places = set()
    for table in ("etablissement", "flux", "synergie"):
        for feature in QgsVectorLayer(f"{store}|layername={table}", "t", "ogr").getFeatures():
            place = {n for v in feature.geometry().vertices() for n in (v.x(), v.y())}
            amounts = [feature[n] for n in AMOUNTS.get(table, ()) if isinstance(feature[n], float)]
            if feature["confidentialite"] == "public" and OPEN_NAME in sheet_of(store, feature):
                open_places |= place
            else:
                found |= place | set(amounts)
    # A synergy, or a neighbour, may stand where a public company does.
    return sorted(found - open_places)


AMOUNTS = {
    "flux": ("quantite", "cout_annuel", "taux_utilisation", "rayon_max_km"),
    "synergie": ("tonnage_an", "distance_avant_km", "economie_eur_an"),
}


def sheet_of(store: Path, feature) -> str:
    """Return what the company of a record is called."""
    names = feature.fields().names()
    key = feature["etablissement_id"] if "etablissement_id" in names else feature["id"]
    rows = sql(store, "SELECT enseigne FROM etablissement WHERE id = ?", key)
    return str(rows[0][0]) if rows else ""


def hide(folder: Path) -> None:
    """Mark all that a copied demonstration knows, and make one company and one record public."""
    store = folder / "tarn-et-garonne.gpkg"
    assert len(marked(store)) > 500
    for table, columns in {
        "perimetre": "source_valeurs organisme cree_par modifie_par",
        "avis": "motif auteur organisme cree_par",
        "synonyme": "terme organisme cree_par",
    }.items():
        for column in columns.split():
            sql(store, f'UPDATE "{table}" SET "{column}" = \'{MARK}{column}\' || fid')
    for table, columns in AMOUNTS.items():
        for at, column in enumerate(columns):
            sql(store, f'UPDATE "{table}" SET "{column}" = {at + 1}7.0312574 + fid / 977.0')
    results = ogr.Open(str(folder / "resultats.gpkg"), update=1)
    for number in range(results.GetLayerCount()):
        layer = results.GetLayer(number)
        for field in layer.schema:
            if field.type == ogr.OFTString and not field.name.endswith(("id", "ids")):
                mark = f"'{MARK}{field.name}' || fid"
                results.ExecuteSQL(f'UPDATE "{layer.GetName()}" SET "{field.name}" = {mark}')
    results = None
    ((company,),) = sql(
        store,
        "SELECT etablissement_id FROM flux WHERE coalesce(statut, 'ouvert') = 'ouvert'"
        " GROUP BY 1 HAVING count(*) > 2 ORDER BY 1 LIMIT 1",
    )
    sql(
        store,
        "UPDATE etablissement SET confidentialite = 'public', enseigne = ?, siret = ?,"
        " commune_nom = ? WHERE id = ?",
        OPEN_NAME,
        OPEN_SIRET,
        OPEN_COMMUNE,
        company,
    )
    sql(
        store,
        "UPDATE flux SET confidentialite = 'public', libelle = ?, description = ?, quantite = 12.5"
        " WHERE fid = (SELECT min(fid) FROM flux WHERE etablissement_id = ?"
        " AND coalesce(statut, 'ouvert') = 'ouvert')",
        OPEN_WORDS,
        OPEN_NOTE,
        company,
    )
    # Public records of companies that are not, and public ones that are closed, stay unnamed.
    sql(
        store,
        "UPDATE flux SET confidentialite = 'public' WHERE fid % 3 = 0 AND etablissement_id <> ?",
        company,
    )
    sql(
        store,
        "UPDATE flux SET confidentialite = 'public', statut = 'satisfait' WHERE fid ="
        " (SELECT max(fid) FROM flux WHERE etablissement_id = ?)",
        company,
    )


def furnish(path: Path) -> None:
    """Give a project what users give theirs: layouts, bookmarks, variables, themes, an author."""
    project = QgsProject()
    assert project.read(str(path))
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName(f"{MARK} layout")
    project.layoutManager().addLayout(layout)
    bookmark = QgsBookmark()
    bookmark.setId(f"{MARK} bookmark")
    bookmark.setName(f"{MARK} bookmark")
    bookmark.setExtent(QgsReferencedRectangle(project.viewSettings().defaultViewExtent()))
    project.bookmarkManager().addBookmark(bookmark)
    QgsExpressionContextUtils.setProjectVariable(project, "note", f"{MARK} variable")
    project.writeEntry("notes", "/mine", f"{MARK} entry")
    metadata = project.metadata()
    metadata.setAuthor(f"{MARK} author")
    metadata.setHistory([f"{MARK} history"])
    project.setMetadata(metadata)
    themes = project.mapThemeCollection()
    themes.insert(f"{MARK} theme", themes.mapThemeState(themes.mapThemes()[0]))
    assert project.write()
    sip.delete(project)


@pytest.fixture(scope="module")
def territory(demo, tmp_path_factory) -> Path:
    """The demonstration with all that is not public marked; returns its store."""
    folder = tmp_path_factory.mktemp("secret")
    for file in demo.folder.iterdir():
        if file.suffix in (".gpkg", ".qgz"):
            shutil.copy(file, folder)
    hide(folder)
    furnish(folder / demo.project.name)
    return folder / demo.store.name


@pytest.fixture(scope="module")
def copy(territory, tmp_path_factory) -> Copied:
    """Its public copy."""
    path = tmp_path_factory.mktemp("remise") / "copie.qgz"
    runner = Runner()
    log = Recorder()
    done = runner("publiccopy", log, PROJECT=str(territory.with_suffix(".qgz")), OUTPUT=str(path))
    sip.delete(runner.project)
    assert done["OUTPUT"] == str(path)
    assert done["STORE"] == str(path.with_suffix(".gpkg"))
    return Copied(path, Path(done["STORE"]), territory, reals(territory), log)


@dataclass(frozen=True)
class Small:
    """A demonstration whose figures are masked in a moment: its folder, project and package."""

    folder: Path
    project: Path
    store: Path


@pytest.fixture(scope="module")
def small(demo, tmp_path_factory) -> Small:
    """The demonstration with a few EPCI as only perimeters; not to be written."""
    folder = tmp_path_factory.mktemp("petit")
    for file in (demo.project, demo.store, demo.folder / "resultats.gpkg"):
        shutil.copy(file, folder)
    base = ogr.Open(str(folder / demo.store.name), update=1)
    base.ExecuteSQL("DELETE FROM perimetre WHERE type <> 'epci' OR fid % 3 <> 0")
    base = None
    return Small(folder, folder / demo.project.name, folder / demo.store.name)


@pytest.fixture
def opened(copy, tmp_path) -> Iterator[QgsProject]:
    """The copy as somebody else opens it, in a folder of theirs."""
    folder = tmp_path / "chez l'élu"
    shutil.copytree(copy.project.parent, folder)
    project = QgsProject()
    assert project.read(str(folder / copy.project.name))
    yield project
    sip.delete(project)


def contents(*paths: Path) -> bytes:
    """Return all bytes of files, and of what is packed in them, with their names."""
    found = []
    for path in paths:
        found += [path.name.encode(), path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    found += [name.encode(), archive.read(name)]
    return b"\n".join(found)


def cells(package: Path) -> Iterator[object]:
    """Yield every value of every table of a GeoPackage, those of its system included."""
    for (name,) in sql(package, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in sql(package, f'SELECT * FROM "{name}"'):
            yield from row


def in_any_code(word: str) -> list[bytes]:
    return [word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]


def places(doubles: list[float]) -> list[bytes]:
    """Return numbers as databases, geometries and texts write them."""
    as_bytes = [struct.pack(order + "d", one) for one in doubles for order in "<>"]
    return as_bytes + [f"{one:.2f}".encode() for one in doubles if abs(one) > 1000]


# --- Nothing of a record that is not public -------------------------------------------------------


def test_the_search_can_fail(copy):
    """The same search finds the marks and the places where they are."""
    content = contents(copy.store, copy.store.with_suffix(".qgz"))
    assert content.count(MARK.encode()) > 2000
    for thing in ("layout", "bookmark", "variable", "entry", "author", "history", "theme"):
        assert f"{MARK} {thing}".encode() in content, thing
    found = sum(place in content for place in places(copy.doubles))
    assert found > 1000
    handed = contents(copy.project, copy.package)
    for word in (OPEN_NAME, OPEN_SIRET, OPEN_COMMUNE, OPEN_WORDS, OPEN_NOTE):
        assert word.encode() in handed


def test_no_word_of_a_record_is_in_any_byte(copy):
    content = contents(*copy.project.parent.iterdir())
    for code in in_any_code(MARK):
        assert code not in content
    assert not [cell for cell in cells(copy.package) if MARK in str(cell)]


def test_no_coordinate_and_no_amount_of_a_record_is_in_any_byte(copy):
    content = contents(*copy.project.parent.iterdir())
    assert len(copy.doubles) > 800
    assert [place for place in places(copy.doubles) if place in content] == []


def test_no_identifier_of_a_record(copy):
    content = contents(*copy.project.parent.iterdir())
    keys = [
        key
        for table in ("etablissement", "flux", "visite", "contact", "synergie", "perimetre")
        for (key,) in sql(copy.store, f'SELECT id FROM "{table}"')
    ]
    assert len(keys) > 500
    assert [key for key in keys if key.encode() in content] == []


def test_two_files_and_nothing_beside_them(copy):
    assert sorted(path.name for path in copy.project.parent.iterdir()) == [
        "copie.gpkg",
        "copie.qgz",
    ]
    with zipfile.ZipFile(copy.project) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".qgd")]
    assert sql(copy.package, "PRAGMA freelist_count") == [(0,)]
    # 1 and 1: no journal is expected beside the file.
    assert copy.package.read_bytes()[18:20] == b"\x01\x01"
    tables = {name for (name,) in sql(copy.package, "SELECT name FROM sqlite_master")}
    assert not {name for name in tables if "style" in name or "metadata" in name}


def test_the_project_tells_neither_who_nor_where(copy):
    content = contents(copy.project)
    for place in (copy.store.parent, copy.project.parent, Path.home()):
        assert len(str(place)) > 4
        assert str(place).encode() not in content
    for word in (b"tarn-et-garonne.gpkg", b"resultats", b"saveUser", b"/tmp/", b"file:"):
        assert word not in content
    author = re.search(rb"<author>(.*?)</author>|<author/>", content)
    assert author
    assert not author[1]


# --- What is public -------------------------------------------------------------------------------


def test_who_and_what_is_public_is_named(copy):
    ((name, siret, commune, naf, activity),) = sql(
        copy.package, "SELECT nom, siret, commune, naf_code, activite FROM etablissements_publics"
    )
    assert (name, siret, commune) == (OPEN_NAME, OPEN_SIRET, OPEN_COMMUNE)
    ((code,),) = sql(copy.store, "SELECT naf_code FROM etablissement WHERE siret = ?", siret)
    assert naf == code
    ((label,),) = sql(copy.store, "SELECT libelle_fr FROM ref_naf WHERE code = ? LIMIT 1", code)
    assert activity == label
    tables = {name for (name,) in sql(copy.package, "SELECT table_name FROM gpkg_contents")}
    (table,) = tables & {"ressources_publiques", "besoins_publics"}
    assert sql(
        copy.package, f"SELECT libelle, description, quantite, etablissement, siret FROM {table}"
    ) == [(OPEN_WORDS, OPEN_NOTE, 12.5, OPEN_NAME, OPEN_SIRET)]


def test_columns_of_named_records_are_a_closed_list(copy):
    def columns(table: str) -> str:
        return " ".join(row[1] for row in sql(copy.package, f'PRAGMA table_info("{table}")'))

    assert columns("etablissements_publics") == "fid geom nom siret commune naf_code activite"
    records = "fid geom libelle nature code produit description quantite unite periodicite"
    shown = {columns("ressources_publiques"), columns("besoins_publics")} - {""}
    assert shown == {f"{records} etablissement siret"}


def test_a_territory_where_nobody_agreed_names_nobody(run, small, tmp_path):
    done = run("publiccopy", PROJECT=str(small.project), OUTPUT=str(tmp_path / "copie.qgz"))
    tables = {name for (name,) in sql(Path(done["STORE"]), "SELECT table_name FROM gpkg_contents")}
    assert not {name for name in tables if "publi" in name} - {"copie_publique"}
    content = contents(tmp_path / "copie.gpkg", tmp_path / "copie.qgz")
    names = sql(small.store, "SELECT raison_sociale FROM etablissement WHERE raison_sociale <> ''")
    assert len(names) > 100
    assert [name for (name,) in names if name.encode() in content] == []
    assert any("0 companies and 0 records by name" in told for told in done.log.infos)


# --- The figures are those of the atlas -----------------------------------------------------------


def table(package: Path, name: str) -> dict[tuple[str, str], dict[str, int | None]]:
    """Return the figures of each row of a table, by code and name."""
    columns = [row[1] for row in sql(package, f'PRAGMA table_info("{name}")')]
    rows = [dict(zip(columns, row)) for row in sql(package, f'SELECT * FROM "{name}"')]
    return {
        (row.get("code", ""), row["nom"]): {
            column: value for column, value in row.items() if column not in NO_FIGURES
        }
        for row in rows
    }


def printed(figures) -> dict[str, int | None]:
    """Return what a page of the atlas prints, under the names of the columns of the copy."""
    return {
        "etablissements": figures.establishments,
        "etablissements_visites": figures.visited,
        "ressources": figures.all_offers,
        "besoins": figures.all_needs,
        "besoins_sans_reponse": figures.unanswered,
        "engages_realisees": figures.realised,
        "engages_en_projet": figures.ahead,
        **{f"ressources_{code}": count for code, count in zip(NATURES, figures.offers)},
        **{f"besoins_{code}": count for code, count in zip(NATURES, figures.needs)},
    }


@pytest.fixture(scope="module")
def atlas(copy, provider) -> dict[str, dict[tuple[str, str], dict[str, int | None]]]:
    """What the pages of the atlas for elected officials tell, by kind, code and name."""
    project = QgsProject()
    assert project.read(str(copy.store.with_suffix(".qgz")))
    work = Work(project, territory_layers(project), QgsProcessingContext(), Recorder())
    maker = PublicBook(work, own_project(project))
    pages = maker.made(work.known, "", "A4")[0].pages
    found: dict[str, dict[tuple[str, str], dict[str, int | None]]] = {}
    for one, page in zip(work.known, pages):
        found.setdefault(one.kind, {})[one.code, one.name] = printed(page.figures)
    del work, pages
    sip.delete(maker.project)
    sip.delete(project)
    return found


@pytest.mark.parametrize("kind", PERIMETERS)
def test_figures_and_masks_are_those_of_the_atlas(copy, atlas, kind):
    """Each cell of the copy, read with SQL, beside the page of the atlas for elected officials."""
    told = table(copy.package, PERIMETERS[kind])
    assert len(told) > 5
    assert told == atlas[kind]
    values = [value for row in told.values() for value in row.values()]
    assert None in values
    assert any(values)


def test_masks_are_told(copy):
    for name in (*PERIMETERS.values(), "territoire"):
        columns = [row[1] for row in sql(copy.package, f'PRAGMA table_info("{name}")')]
        for row in sql(copy.package, f'SELECT * FROM "{name}"'):
            values = dict(zip(columns, row))
            masked = sum(values[column] is None for column in columns if column not in NO_FIGURES)
            assert values["chiffres_masques"] == masked
            assert values["masque"] == ("oui" if masked else "non")


def test_the_symbols_show_the_same_figures(copy):
    for kind, name in PERIMETERS.items():
        told = table(copy.package, name)
        sides = ("ressources", "besoins")
        shown = {
            (who[1], side): row[side]
            for who, row in told.items()
            for side in sides
            if any(row[one] for one in sides)
        }
        rows = sql(copy.package, f"SELECT zone_nom, sens, nombre FROM {kind}_nombre_par_zone")
        assert {(zone, side): count for zone, side, count in rows} == shown
        hatched = sql(copy.package, f"SELECT zone_nom FROM {kind}_au_moins_un_chiffre_masque")
        assert {zone for (zone,) in hatched} == {
            who[1] for who, row in told.items() if None in [row[side] for side in sides]
        }


def found_by_sums(sums: list[np.ndarray], values: np.ndarray) -> list[tuple[int, float]]:
    """Attack a table: return the masked cells with somebody in them that sums give away.

    Args:
        sums: what is known to be zero: each line @ cells.
        values: the cells, NaN where masked.

    Returns:
        Cells and what they are.
    """
    bounds = [(0, MOST) if np.isnan(one) else (one, one) for one in values]
    rows, zeros = np.array(sums), np.zeros(len(sums))
    found = []
    for cell in np.flatnonzero(np.isnan(values)):
        aim = np.zeros(len(values))
        aim[cell] = 1
        ends = [linprog(sign * aim, A_eq=rows, b_eq=zeros, bounds=bounds) for sign in (1, -1)]
        assert all(end.status == 0 for end in ends)
        low, high = ends[0].fun, -ends[1].fun
        # That nobody is somewhere tells of nobody.
        if high > 0.01 and high - low < 0.99:
            found.append((int(cell), high))
    return found


MOST = 1000


def test_the_attack_can_succeed():
    """Two masked cells of three under a total, then one."""
    total = np.array([1.0, 1.0, 1.0, -1.0])
    assert found_by_sums([total], np.array([np.nan, np.nan, 5, 9])) == []
    assert found_by_sums([total], np.array([np.nan, 3, 5, 9])) == [(0, 1.0)]


@pytest.mark.parametrize("side", ["ressources", "besoins"])
def test_no_masked_nature_is_found_by_sums(copy, side):
    """Natures add up to totals, and EPCI to the territory."""
    epci = list(table(copy.package, "epci").values())
    (whole,) = table(copy.package, "territoire").values()
    columns = [side, *(f"{side}_{code}" for code in NATURES)]
    grid = np.array(
        [[np.nan if row[c] is None else row[c] for c in columns] for row in [*epci, whole]],
        dtype=float,
    )
    sums = []
    for row in range(len(grid)):
        line = np.zeros(grid.shape)
        line[row, 0], line[row, 1:] = -1, 1
        sums.append(line.ravel())
    for column in range(len(columns)):
        line = np.zeros(grid.shape)
        line[:-1, column], line[-1, column] = 1, -1
        sums.append(line.ravel())
    assert np.isnan(grid).any()
    assert found_by_sums(sums, grid.ravel()) == []


@pytest.mark.parametrize(
    "column",
    ["etablissements", "etablissements_visites", "ressources", "besoins", "besoins_sans_reponse"],
)
def test_no_masked_commune_is_found_by_sums(copy, column):
    """Communes add up to their EPCI, and EPCI to the territory."""
    communes, epci = (table(copy.package, name) for name in ("communes", "epci"))
    parents = dict(
        sql(copy.store, "SELECT code, parent_code FROM perimetre WHERE type = 'commune'")
    )
    rows = [*communes.values(), *epci.values(), *table(copy.package, "territoire").values()]
    values = np.array([np.nan if row[column] is None else row[column] for row in rows], float)
    sums = []
    for at, (code, _) in enumerate(epci):
        line = np.zeros(len(rows))
        line[: len(communes)] = [parents[commune] == code for commune, _ in communes]
        line[len(communes) + at] = -1
        sums.append(line)
    line = np.zeros(len(rows))
    line[len(communes) : -1], line[-1] = 1, -1
    assert np.isnan(values).any()
    assert found_by_sums([*sums, line], values) == []


def test_synergies_go_from_zone_to_zone(run, small, tmp_path):
    """Six between companies of two EPCI: told with the names of the two, at their middles."""
    folder = tmp_path / "t"
    shutil.copytree(small.folder, folder)
    store = folder / small.store.name
    sql(store, "DELETE FROM synergie_membre")
    base = ogr.Open(str(store), update=1)
    base.ExecuteSQL("DELETE FROM synergie")
    ends = []
    companies = base.GetLayerByName("etablissement")
    for zone in base.GetLayerByName("perimetre"):
        companies.SetSpatialFilter(zone.GetGeometryRef())
        inside = [
            one.GetGeometryRef().Clone()
            for one in companies
            if one.GetGeometryRef().Within(zone.GetGeometryRef())
        ]
        if len(inside) >= 6:
            ends.append((zone.GetField("nom"), inside[:6]))
    ends = ends[:2]
    assert len(ends) == 2
    synergies = base.GetLayerByName("synergie")
    for start, end in zip(ends[0][1], ends[1][1]):
        line = ogr.Geometry(ogr.wkbLineString)
        for point in (start, end):
            line.AddPoint_2D(point.GetX(), point.GetY())
        row = ogr.Feature(synergies.GetLayerDefn())
        row.SetField("statut", "realisee")
        row.SetGeometry(ogr.ForceToMultiLineString(line))
        assert synergies.CreateFeature(row) == 0
    base = synergies = zone = companies = None
    done = run(
        "publiccopy",
        PROJECT=str(folder / small.project.name),
        OUTPUT=str(tmp_path / "copie.qgz"),
    )
    layer = QgsVectorLayer(f"{done['STORE']}|layername=synergies_realisees", "s", "ogr")
    (row,) = rows_of(layer)
    assert row["synergies"] == 6
    assert {row["zone_nom"], row["vers_nom"]} == {ends[0][0], ends[1][0]}
    content = contents(tmp_path / "copie.gpkg")
    exact = [n for _, points in ends for point in points for n in (point.GetX(), point.GetY())]
    assert [place for place in places(exact) if place in content] == []


# --- Used -----------------------------------------------------------------------------------------


def test_the_copy_opens_anywhere(opened, copy):
    layers = opened.mapLayers().values()
    assert len(layers) > 12
    assert [layer.name() for layer in layers if not layer.isValid()] == []
    here = Path(opened.fileName()).parent
    for layer in layers:
        assert Path(layer.source().split("|")[0]).parent == here, layer.source()
        assert layer.readOnly()
        assert not layer.startEditing()
    assert opened.crs().authid() == "EPSG:2154"
    names = [layer.name() for layer in layers]
    assert len(set(names)) == len(names)
    assert {"EPCI", "Communes", "Zones d'activités", "À propos de cette copie"} <= set(names)
    assert opened.mapThemeCollection().mapThemes() == [
        "Ce qui est public",
        "Chiffres par EPCI",
        "Chiffres par commune",
        "Chiffres par zone d'activités",
    ]
    assert opened.layoutManager().layouts() == []


def test_columns_read_french(opened):
    (layer,) = opened.mapLayersByName("EPCI")
    fields = layer.fields()
    aliases = {field.name(): field.alias() for field in fields}
    assert aliases["etablissements_visites"] == "Établissements visités"
    assert aliases["besoins_non_precisee"] == "Besoins\u00a0: Non précisée"
    assert [name for name, alias in aliases.items() if not alias] == ["fid"]


def test_the_copy_says_what_it_is(opened, copy):
    (about,) = opened.mapLayersByName("À propos de cette copie")
    told = {row["rubrique"]: row["texte"] for row in rows_of(about)}
    assert told["Territoire"] == "Tarn-et-Garonne"
    assert "Licence Ouverte" in told["Sources et licences"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["Date de l'édition"])
    masked = sum(
        count
        for name in (*PERIMETERS.values(), "territoire")
        for (count,) in sql(copy.package, f'SELECT chiffres_masques FROM "{name}"')
    )
    assert told["Chiffres masqués"].startswith(f"{masked} chiffres sont vides")
    assert "Licence Ouverte" in opened.metadata().abstract()
    (communes,) = opened.mapLayersByName("Communes")
    assert "Licence Ouverte" in communes.metadata().rights()[0]


def test_the_map_is_drawn(opened):
    """The canvas as it opens: discs of both colours, hatches of what is masked."""
    root = opened.layerTreeRoot()
    shown = [layer for layer in root.layerOrder() if root.findLayer(layer.id()).isVisible()]
    names = [layer.name() for layer in shown]
    assert "Nombre par zone (EPCI)" in names
    assert "Nombre par zone (commune)" not in names
    settings = QgsMapSettings()
    settings.setLayers(shown)
    settings.setOutputSize(QSize(600, 450))
    settings.setDestinationCrs(opened.crs())
    settings.setExtent(opened.viewSettings().defaultViewExtent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert job.errors() == []
    image = job.renderedImage()
    colours = {image.pixelColor(x, y).name() for x in range(600) for y in range(450)}
    assert {"#0072b2", "#e69f00", "#fbfaf5"} <= colours


def test_other_programs_read_the_package(copy):
    said = run_program("ogrinfo", "-ro", "-so", "-al", copy.package)
    assert said.returncode == 0
    assert "Layer name: communes" in said.stdout
    assert not said.stderr


def test_a_territory_without_perimeters_is_told_by_hexagons(run, territory, tmp_path):
    folder = tmp_path / "t"
    shutil.copytree(territory.parent, folder)
    layer = QgsVectorLayer(f"{folder / territory.name}|layername=perimetre", "p", "ogr")
    assert layer.dataProvider().deleteFeatures([f.id() for f in layer.getFeatures()])
    del layer
    project = str((folder / territory.name).with_suffix(".qgz"))
    handed = tmp_path / "remise"
    handed.mkdir()
    done = run("publiccopy", PROJECT=project, OUTPUT=str(handed / "copie.qgz"))
    told = table(Path(done["STORE"]), "hexagones")
    assert sum(row["ressources"] is not None for row in told.values()) > 1
    content = contents(*handed.iterdir())
    assert MARK.encode() not in content
    forbidden = places(reals(folder / territory.name))
    assert [place for place in forbidden if place in content] == []
    project = QgsProject()
    assert project.read(done["OUTPUT"])
    assert all(layer.isValid() for layer in project.mapLayers().values())
    sip.delete(project)


# --- Written whole or not at all ------------------------------------------------------------------


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("name", ["tarn-et-garonne.qgz", "resultats.qgz", "tarn-et-garonne"])
def test_the_territory_is_never_overwritten(run, small, tmp_path, name):
    folder = tmp_path / "t"
    shutil.copytree(small.folder, folder)
    before = state(folder)
    told = run.fails(
        "publiccopy", PROJECT=str(folder / small.project.name), OUTPUT=str(folder / name)
    )
    assert "belongs to the territory itself" in told
    assert state(folder) == before


def test_a_package_of_others_is_never_overwritten(run, small, tmp_path):
    shutil.copy(small.folder / "resultats.gpkg", tmp_path / "copie.gpkg")
    before = state(tmp_path)
    told = run.fails("publiccopy", PROJECT=str(small.project), OUTPUT=str(tmp_path / "copie.qgz"))
    assert "is not a public copy" in told
    assert state(tmp_path) == before


def test_a_copy_replaces_the_one_before(run, small, copy, tmp_path):
    """And leaves nothing of it: the company that was named is not any more."""
    shutil.copytree(copy.project.parent, tmp_path, dirs_exist_ok=True)
    target = tmp_path / copy.project.name
    run("publiccopy", PROJECT=str(small.project), OUTPUT=str(target))
    assert sorted(state(tmp_path)) == ["copie.gpkg", "copie.qgz"]
    assert OPEN_NAME.encode() not in contents(*tmp_path.iterdir())


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.97])
def test_cancelling_leaves_what_was_there(run, small, copy, tmp_path, share):
    shutil.copytree(copy.project.parent, tmp_path, dirs_exist_ok=True)
    before = state(tmp_path)
    log = Recorder()
    log.progressChanged.connect(lambda at: log.cancel() if at >= 100 * share else None)
    done = run(
        "publiccopy",
        log,
        PROJECT=str(small.project),
        OUTPUT=str(tmp_path / copy.project.name),
    )
    assert not done.results.get("OUTPUT")
    assert log.errors == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copie.gpkg", "copie.qgz"]
    assert state(tmp_path) == before


def test_a_project_that_is_held_leaves_both_files_as_they_were(
    run, small, copy, tmp_path, monkeypatch
):
    """The second file cannot be replaced, as on a system that locks what is open."""
    shutil.copytree(copy.project.parent, tmp_path, dirs_exist_ok=True)
    before = state(tmp_path)
    replace = os.replace

    def held(source, target):
        if Path(target).name == "copie.qgz":
            raise PermissionError(13, "held by another program", str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", held)
    told = run.fails("publiccopy", PROJECT=str(small.project), OUTPUT=str(tmp_path / "copie.qgz"))
    assert "cannot be written (held by another program)" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copie.gpkg", "copie.qgz"]
    assert state(tmp_path) == before


def test_what_was_written_and_left_does_not_follow(tmp_path, qgis_app):
    """A draft with free pages and a journal, still held by whoever made it."""
    target = tmp_path / "copie.qgz"
    with published(target, "") as draft:
        held = sqlite3.connect(package_of(draft))
        held.execute("PRAGMA journal_mode = WAL")
        held.execute("CREATE TABLE t (x TEXT)")
        held.executemany("INSERT INTO t VALUES (?)", [(f"{MARK}{n}",) for n in range(2000)])
        held.commit()
        held.execute("DELETE FROM t")
        held.execute("INSERT INTO t VALUES ('reste')")
        held.commit()
        project = QgsProject()
        assert project.write(str(draft))
        sip.delete(project)
        assert MARK.encode() in contents(*draft.parent.iterdir())
    held.close()
    assert sorted(state(tmp_path)) == ["copie.gpkg", "copie.qgz"]
    assert MARK.encode() not in contents(*tmp_path.iterdir())
    assert sql(package_of(target), "SELECT x FROM t") == [("reste",)]


def test_a_project_is_signed_by_who_publishes_it(tmp_path, qgis_app):
    """Newer QGIS sign what they save with the name of the user."""
    target = tmp_path / "copie.qgz"
    with published(target, "CCI <Tarn & Garonne>") as draft:
        sqlite3.connect(package_of(draft)).close()
        project = QgsProject()
        signature = project.metadata()
        signature.setAuthor(MARK)
        project.setMetadata(signature)
        assert project.write(str(draft))
        sip.delete(project)
        assert MARK.encode() in contents(draft)
    assert MARK.encode() not in contents(target)
    again = QgsProject()
    assert again.read(str(target))
    assert again.metadata().author() == "CCI <Tarn & Garonne>"
    sip.delete(again)


def test_a_folder_that_is_not_there(run, small, tmp_path):
    target = tmp_path / "absent" / "copie.qgz"
    told = run.fails("publiccopy", PROJECT=str(small.project), OUTPUT=str(target))
    assert "cannot be written" in told


def test_a_name_without_its_ending(run, small, tmp_path):
    done = run("publiccopy", PROJECT=str(small.project), OUTPUT=str(tmp_path / "copie 2.1"))
    assert done["OUTPUT"] == str(tmp_path / "copie 2.1.qgz")
    assert sorted(state(tmp_path)) == ["copie 2.1.gpkg", "copie 2.1.qgz"]


def test_a_user_who_saves_absolute_paths(run, small, tmp_path):
    """The copy follows its package all the same."""
    settings = QgsSettings()
    settings.setValue("qgis/defaultProjectPathsRelative", False)
    try:
        target = tmp_path / "copie.qgz"
        run("publiccopy", PROJECT=str(small.project), OUTPUT=str(target))
    finally:
        settings.remove("qgis/defaultProjectPathsRelative")
    assert str(tmp_path).encode() not in contents(target)
    assert b"./copie.gpkg|layername=epci" in contents(target)


def test_a_project_of_no_territory(run, tmp_path):
    project = QgsProject()
    assert project.write(str(tmp_path / "vide.qgz"))
    sip.delete(project)
    told = run.fails(
        "publiccopy", PROJECT=str(tmp_path / "vide.qgz"), OUTPUT=str(tmp_path / "copie.qgz")
    )
    assert "shows no territory" in told
    assert sorted(state(tmp_path)) == ["vide.qgz"]


def test_a_territory_with_nothing_in_it(run, tmp_path):
    made = run("createterritory", NAME="Vide", CRS="EPSG:2154", STORE=str(tmp_path / "t.gpkg"))
    target = str(tmp_path / "copie.qgz")
    told = run.fails("publiccopy", PROJECT=made["PROJECT"], OUTPUT=target)
    assert "neither perimeters nor establishments" in told
    assert "copie.qgz" not in state(tmp_path)


def test_a_full_disk(run, small, tmp_path):
    """Disks of every size: the whole copy, or a sentence and nothing left."""
    folder = tmp_path / "disque"
    outcomes = set()
    for kilobytes in (64, 900, 1600, 4000):
        with small_disk(folder, f"size={kilobytes}k"):
            path = folder / "copie.qgz"
            log = Recorder()
            try:
                run("publiccopy", log, PROJECT=str(small.project), OUTPUT=str(path))
            except Exception as error:
                told = "\n".join([*log.errors, str(error)])
                assert "full" in told or "cannot be written" in told, told
                assert "Traceback" not in told
                assert list(folder.iterdir()) == []
                outcomes.add("full")
                continue
            zones = sql(small.store, "SELECT count(*) FROM perimetre")
            assert sql(folder / "copie.gpkg", "SELECT count(*) FROM epci") == zones
            outcomes.add("whole")
    assert outcomes == {"full", "whole"}


def test_table_names_are_plain(copy):
    names = [name for (name,) in sql(copy.package, "SELECT table_name FROM gpkg_contents")]
    assert len(names) > 10
    for name in names:
        assert re.fullmatch(r"[a-z_]+", name)
        assert unicodedata.is_normalized("NFC", name)
