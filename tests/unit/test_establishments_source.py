"""From the rows of a table to establishments, or to the reason why a row is not one."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.sources.delimited import open_delimited
from actif_plugin.sources.establishments import Candidate, Fault, Reject, identity, read_rows
from actif_plugin.sources.fields import guess

REAL = Path(__file__).resolve().parents[3] / "shared" / "real"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real est absent")

LA_POSTE = "35600000000048"
OTHER = "41107643300027"


def read(header: str, *rows: str) -> list[Candidate | Reject]:
    """Read rows written with bars, as lines 2, 3, …"""
    names = header.split("|")
    numbered = ((line, row.split("|")) for line, row in enumerate(rows, start=2))
    return list(read_rows(numbered, names, guess(names)))


def one(header: str, row: str) -> Candidate | Reject:
    (result,) = read(header, row)
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
        ("siret|nom", "3,56E+13|A", Fault.SIRET_DIGITS, "3,56E+13"),
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


# --- Duplicates -----------------------------------------------------------------------------------


def test_the_second_of_two_equal_siret_is_refused():
    results = read("siret|nom", f"{LA_POSTE}|A", f"{OTHER}|B", "356 000 000 00048|C")
    assert [type(result) for result in results] == [Candidate, Candidate, Reject]
    assert (results[2].fault, results[2].detail, results[2].line) == (Fault.DUPLICATE, "2", 4)


def test_the_third_points_at_the_first_too():
    results = read("siret|nom", f"{LA_POSTE}|A", f"{LA_POSTE}|B", f"{LA_POSTE}|C")
    assert [result.detail for result in results[1:]] == ["2", "2"]


def test_without_siret_name_and_place_tell_companies_apart():
    results = read(
        "nom|adresse|commune",
        "Boulangerie Dupré|1 rue Haute|Caussade",
        "BOULANGERIE  DUPRE|1 Rue Haute|CAUSSADE",
        "Boulangerie Dupré|2 rue Haute|Caussade",
        "Boulangerie Dupré|1 rue Haute|Septfonds",
    )
    assert [type(result) for result in results] == [Candidate, Reject, Candidate, Candidate]


def test_a_rejected_row_is_no_first_of_its_kind():
    results = read("nom|lon|lat", "A|?|?", "A|1|44")
    assert [type(result) for result in results] == [Reject, Candidate]


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


def results_of(file: str) -> list[Candidate | Reject]:
    table = open_delimited(REAL / file)
    return list(read_rows(table.rows(), table.header, guess(table.header)))


@needs_real
def test_68_real_companies():
    """66 establishments; two rows repeat the SIRET of an earlier one."""
    results = results_of("demo_82_real_companies/companies_82.csv")
    rejects = [result for result in results if isinstance(result, Reject)]
    assert len(results) == 68
    assert [reject.fault for reject in rejects] == [Fault.DUPLICATE] * 2
    assert all(r.position and r.geographic for r in results if isinstance(r, Candidate))


@needs_real
def test_sirene_list_of_765_companies():
    results = results_of("sirene_isere_2021/etablissements_personnes_morales.csv")
    assert len(results) == 765
    assert all(isinstance(result, Candidate) for result in results)
    assert all(result.position is None for result in results)
    assert all(result.values["commune_insee"].startswith("38") for result in results)


@needs_real
def test_register_of_10_167_sites_on_several_lines():
    """Expected counts and lines by an independent reading with the csv module."""
    file = "irep_2015_georisques/etablissements.csv"
    first: dict[str, int] = {}
    repeated: dict[int, int] = {}
    with (REAL / file).open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        at = [name.lower() for name in next(reader)].index("numero_siret")
        start = reader.line_num + 1
        for row in reader:
            if row[at] in first:
                repeated[start] = first[row[at]]
            first.setdefault(row[at], start)
            start = reader.line_num + 1
    results = results_of(file)
    assert len(results) == 10_167
    assert len(first) + len(repeated) == 10_167
    refused = {r.line: int(r.detail) for r in results if isinstance(r, Reject)}
    assert Counter(r.fault for r in results if isinstance(r, Reject)) == {
        Fault.DUPLICATE: len(repeated)
    }
    assert refused == repeated


@needs_real
@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("sirene_format_samples/StockEtablissement_2019_1row.csv", 3),
        ("sirene_format_samples/geo-sirene_L2_2018.csv", 4),
    ],
)
def test_samples_of_the_sirene_formats(file, count):
    results = results_of(file)
    assert len(results) == count
    assert all(isinstance(result, Candidate) for result in results)
    assert all(len(result.values["siret"]) == 14 for result in results)
