"""What elected officials see of value chains: nothing that one or two establishments do."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from actif_plugin.domain.public_chains import chains_by_shown, shown_links
from actif_plugin.domain.value_chains import Company, Link

ACTIVITIES = ("02.20Z", "16.10A", "16.10B", "16.23Z", "16.24Z", "31.01Z")


def link(code, activities, chain="bois"):
    return Link(code, chain, 1, code, activities={"rev2": tuple(activities.split())})


CHAIN = [
    link("foret", "02.20"),
    link("scierie", "16.10"),
    link("palettes", "16.24"),
    link("meubles", "31.0"),
]


def companies(**counts):
    """Return so many establishments of each activity: ``_16_10A=3``."""
    return [
        Company(f"{naf}-{number}", naf[1:].replace("_", "."))
        for naf, count in counts.items()
        for number in range(count)
    ]


def test_three_establishments_are_enough_and_two_are_not():
    there = companies(_02_20Z=3, _16_10A=2, _16_10B=1, _16_24Z=2, _31_01Z=1)
    assert shown_links(CHAIN, there, ()) == {"foret", "scierie"}


def test_published_establishments_protect_nobody():
    """Two that are published and one that is not: whoever knows the two would find the third."""
    there = companies(_02_20Z=3)
    named = {company.id for company in there[:2]}
    assert shown_links(CHAIN, there, named) == frozenset()
    assert shown_links(CHAIN, there, {company.id for company in there}) == {"foret"}
    assert shown_links(CHAIN, companies(_02_20Z=5), named) == {"foret"}


def test_an_establishment_counts_once():
    there = companies(_16_10A=1, _16_24Z=1)
    assert shown_links([link("bois", "16.1 16.10 16.24 16")], there * 3, ()) == frozenset()


def test_nothing_is_found_by_subtraction():
    """Two saw; three saw or plane: to show the latter would say that somebody planes."""
    both = [link("sciage", "16.10"), link("sciage ou placage", "16.10 16.21")]
    there = companies(_16_10A=2, _16_21Z=1)
    assert shown_links(both, there, ()) == frozenset()
    assert shown_links(both[1:], there, ()) == {"sciage ou placage"}
    assert shown_links(both, companies(_16_10A=2, _16_21Z=3), ()) == {"sciage ou placage"}


def test_what_is_hidden_for_another_hides_in_turn():
    """One mills flour; three mill or bake; three bake or sell, one of them a baker alone."""
    links = [link("a", "10.61"), link("b", "10.61 10.71"), link("c", "10.71 47.24")]
    there = companies(_10_61A=1, _10_71C=2, _47_24Z=2)
    # b without the miller is two, and c without the two bakers is two.
    assert shown_links(links, there, ()) == frozenset()
    assert shown_links(links[1:], there, ()) == {"b", "c"}


def test_chains_are_chosen_by_what_is_shown():
    links = [
        *(link(f"a{number}", "01", "a") for number in range(3)),
        *(link(f"b{number}", "01", "b") for number in range(4)),
        *(link(f"c{number}", "01", "c") for number in range(2)),
        *(link(f"d{number}", "01", "d") for number in range(2)),
    ]
    # c is shown whole and has nothing to say of what may be missing; nothing is shown of d.
    shown = {"a0", "a1", "b0", "b1", "c0", "c1"}
    assert chains_by_shown(links, shown) == ["a", "b", "c"]
    assert chains_by_shown(reversed(links), shown) == ["a", "b", "c"]


@st.composite
def territories(draw):
    links = [
        Link(
            f"m{number}",
            draw(st.sampled_from("xyz")),
            1,
            f"m{number}",
            activities={
                "rev2": tuple(
                    draw(st.lists(st.sampled_from(ACTIVITIES), min_size=1, max_size=3, unique=True))
                )
            },
        )
        for number in range(draw(st.integers(1, 7)))
    ]
    there = [
        Company(f"e{number}", naf)
        for number, naf in enumerate(draw(st.lists(st.sampled_from(ACTIVITIES), max_size=24)))
    ]
    published = draw(st.sets(st.sampled_from([c.id for c in there] or ["personne"]), max_size=5))
    return links, there, published


@given(territories())
@settings(deadline=None, max_examples=200)
def test_a_territory_without_what_is_hidden_gives_the_same_drawing(territory):
    """Nobody can tell a link that one or two do from one that nobody does."""
    links, there, published = territory
    shown = shown_links(links, there, published)
    hidden = [one for one in links if one.code not in shown]
    emptied = [
        company
        for company in there
        if company.id in published or not any(one.done_by(company.naf) for one in hidden)
    ]
    assert shown_links(links, emptied, published) == shown


@given(territories(), st.data())
@settings(deadline=None, max_examples=200)
def test_one_or_two_more_in_a_link_that_nobody_does_change_nothing(territory, data):
    """An activity of its own, done by nobody, by one or by two: the same drawing."""
    links, there, published = territory
    rare = [*links, link("rare", "99.99")]
    count = data.draw(st.integers(1, 2))
    more = [*there, *companies(_99_99Z=count)]
    assert shown_links(rare, more, published) == shown_links(rare, there, published)


@given(territories())
@settings(deadline=None, max_examples=200)
def test_what_is_shown_is_done_by_three(territory):
    """Counted again by hand: three secret ones, or three that are published."""
    links, there, published = territory
    for code in shown_links(links, there, published):
        (one,) = [link for link in links if link.code == code]
        doing = [company.id for company in there if one.done_by(company.naf)]
        known = [identifier for identifier in doing if identifier in published]
        assert len(known) >= 3 or len(doing) - len(known) >= 3


@given(territories())
@settings(deadline=None)
def test_the_order_of_links_and_companies_changes_nothing(territory):
    links, there, published = territory
    assert shown_links(links[::-1], there[::-1], published) == shown_links(links, there, published)
