"""Recognising official nomenclatures in sheets of any layout."""

from __future__ import annotations

from actif_plugin.sources.nomenclatures import recognise

GROUPS = [f"{division}.{group}" for division in (10, 16, 17, 20, 22) for group in range(1, 6)]
SUBCLASSES = [f"{code}{n}{letter}" for code in GROUPS for n, letter in ((1, "G"), (2, "Y"))]
JOBS = [f"N11{number:02d}" for number in range(1, 31)]
KNOWN = {
    "ref_cpf": GROUPS,
    "ref_naf": SUBCLASSES,
    "ref_rome": JOBS,
    "ref_dechet": [f"15 01 {number:02d}" for number in range(1, 31)],
}


def test_titles_and_notes_above_the_header_do_not_matter():
    rows = [
        ["Classification des produits française", "", ""],
        [],
        ["Ligne", "Code", "Intitulés"],
        *([str(n), code, f"Produits du groupe {code}"] for n, code in enumerate(GROUPS)),
        ["", "", "© Insee"],
    ]
    found = recognise(rows, KNOWN)
    assert found.table == "ref_cpf"
    assert len(found.entries) == len(GROUPS)
    first = found.entries[0]
    assert (first.code, first.level, first.parent) == ("10.1", 3, "10")
    assert first.label == "Produits du groupe 10.1"


def test_the_long_label_is_preferred_to_the_short_one():
    rows = [["Libellé long", "Libellé court", "Code"]]
    rows += [[f"Long {code}", f"Court {code} " + "x" * 50, code] for code in GROUPS]
    assert recognise(rows, KNOWN).entries[0].label == "Long 10.1"


def test_the_version_of_the_naf_is_told_by_its_letters():
    rows = [[code, f"Activité {code}"] for code in SUBCLASSES]
    found = recognise(rows, KNOWN)
    assert (found.table, found.version) == ("ref_naf", "2025")
    assert found.entries[0].parent == SUBCLASSES[0][:-1]


def test_sheets_and_their_parents_are_told_apart():
    """Several job sheets share a parent code that is itself a known sheet."""
    rows = [["code_rome", "code_rome_parent", "libelle"]]
    rows += [[job, JOBS[n // 2 * 2], f"Métier {job}"] for n, job in enumerate(JOBS)]
    found = recognise(rows, KNOWN)
    assert [entry.code for entry in found.entries] == JOBS
    assert found.entries[1].label == "Métier N1102"


def test_hazardous_waste_loses_its_star():
    rows = [[f"15 01 {n:02d}*", f"emballages {n}"] for n in range(1, 31)]
    found = recognise(rows, KNOWN)
    assert found.table == "ref_dechet"
    assert found.entries[9].code == "15 01 10"


def test_anything_else_is_not_a_nomenclature():
    assert recognise([["nom", "commune"], ["Dupont", "Montauban"]] * 40, KNOWN) is None
    assert recognise([], KNOWN) is None
    assert recognise([[code] for code in GROUPS], KNOWN) is None
