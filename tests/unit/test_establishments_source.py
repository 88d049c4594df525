"""From the rows of a table to establishments, or to the reason why a row is not one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.sources.delimited import open_delimited
from actif_plugin.sources.establishments import (
    Candidate,
    Fault,
    Omission,
    Reject,
    Skip,
    Wanted,
    identity,
    read_rows,
)
from actif_plugin.sources.fields import guess

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real est absent")

LA_POSTE = "35600000000048"
OTHER = "41107643300027"


def read(header: str, *rows: str, wanted: Wanted | None = None) -> list[Candidate | Reject | Skip]:
    """Read rows written with bars, as lines 2, 3, …"""
    names = header.split("|")
    numbered = ((line, row.split("|")) for line, row in enumerate(rows, start=2))
    return list(read_rows(numbered, names, guess(names), wanted))


def one(header: str, row: str, **wanted) -> Candidate | Reject | Skip:
    (result,) = read(header, row, wanted=Wanted(**wanted))
    return result


def test_a_name_is_enough():
    result = one("nom|commune", "Scierie du Lac|Caussade")
    assert result.values == {"raison_sociale": "Scierie du Lac", "commune_nom": "Caussade"}
    assert result.position is None
    assert result.line == 2


def test_a_siret_is_enough():
    result = one("siret|nom", f"{LA_POSTE}|")
    assert result.values == {"siret": LA_POSTE, "siren": "356000000"}


def test_a_signboard_is_enough():
    assert one("nom|enseigne", "|Chez Léo").values == {"enseigne": "Chez Léo"}


def test_an_ordinary_row():
    result = one(
        "siret|nom|enseigne|naf|adresse|code_postal|commune|insee|lon|lat|dateCreation|etat",
        "356 000 000 00048|La Poste|Le Village|5310z|9 rue du Colonel|75015|Paris|75115|2,29|48,84"
        "|1991-01-01|A",
    )
    assert result.values == {
        "siret": LA_POSTE,
        "siren": "356000000",
        "raison_sociale": "La Poste",
        "enseigne": "Le Village",
        "naf_code": "53.10Z",
        "naf_version": "rev2",
        "adresse": "9 rue du Colonel",
        "code_postal": "75015",
        "commune_nom": "Paris",
        "commune_insee": "75115",
        "date_creation": "1991-01-01",
        "etat": "actif",
    }
    assert result.position == (2.29, 48.84)
    assert result.geographic


@pytest.mark.parametrize(
    ("header", "row", "fault", "detail"),
    [
        ("siret|nom", "|", Fault.NO_NAME_NO_SIRET, ""),
        ("siret|nom", "[ND]|[ND]", Fault.NO_NAME_NO_SIRET, ""),
        ("siret|nom|commune", "||Caussade", Fault.NO_NAME_NO_SIRET, ""),
        ("siret|nom", "3560000000004|A", Fault.SIRET_LENGTH, "3560000000004"),
        ("siret|nom", "356000000000480|A", Fault.SIRET_LENGTH, "356000000000480"),
        ("siret|nom", "3,56E+13|A", Fault.SIRET_ROUNDED, "3,56E+13"),
        ("siret|nom", "3.56E+13|A", Fault.SIRET_ROUNDED, "3.56E+13"),
        ("siret|nom", "1.23457E+13|A", Fault.SIRET_ROUNDED, "1.23457E+13"),
        ("siret|nom", "1,23457e13|A", Fault.SIRET_ROUNDED, "1,23457e13"),
        ("siret|nom", "356000000|A", Fault.SIRET_LENGTH, "356000000"),
        ("siret|nom", "5650001300024|A", Fault.SIRET_LENGTH, "5650001300024"),
        ("siret|nom", "inconnu|A", Fault.SIRET_DIGITS, "inconnu"),
        ("siret|nom", "35600000000049|A", Fault.SIRET_KEY, "35600000000049"),
        ("siren|nic|nom", "356000000|00049|A", Fault.SIRET_KEY, "35600000000049"),
        ("nom|lon|lat", "A|1,35|", Fault.COORDINATES_UNREADABLE, "1,35 ; "),
        ("nom|lon|lat", "A|un|quarante", Fault.COORDINATES_UNREADABLE, "un ; quarante"),
        ("nom|x|y", "A|nan|1", Fault.COORDINATES_UNREADABLE, "nan ; 1"),
        ("nom|x|y", "A|inf|1", Fault.COORDINATES_UNREADABLE, "inf ; 1"),
        ("nom|x|y", "A|1.234,5|1", Fault.COORDINATES_UNREADABLE, "1.234,5 ; 1"),
        ("nom|commune", "A|B|C", Fault.TOO_MANY_CELLS, "3"),
    ],
)
def test_rows_refused(header, row, fault, detail):
    result = one(header, row)
    assert isinstance(result, Reject)
    assert (result.fault, result.detail, result.line) == (fault, detail, 2)


def test_a_reject_shows_its_row():
    result = one("siret|nom|commune", "123|Scierie [ND]|Caussade")
    assert result.content == "123 | Scierie [ND] | Caussade"


def test_a_bad_row_does_not_spoil_its_neighbours():
    results = read("siret|nom", "|A", "123|B", "|C")
    assert [type(result) for result in results] == [Candidate, Reject, Candidate]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1.355", 1.355),
        ("1,355", 1.355),
        ("-1,355", -1.355),
        (" 1 234 567,8 ", 1_234_567.8),
        ("1\u00a0234\u202f567,8", 1_234_567.8),
        ("6,3e5", 630_000.0),
    ],
)
def test_coordinates_as_people_write_them(written, number):
    assert one("nom|x|y", f"A|{written}|{written}").position == (number, number)


def test_degrees_win_over_projected_columns():
    result = one("nom|x|y|lon|lat", "A|570000|6325000|1.35|44.01")
    assert result.position == (1.35, 44.01)
    assert result.geographic


def test_projected_columns_serve_where_degrees_are_empty():
    result = one("nom|x|y|lon|lat", "A|570000|6325000||")
    assert result.position == (570_000.0, 6_325_000.0)
    assert not result.geographic


def test_no_coordinates_is_no_fault():
    assert one("nom|lon|lat", "A||").position is None


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2021-03-04", "2021-03-04"),
        ("20210304", "2021-03-04"),
        ("2021-03-04T12:00:00", "2021-03-04"),
        ("04/03/2021", "2021-03-04"),
        ("04/03/2021 00:00:00", "2021-03-04"),
        ("2021-03-04 00:00", "2021-03-04"),
        ("2021/03/04", "2021-03-04"),
        ("04-03-2021", "2021-03-04"),
        ("4.3.2021", "2021-03-04"),
        ("15/03/98", "1998-03-15"),
        ("15/03/21", "2021-03-15"),
        ("4 mars 2021", "2021-03-04"),
        ("1er Août 2021", "2021-08-01"),
        ("44259", "2021-03-04"),
        ("44259.5", "2021-03-04"),
        ("03/15/2021", None),
        ("12", None),
        ("4/3/2021", "2021-03-04"),
        ("2020-02-29", "2020-02-29"),
        ("2021-02-29", None),
        ("2021-02-31", None),
        ("31/04/2021", None),
        ("2021-13-01", None),
        ("0000-00-00", None),
        ("mars 2021", None),
        ("2021", None),
        ("", None),
    ],
)
def test_dates(written, iso):
    """A date that no calendar has is left out; the company gets in."""
    result = one("nom|dateCreation", f"A|{written}")
    assert isinstance(result, Candidate)
    assert result.values.get("date_creation") == iso


def test_closed_before_it_opened():
    """The territory refuses such a pair: the closing date is left out, not the company."""
    header = "nom|dateCreation|date_fermeture"
    assert one(header, "A|2021-03-04|2020-01-01").values == {
        "raison_sociale": "A",
        "date_creation": "2021-03-04",
    }
    assert one(header, "A|2021-03-04|2021-03-04").values["date_fermeture"] == "2021-03-04"
    assert one(header, "A||2021-03-04").values["date_fermeture"] == "2021-03-04"


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("A", "actif"),
        ("Actif", "actif"),
        ("oui", "actif"),
        ("F", "ferme"),
        ("Fermé", "ferme"),
        ("non", "ferme"),
        ("?", None),
        ("", None),
    ],
)
def test_states(written, state):
    assert one("nom|etat", f"A|{written}").values.get("etat") == state


@pytest.mark.parametrize(
    ("written", "code", "version"),
    [
        ("16.24Z", "16.24Z", "rev2"),
        ("1624Z", "16.24Z", "rev2"),
        ("01.11Y", "01.11Y", "2025"),
        ("16.24", None, None),
        ("commerce", None, None),
    ],
)
def test_activities(written, code, version):
    values = one("nom|naf", f"A|{written}").values
    assert (values.get("naf_code"), values.get("naf_version")) == (code, version)


@pytest.mark.parametrize(
    ("written", "kept"), [("0.87", "0.87"), ("0,87", "0.87"), ("1", "1.0"), ("87", None)]
)
def test_geocoding_scores(written, kept):
    assert one("nom|geo_score", f"A|{written}").values.get("geocodage_score") == kept


def test_siren_and_nic_make_a_siret():
    """Both may have lost their leading zeros."""
    assert one("siren|nic|nom", "356000000|48|A").values["siret"] == LA_POSTE
    assert one("siren|nic|nom", "356 000 000|00048|A").values["siret"] == LA_POSTE


def test_a_siren_alone_is_kept_when_it_is_right():
    assert one("siren|nom", "356 000 000|A").values["siren"] == "356000000"
    assert "siren" not in one("siren|nom", "356000001|A").values
    assert isinstance(one("siren|nom", "356000000|"), Reject)


def test_a_signboard_that_repeats_the_name_says_nothing():
    assert "enseigne" not in one("nom|enseigne", "Chez Léo|Chez Léo").values


def test_an_address_in_pieces():
    header = (
        "siret|numeroVoieEtablissement|indiceRepetitionEtablissement|typeVoieEtablissement"
        "|libelleVoieEtablissement"
    )
    assert one(header, f"{LA_POSTE}|12|BIS|RUE|DES HALLES").values["adresse"] == (
        "12 BIS RUE DES HALLES"
    )
    assert one(header, f"{LA_POSTE}|||LIEU-DIT|[ND]").values["adresse"] == "LIEU-DIT"


def test_masked_cells_are_empty():
    result = one("siret|nom|adresse|lon|lat", f"{LA_POSTE}|La Poste|[ND]|[ND]|[ND]")
    assert result.values == {"siret": LA_POSTE, "siren": "356000000", "raison_sociale": "La Poste"}
    assert result.position is None


def test_the_next_best_column_where_the_best_is_empty():
    header = "siret|denominationUniteLegale|enseigne1Etablissement"
    assert one(header, f"{LA_POSTE}|[ND]|Le Village").values["raison_sociale"] == "Le Village"


def test_short_rows_have_empty_cells():
    assert one("nom|commune|naf", "A").values == {"raison_sociale": "A"}


def test_empty_cells_beyond_the_header_are_no_fault():
    assert isinstance(one("nom|commune", "A|B|| "), Candidate)


# --- SIRENE ---------------------------------------------------------------------------------------

STOCK = (
    "siret|denominationUsuelleEtablissement|enseigne1Etablissement|denominationUniteLegale"
    "|nomUniteLegale|prenom1UniteLegale|categorieJuridiqueUniteLegale"
)


@pytest.mark.parametrize(
    ("usual", "sign", "legal", "name", "other_sign", "description"),
    [
        ("Chez Léo", "Le Relais", "SARL DURAND", "Chez Léo", "Le Relais", "SARL DURAND"),
        ("", "Le Relais", "SARL DURAND", "Le Relais", None, "SARL DURAND"),
        ("[ND]", "[ND]", "SARL DURAND", "SARL DURAND", None, None),
        ("SARL DURAND", "", "SARL DURAND", "SARL DURAND", None, None),
        ("", "", "", None, None, None),
    ],
)
def test_usual_name_else_sign_else_legal_name(usual, sign, legal, name, other_sign, description):
    """The legal name is not lost where another one is what people know."""
    values = one(STOCK, f"{LA_POSTE}|{usual}|{sign}|{legal}|||5710").values
    assert values.get("raison_sociale") == name
    assert values.get("enseigne") == other_sign
    told = f"Raison sociale : {description}" if description else None
    assert values.get("description") == told


@pytest.mark.parametrize(
    "row",
    [
        f"{LA_POSTE}||||DURAND|Léa|1000",
        f"{LA_POSTE}|Chez Léa|||DURAND|Léa|",
        f"{LA_POSTE}||||[ND]|[ND]|",
        f"{LA_POSTE}||||||1000",
    ],
)
def test_natural_persons_are_left_out_unless_asked_for(row):
    assert one(STOCK, row) == Skip(2, Omission.NATURAL_PERSON)
    assert isinstance(one(STOCK, row, natural_persons=True), Candidate)


def test_a_natural_person_goes_by_its_usual_name_first():
    row = f"{LA_POSTE}|Chez Léa|||DURAND|Léa|1000"
    assert one(STOCK, row, natural_persons=True).values["raison_sociale"] == "Chez Léa"
    row = f"{LA_POSTE}||||DURAND|Léa|1000"
    assert one(STOCK, row, natural_persons=True).values["raison_sociale"] == "Léa DURAND"


@pytest.mark.parametrize(
    ("code", "nomenclature", "new", "found"),
    [
        ("16.24Z", "NAFRev2", "", ("16.24Z", "rev2")),
        ("16.24Z", "NAFRev2", "16.24Y", ("16.24Z", "rev2")),
        ("", "", "16.24Y", ("16.24Y", "2025")),
        ("28.41X", "NAFRev1", "", (None, None)),
        ("57.10", "NAP", "", (None, None)),
        ("74.1J", "NAF1993", "16.24Y", ("16.24Y", "2025")),
        ("16.24Y", "NAF2025", "", ("16.24Y", "2025")),
    ],
)
def test_activities_of_each_nomenclature(code, nomenclature, new, found):
    header = (
        "siret|activitePrincipaleEtablissement|nomenclatureActivitePrincipaleEtablissement"
        "|activitePrincipaleNAF25Etablissement"
    )
    values = one(header, f"{LA_POSTE}|{code}|{nomenclature}|{new}").values
    assert (values.get("naf_code"), values.get("naf_version")) == found


@pytest.mark.parametrize(
    ("naf", "kept"), [("16.24Z", True), ("1610A", True), ("25.11Z", False), ("", False)]
)
def test_only_some_activities(naf, kept):
    result = one("nom|naf", f"A|{naf}", activities=("16",))
    assert isinstance(result, Candidate) is kept
    assert kept or result == Skip(2, Omission.ACTIVITY)


def test_communes_are_asked_about_before_anything_else():
    """A row elsewhere is not even read: its SIRET is wrong and nobody is told."""
    asked = []

    def near(code):
        asked.append(code)
        return code == "82121"

    rows = (f"{LA_POSTE}|82121", "123|75056")
    results = read("siret|codeCommuneEtablissement", *rows, wanted=Wanted(communes=near))
    assert [type(result) for result in results] == [Candidate, Skip]
    assert asked == ["82121", "75056"]


def test_a_point_drawn_at_random_in_its_commune_is_not_used():
    header = "siret|x|y|qualite_xy|epsg|y_latitude|x_longitude"
    row = "{}|570000|6325000|{}|2154|44.01|1.35"
    random = one(header, row.format(LA_POSTE, 33))
    assert random.position is None
    assert "geocodage_qualite" not in random.values
    sure = one(header, row.format(LA_POSTE, 11))
    assert (sure.position, sure.geographic) == ((1.35, 44.01), True)
    assert sure.values["geocodage_qualite"] == "adresse"
    assert one(header, row.format(LA_POSTE, 22)).values["geocodage_qualite"] == "rue"


def test_the_system_that_a_row_says():
    result = one("siret|x|y|qualite_xy|epsg", f"{LA_POSTE}|338000|7690000|11|2975")
    assert (result.position, result.crs) == ((338_000.0, 7_690_000.0), "EPSG:2975")


@pytest.mark.parametrize(
    ("commune", "crs"),
    [("97411", "EPSG:2975"), ("97105", "EPSG:5490"), ("97302", "EPSG:2972"), ("82121", "")],
)
def test_the_projected_coordinates_of_the_stock_overseas(commune, crs):
    header = (
        "siret|codeCommuneEtablissement|coordonneeLambertAbscisseEtablissement"
        "|coordonneeLambertOrdonneeEtablissement"
    )
    assert one(header, f"{LA_POSTE}|{commune}|338000|7690000").crs == crs
    assert one("siret|insee|x|y", f"{LA_POSTE}|{commune}|338000|7690000").crs == ""


@pytest.mark.parametrize(
    ("column", "written", "bracket"),
    [
        ("trancheEffectifsEtablissement", "03", "03"),
        ("trancheEffectifsEtablissement", "3", "03"),
        ("trancheEffectifsEtablissement", "NN", "NN"),
        ("trancheEffectifsEtablissement", "rx", None),
        ("Tranche effectifs", "6 à 9 salariés", "03"),
        ("effectif", "12", "11"),
        ("Effectif", "250", "32"),
        ("nb_salaries", "0", "00"),
        ("effectif", "01", "01"),
        ("effectif", "20 à 49 salariés", "12"),
        ("effectif", "inconnu", None),
        ("effectif", "-3", None),
    ],
)
def test_workforce_as_a_bracket(column, written, bracket):
    assert one(f"nom|{column}", f"A|{written}").values.get("effectif_code") == bracket


def test_since_when_it_is_closed():
    header = "siret|etatAdministratifEtablissement|dateDebut"
    assert one(header, f"{LA_POSTE}|F|2020-05-04").values["date_fermeture"] == "2020-05-04"
    assert "date_fermeture" not in one(header, f"{LA_POSTE}|A|2020-05-04").values


@pytest.mark.parametrize(
    "written",
    ["01585094400024", "1585094400024", "1 585 094 400 024", "1585094400024.0", "1585094400024,00"],
)
def test_a_siret_whose_zero_a_spreadsheet_dropped(written):
    assert one("siret|nom", f"{written}|A").values["siret"] == "01585094400024"


def test_a_siret_that_lost_two_zeros():
    assert one("siret|nom", "588003400011|A").values["siret"] == "00588003400011"


# --- What makes two records one ------------------------------------------------------------------


def test_identity_is_the_siret_where_there_is_one():
    assert identity({"siret": LA_POSTE, "raison_sociale": "A"}) == LA_POSTE
    assert identity({"raison_sociale": "A"}) == identity({"enseigne": "a"})
    assert identity({"raison_sociale": "A"}) != identity({"raison_sociale": "B"})


# --- Anything -------------------------------------------------------------------------------------

FIELDS = ("siret", "siren", "nic", "nom", "naf", "lon", "lat", "x", "y", "etat", "dateCreation")
cells = st.lists(
    st.one_of(st.text(max_size=8), st.text("0123456789/-,. é[ND]", max_size=14), st.none()),
    max_size=len(FIELDS) + 2,
)


@given(st.lists(cells, max_size=6))
def test_each_row_gives_one_result_whatever_it_holds(rows):
    numbered = list(enumerate(rows, start=2))
    results = list(read_rows(numbered, FIELDS, guess(FIELDS)))
    assert [result.line for result in results] == [line for line, _ in numbered]
    for result in results:
        if isinstance(result, Candidate):
            assert all(result.values.values())
            assert "raison_sociale" in result.values or "siret" in result.values


# --- Published files ------------------------------------------------------------------------------


def results_of(file: str, wanted: Wanted | None = None) -> list[Candidate | Reject | Skip]:
    table = open_delimited(REAL / file)
    return list(read_rows(table.rows(), table.header, guess(table.header), wanted))


@needs_real
def test_68_real_companies():
    results = results_of("demo_82_real_companies/companies_82.csv")
    assert len(results) == 68
    assert all(isinstance(result, Candidate) for result in results)
    assert all(result.position and result.geographic for result in results)


@needs_real
def test_sirene_list_of_765_companies():
    results = results_of("sirene_isere_2021/etablissements_personnes_morales.csv")
    assert len(results) == 765
    assert all(isinstance(result, Candidate) for result in results)
    assert all(result.position is None for result in results)
    assert all(result.values["commune_insee"].startswith("38") for result in results)


@needs_real
def test_register_of_10_167_sites_on_several_lines():
    """Each row on the line where the csv module finds it too."""
    file = "irep_2015_georisques/etablissements.csv"
    expected = []
    with (REAL / file).open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        at = next(reader).index("Numero_SIRET")
        start = reader.line_num + 1
        for row in reader:
            expected.append((start, row[at]))
            start = reader.line_num + 1
    results = results_of(file)
    assert len(results) == 10_167
    assert [(one.line, one.values["siret"]) for one in results] == expected


@needs_real
def test_the_stock_of_2019():
    """Three establishments closed at the end of 1984, under a nomenclature of before the NAF.

    The geocoder gave them no place, and says so with a score of 0.
    """
    results = results_of("sirene_format_samples/StockEtablissement_2019_1row.csv")
    assert [one.values for one in results] == [
        {
            "siret": siret,
            "siren": siret[:9],
            "etat": "ferme",
            "date_fermeture": "1984-12-25",
            "geocodage_score": "0.0",
        }
        for siret in ("00588003400011", "00600356000015", "00600465900014")
    ]


@needs_real
def test_the_older_geolocated_stock():
    """Columns of before 2019: commune in two pieces, legal name declared, point of a geocoder."""
    first = results_of("sirene_format_samples/geo-sirene_L2_2018.csv")[0]
    assert first.values == {
        "siret": "01585094400024",
        "siren": "015850944",
        "raison_sociale": "MOUTON - RIVOM",
        "naf_code": "25.73B",
        "naf_version": "rev2",
        "effectif_code": "11",
        "adresse": "CHEMIN DE THIL",
        "code_postal": "01700",
        "commune_insee": "01376",
        "commune_nom": "SAINT MAURICE DE BEYNOST",
        "date_creation": "2007-04-01",
        "geocodage_qualite": "rue",
        "geocodage_score": "0.81",
    }
    assert first.position == (4.986369, 45.825282)


@needs_real
def test_the_pseudonymised_geolocated_stock():
    """Numbers drawn at random have no key; each row is refused for that."""
    results = results_of("sirene_format_samples/geo_siret_cquest_pseudonymised.csv")
    refused = [one for one in results if isinstance(one, Reject)]
    assert len(results) == 5
    assert {reject.fault for reject in refused} == {Fault.SIRET_KEY}


@needs_real
def test_legal_units_are_their_head_office():
    """Three natural persons: skipped, then taken under their names when asked for."""
    file = "sirene_format_samples/StockUniteLegale_2019.csv"
    assert results_of(file) == [Skip(line, Omission.NATURAL_PERSON) for line in (2, 3, 4)]
    taken = results_of(file, Wanted(natural_persons=True))
    assert [(one.values["siret"], one.values["raison_sociale"]) for one in taken] == [
        ("00032517500065", "THIERRY JANOYER"),
        ("00180725400022", "JACQUES-LUCIEN BRETON"),
        ("00541022000015", "GEORGES WATTEBLED"),
    ]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("commune (centroïde publié)", "commune"),
        ("Mairie", "commune"),
        ("centroide", "commune"),
        ("centroïde de la parcelle", "parcelle"),
        ("housenumber", "adresse"),
        ("Street", "rue"),
        ("Lieu-dit", "lieu-dit"),
        ("bâtiment", "batiment"),
        ("Numéro", "adresse"),
        ("localisation à la rue (sans numéro)", "rue"),
        ("à 10 m près", None),
        ("", None),
    ],
)
def test_the_quality_of_a_position_is_a_word_that_geocoding_knows(written, kept):
    values = one("nom|precision", f"Scierie|{written}").values
    assert values.get("geocodage_qualite") == kept
