"""Text tables of every make: the same rows come out, and each on its own line."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actif_plugin.sources.delimited import TableError, open_delimited, text_file
from actif_plugin.sources.establishments import Candidate, Reject, read_rows
from actif_plugin.sources.fields import guess

HEADER = ("siret", "nom", "commune")
ROWS = [
    ["35600000000048", "Épicerie de l'Œuvre", "Saint-Céré"],
    ["41107643300027", "Carrières & Fils — 100 €", "Laguépie"],
]


@pytest.fixture
def file(tmp_path):
    """Write a file and open it as a table."""

    def write(content: bytes | str, encoding: str = "utf-8"):
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return open_delimited(path)

    return write


def written(delimiter: str = ",", newline: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows([HEADER, *ROWS])
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(file, delimiter, newline):
    table = file(written(delimiter, newline))
    assert table.delimiter == delimiter
    assert table.header == HEADER
    assert list(table.rows()) == [(2, ROWS[0]), (3, ROWS[1])]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
def test_encodings(file, encoding, found):
    table = file(written(";"), encoding)
    assert table.encoding == found
    assert table.header == HEADER
    assert [row for _, row in table.rows()] == ROWS


def test_utf16_of_the_other_byte_order(file):
    table = file(codecs.BOM_UTF16_BE + written().encode("utf-16-be"))
    assert [row for _, row in table.rows()] == ROWS


def test_a_character_across_two_blocks_is_still_utf8(file):
    """The first non-ASCII character falls on the edge of the block that is read at a time."""
    filler = "Dupont\n" * 149_795
    before = f"nom\n{filler}"
    start = "x" * ((1 << 20) - len(before) - 1)
    table = file(f"{before}{start}é\n")
    assert table.encoding == "utf-8"
    *_, last = table.rows()
    assert last == (149_797, [f"{start}é"])


def test_windows_1252_far_down_a_long_file(file):
    lines = ["nom;commune", *["Dupont;Montauban"] * 100_000, "Élan;Laguépie"]
    table = file("\n".join(lines), "cp1252")
    assert table.encoding == "cp1252"
    *_, last = table.rows()
    assert last == (100_002, ["Élan", "Laguépie"])


def test_the_line_that_excel_hides(file):
    table = file("sep=;\r\nsiret;nom\r\n35600000000048;La Poste\r\n")
    assert table.header == ("siret", "nom")
    assert list(table.rows()) == [(3, ["35600000000048", "La Poste"])]


def test_a_company_called_sep_is_no_hint(file):
    table = file("nom;commune\nsep=;Montauban\n")
    assert list(table.rows()) == [(2, ["sep=", "Montauban"])]


@pytest.mark.parametrize("above", ["\n\n", ";;\r\n", "   \n", '"";"";""\n'])
def test_blank_lines_above_the_header(file, above):
    table = file(above + written(";", "\n"))
    assert table.header == HEADER
    start = 2 + above.count("\n")
    assert list(table.rows()) == [(start, ROWS[0]), (start + 1, ROWS[1])]


def test_blank_lines_between_rows(file):
    table = file("nom;commune\n\nA;X\n;\n \nB;Y\n\n")
    assert list(table.rows()) == [(3, ["A", "X"]), (6, ["B", "Y"])]


def test_cells_of_several_lines(file):
    table = file(
        'nom,adresse\r\nA,"1 rue\r\ndes Halles\r\n82000"\r\nB,"x"\r\n"C\nbis",y\r\nD,z\r\n'
    )
    assert list(table.rows()) == [
        (2, ["A", "1 rue\r\ndes Halles\r\n82000"]),
        (5, ["B", "x"]),
        (6, ["C\nbis", "y"]),
        (8, ["D", "z"]),
    ]


def test_header_with_a_name_on_two_lines(file):
    table = file('"Nom de\nl\'établissement";"N°\nSIRET";Commune\nA;35600000000048;X\n')
    assert table.header == ("Nom de\nl'établissement", "N°\nSIRET", "Commune")
    assert list(table.rows()) == [(4, ["A", "35600000000048", "X"])]


def test_header_whose_first_name_is_on_two_lines_and_commas_follow(file):
    table = file('"Nom de\nl\'établissement",siret,commune\nA,35600000000048,X\n')
    assert table.delimiter == ","
    assert len(table.header) == 3


def test_separators_inside_quotes_do_not_count(file):
    table = file('"nom; enseigne; sigle","siret"\n"A; B","35600000000048"\n')
    assert table.delimiter == ","
    assert table.header == ("nom; enseigne; sigle", "siret")


def test_header_names_are_trimmed(file):
    assert file(" siret ; nom \nx;y\n").header == ("siret", "nom")


def test_a_single_column(file):
    table = file("siret\n35600000000048\n")
    assert table.header == ("siret",)
    assert list(table.rows()) == [(2, ["35600000000048"])]


def test_nul_bytes_mean_nothing(file):
    table = file(b"nom;com\0mune\r\nA\0;X\r\n\0\r\n\0B;Y\0\0\r\n")
    assert table.header == ("nom", "commune")
    assert list(table.rows()) == [(2, ["A", "X"]), (4, ["B", "Y"])]


def test_a_stray_byte_spoils_its_own_cell_only(file):
    """0x81 is nothing in Windows-1252."""
    table = file(b"nom;commune\nSoci\xe9t\xe9;X\nB\x81;Y\n")
    rows = [row for _, row in table.rows()]
    assert rows[0] == ["Société", "X"]
    assert rows[1][0].startswith("B")
    assert rows[1][1] == "Y"


def test_header_only(file):
    table = file("siret;nom\n")
    assert table.header == ("siret", "nom")
    assert list(table.rows()) == []


def test_last_line_without_its_end(file):
    assert list(file("nom;x\nA;1\nB;2").rows()) == [(2, ["A", "1"]), (3, ["B", "2"])]
    assert list(file('nom;x\nA;1\nB;"2"').rows()) == [(2, ["A", "1"]), (3, ["B", "2"])]


def test_ragged_rows_come_as_they_are(file):
    table = file("nom;commune;naf\nA\nB;X\nC;Y;Z;T\n")
    assert [row for _, row in table.rows()] == [["A"], ["B", "X"], ["C", "Y", "Z", "T"]]


def test_quotes_inside_words(file):
    table = file('nom;x\nEts "Le Relais" SA;1\n"Bar ""Chez Léo""";2\n')
    assert [row for _, row in table.rows()] == [
        ['Ets "Le Relais" SA', "1"],
        ['Bar "Chez Léo"', "2"],
    ]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n\r\n", b"  \n", b"\0\0", b"sep=;\n", codecs.BOM_UTF8, b'""\n', b";;;\n"]
)
def test_a_file_without_a_row(file, content):
    with pytest.raises(TableError) as caught:
        file(content)
    assert caught.value.line == 0


@pytest.mark.parametrize("end", ["", "\n", "\nC;3\nD;4\n"])
def test_a_quote_never_closed_is_told_with_its_line(file, end):
    table = file(f'nom;x\nA;1\n"B;2{end}')
    rows = table.rows()
    assert next(rows) == (2, ["A", "1"])
    with pytest.raises(TableError) as caught:
        next(rows)
    assert caught.value.line == 3


def test_a_quote_never_closed_in_a_long_file(file):
    table = file('nom;x\nA;1\n"B;2\n' + "Dupont;Montauban\n" * 100_000)
    with pytest.raises(TableError) as caught:
        list(table.rows())
    assert caught.value.line == 3


def test_a_quote_never_closed_in_the_header(file):
    with pytest.raises(TableError) as caught:
        file('nom;"siret\nA;1\nB;2\n')
    assert caught.value.line == 1


def test_one_endless_line(file):
    with pytest.raises(TableError):
        file("x" * 1_500_000)


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_delimited(tmp_path / "nothing.csv")


def test_reading_twice_gives_the_same(file):
    table = file(written())
    assert list(table.rows()) == list(table.rows())


# --- Any bytes at all -----------------------------------------------------------------------------

table_text = st.text(alphabet='abé;,|\t"\r\n\0 019[]=', max_size=200)
some_bytes = st.one_of(
    st.binary(max_size=300),
    table_text.map(lambda text: text.encode("utf-8")),
    table_text.map(lambda text: text.encode("cp1252")),
    table_text.map(lambda text: text.encode("utf-16")),
    st.tuples(
        st.sampled_from([codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE]), st.binary()
    ).map(b"".join),
    table_text.map(lambda text: f"siret;nom;lon;lat;dateCreation\n{text}".encode()),
)


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=some_bytes)
def test_no_bytes_raise_anything_but_table_error(tmp_path, content):
    path = Path(tmp_path) / "any.csv"
    path.write_bytes(content)
    try:
        table = open_delimited(path)
        results = list(read_rows(table.rows(), table.header, guess(table.header)))
    except TableError as error:
        lines = content.count(b"\n") + content.count(b"\r") + 1
        assert 0 <= error.line <= lines
        return
    assert all(isinstance(result, (Candidate, Reject)) for result in results)
    lines = [result.line for result in results]
    assert lines == sorted(set(lines))


good_rows = ["35600000000048;La Poste;1", "41107643300027;Carrières;2", "56080046800145;Gré;3"]
# Anything but a quote, which would join lines, and a line end.
other_lines = st.binary(max_size=30).map(
    lambda line: bytes(sign for sign in line if sign not in b'"\r\n')
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    between=st.lists(other_lines, min_size=4, max_size=4),
    encoding=st.sampled_from(["utf-8", "cp1252"]),
    mark=st.sampled_from([b"", codecs.BOM_UTF8]),
    newline=st.sampled_from([b"\n", b"\r\n", b"\r"]),
)
def test_no_bytes_make_a_good_row_lost(tmp_path, between, encoding, mark, newline):
    """Whatever the other lines hold, the companies of the good ones come out."""
    good = ("siret;nom;x", *good_rows)
    lines = [part for one, other in zip(good, between) for part in (one.encode(encoding), other)]
    path = Path(tmp_path) / "any.csv"
    path.write_bytes(mark + newline.join(lines))
    table = open_delimited(path)
    results = read_rows(table.rows(), table.header, {"siret": ("siret",)})
    found = [one.values["siret"] for one in results if isinstance(one, Candidate)]
    assert {row[:14] for row in good_rows} <= set(found)


cell = st.text(alphabet='abé;,| "\n01', max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(cell, min_size=3, max_size=3), max_size=8),
    delimiter=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_what_a_csv_writer_wrote_is_read_back(tmp_path, rows, delimiter, encoding):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *rows])
    path = Path(tmp_path) / "back.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    table = open_delimited(path)
    kept = [row for row in rows if any(value.strip() for value in row)]
    assert table.header == HEADER
    assert [row for _, row in table.rows()] == kept


# --- Archives -------------------------------------------------------------------------------------


def archive(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__csv", ".csv").replace("__slash", "/"), content)
    return path


def test_the_table_of_an_archive(tmp_path):
    path = archive(tmp_path / "stock.zip", StockEtablissement_utf8__csv=written(";"), LISEZMOI="x")
    table = open_delimited(path)
    assert table.header == HEADER
    assert [row for _, row in table.rows()] == ROWS
    assert table.file.name == "StockEtablissement_utf8.csv"


def test_an_archive_of_several_tables(tmp_path):
    path = archive(
        tmp_path / "irep.zip", emissions__csv="a;b\n1;2\n", data__slashetablissements__csv=written()
    )
    assert open_delimited(path).header == HEADER
    assert open_delimited(path / "emissions.csv").header == ("a", "b")


@pytest.mark.parametrize("members", [{}, {"a__csv": "x\n", "b__csv": "y\n"}, {"carte.shp": ""}])
def test_archives_without_the_table_that_is_meant(tmp_path, members):
    assert text_file(archive(tmp_path / "a.zip", **members)) is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rien", b"nom;x\nA;1\n"])
def test_an_archive_that_is_none(tmp_path, content):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert text_file(path) is None


def test_a_damaged_archive_is_an_error_of_the_file(tmp_path):
    path = archive(tmp_path / "a.zip", t__csv="siret;nom\n" + f"{ROWS[0][0]};A\n" * 10_000)
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)
    with pytest.raises(OSError):
        list(open_delimited(path).rows())


def test_the_share_read_is_told(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("nom;x\n" + "Dupont;Montauban\n" * 30_000, encoding="utf-8")
    told: list[float] = []
    assert len(list(open_delimited(path).rows(told.append))) == 30_000
    assert told == sorted(told)
    assert len(told) == 30
    assert 0.9 < told[-1] <= 1


def test_a_long_file_is_not_read_twice(tmp_path):
    """A stray byte at the end of a long text in UTF-8 spoils its own cell, not every accent."""
    path = tmp_path / "t.csv"
    path.write_bytes(("nom;x\n" + "Épicerie;1\n" * 200_000).encode() + b"B\xe9;2\n")
    table = open_delimited(path)
    assert table.encoding == "utf-8"
    *_, before, last = table.rows()
    assert before[1] == ["Épicerie", "1"]
    assert last[1][1] == "2"
