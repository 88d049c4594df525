"""A new edition of a nomenclature in a territory where codes are in use."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
)

from actif_plugin import paths
from actif_plugin.processing.update_nomenclature import UpdateNomenclature
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import table
from actif_plugin.store.territory import create_territory

ROME = Path(__file__).parents[2] / "reference" / "rome.csv"


@pytest.fixture
def store(tmp_path):
    territory = create_territory(
        tmp_path / "t.gpkg",
        "Essai",
        QgsCoordinateReferenceSystem("EPSG:2154"),
        paths.reference_database(),
    )
    company = new_record(
        territory.layer("etablissement"), table("etablissement"), {"id": "a", "raison_sociale": "A"}
    )
    add_records(territory.layer("etablissement"), [company])
    flow = {
        "etablissement_id": "a",
        "sens": "besoin",
        "nature": "competence",
        "nomenclature": "ROME",
        "code": "N1103",
    }
    layer = territory.layer("flux")
    add_records(layer, [new_record(layer, table("flux"), flow)])
    return territory.path


def run(store, file, **parameters):
    algorithm = UpdateNomenclature()
    algorithm.initAlgorithm()
    context = QgsProcessingContext()
    given = {"TARGET": str(store), "FILE": str(file), "VANISHED": "memory:", **parameters}
    results = algorithm.processAlgorithm(given, context, QgsProcessingFeedback())
    gone = context.takeResultLayer(results["VANISHED"])
    return results, [feature.attributes() for feature in gone.getFeatures()]


def sheets():
    with ROME.open(encoding="utf-8", newline="") as text:
        return [row for row in csv.DictReader(text) if row["niveau"] == "3"]


def codes(store):
    with sqlite3.connect(store) as base:
        return {
            code: (label, edition)
            for code, label, edition in base.execute(
                "SELECT code, libelle_fr, edition FROM ref_rome"
            )
        }


def test_an_official_sheet_updates_labels_and_keeps_what_is_in_use(store, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Répertoire des métiers, édition d'essai"])
    book.active.append(["Code ROME", "Libellé"])
    for row in sheets():
        # The edition drops the sheet that a need carries, and renames another.
        if row["code"] != "N1103":
            new = "Conduite d'engins, renommée" if row["code"] == "A1101" else row["libelle_fr"]
            book.active.append([row["code"], new])
    book.active.append(["N1199", "Métier d'essai"])
    file = tmp_path / "rome_essai.xlsx"
    book.save(file)
    before = codes(store)

    results, gone = run(store, file, EDITION="ROME d'essai")

    after = codes(store)
    assert results["ADDED"] == 1
    assert results["RELABELLED"] == 1
    assert after["A1101"] == ("Conduite d'engins, renommée", "ROME d'essai")
    assert after["N1199"] == ("Métier d'essai", "ROME d'essai")
    # In use, so kept, with the edition that knew it last, and told.
    assert after["N1103"] == before["N1103"]
    assert gone == [["N1103", before["N1103"][0], 1]]
    # Domains are not in the sheet: nothing is said of them.
    assert after["N11"] == before["N11"]
    assert set(before) <= set(after)


def test_the_same_file_twice_changes_nothing_more(store, tmp_path):
    file = tmp_path / "rome.csv"
    with file.open("w", encoding="cp1252", newline="") as text:
        writer = csv.writer(text, delimiter=";")
        writer.writerow(["code", "libellé"])
        writer.writerows([row["code"], row["libelle_fr"]] for row in sheets())
    run(store, file)
    once = codes(store)
    results, gone = run(store, file)
    assert (results["ADDED"], results["RELABELLED"], gone) == (0, 0, [])
    assert codes(store) == once


@pytest.mark.parametrize(
    "content", [b"", b"nom,commune\nDupont,Montauban\n", b"\x00\x01PK\x03\x04"]
)
def test_a_file_of_something_else_is_refused_and_changes_nothing(store, tmp_path, content):
    before = codes(store)
    for name in ("autre.csv", "autre.xlsx"):
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(QgsProcessingException) as refused:
            run(store, file)
        assert name in str(refused.value)
    assert codes(store) == before
