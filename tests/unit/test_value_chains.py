"""Present, fragile, absent, missing: a small territory worked out on paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actif_plugin.domain.codes import parse_cpf
from actif_plugin.domain.value_chains import (
    Company,
    Flow,
    Link,
    Standing,
    State,
    assess,
    chains_by_missing,
    faults,
    meets,
)


def cpf(*codes):
    return tuple(parse_cpf(code) for code in codes)


def link(code, rank, inputs, outputs, following=(), rev2=(), byproducts=()):
    return Link(
        code,
        "bois",
        rank,
        code,
        cpf(*inputs),
        cpf(*outputs),
        cpf(*byproducts),
        tuple(following),
        {"rev2": tuple(rev2), "2025": tuple(rev2)},
    )


# Forest, sawmill (leaves chips), pallets, furniture; chips go to the boiler.
CHAIN = [
    link("foret", 1, [], ["02.2"], ["scierie"], ["02.20"]),
    link("scierie", 2, ["02.2"], ["16.10"], ["palettes", "meubles"], ["16.10"], ["38.1"]),
    link("palettes", 3, ["16.10"], ["16.24"], [], ["16.24"]),
    link("meubles", 3, ["16.10"], ["31.0"], [], ["31.0"]),
]


def states(companies=(), needs=(), offers=()):
    return {
        standing.link.code: standing.state for standing in assess(CHAIN, companies, needs, offers)
    }


def test_five_companies_on_paper():
    companies = [
        Company("e1", "02.20Z"),
        Company("e2", "16.24Z"),
        Company("e3", "16.24Y"),
        Company("e4", "47.11A"),
        Company("e5", ""),
    ]
    assert states(companies) == {
        "foret": State.FRAGILE,
        # Between the forest and the pallet makers, and nobody saws.
        "scierie": State.MISSING,
        "palettes": State.PRESENT,
        # Nothing comes after it, and nobody asked for furniture.
        "meubles": State.ABSENT,
    }


def test_several_absent_links_in_a_row_are_all_missing():
    chain = [
        link("a", 1, [], ["01.1"], ["b"], ["01.11"]),
        link("b", 2, ["01.1"], ["10.6"], ["c"], ["10.61"]),
        link("c", 3, ["10.6"], ["10.7"], ["d"], ["10.71"]),
        link("d", 4, ["10.7"], [], [], ["56.10"]),
    ]
    found = assess(chain, [Company("x", "01.11Z"), Company("y", "56.10A")], [], [])
    assert [one.state.value for one in found] == ["fragile", "manquant", "manquant", "fragile"]
    assert (found[1].before, found[1].after) == (("a",), ("d",))


@pytest.mark.parametrize(
    ("needs", "offers", "expected"),
    [
        ([], [("o1", "02.20.1", True)], State.MISSING),
        ([], [("o1", "02.20.1", False)], State.ABSENT),
        ([("b1", "16.1", True)], [], State.MISSING),
        ([("b1", "16.10.1", False)], [], State.ABSENT),
        # What the link leaves besides answers a need too.
        ([("b1", "38.11.5", True)], [], State.MISSING),
        ([("b1", "10.5", True)], [("o1", "25.1", True)], State.ABSENT),
    ],
)
def test_a_flow_that_finds_no_one_makes_an_absent_link_missing(needs, offers, expected):
    def flows(given_):
        return [Flow(name, parse_cpf(code), orphan) for name, code, orphan in given_]

    assert states(needs=flows(needs), offers=flows(offers))["scierie"] is expected


def test_the_evidence_is_told():
    needs = [Flow("b1", parse_cpf("16.10"), True), Flow("b2", parse_cpf("16.10"), False)]
    offers = [Flow("o1", parse_cpf("02.20"), False)]
    sawmill = assess(CHAIN, [Company("e1", "16.10B")], needs, offers)[1]
    assert sawmill.companies == ("e1",)
    assert (sawmill.needs, sawmill.orphan_needs) == (("b1", "b2"), ("b1",))
    assert (sawmill.offers, sawmill.orphan_offers) == (("o1",), ())


def test_both_versions_of_the_naf_have_their_own_codes():
    reuse = Link("x", "y", 1, "x", activities={"rev2": ("38.32Z",), "2025": ("38.21",)})
    assert reuse.done_by("38.32Z")
    assert reuse.done_by("38.21Y")
    # The same four digits mean something else in the other version.
    assert not reuse.done_by("38.21Z")
    assert not reuse.done_by("38.32Y")


def test_a_coarser_record_may_mean_a_finer_product():
    assert meets(parse_cpf("16"), parse_cpf("16.10"))
    assert meets(parse_cpf("16.10.11"), parse_cpf("16.1"))
    assert not meets(parse_cpf("16.2"), parse_cpf("16.10"))


def test_circles_and_lost_ends_do_no_harm():
    chain = [
        link("a", 1, [], [], ["b", "nowhere"], ["01.11"]),
        link("b", 2, [], [], ["a"], ["01.12"]),
    ]
    assert [one.state for one in assess(chain, [Company("x", "01.11Z")], [], [])] == [
        State.FRAGILE,
        # What comes back to the start surrounds nothing.
        State.ABSENT,
    ]
    assert faults(chain) == [("a", "nowhere")]


@given(st.lists(st.sampled_from(["02.20Z", "16.10A", "16.24Z", "31.01Z", "47.11A"]), max_size=6))
def test_one_company_more_never_takes_a_link_away(activities):
    rank = {State.ABSENT: 0, State.MISSING: 0, State.FRAGILE: 1, State.PRESENT: 2}
    companies = [Company(str(number), naf) for number, naf in enumerate(activities)]
    before = states(companies)
    after = states([*companies, Company("more", "16.10A")])
    assert all(rank[after[code]] >= rank[before[code]] for code in before)


def test_chains_are_ranked_by_what_is_missing_then_by_evidence_then_by_code():
    def standing(chain, code, state, orphans):
        one = Link(code, chain, 1, code)
        return Standing(one, state, (), (), (), tuple("n" * orphans), (), (), ())

    standings = [
        standing("d", "d1", State.MISSING, 1),
        standing("c", "c1", State.MISSING, 2),
        standing("b", "b1", State.MISSING, 1),
        standing("a", "a1", State.MISSING, 0),
        standing("a", "a2", State.MISSING, 0),
        # What is there proves nothing, whatever it waits for.
        standing("b", "b2", State.PRESENT, 9),
        standing("e", "e1", State.ABSENT, 0),
    ]
    assert chains_by_missing(standings) == ["a", "c", "b", "d", "e"]
    assert chains_by_missing(standings[::-1]) == ["a", "c", "b", "d", "e"]
