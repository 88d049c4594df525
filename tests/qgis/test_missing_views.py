"""`actif:missinglinks`: quantities, silence, records behind a row, hexagons, the curve, styles."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from qgis.core import (
    QgsAttributeTableConfig,
    QgsDistanceArea,
    QgsFeature,
    QgsProject,
    QgsVectorLayer,
)

from actif_plugin.processing import coverage_presentation
from actif_plugin.processing.coverage_tables import MOST_RECORDS, bar
from actif_plugin.processing.presentation import Dresser
from actif_plugin.store.coverage_styles import dress_perimeters
from tests.qgis.harness import Recorder, points, rows_of, sql
from tests.qgis.test_demo import table_under
from tests.qgis.test_missing_links import diagnose, flow, squares

TOLD = (
    "id:string,code:string,etablissement_id:string,quantite:double,unite:string,periodicite:string,"
    "saison:string,nature:string"
)


def told(kilometre, name, code, company, amount=None, unit=None, period=None, season=None):
    """Return a flow that tells a quantity, on the road of the other tests."""
    return (
        560_000 + 1000 * kilometre,
        6_325_000,
        name,
        code,
        company,
        amount,
        unit,
        period,
        season,
        "matiere",
    )


def quantities(run, needs, offers, **parameters):
    done = diagnose(run, NEEDS=points(needs, TOLD), OFFERS=points(offers, TOLD), **parameters)
    return {row["code"]: row for row in done.rows("OUTPUT")}


class TestQuantities:
    """Five companies on paper, over one year.

        A at  0 needs  1 t of wood a month, all year:              12 t
        B at 10 needs  6 t of wood a year, offers 4 t a year
        C at 20 offers 2 t of wood a quarter:                       8 t
        D at 30 needs  500 kg of wood once, and 30 m3 of it
        E at 60 needs  3 t of paper a year, offers 9 t of wood

    Within 20 km of another company: A has the 4 t of B and the 8 t of C, B has the 8 t, D has
    both. All 12 t can go: 4 t to A, and the 8 t between A, B and D. Wood is asked for in
    tonnes twice, in kilograms once and in cubic metres once: 12 + 6 + 0.5 = 18.5 t, and 30 m³
    beside. Paper: nothing.
    """

    NEEDS = (
        told(0, "a", "16.2", "A", 1, "t", "mensuel"),
        told(10, "b", "16.24", "B", 6, "t", "annuel"),
        told(30, "d", "16.2", "D", 500, "kg", "ponctuel"),
        told(30, "d2", "16.2", "D", 30, "m3", "annuel"),
        told(60, "e", "17.2", "E", 3, "t", "annuel"),
    )
    OFFERS = (
        told(10, "b'", "16.2", "B", 4, "t", "annuel"),
        told(20, "c", "16.24", "C", 2, "t", "trimestriel"),
        told(60, "e'", "16.2", "E", 9, "t", "annuel"),
    )

    def test_by_hand(self, run):
        rows = quantities(run, self.NEEDS, self.OFFERS)
        wood, paper = rows["16.2"], rows["17.2"]
        names = [
            "quantite_besoin",
            "quantite_couverte",
            "unite",
            "besoins_chiffres",
            "offres_chiffrees",
        ]
        assert [wood[name] for name in names] == [18.5, 12.0, "t", 3, 3]
        assert wood["couverture_quantite"] == pytest.approx(12 / 18.5)
        assert wood["autres_quantites"] == "30 m³"
        assert [paper[name] for name in names] == [3.0, 0.0, "t", 1, 0]
        assert (paper["couverture_quantite"], paper["autres_quantites"]) == (0.0, None)
        # In number, all four needs of wood have an answer.
        assert (wood["besoins"], wood["besoins_couverts"]) == (4, 4)

    def test_a_season_counts_its_months(self, run):
        """10 t a month from May to July are 30 t; two thirds come from 20 t once."""
        needs = [told(0, "a", "16.2", "A", 10, "t", "mensuel", "{5,6,7}")]
        rows = quantities(run, needs, [told(1, "o", "16.2", "B", 20, "t", "ponctuel")])
        assert rows["16.2"]["quantite_besoin"] == 30.0
        assert rows["16.2"]["couverture_quantite"] == pytest.approx(2 / 3)

    @pytest.mark.parametrize(
        ("amount", "unit"), [(None, "t"), (5, None), (5, ""), (-5, "t"), (math.nan, "t")]
    )
    def test_what_is_not_told_is_not_zero(self, run, amount, unit):
        needs = [told(0, "a", "16.2", "A", amount, unit)]
        (row,) = quantities(run, needs, [told(1, "o", "16.2", "B", 9, "t")]).values()
        names = "quantite_besoin quantite_couverte couverture_quantite unite autres_quantites"
        assert [row[name] for name in names.split()] == [None] * 5
        assert row["besoins_chiffres"] == 0
        assert row["couverture"] == 1.0

    def test_layers_without_our_columns(self, run):
        (row, *_) = diagnose(run).rows("OUTPUT")
        assert row["quantite_besoin"] is None

    def test_an_unknown_unit_measures_only_itself(self, run):
        needs = [told(0, "a", "16.2", "A", 10, "Seaux")]
        offers = [told(1, "o", "16.2", "B", 4, "seaux"), told(1, "p", "16.2", "B", 9, "t")]
        (row,) = quantities(run, needs, offers).values()
        assert (row["quantite_couverte"], row["unite"]) == (4.0, "Seaux")

    def test_too_many_to_compare(self, run, monkeypatch):
        from actif_plugin.domain import allocation

        monkeypatch.setattr(allocation, "MOST_PAIRS", 100)
        needs = [told(0, f"n{n}", "16.2", f"A{n}", 1, "t") for n in range(20)]
        offers = [told(1, f"o{n}", "16.2", f"B{n}", 1, "t") for n in range(20)]
        log = Recorder()
        rows = quantities(run, needs, offers, log=log)
        assert (rows["16.2"]["quantite_besoin"], rows["16.2"]["quantite_couverte"]) == (20.0, None)
        assert any("no coverage in quantity for 16.2" in text for text in log.warnings)


class TestSilence:
    def test_few_records_are_marked(self, run):
        """16.2 has two needs and two offers, 17.2 one of each, 20.1 two and one."""
        for fewest, expected in (
            (None, {"16.2": "non", "17.2": "oui", "20.1": "non"}),
            (4, {"16.2": "non", "17.2": "oui", "20.1": "oui"}),
            (0, {"16.2": "non", "17.2": "non", "20.1": "non"}),
        ):
            more = {} if fewest is None else {"MIN_RECORDS": fewest}
            rows = diagnose(run, **more).rows("OUTPUT")
            assert {row["code"]: row["peu_releve"] for row in rows} == expected

    def establishments(self, fields="id:string,etat:string"):
        """Three in the west, of which one closed, one in the east."""
        rows = [
            (560_000, 6_325_000, "A", "actif"),
            (565_000, 6_325_000, "B", None),
            (566_000, 6_325_000, "C", "ferme"),
            (600_000, 6_325_000, "D", "actif"),
            (None, None, "E", "actif"),
        ]
        return points(rows, fields)

    def visits(self, *names, field="etablissement_id"):
        layer = QgsVectorLayer(f"NoGeometry?field={field}:string", "visites", "memory")
        for name in names:
            feature = QgsFeature(layer.fields())
            feature.setAttributes([name])
            layer.dataProvider().addFeatures([feature])
        return layer

    def visited(self, run, **parameters):
        perimeters = squares(
            [(-1, 20, "1", "Ouest"), (30, 60, "2", "Est"), (200, 201, "3", "Loin")]
        )
        done = diagnose(run, PERIMETERS=perimeters, **parameters)
        return {
            row["perimetre_code"]: (row["etablissements"], row["visites"], row["part_visitee"])
            for row in done.rows("BY_PERIMETER")
        }

    def test_where_nobody_has_been(self, run):
        """A was visited twice, C is closed; in the east nobody came; far away nobody is."""
        found = self.visited(
            run,
            ESTABLISHMENTS=self.establishments(),
            VISITS=self.visits("A", "A", "C", "someone else", None),
        )
        assert found == {"1": (2, 2, 0.5), "2": (1, 0, 0.0), "3": (0, 0, None)}

    def test_establishments_alone(self, run):
        found = self.visited(run, ESTABLISHMENTS=self.establishments())
        assert found == {"1": (2, None, None), "2": (1, None, None), "3": (0, None, None)}

    def test_neither(self, run):
        assert set(self.visited(run).values()) == {(None, None, None)}

    def test_visits_of_nobody(self, run):
        needs = points([flow(0, "n", "16.2", "A")[:5]], "id:string,code:string,e:string")
        shared = {"NEEDS": needs, "OFFERS": needs.clone(), "OUTPUT": "TEMPORARY_OUTPUT"}
        said = run.fails("missinglinks", **shared, VISITS=self.visits("A"))
        assert "Visits tell nothing without the establishments" in said
        said = run.fails(
            "missinglinks",
            **shared,
            ESTABLISHMENTS=self.establishments(),
            VISITS=self.visits("A", field="siret"),
        )
        assert "The visits have no field etablissement_id: choose the table visite." in said


class TestRecords:
    def test_orphans_come_first(self, run):
        rows = {row["code"]: row for row in diagnose(run).rows("OUTPUT")}
        assert rows["16.2"]["besoin_ids"] == "n2|n1"
        assert rows["16.2"]["offre_ids"] == "o2|o1"
        assert rows["20.1"]["besoin_ids"] == "n4|n5"
        assert rows["17.2"]["offre_ids"] == "o3"

    def test_by_perimeter(self, run):
        done = diagnose(run, PERIMETERS=squares([(-1, 60, "1", "Tout"), (200, 201, "2", "Loin")]))
        here, far = done.rows("BY_PERIMETER")
        assert here["besoin_ids"].split("|") == ["n2", "n3", "n4", "n1", "n5"]
        assert here["offre_ids"].split("|") == ["o2", "o1", "o4"]
        assert (far["besoin_ids"], far["offre_ids"]) == (None, None)

    def test_a_cell_stays_readable(self, run):
        needs = [flow(n / 1000, f"n{n}", "16.2", "A") for n in range(MOST_RECORDS + 50)]
        (row,) = diagnose(run, needs, [flow(0, "o", "16.2", "B")]).rows("OUTPUT")
        assert row["besoins"] == MOST_RECORDS + 50
        assert len(row["besoin_ids"].split("|")) == MOST_RECORDS


@pytest.mark.parametrize(
    ("covered", "needs", "most", "drawn"),
    [
        (2, 5, 10, "██░░░"),
        (0, 3, 20, "░░░"),
        (0, 0, 10, None),
        # 40 needs are 20 blocks: half a block each, and one block at least for what there is.
        (30, 40, 40, "█" * 15 + "░" * 5),
        (1, 2, 40, "█░"),
        (0, 0, 0, None),
    ],
)
def test_bars(covered, needs, most, drawn):
    assert bar(covered, needs, most) == drawn


class TestHexagons:
    def test_by_hand(self, run):
        """5 km wide, the needs of one road at 0, 40, 50, 50 and 51 km; n1 and n5 are covered."""
        done = diagnose(run, HEXAGONS="TEMPORARY_OUTPUT")
        layer = done["HEXAGONS"]
        assert layer.crs().authid() == "EPSG:2154"
        cells = {}
        for feature in layer.getFeatures():
            names = feature["besoin_ids"].split("|")
            cells[tuple(sorted(names))] = feature
            # √3/2 × 5² km²
            assert feature.geometry().area() == pytest.approx(math.sqrt(3) / 2 * 25e6)
        counted = {
            names: (row["besoins"], row["besoins_sans_reponse"], row["entreprises"])
            for names, row in cells.items()
        }
        assert counted[("n1",)] == (1, 0, 1)
        assert counted[("n2",)] == (1, 1, 1)
        assert sum(row[0] for row in counted.values()) == 5
        assert sum(row[1] for row in counted.values()) == 3
        # n3 and n4 are one company's, on one point.
        (together,) = (names for names in counted if "n3" in names)
        assert {"n3", "n4"} <= set(together)

    def test_each_need_lies_in_its_cell(self, run):
        for crs, x, y, step in (
            ("EPSG:2154", 560_000, 6_325_000, 700.0),
            ("EPSG:4326", 1.3, 44.0, 0.01),
            ("EPSG:3857", 150_000, 5_460_000, 900.0),
        ):
            rows = [(x + n * step, y + (n * 7 % 13) * step, f"n{n}", "16.2") for n in range(60)]
            needs = points(rows, crs=crs)
            done = diagnose(
                run, NEEDS=needs, OFFERS=needs.clone(), HEXAGONS="TEMPORARY_OUTPUT", HEXAGON_KM=2
            )
            layer = done["HEXAGONS"]
            places = {f["id"]: f.geometry() for f in needs.getFeatures()}
            measure = QgsDistanceArea()
            measure.setSourceCrs(layer.crs(), QgsProject.instance().transformContext())
            measure.setEllipsoid("EPSG:7030")
            seen = Counter()
            for cell in layer.getFeatures():
                for name in cell["besoin_ids"].split("|"):
                    seen[name] += 1
                    if layer.crs() == needs.crs():
                        assert cell.geometry().buffer(1e-6, 1).contains(places[name])
                # Lambert 93 stretches lengths by a thousandth at most here.
                area = measure.measureArea(cell.geometry())
                assert area == pytest.approx(math.sqrt(3) / 2 * 4e6, rel=0.005)
            assert seen == Counter(list(places))

    @pytest.mark.parametrize("width", [0, -5])
    def test_no_width(self, run, width):
        needs = points([flow(0, "n", "16.2", "A")[:4]])
        said = run.fails(
            "missinglinks",
            NEEDS=needs,
            OFFERS=needs.clone(),
            OUTPUT="TEMPORARY_OUTPUT",
            HEXAGONS="TEMPORARY_OUTPUT",
            HEXAGON_KM=width,
        )
        assert "HEXAGON_KM" in said


class TestCurve:
    def test_by_hand(self, run):
        """Answers at 1 km (n5) and 15 km (n1); 20 steps of 1 km, and 0."""
        done = diagnose(run, CURVE="TEMPORARY_OUTPUT")
        rows = [tuple(row.values()) for row in done.rows("CURVE")]
        assert rows == [
            (1000.0 * km, covered, covered / 5)
            for km in range(21)
            for covered in [0 if km < 1 else 1 if km < 15 else 2]
        ]
        assert not done["CURVE"].isSpatial()

    def test_it_ends_where_the_coverage_is(self, run):
        done = diagnose(run, CURVE="TEMPORARY_OUTPUT")
        assert done.rows("CURVE")[-1]["besoins_couverts"] == sum(
            row["besoins_couverts"] for row in done.rows("OUTPUT")
        )

    def test_no_distance_at_all(self, run):
        done = diagnose(run, CURVE="TEMPORARY_OUTPUT", MAX_DISTANCE=0)
        assert [tuple(row.values()) for row in done.rows("CURVE")] == [(0.0, 0, 0.0)]

    def test_a_distance_for_each_nature(self, run):
        """Up to the farthest of the nearest answers, rounded up to a kilometre."""
        done = diagnose(run, CURVE="TEMPORARY_OUTPUT", MAX_DISTANCE="")
        rows = done.rows("CURVE")
        assert len(rows) == 21
        assert rows[-1]["distance_m"] % 1000 == 0
        assert rows[-1]["besoins_couverts"] == sum(
            row["besoins_couverts"] for row in done.rows("OUTPUT")
        )

    def test_the_chart(self, run, tmp_path):
        path = tmp_path / "courbe.svg"
        done = diagnose(run, CHART=str(path))
        assert done.results["CHART"] == str(path)
        text = " ".join(ET.parse(path).getroot().itertext())
        words = " ".join(text.split())
        for expected in ("At which radius does the territory answer?", "40 % at 20 km", "16 km"):
            assert expected in words
        assert "less than half of the needs" in words

    def test_a_chart_that_cannot_be_written(self, run, tmp_path):
        """The tables are there all the same; QGIS reports the rest."""
        done = diagnose(run, CHART=str(tmp_path))
        assert len(done.rows("OUTPUT")) == 3
        assert any("cannot be written" in text for text in done.log.errors)


# --- The demonstration ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def planted() -> dict[str, set[tuple[str, str]]]:
    """What the notice of the demonstration says was planted: (SIRET, words)."""
    nobody, skill, far = (
        {(row["SIRET"], row["besoin"]) for row in table_under(title)}
        for title in (
            "### Douze besoins auxquels personne ne répond",
            "### Une compétence que personne ne partage",
            "### Onze besoins dont toutes les réponses sont à plus de 30 km",
        )
    )
    unasked = {
        (row["SIRET"], row["ressource"])
        for row in table_under("### Seize ressources que personne ne demande")
    }
    return {"nobody": nobody | skill, "far": far, "unasked": unasked}


@pytest.mark.parametrize(("metres", "missing"), [(32_000, "nobody far"), (1_000_000, "nobody")])
def test_what_was_planted_is_missing_and_nothing_else(run, demo, planted, metres, missing):
    """As the notice says it was checked: all flows, whatever their state, season or reach.

    Products are compared at the group, skills at the domain.
    """
    needs, resources = set(), set()
    for nomenclature, level in (("CPF", "group"), ("ROME", "division")):
        layer = bare_flows(demo, nomenclature)
        done = run(
            "missinglinks",
            NEEDS=layer,
            OFFERS=layer,
            LEVEL=level,
            MAX_DISTANCE=metres,
            OUTPUT="TEMPORARY_OUTPUT",
            ORPHAN_NEEDS="TEMPORARY_OUTPUT",
            ORPHAN_RESOURCES="TEMPORARY_OUTPUT",
        )
        needs |= {(row["siret"], row["libelle"]) for row in done.rows("ORPHAN_NEEDS")}
        resources |= {(row["siret"], row["libelle"]) for row in done.rows("ORPHAN_RESOURCES")}
    assert needs == set().union(*(planted[name] for name in missing.split()))
    assert planted["unasked"] <= resources
    if missing == "nobody":
        assert resources == planted["unasked"]


def bare_flows(demo, nomenclature: str) -> QgsVectorLayer:
    """Return the flows of the demonstration with nothing that could rule a pair out."""
    names = ("id", "code", "nomenclature", "etablissement_id", "sens", "siret", "libelle")
    places = QgsVectorLayer(f"{demo.store}|layername=flux", "flux", "ogr")
    at = {feature["id"]: feature.geometry().asPoint() for feature in places.getFeatures()}
    rows = sql(
        demo.store,
        "SELECT f.id, f.code, f.nomenclature, f.etablissement_id, f.sens, e.siret, f.libelle"
        " FROM flux f JOIN etablissement e ON e.id = f.etablissement_id WHERE f.nomenclature = ?",
        nomenclature,
    )
    fields = ",".join(f"{name}:string" for name in names)
    return points([(at[row[0]].x(), at[row[0]].y(), *row) for row in rows], fields)


def test_the_demonstration_shows_where_nobody_has_been(demo):
    """Two communities of communes without a visit in visites.csv, of ten."""
    layer = QgsVectorLayer(f"{demo.folder / 'resultats.gpkg'}|layername=couverture_perimetre")
    rows = {row["perimetre_nom"]: row for row in rows_of(layer)}
    nobody = {name for name, row in rows.items() if row["visites"] == 0}
    assert len(rows) == 10
    assert (
        sum("Pays de Serres" in name or "Rouergue" in name for name in nobody) == len(nobody) == 2
    )
    assert sum(row["visites"] for row in rows.values()) == 64
    assert sum(row["etablissements"] for row in rows.values()) == 170


# --- What QGIS shows ------------------------------------------------------------------------------


def test_the_symbols_of_perimeters(run):
    done = diagnose(run, PERIMETERS=squares([(-1, 20, "1", "Ouest")]))
    layer = done["BY_PERIMETER"]
    dress_perimeters(layer)
    # Once more changes nothing.
    dress_perimeters(layer)
    manager = layer.styleManager()
    assert sorted(manager.styles()) == [
        "Besoins sans réponse",
        "Où personne n'est passé",
        "Part des besoins couverts",
    ]
    assert manager.currentStyle() == "Besoins sans réponse"
    for style in manager.styles():
        manager.setCurrentStyle(style)
        texts = [item.label() for item in layer.renderer().legendSymbolItems()]
        assert "Personne n'y est passé" in texts
        assert all(texts)


def test_the_ranked_table(run):
    done = diagnose(run)
    layer = done["OUTPUT"]
    Dresser(coverage_presentation.BY_CODE).postProcessLayer(layer, done.context, done.log)
    config = layer.attributeTableConfig()
    shown = [column.name for column in config.columns() if not column.hidden]
    # The button comes first, then what is read together; identifiers are for the button.
    assert shown[:5] == ["", "code", "libelle", "barre", "peu_releve"]
    assert config.columns()[0].type == QgsAttributeTableConfig.Type.Action
    assert not {"besoin_ids", "offre_ids", "fid"} & set(shown)
    assert config.sortExpression() == '"score"'
    (style,) = layer.conditionalStyles().rowStyles()
    assert style.rule() == "\"peu_releve\" = 'oui'"
    assert layer.attributeDisplayName(layer.fields().indexOf("score")) == "Score"


def test_every_column_has_a_french_name(run):
    done = diagnose(
        run,
        PERIMETERS=squares([(-1, 20, "1", "Ouest")]),
        HEXAGONS="TEMPORARY_OUTPUT",
        CURVE="TEMPORARY_OUTPUT",
    )
    for name, presentation in (
        ("OUTPUT", coverage_presentation.BY_CODE),
        ("BY_PERIMETER", coverage_presentation.BY_PERIMETER),
        ("HEXAGONS", coverage_presentation.HEXAGONS),
        ("CURVE", coverage_presentation.CURVE),
    ):
        layer = done[name]
        Dresser(presentation).postProcessLayer(layer, done.context, done.log)
        fields = layer.fields()
        bare = [
            field.name()
            for at, field in enumerate(fields)
            if layer.attributeDisplayName(at) == field.name()
        ]
        assert bare == []
