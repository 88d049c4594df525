"""Synergies as élus see them: companies are counted, not the ends of lines drawn by hand.

The territory has three EPCI in a row, with companies in each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from osgeo import ogr
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)

from actif_plugin.processing.public_edition import public_edition
from actif_plugin.processing.told_before import _same_table
from actif_plugin.store.project import layers_by_role
from tests.qgis.harness import Runner, rows_of

WESTS = (560_000, 570_000, 580_000)
SOUTH, NORTH = 6_320_000, 6_330_000
PER_ZONE = 8
# A company by its zone and its number there.
Company = tuple[int, int]


@dataclass(frozen=True)
class Made:
    """A territory without synergies, and its project."""

    store: Path
    project: str


def place(company: Company, astray: float = 0) -> tuple[float, float]:
    zone, number = company
    return WESTS[zone] + 1000 + 500 * number + astray, SOUTH + 5000


def name_of(company: Company) -> str:
    return "e{}-{}".format(*company)


def added(base: ogr.DataSource, table: str, wkt: str | None = None, **values: str) -> None:
    layer = base.GetLayerByName(table)
    row = ogr.Feature(layer.GetLayerDefn())
    for field, value in values.items():
        row.SetField(field, value)
    if wkt is not None:
        row.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
    assert layer.CreateFeature(row) == 0


@pytest.fixture
def made(provider, tmp_path) -> Made:
    store = tmp_path / "t.gpkg"
    done = Runner()("createterritory", NAME="Trois", CRS="EPSG:2154", STORE=str(store))
    base = ogr.Open(str(store), update=1)
    for zone, west in enumerate(WESTS):
        east = west + 9000
        ring = f"{west} {SOUTH}, {east} {SOUTH}, {east} {NORTH}, {west} {NORTH}, {west} {SOUTH}"
        shape = f"MULTIPOLYGON ((({ring})))"
        added(base, "perimetre", shape, type="epci", code=f"E{zone}", nom=f"Zone {zone}")
        for number in range(PER_ZONE):
            one = (zone, number)
            point = "POINT ({} {})".format(*place(one))
            name = name_of(one)
            added(base, "etablissement", point, id=name, raison_sociale=f"Société {name}")
    base = None
    return Made(store, done["PROJECT"])


def synergies(
    made: Made,
    *pairs: tuple[Company, Company],
    astray: float = 0,
    members: bool = True,
    **values: str,
) -> None:
    """Add synergies whose lines end *astray* times their number from the companies, in metres."""
    base = ogr.Open(str(made.store), update=1)
    first = base.GetLayerByName("synergie").GetFeatureCount()
    for number, ends in enumerate(pairs, start=first):
        name = f"s{number}"
        told = ", ".join("{} {}".format(*place(one, astray * number)) for one in ends)
        added(base, "synergie", f"MULTILINESTRING (({told}))", id=name, **values)
        for one in ends if members else ():
            added(base, "synergie_membre", synergie_id=name, etablissement_id=name_of(one))
    base = None


@pytest.fixture
def opened() -> Iterator[QgsProject]:
    project = QgsProject.instance()
    yield project
    project.clear()


def flows(project: QgsProject, made: Made) -> tuple[list[int], list[int]]:
    """Return how many synergies the lines of the map stand for, realised and ahead."""
    assert project.read(made.project)
    edition = public_edition(project, "epci", QgsProcessingContext(), QgsProcessingFeedback())
    content = edition.content
    return tuple([flow.count for flow in one] for one in (content.realised, content.ahead))


def straight(count: int, first: int = 0) -> list[tuple[Company, Company]]:
    """Return pairs of companies of the first zone and of the second, each met once."""
    return [((0, number), (1, number)) for number in range(first, first + count)]


def test_three_companies_at_each_end(made, opened):
    synergies(made, *straight(4), statut="realisee")
    synergies(made, *straight(2, 4), statut="piste")
    assert flows(opened, made) == ([4], [])


@pytest.mark.parametrize("members", [True, False])
def test_lines_that_end_near_a_company_are_of_one(made, opened, members):
    """Four lines to the same company, each of which the adviser ended a few metres apart."""
    synergies(
        made,
        *[((0, number), (1, 0)) for number in range(4)],
        astray=7,
        members=members,
        statut="realisee",
    )
    assert flows(opened, made) == ([], [])


def test_a_public_synergy_of_companies_that_did_not_agree(made, opened):
    """Who takes part in it did not agree to be known: two of them are no figure to print."""
    synergies(made, *straight(2), statut="realisee", confidentialite="public")
    assert flows(opened, made) == ([], [])


# --- An export beside the map ---------------------------------------------------------------------


def exported(project: QgsProject, **more) -> list[dict]:
    layers = layers_by_role(project)
    done = Runner(project)(
        "maskedexport",
        INPUT=layers["synergie"],
        BY=layers["epci"],
        OUTPUT="memory:",
        **more,
    )
    assert not any("masked by themselves" in line for line in done.log.warnings)
    rows = rows_of(done["OUTPUT"])
    return [row for row in rows if row["categorie"] == "ensemble"]


def test_an_export_beside_the_map_does_not_tell_what_was_given_up(made, opened):
    """Four realised, on the map; five in all, in the export: one was given up."""
    synergies(made, *straight(4), statut="realisee")
    synergies(made, *straight(1, 4), statut="abandonnee")
    assert flows(opened, made) == ([4], [])
    assert exported(opened) == []


def test_an_export_beside_the_map_tells_the_rest_where_enough_take_part(made, opened):
    synergies(made, *straight(4), statut="realisee")
    synergies(made, *straight(3, 4), statut="abandonnee")
    assert flows(opened, made) == ([4], [])
    (row,) = exported(opened)
    assert row["synergies"] == 7


def test_some_synergies_beside_the_map(made, opened):
    """Those selected are all of the map but one."""
    synergies(made, *straight(5), statut="realisee")
    assert flows(opened, made) == ([5], [])
    layer = layers_by_role(opened)["synergie"]
    layer.selectByExpression("\"id\" <> 's0'")
    assert layer.selectedFeatureCount() == 4
    done = Runner(opened)(
        "maskedexport",
        INPUT=QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True),
        BY=layers_by_role(opened)["epci"],
        OUTPUT="memory:",
    )
    assert rows_of(done["OUTPUT"]) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('table="t"."flux"', 'table="t"."flux" sql=sens=\'offre\'', True),
        ('table="t"."flux"', 'table="t"."etablissement"', False),
        ('table="t"."flux"', 'table="u"."flux"', False),
    ],
)
def test_tables_of_a_database_are_told_apart(qgis_app, one, other, same):
    """An export of resources is laid over what prints tell of resources, not of companies."""
    layers = [
        QgsVectorLayer(f"dbname='d' host=nowhere.invalid {uri}", "l", "postgres")
        for uri in (one, other)
    ]
    assert _same_table(*layers) is same
