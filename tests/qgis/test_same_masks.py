"""Prints of one territory hide the same figures, whoever makes them, and so does an export.

Two prints that hid different figures would tell, laid side by side, what each of them hides.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import uuid
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from qgis.core import (
    QgsFeatureRequest,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
)
from qgis.PyQt import sip
from scipy.optimize import linprog

from actif_plugin.compat import plain
from actif_plugin.processing.public_edition import public_edition
from actif_plugin.store.project import layers_by_role
from actif_plugin.store.schema import NATURES
from tests.qgis.harness import Runner, run_program, sql

PROGRAM = """
import json, sys
sys.path.insert(0, {checkout!r})
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject
application = QgsApplication([], False)
application.initQgis()
from actif_plugin.processing.public_edition import public_edition
project = QgsProject()
project.read({project!r})
edition = public_edition(project, "epci", QgsProcessingContext(), QgsProcessingFeedback())
told = [
    [one.kind, one.code, repr(figures)]
    for one, figures in zip(edition.perimeters, edition.figures.perimeters)
]
told.append(repr(edition.figures.perimeters[-1]))
told.append(repr(edition.figures.missing))
told.append([flow.line.asWkt() for flow in edition.content.ahead])
print("TOLD" + json.dumps(told))
sys.stdout.flush()
import os
os._exit(0)
"""
CHECKOUT = Path(__file__).resolve().parents[2]
FEW, SHARE, MARGIN = 3, 0.85, 0.15


def told_by_another_process(project: Path, seed: int) -> list:
    """Return all figures of the edition for elected officials, made by a process of its own."""
    code = PROGRAM.format(checkout=str(CHECKOUT), project=str(project))
    settings = (f"PYTHONHASHSEED={seed}", "QT_QPA_PLATFORM=offscreen")
    done = run_program("env", *settings, sys.executable, "-c", code)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("TOLD")]
    return json.loads(line[4:])


def imported_again(folder: Path, target: Path) -> Path:
    """Return a territory of the same records under other identifiers, in another order."""
    target.mkdir()
    for file in folder.iterdir():
        if file.suffix in (".gpkg", ".qgz"):
            shutil.copy(file, target)
    store = target / "tarn-et-garonne.gpkg"
    other = {
        old: str(uuid.uuid5(uuid.NAMESPACE_OID, old))
        for table in ("etablissement", "flux", "synergie")
        for (old,) in sql(store, f"SELECT id FROM {table}")
    }
    for file in (store, target / "resultats.gpkg"):
        with closing(sqlite3.connect(file)) as base, base:
            rows = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (trigger,) in rows:
                base.execute(f'DROP TRIGGER "{trigger}"')
            tables = base.execute(
                "SELECT table_name FROM gpkg_contents JOIN sqlite_master ON name = table_name"
                " WHERE sqlite_master.type = 'table'"
            ).fetchall()
            for (table,) in tables:
                columns = base.execute(f'SELECT name FROM pragma_table_info("{table}")').fetchall()
                for (column,) in columns:
                    if column == "id" or column.endswith("_id"):
                        base.executemany(
                            f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = ?',
                            [(new, old) for old, new in other.items()],
                        )
    assert not set(other) & {one for (one,) in sql(store, "SELECT id FROM flux")}
    return target


def test_another_process_and_another_import_hide_the_same(demo, tmp_path):
    first = told_by_another_process(demo.project, 1)
    assert any("None" in str(line) for line in first)
    assert told_by_another_process(demo.project, 4242) == first
    again = imported_again(demo.folder, tmp_path / "again")
    assert told_by_another_process(again / demo.project.name, 7) == first


def test_totals_of_the_territory_survive(demo, provider):
    """What is told of the whole is not given up for what is told of its parts."""
    project = QgsProject()
    assert project.read(str(demo.project))
    edition = public_edition(project, "epci", QgsProcessingContext(), QgsProcessingFeedback())
    whole = edition.whole
    counts = (whole.establishments, whole.visited, whole.all_offers, whole.all_needs)
    assert None not in (*counts, whole.unanswered, whole.realised, whole.ahead)
    assert edition.figures.missing
    shown = sum(figure is not None for figure in (*whole.offers, *whole.needs))
    assert shown >= 12
    sip.delete(project)


# --- An export beside the prints ------------------------------------------------------------------


@pytest.fixture(scope="module")
def open_project(demo, provider):
    project = QgsProject.instance()
    assert project.read(str(demo.project))
    yield project
    project.clear()


def bounds(equations, target) -> tuple[float, float]:
    """Bound a sum of unknown counts, given sums of them that are published."""
    rows = np.array([row for row, _ in equations])
    values = np.array([value for _, value in equations], dtype=float)
    found = []
    for sign in (1, -1):
        done = linprog(sign * target, A_eq=rows, b_eq=values, bounds=(0, None), method="highs")
        assert done.status in (0, 3), done.message
        found.append(sign * done.fun if done.status == 0 else np.inf)
    return found[0], found[1]


def test_an_export_and_a_print_give_nothing_away_together(open_project):
    """Needs by EPCI and nature, all of them in the export, the open ones in prints."""
    context = QgsProcessingContext()
    context.setProject(open_project)
    layers = layers_by_role(open_project)
    edition = public_edition(open_project, "epci", context, QgsProcessingFeedback())
    done = Runner(open_project)(
        "maskedexport",
        INPUT=layers["besoin"],
        BY=layers["epci"],
        CATEGORY=["nature"],
        OUTPUT="memory:",
    )
    assert not any("masked by themselves" in line for line in done.log.warnings)
    table = done["OUTPUT"]
    codes = [code for code, _ in NATURES]
    labels = {label: at for at, (_, label) in enumerate(NATURES)}
    zones = [one for one in edition.perimeters if one.kind == "epci"]
    shape = (len(zones), len(codes) + 1, 2)  # zone, nature (the last untold), open or not
    owners: dict[tuple[int, int, int], list[str]] = {}
    for row in layers["besoin"].getFeatures():
        at = [n for n, zone in enumerate(zones) if zone.shape.intersects(row.geometry())]
        nature = plain(row["nature"])
        number = codes.index(nature) if nature in codes else len(codes)
        key = (at[0], number, int(plain(row["statut"]) in (None, "ouvert")))
        owners.setdefault(key, []).append(str(row["etablissement_id"]))
    equations = []

    def add(value, *where) -> None:
        if value is not None:
            mask = np.zeros(shape)
            mask[where] = 1
            equations.append((mask.ravel(), value))

    every = slice(None)
    for number, figures in enumerate(edition.figures.perimeters):
        if number < len(edition.perimeters) and edition.perimeters[number].kind != "epci":
            continue
        last = number == len(edition.perimeters)
        at = every if last else zones.index(edition.perimeters[number])
        add(figures.all_needs, at, every, 1)
        for nature, count in enumerate(figures.needs):
            add(count, at, nature, 1)
    printed = len(equations)
    names = [zone.name for zone in zones]
    for row in table.getFeatures():
        at = names.index(row["zone_nom"])
        count = plain(row["releves"])
        if row["categorie"] == "ensemble":
            add(count, at, every, every)
        elif row["categorie"] in labels:
            add(count, at, labels[row["categorie"]], every)
    assert printed > 15
    assert len(equations) > printed + 5
    attacked = 0
    for zone in range(shape[0]):
        for nature in range(shape[1]):
            for state in (every, 0, 1):
                cells = [(zone, nature, s) for s in ((0, 1) if state is every else (state,))]
                who = [name for cell in cells for name in owners.get(cell, ())]
                counts = sorted((who.count(name) for name in set(who)), reverse=True)
                few = 0 < len(counts) < FEW
                if not counts or not (few or counts[0] > SHARE * len(who)):
                    continue
                target = np.zeros(shape)
                target[zone, nature, state] = 1
                low, high = bounds(equations, target.ravel())
                assert low <= (0 if few else (1 - MARGIN) * len(who)) + 1e-6
                assert high >= max((1 + MARGIN) * len(who), counts[0] / SHARE) - 1e-6
                attacked += 1
    assert attacked > 30


def test_an_export_of_some_is_laid_over_the_prints_too(open_project):
    """All open needs but those of one company: the print beside would tell this one's."""
    layer = layers_by_role(open_project)["besoin"]
    rows = [row for row in layer.getFeatures() if plain(row["statut"]) in (None, "ouvert")]
    someone = rows[0]["etablissement_id"]
    layer.selectByIds([row.id() for row in rows if row["etablissement_id"] != someone])
    done = Runner(open_project)(
        "maskedexport",
        INPUT=QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True),
        BY=layers_by_role(open_project)["epci"],
        CATEGORY=["nature"],
        OUTPUT="memory:",
    )
    layer.removeSelection()
    assert not any("masked by themselves" in line for line in done.log.warnings)
    context = QgsProcessingContext()
    context.setProject(open_project)
    edition = public_edition(open_project, "epci", context, QgsProcessingFeedback())
    told = {
        one.code: figures.all_needs
        for one, figures in zip(edition.perimeters, edition.figures.perimeters)
        if one.kind == "epci"
    }
    less = [
        told[row["zone_code"]] - row["releves"]
        for row in done.rows("OUTPUT")
        if row["categorie"] == "ensemble"
        and row["releves"] is not None
        and told[row["zone_code"]] is not None
    ]
    assert len(less) > 3
    # What is left is of nobody here, in each zone that is told in both.
    assert set(less) == {0}


def test_an_export_of_a_copy_says_that_it_stands_alone(open_project):
    """Nothing tells what was printed of a layer from elsewhere: the adviser is told."""
    layers = layers_by_role(open_project)
    done = Runner(open_project)(
        "maskedexport",
        INPUT=layers["besoin"].materialize(QgsFeatureRequest()),
        BY=layers["epci"],
        OUTPUT="memory:",
    )
    assert any("masked by themselves" in line for line in done.log.warnings)
