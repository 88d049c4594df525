"""The masking rule, and an attack on what it lets through.

The attack knows nothing of the engine: it gets the published figures, NaN where they are masked,
and which cells nest or overlap, and asks a linear programme how closely each masked figure can be
bounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from actif_plugin.domain import masking, suppression
from actif_plugin.domain.contributions import Contributions, places_of
from actif_plugin.domain.feedback import Cancelled
from actif_plugin.domain.masking import mask

FEW = 3
SHARE = 0.85
MARGIN = 0.15
# What solvers leave to chance.
SLACK = 1e-6


@dataclass
class Territory:
    """Rows (establishment, place, category, amount or None, public), zones and groups as sets."""

    rows: list[tuple]
    zones: list[set[int]]
    groups: list[set[int]]
    places: int
    categories: int

    def contributions(self, order=None) -> Contributions:
        rows = self.rows if order is None else [self.rows[at] for at in order]
        owner, place, category, amount, public = zip(*rows)
        return Contributions(
            np.array(owner),
            np.array(place),
            np.array(category),
            np.array(public, dtype=bool),
            {"t": np.array([np.nan if value is None else value for value in amount])},
        )

    def matrix(self, sets, width) -> sparse.csr_matrix:
        dense = np.zeros((len(sets), width))
        for row, members in enumerate(sets):
            dense[row, list(members)] = 1
        return sparse.csr_matrix(dense)

    def masked(self, order=None, **more):
        return mask(
            self.contributions(order),
            self.matrix(self.zones, self.places),
            self.matrix(self.groups, self.categories),
            **more,
        )


def territory(rows, zones, groups=None, categories=1) -> Territory:
    places = max(max(zone) for zone in zones) + 1
    return Territory(rows, zones, groups or [set(range(categories))], places, categories)


def rows_of(*counts, amount=None):
    """Return so many establishments a place, with one record each."""
    rows = []
    for place, count in enumerate(counts):
        rows += [(len(rows) + number, place, 0, amount, False) for number in range(count)]
    return rows


# --- The rule -------------------------------------------------------------------------------------


def test_three_establishments_at_least():
    """Without totals there is nothing to subtract from: the rule alone."""
    done = territory(rows_of(0, 1, 2, 3, 9), [{0}, {1}, {2}, {3}, {4}]).masked()
    assert done.establishments.hidden[:, 0].tolist() == [True, True, True, False, False]
    assert done.records.hidden[:, 0].tolist() == [True, True, True, False, False]
    assert done.establishments.values[:, 0].tolist() == [0, 1, 2, 3, 9]


def test_an_establishment_counts_once():
    rows = [(0, 0, 0, None, False)] * 5 + [(1, 0, 0, None, False)] * 4
    done = territory(rows, [{0}]).masked()
    assert done.establishments.hidden.all()
    assert done.establishments.values.tolist() == [[2]]
    assert done.records.values.tolist() == [[9]]


@pytest.mark.parametrize(("largest", "hidden"), [(85, False), (86, True)])
def test_none_over_85_percent(largest, hidden):
    rest = (100 - largest) / 2
    rows = [(0, 0, 0, largest, False), (1, 0, 0, rest, False), (2, 0, 0, rest, False)]
    done = territory(rows, [{0}]).masked()
    assert done.amounts["t"].hidden.item() is hidden
    assert not done.records.hidden.item()


def test_a_share_of_the_records_over_85_percent():
    rows = [(0, 0, 0, None, False)] * 30 + [(1, 0, 0, None, False), (2, 0, 0, None, False)]
    assert territory(rows, [{0}]).masked().records.hidden.item()


def test_a_quantity_that_too_few_tell_is_hidden_and_the_count_is_not():
    rows = [*rows_of(4), (9, 0, 0, 5.0, False), (10, 0, 0, 7.0, False), (11, 0, 0, 0.0, False)]
    done = territory(rows, [{0}]).masked()
    assert not done.establishments.hidden.item()
    assert done.amounts["t"].hidden.item()


def test_public_records_protect_nobody():
    """Two that agreed and one that did not: readers take the two away."""
    rows = [(0, 0, 0, 5, True), (1, 0, 0, 5, True), (2, 0, 0, 5, False)]
    done = territory(rows, [{0}]).masked()
    assert done.records.hidden.item()
    assert done.amounts["t"].hidden.item()
    rows += [(3, 0, 0, 5, False), (4, 0, 0, 5, False)]
    done = territory(rows, [{0}]).masked()
    assert not done.records.hidden.item()
    # And they count in what is shown.
    assert done.records.values.item() == 5
    assert done.amounts["t"].values.item() == 25


def test_nothing_to_protect_where_all_is_public():
    rows = [(0, 0, 0, 5, True), (1, 1, 0, 5, True)]
    done = territory(rows, [{0}, {1}, {0, 1}]).masked()
    assert not done.records.hidden.any()
    assert not done.amounts["t"].hidden.any()


def test_nobody_reads_like_one():
    """A zero shown beside a mask would say that behind the mask there is somebody."""
    done = territory(rows_of(0, 1, 9), [{0}, {1}, {2}]).masked()
    assert done.records.hidden[:2, 0].all()


# --- Subtraction ----------------------------------------------------------------------------------


def test_a_mask_alone_under_its_total_has_company():
    """6 + 4 + ? = 12 gives 2 away: one more must go, the lighter one, and the total stays."""
    done = territory(rows_of(6, 4, 2), [{0}, {1}, {2}, {0, 1, 2}]).masked()
    assert done.establishments.hidden[:, 0].tolist() == [False, True, True, False]
    assert done.establishments.primary[:, 0].tolist() == [False, False, True, False]


def test_masks_that_come_to_three_protect_each_other():
    done = territory(rows_of(6, 1, 2), [{0}, {1}, {2}, {0, 1, 2}]).masked()
    assert done.establishments.hidden[:, 0].tolist() == [False, True, True, False]


def test_two_establishments_would_find_each_other():
    """1 + 1: each knows its own. A third must hide with them."""
    done = territory(rows_of(6, 1, 1, 5), [{0}, {1}, {2}, {3}, {0, 1, 2, 3}]).masked()
    assert done.establishments.hidden[:, 0].tolist() == [False, True, True, True, False]


def test_a_commune_without_its_activity_zone():
    """The commune has 7, its activity zone 6: the difference is one establishment."""
    done = territory(rows_of(6, 1), [{0}, {0, 1}]).masked()
    assert done.establishments.hidden.any()


def test_an_establishment_in_two_cells_is_still_one():
    """Offers and needs of the same company, masked, make a sum that is its own alone."""
    rows = [(0, 0, 0, 10, False), (0, 0, 1, 10, False)]
    rows += [(number, 0, 2, 4, False) for number in range(1, 9)]
    done = territory(rows, [{0}], [{0}, {1}, {2}, {0, 1, 2}], 3).masked()
    assert done.amounts["t"].hidden[0, 2:].any()
    assert done.records.hidden[0, 2:].any()


def test_figures_that_are_not_published_give_no_room_for_subtraction():
    """The parts of a total that no page shows need no other mask."""
    turn = np.array([[0], [-1], [0]])
    done = territory(rows_of(6, 2), [{0}, {1}, {0, 1}]).masked(turn=turn)
    assert done.records.hidden[1, 0]
    assert done.records.hidden[[0, 2], 0].any()
    turn = np.array([[-1], [-1], [0]])
    done = territory(rows_of(6, 2), [{0}, {1}, {0, 1}]).masked(turn=turn)
    assert done.records.hidden[:, 0].tolist() == [True, True, False]


# --- The attack -----------------------------------------------------------------------------------


def bounds(shown, parts, target) -> tuple[float, float]:
    """Bound a sum of unknown non-negative amounts.

    Args:
        shown: pairs of coefficients on the unknowns and the published sum.
        parts: how many unknowns.
        target: coefficients of the sum looked for.
    """
    equal = np.array([row for row, _ in shown]).reshape(-1, parts)
    value = np.array([value for _, value in shown])
    scale = max(1.0, float(np.abs(value).max(initial=0)))
    found = []
    for sign in (1, -1):
        done = linprog(
            sign * target,
            A_eq=equal if len(shown) else None,
            b_eq=value / scale if len(shown) else None,
            bounds=(0, None),
            method="highs",
        )
        # Unbounded, or so nearly infeasible that nothing is learnt.
        assert done.status in (0, 3), done.message
        found.append(sign * done.fun * scale if done.status == 0 else sign * -np.inf)
    return found[0], found[1]


def published(where: Territory, figure, known) -> list[tuple[np.ndarray, float]]:
    """Return what a reader sees, less what is public: coefficients on (place, category)."""
    equations = []
    for row, zone in enumerate(where.zones):
        for column, group in enumerate(where.groups):
            if figure.hidden[row, column]:
                continue
            cell = np.zeros((where.places, where.categories))
            cell[np.ix_(sorted(zone), sorted(group))] = 1
            seen = sum(known[place, category] for place in zone for category in group)
            equations.append((cell.ravel(), figure.values[row, column] - seen))
    return equations


def attack(where: Territory, figure, values) -> list[str]:
    """Return what can be found of masked sums of *values*, one a row; none for a safe table.

    Every zone and group is tried, every place and category with them, and everything that is known
    of the public records is used.
    """
    known = np.zeros((where.places, where.categories))
    for (_, place, category, _, public), value in zip(where.rows, values):
        if public:
            known[place, category] += value
    equations = published(where, figure, known)
    found = []
    targets = [(zone, group) for zone in where.zones for group in where.groups]
    targets += [({p}, {c}) for p in range(where.places) for c in range(where.categories)]
    for zone, group in targets:
        inside = [
            (owner, value)
            for (owner, place, category, _, public), value in zip(where.rows, values)
            if place in zone and category in group and not public and value > 0
        ]
        owners: dict[int, float] = {}
        for owner, value in inside:
            owners[owner] = owners.get(owner, 0) + value
        total = sum(owners.values())
        few = 0 < len(owners) < FEW
        if not (few or (owners and max(owners.values()) > SHARE * total)):
            continue
        cell = np.zeros((where.places, where.categories))
        cell[np.ix_(sorted(zone), sorted(group))] = 1
        low, high = bounds(equations, cell.size, cell.ravel())
        slack = SLACK * max(1, total)
        if low > (0 if few else (1 - MARGIN) * total) + slack:
            found.append(f"{zone} {group}: at least {low} of {total}")
        if high < max((1 + MARGIN) * total, max(owners.values()) / SHARE) - slack:
            found.append(f"{zone} {group}: at most {high} of {total}")
    return found


def amounts_of(where: Territory) -> list[float]:
    return [value if value is not None else 0.0 for *_, value, _ in where.rows]


def attack_all(where: Territory, done) -> list[str]:
    return [
        *attack(where, done.records, [1.0] * len(where.rows)),
        *attack(where, done.amounts["t"], amounts_of(where)),
    ]


@st.composite
def territories(draw):
    """Small territories: few companies a cell, dominant ones, nested and overlapping zones."""
    places = draw(st.integers(2, 5))
    categories = draw(st.integers(1, 3))
    companies = draw(st.integers(1, 14))
    size = st.sampled_from([None, None, 1.0, 2.0, 5.0, 12.5, 400.0])
    record = st.tuples(
        st.integers(0, companies - 1),
        st.integers(0, places - 1),
        st.integers(0, categories - 1),
        size,
        st.integers(0, 9).map(lambda chance: chance == 0),
    )
    rows = draw(st.lists(record, min_size=1, max_size=30))
    zones = [{place} for place in range(places)]
    more = st.sets(st.integers(0, places - 1), min_size=2)
    zones += [zone for zone in draw(st.lists(more, max_size=3)) if zone not in zones]
    zones.append(set(range(places)))
    groups = [{category} for category in range(categories)]
    if categories > 1:
        groups.append(set(range(categories)))
    return Territory(rows, zones, groups, places, categories)


thorough = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(where=territories())
@thorough
def test_no_masked_figure_is_found(where):
    assert attack_all(where, where.masked()) == []


@given(where=territories())
@thorough
def test_no_implied_sum_is_of_two(where):
    """Differences of nested zones and groups, two pages at a time: the rule holds for them too."""
    done = where.masked()
    cells = [(zone, group) for zone in where.zones for group in where.groups]
    for figure, values in (
        (done.records, [1.0] * len(where.rows)),
        (done.amounts["t"], amounts_of(where)),
    ):
        shown = [cell for cell, hidden in zip(cells, figure.hidden.ravel()) if not hidden]
        atoms = [frozenset((p, c) for p in zone for c in group) for zone, group in shown]
        differences = {a - b for a in atoms for b in atoms if b < a}
        differences |= {
            (a - b) - c for a in atoms for b in atoms for c in atoms if b < a and c < (a - b)
        }
        for part in [*atoms, *differences]:
            owners: dict[int, float] = {}
            for (owner, place, category, _, public), value in zip(where.rows, values):
                if (place, category) in part and not public and value > 0:
                    owners[owner] = owners.get(owner, 0) + value
            assert not owners or len(owners) >= FEW, part
            assert not owners or max(owners.values()) <= SHARE * sum(owners.values()) * 1.000001


@given(where=territories())
@thorough
def test_an_establishment_that_knows_its_own_finds_nobody(where):
    """One alone in its place takes its own figure away: no other lone one is told exactly."""
    done = where.masked()
    values = amounts_of(where)
    known = np.zeros((where.places, where.categories))
    alone: dict[tuple[int, int], set[int]] = {}
    amount = np.zeros_like(known)
    for (owner, place, category, _, public), value in zip(where.rows, values):
        if value <= 0:
            continue
        if public:
            known[place, category] += value
        else:
            alone.setdefault((place, category), set()).add(owner)
            amount[place, category] += value
    equations = published(where, done.amounts["t"], known)
    lone = {atom: next(iter(owners)) for atom, owners in alone.items() if len(owners) == 1}
    for spy in set(lone.values()):
        own = []
        for atom, owner in lone.items():
            if owner == spy:
                row = np.zeros_like(known)
                row[atom] = 1
                own.append((row.ravel(), amount[atom]))
        for atom, owner in lone.items():
            if owner == spy:
                continue
            row = np.zeros_like(known)
            row[atom] = 1
            low, high = bounds([*equations, *own], row.size, row.ravel())
            assert high - low > SLACK * amount[atom], (spy, atom)


@given(where=territories(), order=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_rows_changes_nothing(where, order):
    rows = list(range(len(where.rows)))
    order.shuffle(rows)
    one, other = where.masked(), where.masked(rows)
    for name in ("establishments", "records"):
        assert (getattr(one, name).hidden == getattr(other, name).hidden).all()
        assert (getattr(one, name).values == getattr(other, name).values).all()
    assert (one.amounts["t"].hidden == other.amounts["t"].hidden).all()
    assert (one.amounts["t"].values == other.amounts["t"].values).all()


def crowded(seed, communes=9, companies=40, natures=3) -> Territory:
    """A territory of three EPCI, larger than what hypothesis makes."""
    dice = np.random.default_rng(seed)
    home = dice.choice(communes, companies, p=np.arange(1, communes + 1) / 45)
    rows = []
    for company in range(companies):
        for _ in range(1 + dice.poisson(1)):
            amount = float(np.round(dice.lognormal(2, 1.5), 1)) if dice.random() < 0.7 else None
            nature = int(dice.integers(natures))
            rows.append((company, int(home[company]), nature, amount, dice.random() < 0.1))
    zones = [{place} for place in range(communes)]
    zones += [{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {2, 3}, set(range(communes))]
    groups = [{nature} for nature in range(natures)] + [set(range(natures))]
    return Territory(rows, zones, groups, communes, natures)


@pytest.mark.parametrize("seed", range(6))
def test_larger_territories_resist(seed):
    where = crowded(seed)
    done = where.masked()
    assert attack_all(where, done) == []
    # And something is left to read.
    assert not done.records.hidden[-1].all()
    assert (~done.records.hidden).sum() > 10


def test_the_attack_succeeds_where_nothing_more_is_hidden(monkeypatch):
    """The rule alone, without what protects it, falls: the attack can fail and the tests too."""
    monkeypatch.setattr(suppression.Equations, "protect", lambda *_: None)
    assert any(attack_all(where, where.masked()) for where in map(crowded, range(3)))
    done = territory(rows_of(6, 4, 2), [{0}, {1}, {2}, {0, 1, 2}])
    assert attack(done, done.masked().records, [1.0] * 12) != []


def test_ranges_are_kept_by_the_first_half_of_the_protection(monkeypatch):
    monkeypatch.setattr(masking, "_keep_ranges", lambda *_: None)
    assert any(attack_all(where, where.masked()) for where in map(crowded, range(6)))


def test_sums_of_two_are_hidden_by_the_second_half_of_the_protection(monkeypatch):
    """Two tell 10 t each, where others tell nothing: 20 t in all let each find the other."""
    where = territory(
        [
            *((owner, 0, 0, 10, False) for owner in range(1)),
            *((owner, 1, 0, 10, False) for owner in range(1, 2)),
            *((owner, 2, 0, None, False) for owner in range(2, 8)),
            *((owner, 3, 0, 10, False) for owner in range(8, 14)),
        ],
        [{0}, {1}, {2}, {3}, {0, 1, 2, 3}],
    )
    assert where.masked().amounts["t"].hidden[3:, 0].any()
    monkeypatch.setattr(masking, "_protect_sums", lambda *_: None)
    assert not where.masked().amounts["t"].hidden[3:, 0].any()


def test_a_solver_that_gives_up_hides_more_and_nothing_is_found(monkeypatch):
    class Lost:
        status = 4

    monkeypatch.setattr(suppression, "linprog", lambda *_, **__: Lost())
    where = crowded(1)
    assert attack_all(where, where.masked()) == []


# --- Places, progress -----------------------------------------------------------------------------


def test_places_are_what_zones_make_of_points():
    """Two zones that overlap make three places, and there is one outside."""
    members = sparse.csr_matrix([[1, 0], [1, 1], [0, 1], [0, 0], [1, 1]], dtype=bool)
    place, zones = places_of(members)
    assert place[1] == place[4]
    assert len(set(place.tolist())) == 4
    held = zones.toarray()
    assert held[:, place[1]].tolist() == [True, True]
    assert held[:, place[0]].tolist() == [True, False]
    assert held[:, place[3]].tolist() == [False, False]


class Stopwatch:
    def __init__(self, after):
        self.after = after
        self.told = []

    def progress(self, fraction):
        self.told.append(fraction)

    def cancelled(self):
        self.after -= 1
        return self.after < 0


def test_progress_grows_to_the_end_and_cancel_stops():
    where = crowded(3)
    watch = Stopwatch(10**9)
    where.masked(feedback=watch)
    assert watch.told == sorted(watch.told)
    assert watch.told[0] >= 0 and 0.5 < watch.told[-1] <= 1
    with pytest.raises(Cancelled):
        where.masked(feedback=Stopwatch(5))


def test_nothing_at_all():
    empty = np.empty(0, dtype=np.int64)
    given_none = Contributions(empty, empty, empty, empty.astype(bool), {"t": np.empty(0)})
    one = sparse.csr_matrix([[1.0]])
    assert mask(given_none, one, one).records.values.tolist() == [[0.0]]


# --- Turns, and what was told before -------------------------------------------------------------


def turns_of(where: Territory) -> np.ndarray:
    """Return the whole first, then the zones of several places, then the others."""
    wide = [2 - (len(zone) > 1) - (len(zone) == where.places) for zone in where.zones]
    return np.repeat(np.array(wide)[:, np.newaxis], len(where.groups), axis=1)


@given(where=territories())
@thorough
def test_nothing_is_found_whatever_comes_first(where):
    assert attack_all(where, where.masked(turn=turns_of(where))) == []


@pytest.mark.parametrize("seed", range(6))
def test_what_is_decided_first_is_not_given_up(seed):
    """The figures of the whole are those that it has when nothing else is published."""
    where = crowded(seed)
    turn = turns_of(where)
    done = where.masked(turn=turn)
    assert attack_all(where, done) == []
    alone = where.masked(turn=np.where(turn > 0, -1, turn))
    for figure, first in ((done.records, alone.records), (done.amounts["t"], alone.amounts["t"])):
        assert (figure.hidden[turn == 0] == first.hidden[turn == 0]).all()
        assert not first.hidden[turn == 0].all()
    both = where.masked(turn=np.where(turn > 1, -1, turn))
    assert (done.records.hidden[turn == 1] == both.records.hidden[turn == 1]).all()


def published_before(where: Territory, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return masks of a first publication, of some groups alone, and its turns."""
    turn = turns_of(where)
    turn[:, groups:] = -1
    return where.masked(turn=turn).records.hidden, turn


@given(where=territories(), first=st.integers(1, 3))
@thorough
def test_a_second_publication_tells_no_more_than_the_first(where, first):
    """What is told of a masked figure stays told; what is not stays out of reach."""
    hidden, turn = published_before(where, min(first, len(where.groups)))
    told = (turn >= 0) & ~hidden
    done = where.masked(told=told)
    assert not done.records.hidden[told].any()
    ones = [1.0] * len(where.rows)
    before = type(done.records)(done.records.values, ~told, done.records.primary)
    # Whatever the two tell together was already told by the first.
    assert set(weakest(attack(where, done.records, ones))) <= set(
        weakest(attack(where, before, ones))
    )
    assert attack(where, done.amounts["t"], amounts_of(where)) == []


def weakest(found: list[str]) -> list[str]:
    """Return which bounds were found, to within what solvers leave to chance."""
    return [
        f"{zone} {round(float(bound), 3)}"
        for zone, bound in (line.split(" of ")[0].rsplit(" ", 1) for line in found)
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_second_publication_of_larger_territories(seed):
    where = crowded(seed)
    hidden, turn = published_before(where, 2)
    told = (turn >= 0) & ~hidden
    done = where.masked(told=told)
    assert not done.records.hidden[told].any()
    assert attack(where, done.records, [1.0] * len(where.rows)) == []


def test_two_publications_masked_each_for_itself_give_some_away():
    """What the second one is told of the first is needed: without it the attack succeeds."""
    found = []
    for seed in range(12):
        where = crowded(seed)
        hidden, turn = published_before(where, 2)
        apart = where.masked().records
        seen = apart.hidden & ~((turn >= 0) & ~hidden)
        found += attack(where, type(apart)(apart.values, seen, seen), [1.0] * len(where.rows))
    assert found
