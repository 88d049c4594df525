"""`actif:visitsheet`: what to ask and offer at a visit, in tables and on paper."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsPointXY

from actif_plugin import paths
from actif_plugin.processing.visit_text import kilometres
from actif_plugin.store.records import add_records, new_record
from actif_plugin.store.schema import table
from actif_plugin.store.territory import Territory, create_territory, open_territory
from tests.qgis.harness import Recorder, Runner, run_program, sql

TABLES = ("NEEDS_NEARBY", "RESOURCES_NEARBY", "POOLS", "HISTORY")

# Kilometres east of one point. The visited company is V (makes pallets, 16.24Z) at 0.
COMPANIES = {
    "v": (0, "Palettes du Val", "00001012400014", "16.24Z"),
    "a": (3, "Aciérie Aa", "00001019900016", "24.10Z"),
    "b": (8, "Boissons Bb", "00001030600017", "11.07Z"),
    "c": (30, "Cartons Cc", "00001033000017", "17.21A"),
    "d": (4, "Distillerie Dd", "", "11.01Z"),
}
# id, company, direction, code, words, quantity, unit, period, state, confirmed
FLOWS = [
    ("v-offre", "v", "offre", "38.11.5", "Sciures", 12, "t", "mensuel", "", "2001-01-01"),
    ("v-besoin", "v", "besoin", "49.41", "Camion retour", None, "", "", "", ""),
    ("v-clos", "v", "besoin", "16.10", "Planches", 3, "m3", "annuel", "satisfait", ""),
    # meets the sawdust: 38.11; ruled out below
    ("a-ecarte", "a", "besoin", "38.11.4", "Copeaux", None, "", "", "", ""),
    # meets the sawdust, 8 km
    ("b-sciures", "b", "besoin", "38.11", "Litière", 2, "t", "hebdomadaire", "", "2001-01-01"),
    # what the activity makes: pallets, 3 km; and 4 km, ruled out for the sawdust
    ("a-palettes", "a", "besoin", "16.24.11", "Palettes 80x120", 500, "unite", "annuel", "", ""),
    ("d-palettes", "d", "besoin", "16.24", "Palettes usées", None, "", "", "", ""),
    # the same group as pallets and another class: not what the activity makes
    ("a-liege", "a", "besoin", "16.29", "Bouchons", None, "", "", "", ""),
    # pallets, 30 km: too far
    ("c-palettes", "c", "besoin", "16.24", "Palettes loin", None, "", "", "", ""),
    # meets the truck wanted
    ("b-camion", "b", "offre", "49.41.1", "Camion le mardi", 1, "trajet", "hebdomadaire", "", ""),
    # wants a truck too: a pool
    ("a-camion", "a", "besoin", "49.4", "Affrètement", 2, "trajet", "mensuel", "", ""),
    # what nobody asked for
    ("d-vin", "d", "offre", "11.01", "Marc", 5, "t", "annuel", "", ""),
]
VERDICTS = [
    ("a-ecarte", "v-offre", "ecarte", "Trop fin"),
    ("d-palettes", "v-offre", "ecarte", "Ce n'est pas pareil"),
    ("v-besoin", "b-camion", "retenu", "Essai en mai"),
]
HOSTILE = "<b>Gras</b> & <script>alert(1)</script> [% 6*7 %] %1 {nom} é"


def add(territory: Territory, name: str, rows, points=None) -> None:
    records = [
        new_record(territory.layer(name), table(name), row, point)
        for row, point in zip(rows, points or [None] * len(rows))
    ]
    add_records(territory.layer(name), records)


def place(kilometre) -> QgsGeometry:
    return QgsGeometry.fromPointXY(QgsPointXY(560_000 + 1000 * kilometre, 6_325_000))


def made(path: Path, flows=FLOWS, verdicts=VERDICTS, words=None) -> Territory:
    """Make the territory of the tests; *words* replaces what companies wrote."""
    territory = create_territory(
        path, "Le Val", QgsCoordinateReferenceSystem("EPSG:2154"), paths.reference_database()
    )
    rows = [
        {
            "id": name,
            "raison_sociale": words or title,
            "siret": siret,
            "naf_code": naf,
            "commune_nom": "Moissac",
            "description": words or "",
        }
        for name, (_, title, siret, naf) in COMPANIES.items()
    ]
    add(territory, "etablissement", rows, [place(row[0]) for row in COMPANIES.values()])
    keys = ("id", "etablissement_id", "sens", "code", "libelle", "quantite", "unite")
    keys += ("periodicite", "statut", "date_confirmation")
    rows = [
        {key: "" if value is None else str(value) for key, value in zip(keys, flow)}
        for flow in flows
    ]
    rows = [{**row, "libelle": words or row["libelle"]} for row in rows]
    add(territory, "flux", rows, [place(COMPANIES[row["etablissement_id"]][0]) for row in rows])
    keys = ("besoin_id", "offre_id", "verdict", "motif")
    add(territory, "avis", [dict(zip(keys, verdict)) for verdict in verdicts])
    visits = [
        {
            "etablissement_id": "v",
            "date": day,
            "conseiller": "Awa Pradellet",
            "compte_rendu": words or report,
            "prochaine_action": following,
            "echeance": due,
        }
        for day, report, following, due in (
            ("2025-03-04", "Premier contact", "Rappeler", "2025-04-01"),
            ("2026-02-05", "Parc visité", "", ""),
        )
    ]
    add(territory, "visite", visits)
    add(territory, "synergie", [{"id": "s", "titre": "Chaleur", "statut": "piste"}])
    add(
        territory,
        "synergie_membre",
        [
            {"synergie_id": "s", "etablissement_id": "v", "role": "preneur"},
            {"synergie_id": "s", "etablissement_id": "a", "role": "fournisseur"},
        ],
    )
    return territory


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("visite") / "val.gpkg").path


@pytest.fixture
def val(built, tmp_path) -> Territory:
    """A territory of five companies, to write in."""
    return open_territory(Path(shutil.copy(built, tmp_path / "val.gpkg")))


def change(territory: Territory, company: str, geometry=None, **values) -> None:
    """Change a company as a form would; *geometry* to take its position away."""
    layer = territory.layer("etablissement")
    (feature,) = [row for row in layer.getFeatures() if row["id"] == company]
    columns = {layer.fields().indexOf(name): value for name, value in values.items()}
    provider = layer.dataProvider()
    assert provider.changeAttributeValues({feature.id(): columns})
    if geometry is not None:
        assert provider.changeGeometryValues({feature.id(): geometry})


def visit(run, territory, tmp_path, company="v", log=None, **parameters):
    outputs = dict.fromkeys(TABLES, "TEMPORARY_OUTPUT")
    return run(
        "visitsheet",
        log,
        **{
            "ESTABLISHMENT": company,
            "TARGET": str(territory.path if isinstance(territory, Territory) else territory),
            "MAX_DISTANCE": 20_000,
            "OUTPUT": str(tmp_path / "fiche.pdf"),
            **outputs,
            **parameters,
        },
    )


def text_of(path) -> str:
    """Return the words of a PDF, one space between them, ligatures taken apart."""
    text = run_program("pdftotext", "-layout", path, "-").stdout
    return " ".join(unicodedata.normalize("NFKC", text).split())


def letters_of(path) -> str:
    """Return the letters of a PDF in the order in which they were drawn, without any space."""
    return squeezed(run_program("pdftotext", "-raw", path, "-").stdout)


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def pages_of(path) -> int:
    return int(re.search(r"Pages:\s+(\d+)", run_program("pdfinfo", path).stdout)[1])


class TestByHand:
    def test_needs_nearby(self, run, val, tmp_path):
        """Its sawdust, then its trade; neither what was ruled out, nor another class, nor far."""
        rows = visit(run, val, tmp_path).rows("NEEDS_NEARBY")
        assert [(row["besoin_id"], row["origine"], row["distance_m"]) for row in rows] == [
            ("a-palettes", "activité", 3_000.0),
            ("b-sciures", "ressource", 8_000.0),
        ]
        pallets, litter = rows
        assert (pallets["entreprise"], pallets["commune"]) == ("Aciérie Aa", "Moissac")
        assert pallets["quantites"] == "500 unités par an"
        assert pallets["motif"].startswith("activité 16.24Z\u00a0: 16.24 ")
        assert litter["motif"].startswith("«\u00a0Sciures\u00a0»\u00a0: classe 38.11 ")
        assert [row["a_confirmer"] for row in rows] == [False, True]

    def test_resources_nearby(self, run, val, tmp_path):
        (row,) = visit(run, val, tmp_path).rows("RESOURCES_NEARBY")
        assert (row["offre_id"], row["origine"], row["distance_m"]) == (
            "b-camion",
            "besoin",
            8_000.0,
        )
        assert row["retenu"]
        assert row["quantites"] == "1 trajet par semaine"

    def test_pools(self, run, val, tmp_path):
        """A truck, as A: the same pool as `poolneeds` makes."""
        (row,) = visit(run, val, tmp_path).rows("POOLS")
        assert (row["code"], row["members"], row["entreprises"]) == ("49.4", 2, "Aciérie Aa")
        assert (row["quantites"], row["sans_quantite"]) == ("24 trajets", 1)
        needs = f"{val.path}|layername=flux"
        pools = run("poolneeds", NEEDS=needs, MIN_MEMBERS=2, OUTPUT="TEMPORARY_OUTPUT")
        (same,) = [pool for pool in pools.rows("OUTPUT") if pool["code"] == "49.4"]
        assert {name: row[name] for name in same if name != "pool_id"} == {
            name: value for name, value in same.items() if name != "pool_id"
        }

    def test_history(self, run, val, tmp_path):
        rows = visit(run, val, tmp_path).rows("HISTORY")
        assert [(row["date"], row["type"], row["titre"]) for row in rows] == [
            ("2026-02-05", "visite", ""),
            ("2025-03-04", "visite", ""),
            (None, "synergie", "Chaleur"),
            (None, "avis retenu", "Camion retour"),
        ]
        assert rows[1]["detail"] == "Premier contact (Awa Pradellet)"
        assert (rows[1]["suite"], rows[1]["echeance"]) == ("Rappeler", "2025-04-01")
        assert rows[2]["detail"] == "Piste, Preneur, avec Aciérie Aa"
        assert rows[3]["detail"] == "Essai en mai"

    def test_what_is_printed(self, run, val, tmp_path):
        done = visit(run, val, tmp_path)
        text = text_of(done["OUTPUT"])
        assert "Document interne – ne pas diffuser" in text
        assert "Palettes du Val" in text
        assert "SIRET 00001012400014" in text
        assert "Dernière visite : 05/02/2026" in text
        # one day's need that is over, one that misses its quantity, one stale resource
        assert re.search(r"Besoin Planches 3 m3 par an satisfait", text)
        assert re.search(r"Besoin Camion retour quantité à demander", text)
        assert re.search(r"Ressource Sciures 12 t par mois 01/01/2001 à confirmer", text)
        assert "2 rapprochements écartés par un conseiller, non montrés" in text
        assert "Copeaux" not in text
        assert "Palettes usées" not in text
        assert "Palettes loin" not in text
        assert pages_of(done["OUTPUT"]) == 1

    def test_fewer_lines(self, run, val, tmp_path):
        rows = visit(run, val, tmp_path, MAX_LINES=1).rows("NEEDS_NEARBY")
        assert [row["besoin_id"] for row in rows] == ["a-palettes"]

    def test_a_shorter_way(self, run, val, tmp_path):
        done = visit(run, val, tmp_path, MAX_DISTANCE=5_000)
        assert [row["besoin_id"] for row in done.rows("NEEDS_NEARBY")] == ["a-palettes"]
        assert done.rows("RESOURCES_NEARBY") == []
        assert "Aucune ressource proche" in text_of(done["OUTPUT"])


class TestUsualInputs:
    def link(self, val, source):
        sql(
            val.path,
            "INSERT INTO ref_maillon (code, filiere_code, libelle_fr, entrees, naf_codes, source)"
            " VALUES ('m1', 'f', 'Sciage', '11.0|20.1', '16.10|16.24', ?)",
            source,
        )

    def test_with_a_source(self, run, val, tmp_path):
        self.link(val, "Étude régionale 2024")
        rows = visit(run, val, tmp_path).rows("RESOURCES_NEARBY")
        assert [(row["offre_id"], row["origine"]) for row in rows] == [
            ("d-vin", "filière"),
            ("b-camion", "besoin"),
        ]
        assert rows[0]["motif"].startswith(
            "filière\u00a0: Sciage (Étude régionale 2024)\u00a0: 11.0"
        )

    def test_without_a_source_it_is_an_opinion(self, run, val, tmp_path):
        self.link(val, None)
        rows = visit(run, val, tmp_path).rows("RESOURCES_NEARBY")
        assert [row["offre_id"] for row in rows] == ["b-camion"]


class TestWhichCompany:
    @pytest.mark.parametrize(
        "text", ["v", "00001012400014", "000 010 124 00014", "palettes du VAL", "palettes"]
    )
    def test_ways_to_name_it(self, run, val, tmp_path, text):
        log = visit(run, val, tmp_path, text).log
        assert "Company: Palettes du Val" in log.infos

    def fails(self, run, val, tmp_path, text):
        target = tmp_path / "fiche.pdf"
        told = run.fails("visitsheet", ESTABLISHMENT=text, TARGET=str(val.path), OUTPUT=str(target))
        assert not target.exists()
        return told

    def test_nobody(self, run, val, tmp_path):
        assert "No company is called Zzz" in self.fails(run, val, tmp_path, "Zzz")

    def test_several(self, run, val, tmp_path):
        change(val, "a", enseigne="Le Dépôt")
        change(val, "d", enseigne="Le Dépôt")
        told = self.fails(run, val, tmp_path, "dépôt")
        assert "Le Dépôt (00001019900016), Le Dépôt (d)" in told

    def test_a_whole_name_wins_over_a_part_of_another(self, run, val, tmp_path):
        change(val, "d", raison_sociale="Palettes")
        assert "Company: Palettes" in visit(run, val, tmp_path, "Palettes").log.infos

    def test_nothing(self, run, val, tmp_path):
        assert "Which company?" in self.fails(run, val, tmp_path, "   ")

    def test_no_territory(self, run, tmp_path):
        told = run.fails("visitsheet", ESTABLISHMENT="v", OUTPUT=str(tmp_path / "f.pdf"))
        assert "No territory" in told


class TestPartialRecords:
    def test_a_young_territory(self, run, tmp_path):
        """No flow at all: what is known is printed, and what to ask."""
        val = made(tmp_path / "t.gpkg", flows=[], verdicts=[])
        done = visit(run, val, tmp_path)
        assert [done.rows(name) for name in TABLES[:3]] == [[], [], []]
        assert len(done.rows("HISTORY")) == 3
        assert "Rien n'est encore relevé : demander ce qui est en trop" in text_of(done["OUTPUT"])

    def test_a_company_without_a_position(self, run, val, tmp_path):
        change(val, "v", QgsGeometry())
        done = visit(run, val, tmp_path)
        assert [row["besoin_id"] for row in done.rows("NEEDS_NEARBY")] == []
        assert "pas de position sur la carte" in text_of(done["OUTPUT"])

    def test_a_company_of_which_little_is_known(self, run, val, tmp_path):
        change(val, "d", naf_code=None, siret=None, commune_nom=None)
        done = visit(run, val, tmp_path, "d")
        text = text_of(done["OUTPUT"])
        assert "Distillerie Dd" in text
        assert "Jamais visitée" in text
        assert "None" not in text
        assert "NULL" not in text


def test_what_companies_wrote_stays_words(run, tmp_path):
    """Neither HTML nor an expression, anywhere on the sheet."""
    val = made(tmp_path / "t.gpkg", words=HOSTILE)
    done = visit(run, val, tmp_path)
    letters = letters_of(done["OUTPUT"])
    # name, legal name or description, own records, neighbours' records, reports
    assert letters.count(squeezed(HOSTILE)) >= 8
    assert "42" not in letters.replace(COMPANIES["v"][2], "")


def test_a_long_history_fills_pages_and_cuts_no_row(run, val, tmp_path):
    """Forty records: every row is whole on its page, and every page says what it is."""
    rows = [
        {
            "etablissement_id": "v",
            "sens": "offre",
            "code": "38.11",
            "libelle": f"Début{n:02d} " + "mot " * 22 + f"fin{n:02d}",
        }
        for n in range(60)
    ]
    add(val, "flux", rows, [place(0)] * len(rows))
    done = visit(run, val, tmp_path)
    count = pages_of(done["OUTPUT"])
    assert count >= 3
    where: dict[str, int] = {}
    for page in range(1, count + 1):
        out = run_program("pdftotext", "-f", str(page), "-l", str(page), done["OUTPUT"], "-")
        text = unicodedata.normalize("NFKC", out.stdout)
        assert "Document interne – " in text
        assert f"{page}/{count}" in squeezed(text)
        where.update(dict.fromkeys(re.findall(r"Début\d\d|fin\d\d", text), page))
    assert len(where) == 120
    assert all(where[f"Début{n:02d}"] == where[f"fin{n:02d}"] for n in range(60))


def test_a_sheet_that_cannot_be_written(run, val, tmp_path):
    blocked = tmp_path / "fiche.pdf"
    blocked.mkdir()
    told = run.fails("visitsheet", ESTABLISHMENT="v", TARGET=str(val.path), OUTPUT=str(blocked))
    assert "cannot be written" in told
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".pdf"] == ["fiche.pdf"]


def test_cancelled_leaves_nothing(run, val, tmp_path):
    log = Recorder(cancel_after=3)
    visit(run, val, tmp_path, log=log)
    assert log.isCanceled()
    assert not (tmp_path / "fiche.pdf").exists()


@pytest.mark.parametrize("siret", ["00001985100013", "00001516400015", "00001012400014"])
def test_the_sheet_says_what_the_tables_say(demo, provider, tmp_path, siret):
    """On the demonstration: each figure of the tables is read back in the PDF, on two pages."""
    done = visit(Runner(), demo.store, tmp_path, siret)
    letters = letters_of(done["OUTPUT"])
    rows = [*done.rows("NEEDS_NEARBY"), *done.rows("RESOURCES_NEARBY")]
    assert rows
    for row in rows:
        first = " – ".join(filter(None, (row["mots"], row["quantites"])))
        first += " – à confirmer" if row["a_confirmer"] else ""
        cells = [first, f"{row['entreprise']}, {row['commune']}", kilometres(row["distance_m"])]
        assert squeezed("".join(cells)) in letters, cells
    for row in done.rows("POOLS"):
        names = row["entreprises"].replace(" ; ", ", ")
        end = "".join((str(row["members"]), names, row["quantites"], kilometres(row["diameter_m"])))
        assert squeezed(end) in letters, end
    for row in done.rows("HISTORY"):
        assert squeezed(row["detail"]) in letters
    assert 1 <= pages_of(done["OUTPUT"]) <= 2
    ((rejected,),) = sql(
        demo.store,
        "SELECT count(*) FROM avis AS a JOIN flux AS f ON f.id IN (a.besoin_id, a.offre_id)"
        " JOIN etablissement AS e ON e.id = f.etablissement_id"
        " WHERE e.siret = ? AND a.verdict = 'ecarte'",
        siret,
    )
    assert ("nonmontré" in letters) == (rejected > 0)


def test_distances_for_people():
    told = [kilometres(metres) for metres in (0, 4, 114.6, 994, 996, 4_240, 12_345, 150_000)]
    assert told == ["0 m", "0 m", "110 m", "990 m", "1 km", "4,2 km", "12,3 km", "150 km"]
