"""The columns of an import in the dialog: guessed, shown, corrected, remembered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProject,
    QgsSettings,
)
from qgis.gui import (
    QgsAbstractProcessingParameterWidgetWrapper,
    QgsProcessingModelerParameterWidget,
)
from qgis.PyQt.QtWidgets import QDialog, QTableWidget

from actif_plugin.forms.field_map_widget import (
    FieldMapWidget,
    FieldMapWrapper,
    Head,
    fields_shown,
    read_head,
    recall,
    remember,
    written,
)
from actif_plugin.sources.fields import complete, guess, parse_map
from tests.qgis.harness import ROOT, points

TABLE = "SIRET;Nom usuel;Enseigne;Ville\n55210055400013;;Chez Léo;Montauban\n;Scierie;;Caussade\n"


@pytest.fixture(autouse=True)
def settings():
    """No map is remembered, before or after."""
    QgsSettings().remove("actif/field_maps")
    yield
    QgsSettings().remove("actif/field_maps")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "liste.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def row_of(widget: FieldMapWidget, label: str) -> int:
    grid = widget.findChild(QTableWidget)
    return next(r for r in range(grid.rowCount()) if grid.item(r, 0).text() == label)


def cells(widget: FieldMapWidget, label: str) -> tuple[str, str]:
    """Return the column shown for a field, and the sample beside."""
    grid, row = widget.findChild(QTableWidget), row_of(widget, label)
    return grid.cellWidget(row, 1).currentText(), grid.item(row, 2).text()


def pick(widget: FieldMapWidget, label: str, text: str) -> None:
    """Choose as a user does."""
    combo = widget.findChild(QTableWidget).cellWidget(row_of(widget, label), 1)
    combo.setCurrentIndex(combo.findText(text))
    combo.activated.emit(combo.currentIndex())


def test_the_guess_is_shown_with_a_sample(table: Path) -> None:
    widget = FieldMapWidget()
    widget.set_head(read_head(str(table)))
    assert cells(widget, "SIRET") == ("SIRET", "55210055400013")
    assert cells(widget, "Commune") == ("Ville", "Montauban")
    assert cells(widget, "Enseigne") == ("Enseigne", "Chez Léo")
    # Not recognised: left out, until someone says which column.
    assert cells(widget, "Raison sociale") == ("", "")
    assert widget.text() == ""


def test_a_correction_is_what_the_algorithm_reads(table: Path) -> None:
    widget = FieldMapWidget()
    widget.set_head(read_head(str(table)))
    pick(widget, "Raison sociale", "Nom usuel")
    # The first row has no name: the sample is that of the second.
    assert cells(widget, "Raison sociale") == ("Nom usuel", "Scierie")
    pick(widget, "Enseigne", "(leave out)")
    assert cells(widget, "Enseigne")[1] == ""
    assert widget.text() == "raison_sociale=Nom usuel; enseigne="
    header = read_head(str(table)).header
    columns = complete(header, parse_map(widget.text()))
    assert columns["raison_sociale"] == ("Nom usuel",)
    assert "enseigne" not in columns
    pick(widget, "Enseigne", "Enseigne")
    assert complete(header, parse_map(widget.text()))["enseigne"] == ("Enseigne",)


def test_a_correction_comes_back_for_the_same_columns(table: Path, tmp_path: Path) -> None:
    first = FieldMapWidget()
    first.set_head(read_head(str(table)))
    pick(first, "Raison sociale", "Nom usuel")

    later = tmp_path / "autre.csv"
    later.write_text("Ville;SIRET;Nom usuel;Enseigne\nMoissac;;Forge;\n", encoding="utf-8")
    again = FieldMapWidget()
    again.set_head(read_head(str(later)))
    assert again.text() == "raison_sociale=Nom usuel"
    assert cells(again, "Raison sociale") == ("Nom usuel", "Forge")

    # Other columns: nothing of it.
    other = tmp_path / "plus.csv"
    other.write_text("Ville;SIRET;Nom usuel\nMoissac;;Forge\n", encoding="utf-8")
    again.set_head(read_head(str(other)))
    assert again.text() == ""

    # Back to the guess: forgotten.
    again.set_head(read_head(str(later)))
    pick(again, "Raison sociale", "")
    fresh = FieldMapWidget()
    fresh.set_head(read_head(str(table)))
    assert fresh.text() == ""


def test_a_map_from_the_history_is_shown(table: Path) -> None:
    widget = FieldMapWidget()
    widget.set_head(read_head(str(table)))
    widget.set_text("raison_sociale=Enseigne; enseigne=")
    assert cells(widget, "Raison sociale") == ("Enseigne", "Chez Léo")
    assert widget.text() == "raison_sociale=Enseigne; enseigne="
    # Only what a user picks is remembered.
    assert recall(read_head(str(table)).header) == {}


@pytest.mark.parametrize(
    "choices",
    [
        {"siret": "N° SIRET"},
        {"siret": "a=b"},
        {"siret": "a;b", "enseigne": ""},
        {"siret": " bord ", "raison_sociale": "deux\nlignes"},
        {"siret": '{"x'},
    ],
)
def test_any_name_of_column_survives(choices: dict[str, str]) -> None:
    assert parse_map(written(choices)) == choices
    remember(["b", "a"], choices)
    assert recall(["a", "b"]) == choices


def test_the_fields_offered_are_those_that_the_import_knows() -> None:
    shown = dict(fields_shown({}))
    assert complete(["c"], dict.fromkeys(shown, "c")) == dict.fromkeys(shown, ("c",))


def test_what_only_registers_hold_shows_where_it_is_found() -> None:
    header = ["siret", "denominationUniteLegale", "nomUniteLegale", "qualite_xy", "epsg"]
    guessed = guess(header)
    shown = dict(fields_shown(guessed))
    assert set(guessed) <= set(shown)
    # Each has a name that people read.
    assert [label for target, label in shown.items() if target == label] == []
    assert "epsg" not in dict(fields_shown({}))


# --- What a table may be --------------------------------------------------------------------------


def test_a_layer_of_the_project_and_a_selection_of_it() -> None:
    layer = points([(1, 2, "55210055400013", 12.5)], "siret:string,effectif:double")
    QgsProject.instance().addMapLayer(layer)
    try:
        expected = Head(("siret", "effectif"), (("55210055400013", "12.5"),), spatial=True)
        assert read_head(layer.id()) == expected
        assert read_head(QgsProcessingFeatureSourceDefinition(layer.id(), True)) == expected
    finally:
        QgsProject.instance().removeMapLayer(layer.id())


def test_a_geometry_tells_where_rows_are() -> None:
    row = ("2.5", "48")
    for spatial in (False, True):
        widget = FieldMapWidget()
        widget.set_head(Head(("lon", "lat"), (row,), spatial))
        grid = widget.findChild(QTableWidget)
        labels = [grid.item(r, 0).text() for r in range(grid.rowCount())]
        assert ("Longitude" in labels) is not spatial


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "stock.csv"
    line = "55210055400013;Société Générale d'Été;Montauban\n"
    path.write_bytes(("SIRET;Société;Ville\n" + line * 60_000).encode(encoding))
    assert path.stat().st_size > 2 << 20
    head = read_head(str(path))
    assert head.header == ("SIRET", "Société", "Ville")
    assert len(head.rows) == 20
    assert head.sample(("Société",)) == "Société Générale d'Été"


@pytest.mark.parametrize("content", [b"", b'"jamais', None])
def test_what_cannot_be_read_shows_nothing(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_bytes(content)
    assert read_head(str(path)) is None
    assert read_head(str(tmp_path / "absent.gpkg")) is None
    assert read_head(None) is None
    widget = FieldMapWidget()
    widget.set_head(read_head(str(path)))
    assert widget.text() == ""


# --- In Processing --------------------------------------------------------------------------------


class AlgorithmDialog(QDialog):
    """Processing tells dialogs apart by the name of their class."""


class BatchAlgorithmDialog(QDialog):
    """The same."""


def field_map(provider):
    return QgsApplication.processingRegistry().createAlgorithmById("actif:importestablishments")


def test_processing_makes_the_widget_from_its_name(provider, table: Path) -> None:
    from processing.gui.wrappers import WidgetWrapperFactory

    algorithm = field_map(provider)
    parameter = algorithm.parameterDefinition("FIELD_MAP")
    wrapper = WidgetWrapperFactory.create_wrapper(parameter, AlgorithmDialog())
    context = QgsProcessingContext()
    shown = wrapper.widget
    assert isinstance(shown, FieldMapWidget)

    class Input(QgsAbstractProcessingParameterWidgetWrapper):
        given = str(table)

        def widgetValue(self):
            return self.given

        def createWidget(self):
            return None

    source = Input(algorithm.parameterDefinition("INPUT"))
    wrapper.postInitialize([source, wrapper])
    assert cells(shown, "Commune")[0] == "Ville"
    pick(shown, "Raison sociale", "Nom usuel")
    assert wrapper.parameterValue() == "raison_sociale=Nom usuel"
    wrapper.setParameterValue("siret=Ville", context)
    assert wrapper.parameterValue() == "siret=Ville"
    # Another table is chosen.
    source.given = ""
    source.widgetValueHasChanged.emit(source)
    assert wrapper.parameterValue() == ""


def test_a_batch_keeps_the_text(provider) -> None:
    algorithm = field_map(provider)
    parameter = algorithm.parameterDefinition("FIELD_MAP")
    wrapper = FieldMapWrapper(parameter, BatchAlgorithmDialog())
    shown = wrapper.createWrappedWidget(QgsProcessingContext())
    assert not isinstance(shown, FieldMapWidget)
    wrapper.setParameterValue("siret=a; enseigne=", QgsProcessingContext())
    assert wrapper.parameterValue() == "siret=a; enseigne="


class ModelerParametersDialog(QDialog):
    """The same."""

    childId = "import"

    def __init__(self) -> None:
        super().__init__()
        self.model = QgsProcessingModelAlgorithm("essai", "essais")
        self.context = QgsProcessingContext()


def test_a_model_keeps_the_text_and_its_sources(provider) -> None:
    algorithm = field_map(provider)
    dialog = ModelerParametersDialog()
    wrapper = FieldMapWrapper(algorithm.parameterDefinition("FIELD_MAP"), dialog)
    assert isinstance(wrapper, QgsProcessingModelerParameterWidget)
    wrapper.setWidgetValue(
        QgsProcessingModelChildParameterSource.fromStaticValue("siret=a; enseigne=")
    )
    assert wrapper.value().staticValue() == "siret=a; enseigne="


def test_without_a_window_nothing_of_it_is_loaded() -> None:
    """As `qgis_process` does: list the algorithms, and look at what was imported."""
    script = (
        "import sys; from qgis.core import QgsApplication; app = QgsApplication([], False);"
        "from actif_plugin.processing.provider import ActifProvider;"
        "provider = ActifProvider(); QgsApplication.processingRegistry().addProvider(provider);"
        "[a.create() for a in provider.algorithms()];"
        "print([m for m in sys.modules if m == 'qgis.gui' or 'field_map_widget' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert "field_map_widget" not in done.stdout
    assert done.stdout.strip().endswith("]"), done.stderr
