"""From a company's own words to the right code."""

from __future__ import annotations

import csv
import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain import search as module
from actif_plugin.domain.codes import Level, Nomenclature
from actif_plugin.domain.french import distance, fold, root, singular, stem, words
from actif_plugin.domain.search import NOMENCLATURES, CodeSearch, Reason

HERE = Path(__file__).resolve().parent
DATABASE = HERE.parents[1] / "build" / "reference.sqlite"
EVERYDAY = HERE / "data" / "termes_du_quotidien.csv"

# What the first and the first five suggestions reach, both halves (the second was never looked at
# while the search was being made).
FIRST = 0.93
FIRST_FIVE = 0.98


@pytest.fixture(scope="module")
def search() -> CodeSearch:
    return CodeSearch(DATABASE)


def codes(suggestions) -> list[str]:
    return [suggestion.code for suggestion in suggestions]


def everyday(half: str) -> list[tuple[str, set[str]]]:
    with EVERYDAY.open(encoding="utf-8", newline="") as stream:
        return [
            (row["terme"], set(row["codes_acceptes"].split("|")))
            for row in csv.DictReader(stream)
            if row["moitie"] == half
        ]


# -- how often it is right -----------------------------------------------------------------------


def test_the_list_is_sound():
    terms = everyday("dev") + everyday("test")
    assert len(terms) >= 240
    assert len({term for term, _ in terms}) == len(terms)
    with sqlite3.connect(DATABASE) as tables:
        groups = {code for (code,) in tables.execute("SELECT code FROM ref_cpf WHERE niveau = 3")}
    assert all(accepted <= groups and accepted for _, accepted in terms)


@pytest.mark.parametrize("half", ["dev", "test"])
def test_everyday_terms(search, half):
    terms = everyday(half)
    found = [codes(search.search(term, limit=5)) for term, _ in terms]
    first = [bool(set(five[:1]) & wanted) for five, (_, wanted) in zip(found, terms)]
    among = [bool(set(five) & wanted) for five, (_, wanted) in zip(found, terms)]
    missed = [term for (term, _), hit in zip(terms, among) if not hit]
    assert sum(first) / len(terms) >= FIRST
    assert sum(among) / len(terms) >= FIRST_FIVE, missed


@pytest.mark.parametrize(
    ("term", "job"),
    [
        ("cariste", "N1101"),
        ("chauffeur poids lourd", "N4101"),
        ("soudeurs", "H2913"),
        ("comptable à temps partagé", "M1203"),
        ("préparatrice de commandes", "N1103"),
        ("technicien de maintenence", "I1304"),
        ("responsable qualité", "H1502"),
        ("menuisier", "H2206"),
        ("femme de menage", "K1304"),
        ("développeur web", "M1805"),
        ("couvreur-zingueur", "F1610"),
        ("on cherche un électricien pour le bâtiment", "F1602"),
    ],
)
def test_jobs(search, term, job):
    assert job in codes(search.search(term, Nomenclature.ROME, limit=3))


# -- ways of writing -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "chariot élévateur",
        "CHARIOT ELEVATEUR",
        "chariots élévateurs",
        "  chariot   élévateur ",
        "chariot-élévateur",
        "élévateur chariot",
        "chario élévateur",
        "chariot elevatuer",
        "chariot éléva",
        "un chariot élévateur d'occasion",
        "on a un chariot élévateur qui ne sert presque jamais",
        "chariot e\u0301le\u0301vateur",
    ],
)
def test_ways_of_writing_one_thing(search, text):
    assert codes(search.search(text))[0] == "28.2"


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("main-d'œuvre saisonnière", "78.2"),
        ("main d'oeuvre saisonniere", "78.2"),
        ("main d’œuvre saisonnière", "78.2"),
        ("œufs", "01.4"),
        ("oeufs", "01.4"),
        ("trans palette", "28.2"),
        ("bigbag", "13.9"),
        ("thé", "10.8"),
        ("nettoyer les bureaux", "81.2"),
        ("pallettes", "16.2"),
        ("échaffaudage", "25.1"),
        ("matériaux isolants", "23.9"),
    ],
)
def test_spelling(search, text, group):
    assert group in codes(search.search(text, limit=3))


def test_typing_in_progress_settles(search):
    term = "chariot élévateur"
    answers = [codes(search.search(term[:length], limit=5)) for length in range(1, len(term) + 1)]
    assert all(answers)
    assert all("28.2" in five for five in answers[6:])


def test_a_finished_word_is_not_a_beginning(search):
    assert codes(search.search("sol "))[0] in {"43.3", "22.2"}


def test_sentences_of_the_company(search):
    for text, group in (
        ("On a des palettes qui traînent dans la cour", "16.2"),
        ("nous aurions besoin de quelqu'un pour tondre la pelouse", "81.3"),
        ("il nous reste de la place dans l'entrepôt le matin", "52.1"),
        ("je ne sais pas quoi faire de mes gravats", "38.1"),
    ):
        assert group in codes(search.search(text, limit=3)), text


def test_an_exclusion_is_no_match(search):
    # « Céréales (à l'exclusion du riz) »
    found = search.search("riz", level=Level.CLASS, limit=20)
    assert all("exclusion du riz" not in suggestion.matched_label for suggestion in found)


# -- what a suggestion says ----------------------------------------------------------------------


def test_a_hit_rolls_up_and_says_what_matched(search):
    best = search.search("palettes")[0]
    assert (best.code, best.level, best.matched_code) == ("16.2", Level.GROUP, "16.24")
    assert best.label.startswith("Articles en bois")
    assert (best.matched_label, best.reason) == ("palette", Reason.SYNONYM)
    assert 0.9 < best.score <= 1


@pytest.mark.parametrize(
    ("level", "code"),
    [
        (Level.SECTION, "C"),
        (Level.DIVISION, "16"),
        (Level.GROUP, "16.2"),
        (Level.CLASS, "16.24"),
        (None, "16.24"),
    ],
)
def test_levels(search, level, code):
    best = search.search("palettes", level=level)[0]
    assert best.code == code
    assert level is None or best.level == level


def test_the_finest_is_kept_without_a_level(search):
    best = search.search("blé dur", level=None)[0]
    assert (best.code, best.level) == ("01.11.11", Level.SUBCATEGORY)
    assert search.search("blé dur")[0].matched_code.startswith("01.11")


def test_one_suggestion_a_code(search):
    for level in (Level.GROUP, Level.CLASS, None):
        found = codes(search.search("bois", level=level, limit=100))
        assert len(found) == len(set(found)) > 5


def test_several_hits_below_a_group_reinforce_it(search):
    alone = CodeSearch(DATABASE, [("zorglub", "CPF", "16.24")])
    together = CodeSearch(DATABASE, [("zorglub vert", "CPF", "16.24"), ("zorglub", "CPF", "16.24")])
    several = CodeSearch(
        DATABASE,
        [
            ("zorglub vert", "CPF", "16.24"),
            ("zorglub bleu", "CPF", "16.10"),
            ("zorglub rouge", "CPF", "16.29"),
        ],
    )
    assert alone.search("zorglub")[0].score == together.search("zorglub")[0].score
    assert codes(several.search("zorglub")) == ["16.2", "16.1"]


def test_scores_fall_and_answers_repeat(search):
    for text in ("bois", "transport de palettes", "machine à bois", "eau"):
        found = search.search(text, limit=50)
        scores = [suggestion.score for suggestion in found]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)
        assert found == search.search(text, limit=50)
        assert found == CodeSearch(DATABASE).search(text, limit=50)
        assert found[:3] == search.search(text, limit=3)


# -- codes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first", "matched"),
    [
        ("16.24", "16.2", "16.24"),
        ("1624", "16.2", "16.24"),
        ("16,24", "16.2", "16.24"),
        ("16.24.11", "16.2", "16.24.11"),
        ("16.2", "16.2", "16.2"),
        ("1624Z", "16.2", "16.24"),
        ("16.24Z", "16.2", "16.24"),
    ],
)
def test_a_code_finds_itself(search, typed, first, matched):
    best = search.search(typed)[0]
    assert (best.code, best.matched_code, best.score) == (first, matched, 1.0)
    assert best.reason is Reason.CODE


def test_a_coarse_code_finds_itself_then_what_it_holds(search):
    assert codes(search.search("16")) == ["16", "16.1", "16.2"]
    assert codes(search.search("C", limit=2)) == ["C", "10.1"]


def test_codes_of_other_nomenclatures(search):
    assert codes(search.search("n1103", "ROME")) == ["N1103"]
    assert codes(search.search("1624Z", "NAF", level=None)) == ["16.24Z"]
    assert codes(search.search("16.24Y", "NAF", level=None)) == ["16.24Y"]
    assert codes(search.search("200101", "DECHET")) == ["20 01 01"]
    assert codes(search.search("20 01 21*", "DECHET")) == ["20 01 21"]


def test_a_number_that_is_no_code_is_a_word(search):
    assert all(found.reason is not Reason.CODE for found in search.search("99.99.99"))
    assert search.search("2 transpalettes")[0].code == "28.2"


# -- other nomenclatures -------------------------------------------------------------------------


def test_activities(search):
    assert "10.7" in codes(search.search("boulangerie", "NAF", limit=3))
    assert "16.2" in codes(search.search("fabrication de palettes", "NAF", limit=3))
    # The same group of both versions comes once.
    found = search.search("emballages en bois", "NAF", limit=5)
    assert [suggestion.code for suggestion in found].count("16.2") == 1


def test_waste(search):
    assert codes(search.search("emballages en carton", "DECHET"))[0] == "15 01 01"
    assert "20 01 21" in codes(search.search("tubes fluorescents", "DECHET", limit=3))


def test_an_unknown_nomenclature_is_an_error(search):
    with pytest.raises(ValueError, match="NAICS"):
        search.search("bois", "NAICS")


# -- the company's activity and the territory's words --------------------------------------------


@pytest.mark.parametrize("naf", ["25.21Z", "2521Z"])
def test_usual_products_come_first_among_equals(search, naf):
    own = CodeSearch(DATABASE, [("zorglub", "CPF", "16.24"), ("zorglub", "CPF", "25.21")])
    assert codes(own.search("zorglub")) == ["16.2", "25.2"]
    assert codes(own.search("zorglub", naf=naf)) == ["25.2", "16.2"]


def test_the_same_class_is_preferred_to_the_same_group():
    own = CodeSearch(DATABASE, [("zorglub", "CPF", "25.21"), ("zorglub", "CPF", "25.29")])
    assert codes(own.search("zorglub", level=Level.CLASS, naf="25.29Z")) == ["25.29", "25.21"]


def test_the_activity_does_not_overrule_the_words(search):
    assert codes(search.search("comptabilité", naf="16.24Z"))[0] == "69.2"
    assert search.search("comptabilité", naf="rien") == search.search("comptabilité")


def test_an_activity_of_2025_has_usual_products():
    own = CodeSearch(DATABASE, [("zorglub", "CPF", "10.11"), ("zorglub", "CPF", "16.24")])
    assert codes(own.search("zorglub", naf="16.24Y")) == ["16.2", "10.1"]


def test_the_territory_s_words_beat_the_project_s(search):
    own = CodeSearch(DATABASE, [("palette", "CPF", "58.29"), ("n'importe", "CPF", "sans")])
    best = own.search("palettes")[0]
    assert (best.code, best.reason, best.matched_label) == ("58.2", Reason.TERRITORY, "palette")
    assert "16.2" in codes(own.search("palettes"))
    assert codes(own.search("palettes", naf="16.24Z"))[0] == "58.2"
    assert search.search("palettes")[0].code == "16.2"


def test_the_territory_s_words_in_any_nomenclature():
    own = CodeSearch(
        DATABASE, [("homme orchestre", "rome", "i1203"), ("crasse", "DECHET", "100202")]
    )
    assert codes(own.search("homme-orchestre", "ROME"))[0] == "I1203"
    assert codes(own.search("crasses", "DECHET"))[0] == "10 02 02"


# -- anything goes in ----------------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["", "   ", "\t\n", None, "!?…", "«»", "日本語", "-"])
def test_nothing_comes_of_nothing(search, blank):
    for nomenclature in NOMENCLATURES:
        assert search.search(blank, nomenclature) == []


@given(st.text(max_size=60), st.sampled_from(NOMENCLATURES))
def test_any_string_goes_in(search, text, nomenclature):
    found = search.search(text, nomenclature, limit=4)
    assert len(found) <= 4
    assert all(suggestion.code and 0 < suggestion.score <= 1 for suggestion in found)


@given(
    st.lists(
        st.sampled_from(["palette", "AND", "OR", "NOT", "NEAR(", '"', "*", "'", "é", "16.24", "%"]),
        max_size=6,
    ),
    st.text(alphabet="éàœ'\"*()-:^ aeE0", max_size=12),
)
def test_the_index_s_own_syntax_is_text(search, parts, tail):
    search.search(" ".join(parts) + tail, level=None)


@given(st.text(max_size=30))
def test_any_activity_goes_in(search, naf):
    assert search.search("bois", naf=naf)


def test_a_very_long_text(search):
    assert codes(search.search("palette bois " * 500))[0] == "16.2"
    assert search.search("palette", limit=0) == []


# -- without the full-text index -----------------------------------------------------------------


def test_the_plain_index_answers_the_same(search):
    plain = CodeSearch(DATABASE, full_text=False)
    for term, _ in everyday("dev")[::3]:
        assert plain.search(term) == search.search(term), term
    for name in ("ROME", "NAF", "DECHET"):
        assert plain.search("conduite", name) == search.search("conduite", name)


def test_sqlite_without_fts5(monkeypatch, search):
    monkeypatch.setattr(module, "FULL_TEXT_TABLE", "CREATE VIRTUAL TABLE words USING fts99(bases)")
    assert CodeSearch(DATABASE).search("palette") == search.search("palette")


def test_a_missing_database_is_told(tmp_path):
    with pytest.raises(sqlite3.Error):
        CodeSearch(tmp_path / "none.sqlite")


def test_it_is_built_in_a_moment():
    # Ten times what it takes: a busy machine is no failure of ours.
    started = time.perf_counter()
    CodeSearch(DATABASE)
    assert time.perf_counter() - started < 3


# -- words ---------------------------------------------------------------------------------------


def test_folding():
    assert fold("Œufs à l'ÉTÉ, Maïs") == "oeufs a l'ete, mais"
    assert words("Chute d'acier soudé (n° 3) porte-fenêtre") == [
        "chute",
        "d",
        "acier",
        "soudé",
        "n",
        "3",
        "porte",
        "fenetre",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("palettes", "palette"),
        ("materiaux", "material"),
        ("eaux", "eau"),
        ("tuyaux", "tuyal"),
        ("usagées", "usagé"),
        ("gaz", "gaz"),
    ],
)
def test_singular(one, other):
    assert singular(one) == other


def test_families():
    families = [
        ("nettoyer", "nettoyage", "nettoyeur"),
        ("stockage", "stocker", "stock"),
        ("transporteur", "transporter", "transport"),
        ("soudeur", "soudeuse", "soudure"),
    ]
    for family in families:
        assert len({root(stem(singular(word))) for word in family}) == 1, family
    assert stem("pallette") == stem("palete")


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        ("palette", "palette", 0),
        ("palete", "palette", 1),
        ("plaette", "palette", 1),
        ("chaise", "palette", 3),
        ("", "ab", 2),
        ("ab", "abcd", 2),
    ],
)
def test_distance(one, other, away):
    assert distance(one, other, 2) == away


@given(st.text("abcd", max_size=8), st.text("abcd", max_size=8))
def test_distance_is_symmetric_and_bounded(one, other):
    assert distance(one, other, 2) == distance(other, one, 2) <= 3
    assert (distance(one, other, 2) == 0) == (one == other)


@given(st.text(max_size=20))
def test_words_of_any_text(text):
    for word in words(text):
        base = singular(word)
        assert base
        assert stem(base)
        assert root(stem(base))
