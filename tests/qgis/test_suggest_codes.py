"""Coding a column of free text."""

from __future__ import annotations

import pytest
from qgis.core import QgsProcessingFeatureSourceDefinition, QgsVectorLayer

from actif_plugin.processing.suggest_codes import DEFAULT_SUGGESTIONS
from tests.qgis.harness import Recorder, points, rows_of

SUGGESTED = ["rang", "code", "libelle", "motif", "score"]


def old_list(*texts, fields="id:string,texte:string"):
    return points([(1, 2, str(number), text) for number, text in enumerate(texts)], fields)


def ask(run, layer, log=None, **parameters):
    given = {"INPUT": layer, "TEXT_FIELD": "texte", "OUTPUT": "memory:", **parameters}
    return run("suggestcodes", log, **given)


def test_a_row_a_suggestion(run):
    done = ask(run, old_list("des palettes", "chariot élévateur"))
    layer = done["OUTPUT"]
    assert layer.fields().names() == ["id", "texte", *SUGGESTED]
    rows = done.rows("OUTPUT")
    first = [row for row in rows if row["id"] == "0"]
    assert [row["rang"] for row in first] == list(range(1, len(first) + 1))
    assert len(first) <= DEFAULT_SUGGESTIONS
    assert (first[0]["texte"], first[0]["code"]) == ("des palettes", "16.2")
    assert first[0]["libelle"].startswith("Articles en bois")
    assert "palette" in first[0]["motif"]
    assert "16.24" in first[0]["motif"]
    assert 0 < first[0]["score"] <= 1
    assert next(row for row in rows if row["id"] == "1")["code"] == "28.2"
    # The rows stay where they were.
    assert all(feature.geometry().asPoint().x() == 1 for feature in layer.getFeatures())
    assert layer.crs().authid() == "EPSG:2154"


def test_level_and_number(run):
    rows = ask(run, old_list("palettes"), LEVEL="class", SUGGESTIONS=1).rows("OUTPUT")
    assert [(row["rang"], row["code"]) for row in rows] == [(1, "16.24")]
    rows = ask(run, old_list("blé dur"), LEVEL="exact", SUGGESTIONS=1).rows("OUTPUT")
    assert rows[0]["code"] == "01.11.11"


@pytest.mark.parametrize(
    ("nomenclature", "text", "code"),
    [
        ("ROME", "cariste", "N1101"),
        ("NAF", "1624Z", "16.2"),
        ("DECHET", "emballages en carton", "15 01 01"),
    ],
)
def test_nomenclatures(run, nomenclature, text, code):
    rows = ask(run, old_list(text), NOMENCLATURE=nomenclature).rows("OUTPUT")
    assert rows[0]["code"] == code


def test_rows_without_text_are_counted(run):
    done = ask(run, old_list("palette", None, "   ", "日本"))
    assert {row["id"] for row in done.rows("OUTPUT")} == {"0"}
    assert any("2" in told for told in done.log.warnings)
    assert any("4" in told for told in done.log.infos)


def test_a_code_written_in_the_text(run):
    row = ask(run, old_list("16.24")).rows("OUTPUT")[0]
    assert row["code"] == "16.2"
    assert "16.24" in row["motif"]


def test_numbers_are_text_too(run):
    layer = points([(1, 2, 16.24)], "texte:double")
    assert ask(run, layer).rows("OUTPUT")[0]["code"] == "16.2"


def test_the_company_s_activity(run):
    fields = "id:string,texte:string,naf:string"
    layer = points([(1, 2, "a", "caisse", "16.24Z"), (1, 2, "b", "caisse", None)], fields)
    rows = ask(run, layer, NAF_FIELD="naf").rows("OUTPUT")
    best = {row["id"]: row["code"] for row in rows if row["rang"] == 1}
    assert best["a"] == "16.2"
    assert set(best) == {"a", "b"}


def test_the_input_s_fields_of_the_same_name_step_aside(run):
    layer = points([(1, 2, "X", "palette")], "Code:string,libelle:string")
    done = run("suggestcodes", INPUT=layer, TEXT_FIELD="libelle", OUTPUT="memory:")
    assert done["OUTPUT"].fields().names() == ["entree_Code", "entree_libelle", *SUGGESTED]
    row = done.rows("OUTPUT")[0]
    assert (row["entree_Code"], row["entree_libelle"], row["code"]) == ("X", "palette", "16.2")


def test_a_table_without_geometry_into_a_geopackage_and_back(run, tmp_path):
    table = tmp_path / "besoins.csv"
    table.write_text("id,texte\n1,palettes\n2,bois\n", encoding="utf-8")
    first = tmp_path / "codes.gpkg"
    ask(run, str(table), **{"OUTPUT": str(first)})
    rows = rows_of(QgsVectorLayer(str(first)))
    assert len(rows) > 2
    # From a file with keys of its own: several rows come of each.
    second = tmp_path / "encore.gpkg"
    ask(run, str(first), **{"OUTPUT": str(second), "SUGGESTIONS": 3})
    again = rows_of(QgsVectorLayer(str(second)))
    assert len(again) == 3 * len(rows)


def test_selected_features_only(run):
    layer = old_list("palette", "bois")
    layer.selectByExpression("id = '1'")
    run.project.addMapLayer(layer)
    chosen = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    assert {row["id"] for row in ask(run, chosen).rows("OUTPUT")} == {"1"}


def test_empty_input(run):
    assert ask(run, old_list()).rows("OUTPUT") == []


def test_no_such_field(run):
    told = run.fails("suggestcodes", INPUT=old_list("bois"), TEXT_FIELD="absent", OUTPUT="memory:")
    assert "absent" in told


def test_progress_and_cancel(run):
    log = Recorder()
    ask(run, old_list(*["palette"] * 50), log)
    assert log.progress == sorted(log.progress)
    log = Recorder(cancel_after=10)
    done = ask(run, old_list(*["palette"] * 50), log)
    assert done.results == {} or log.isCanceled()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_plain_list_of_one_column(run, tmp_path, encoding):
    table = tmp_path / "liste.csv"
    table.write_text("Besoins relevés\ndes palettes\nchariot élévateur\n", encoding=encoding)
    done = run("suggestcodes", INPUT=str(table), SUGGESTIONS=1, OUTPUT="memory:")
    rows = done.rows("OUTPUT")
    assert [(row["Besoins relevés"], row["code"]) for row in rows] == [
        ("des palettes", "16.2"),
        ("chariot élévateur", "28.2"),
    ]


def test_of_several_columns_one_is_chosen(run, tmp_path):
    table = tmp_path / "liste.csv"
    table.write_text("besoin;besoin;\nrien;palettes;en trop\n", encoding="utf-8")
    assert "TEXT_FIELD" not in run.fails("suggestcodes", INPUT=str(table), OUTPUT="memory:")
    done = run("suggestcodes", INPUT=str(table), TEXT_FIELD="besoin_2", OUTPUT="memory:")
    row = done.rows("OUTPUT")[0]
    assert (row["besoin"], row["besoin_2"], row["colonne_3"]) == ("rien", "palettes", "en trop")
    assert row["code"] == "16.2"
