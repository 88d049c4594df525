"""What is published of one state of the data tells the same, whatever the project shows of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from scipy import sparse

from actif_plugin.printing.template_check import refuse_reading
from actif_plugin.printing.templates import template_path
from actif_plugin.processing.atlas_books import _names
from actif_plugin.processing.public_edition import PublicEdition, public_edition
from actif_plugin.processing.synergy_map import LAYOUT
from actif_plugin.processing.told_before import _same_table
from actif_plugin.store.errors import StoreError
from actif_plugin.store.project import ROLE, layers_by_role, unfiltered
from tests.qgis.harness import points
from tests.qgis.test_masked_export import companies, export, figures, flow, squares

FORBIDDEN = "[% aggregate('etablissement', 'concatenate', &quot;raison_sociale&quot;) %]"


@pytest.fixture
def opened(demo, tmp_path) -> Iterator[QgsProject]:
    folder = shutil.copytree(demo.folder, tmp_path / "territoire")
    project = QgsProject.instance()
    assert project.read(str(folder / demo.project.name))
    yield project
    project.clear()


def edition(project: QgsProject) -> PublicEdition:
    return public_edition(project, "commune", QgsProcessingContext(), QgsProcessingFeedback())


# --- Filters and duplicates -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "condition"),
    [
        ("etablissement", "\"naf_code\" LIKE '25%'"),
        ("offre", "\"sens\" = 'offre' AND \"nature\" = 'matiere'"),
        ("commune", "\"type\" = 'commune' AND \"code\" < '82100'"),
    ],
)
def test_a_filter_leaves_nothing_out_of_what_is_published(opened, role, condition):
    before = edition(opened).figures.perimeters
    layer = layers_by_role(opened)[role]
    count = layer.featureCount()
    assert layer.setSubsetString(condition)
    assert layer.featureCount() < count
    assert edition(opened).figures.perimeters == before
    # What the user sees is left as it is.
    assert layer.subsetString() == condition


def test_the_whole_of_each_table_takes_the_place_of_a_part(opened):
    layers = layers_by_role(opened)
    layers["besoin"].setSubsetString('"sens" = \'besoin\' AND "code" IS NULL')
    whole = unfiltered(layers)
    assert whole["etablissement"] is layers["etablissement"]
    assert whole["besoin"].subsetString() == "\"sens\" = 'besoin'"


def test_a_filtered_duplicate_is_not_taken_for_the_layer(opened):
    layer = layers_by_role(opened)["etablissement"]
    for number in range(6):
        copy = layer.clone()
        copy.setName(f"Copie {number}")
        copy.setSubsetString("\"naf_code\" LIKE '25%'")
        opened.addMapLayer(copy)
        assert copy.customProperty(ROLE) == "etablissement"
    assert layers_by_role(opened)["etablissement"] is layer


# --- Names ----------------------------------------------------------------------------------------


def test_the_order_of_public_names_says_nothing_of_their_records():
    survey = SimpleNamespace(
        companies=SimpleNamespace(names=["Delta", "Alpha"], known=np.array([True, True])),
        records=SimpleNamespace(owner=np.array([0, 0, 0])),
    )
    survey.companies = _Sized(survey.companies)
    inside = SimpleNamespace(companies=sparse.csr_matrix(np.ones((2, 1), dtype=bool)))
    assert _names(survey, inside, 0, public=True) == "Alpha · Delta"
    assert _names(survey, inside, 0, public=False) == "Delta · Alpha"


class _Sized:
    def __init__(self, told: SimpleNamespace) -> None:
        self.names, self.known = told.names, told.known

    def __len__(self) -> int:
        return len(self.names)


# --- Templates ------------------------------------------------------------------------------------


def with_text(folder: Path, text: str) -> Path:
    """Return a template of the package with another text in its first label."""
    source = template_path(LAYOUT, "A4").read_text(encoding="utf-8")
    start = source.index('labelText="') + len('labelText="')
    template = folder / "modele.qpt"
    end = source.index('"', start)
    template.write_text(source[:start] + text + source[end:], encoding="utf-8")
    return template


@pytest.mark.parametrize("algorithm", ["synergymap", "synergyatlas"])
def test_a_template_that_reads_layers_is_for_the_internal_edition(run, opened, tmp_path, algorithm):
    given = {"TEMPLATE": str(with_text(tmp_path, FORBIDDEN)), "DPI": 72, "PAPER": "A4"}
    given |= {"OUTPUT": str(tmp_path / "page.pdf")}
    run.project = opened
    with pytest.raises(QgsProcessingException, match="aggregate"):
        run(algorithm, EDITION="elus", **given)
    assert not (tmp_path / "page.pdf").exists()


def test_a_template_that_works_things_out_by_itself_is_welcome(run, opened, tmp_path):
    template = with_text(tmp_path, "[% upper('lu ') || format_number(1 + 1, 0) %]")
    run.project = opened
    path = tmp_path / "page.pdf"
    run("synergymap", EDITION="elus", TEMPLATE=str(template), DPI=72, PAPER="A4", OUTPUT=str(path))
    assert path.exists()


@pytest.mark.parametrize(
    "text",
    [
        FORBIDDEN,
        "[% eval('1') %]",
        "[% get_feature('etablissement', 'id', 'e1') %]",
        "[% upper(attribute(@atlas_feature, 'raison_sociale')) %]",
        "[% env('HOME') %]",
        "avant [% 1 %] puis [% count(1) %]",
    ],
)
def test_what_a_template_may_not_do(qgis_app, tmp_path, text):
    with pytest.raises(StoreError):
        refuse_reading(with_text(tmp_path, text))


def test_a_property_that_depends_on_data_is_looked_at_too(qgis_app, tmp_path):
    template = tmp_path / "modele.qpt"
    template.write_text(
        '<Layout><LayoutItem><Option name="expression" type="QString"'
        " value=\"layer_property('etablissement', 'name')\"/></LayoutItem></Layout>",
        encoding="utf-8",
    )
    with pytest.raises(StoreError):
        refuse_reading(template)


def test_the_templates_of_the_package_are_accepted(qgis_app):
    folder = template_path(LAYOUT, "A4").parent
    templates = sorted(folder.glob("*.qpt"))
    assert len(templates) > 10
    for template in templates:
        refuse_reading(template)


# --- Exports --------------------------------------------------------------------------------------


def test_records_of_one_company_are_one_company_whatever_their_own_identifier(run):
    """A table of somebody else's, with an identifier a row and the SIRET of whose it is."""
    fields = "id:string,siret:string,nature:string"
    rows = [(560_500 + n, 6_325_000, f"r{n}", "32212091600208", "matiere") for n in range(5)]
    done = export(run, points(rows, fields), squares(("O", 0, 1)))
    assert figures(done)["O"] == (None, None, "oui")


def test_a_field_that_tells_records_apart_is_refused(run):
    rows = companies(0.5, "a", 1) * 4
    with pytest.raises(QgsProcessingException, match="etablissement_id"):
        export(run, rows, squares(("O", 0, 1)), OWNER="id")


def test_public_records_apart_may_be_of_somebody_who_is_not(run):
    """Three companies, of which one has a public record: with it taken away two are left."""
    rows = [*companies(0.5, "a", 2), flow(0.5, 9, "p", public="public")]
    assert figures(export(run, rows, squares(("O", 0, 1))))["O"] == (None, None, "oui")
    # Five more than are public, and fewer than three that are not: found by whoever knows them.
    rows = [*companies(0.5, "a", 6), flow(0.5, 9, "p", public="public")]
    assert figures(export(run, rows, squares(("O", 0, 1))))["O"] == (7, 7, "non")


def test_a_unit_of_few_who_are_not_public_is_not_told(run):
    rows = [*companies(0.5, "a", 5, amount=3), *companies(0.5, "p", 2, amount=3, public="public")]
    done = export(run, rows, squares(("O", 0, 1)))
    assert "quantite_t" in done.rows("OUTPUT")[0]
    # Four use the unit, and readers know all of them but two.
    rows = [*companies(0.5, "a", 2, amount=3), *companies(0.5, "p", 2, amount=3, public="public")]
    done = export(run, rows, squares(("O", 0, 1)))
    assert "quantite_t" not in done.rows("OUTPUT")[0]


def test_one_file_under_two_names_is_one_table(demo, tmp_path):
    other = tmp_path / "autre.gpkg"
    other.symlink_to(demo.store)
    layers = [QgsVectorLayer(f"{path}|layername=flux", "f", "ogr") for path in (demo.store, other)]
    assert _same_table(*layers)


def test_synergies_of_a_territory_need_its_project(run, demo, tmp_path):
    with pytest.raises(QgsProcessingException, match="project"):
        export(run, QgsVectorLayer(f"{demo.store}|layername=synergie", "s", "ogr"), None)


def test_hexagons_do_not_stand_around_who_is_counted(run):
    """Whichever of two companies ten kilometres apart is exported, the ground is the same."""
    grounds = []
    for place in (0.2, 9.7):
        done = export(run, companies(place, "a", 1), None, HEXAGON_KM=0.5)
        grounds.append({row["zone_code"] for row in done.rows("OUTPUT")})
    assert grounds[0] == grounds[1]
    assert len(grounds[0]) > 1000


def test_the_house_words_on_a_company_stay_in_the_house(run, demo, tmp_path):
    store = tmp_path / demo.store.name
    shutil.copyfile(demo.store, store)
    layer = QgsVectorLayer(f"{store}|layername=etablissement", "e", "ogr")
    assert layer.startEditing()
    for feature in layer.getFeatures():
        for field, value in (("confidentialite", "public"), ("description", "ZQXMOTS")):
            layer.changeAttributeValue(feature.id(), layer.fields().indexOf(field), value)
    assert layer.commitChanges()
    for sharing, found in (("public", False), ("interne", True)):
        path = tmp_path / f"{sharing}.gpkg"
        run(
            "exportcnig", TARGET=str(store), SHARING=sharing, KEEP_INCOMPLETE=True, OUTPUT=str(path)
        )
        assert (b"ZQXMOTS" in path.read_bytes()) == found
