"""Records laid out over the cells and atoms of published tables.

A cell is a zone and a group of categories; an atom a place and a category, the finest that zones
and groups tell apart. All orders here depend on what is there alone, never on that of the records.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from .matching import Booleans, Integers
from .metric import Floats
from .suppression import Equations


@dataclass(frozen=True)
class Contributions:
    """Records, as what they bring to figures; all arrays of shape (n,).

    Attributes:
        owner: number of the establishment, from 0; records of unknown owner share one number, for
            nothing says that they are of several.
        place: the finest place, a column of the zones.
        category: the finest category, a column of the groups.
        known: published by name elsewhere, so that any reader knows it.
        amounts: quantities by what they measure; what is not positive is untold.
    """

    owner: Integers
    place: Integers
    category: Integers
    known: Booleans
    amounts: Mapping[str, Floats] = field(default_factory=dict)


def places_of(memberships: sparse.spmatrix) -> tuple[Integers, sparse.csr_matrix]:
    """Return the finest places that zones make of points.

    Args:
        memberships: which zones each point is in, shape (points, zones).

    Returns:
        The place of each point, shape (points,), and which places each zone holds, shape
        (zones, places). Points of the same zones are in one place; places come in an order that
        the points' own has no part in.
    """
    held = sparse.csr_matrix(memberships, dtype=bool)
    held.sort_indices()
    parts = [
        tuple(held.indices[start:end].tolist()) for start, end in zip(held.indptr, held.indptr[1:])
    ]
    order = {part: number for number, part in enumerate(sorted(set(parts)))}
    places = np.asarray([order[part] for part in parts], dtype=np.int64)
    columns = [(zone, number) for part, number in order.items() for zone in part]
    rows, numbers = np.array(columns, dtype=np.int64).reshape(-1, 2).T
    zones = sparse.csr_matrix(
        (np.ones(len(rows), dtype=bool), (rows, numbers)), shape=(held.shape[1], len(order))
    )
    return places, zones


def with_parts(sets: sparse.spmatrix) -> sparse.csr_matrix:
    """Add to sets of parts, shape (sets, parts), those of a single part."""
    given = sparse.csr_matrix(sets, dtype=np.float64)
    single = np.diff(given.indptr) == 1
    there = np.zeros(given.shape[1], dtype=bool)
    there[given[np.flatnonzero(single)].indices] = True
    more = sparse.identity(given.shape[1], format="csr")[np.flatnonzero(~there)]
    return sparse.vstack([given, more], format="csr")


@dataclass(frozen=True)
class Sums:
    """A statistic of the secret records, by establishment.

    Attributes:
        atoms: what each establishment brings to each atom, shape (owners, atoms); establishments
            in an order of their own that the records' has no part in.
        cells: the atoms of each cell, shape (cells, atoms).
        owners: what each establishment brings to each cell, shape (cells, owners).
    """

    atoms: sparse.csr_matrix
    cells: sparse.csr_matrix
    owners: sparse.csr_matrix

    @functools.cached_property
    def count(self) -> Integers:
        """How many establishments each cell has."""
        count: Integers = np.diff(self.owners.indptr)
        return count

    @functools.cached_property
    def value(self) -> Floats:
        """The sum of each cell."""
        return np.asarray(self.owners.sum(axis=1)).ravel()

    @functools.cached_property
    def largest(self) -> Floats:
        """What the largest establishment of each cell brings."""
        largest = np.zeros(self.owners.shape[0])
        np.maximum.at(largest, np.repeat(np.arange(len(largest)), self.count), self.owners.data)
        return largest

    def members(self, cell: int) -> Integers:
        """Return the establishments of a cell."""
        part = slice(self.owners.indptr[cell], self.owners.indptr[cell + 1])
        members: Integers = self.owners.indices[part]
        return members


class Table:
    """Records laid out over cells (zone and group) and atoms (place and category)."""

    def __init__(
        self, contributions: Contributions, cells: sparse.csr_matrix, atom: Integers
    ) -> None:
        self._given = contributions
        self.cells = cells
        self.atom = atom
        self.secret = np.flatnonzero(~contributions.known)

    @classmethod
    def of(
        cls, contributions: Contributions, zones: sparse.spmatrix, groups: sparse.spmatrix
    ) -> Table:
        """Return the cells that zones make with groups, and the atoms that they tell apart."""
        cells = sparse.csr_matrix(sparse.kron(zones, groups, format="csr"), dtype=np.float64)
        return cls(
            contributions, cells, contributions.place * groups.shape[1] + contributions.category
        )

    def merged(self, relevant: Booleans) -> Table:
        """Return the table of some cells alone, with the atoms put together that are in the same.

        The other cells stay, and hold nothing.
        """
        rows = np.flatnonzero(relevant)
        some = sparse.csc_matrix(self.cells[rows])
        some.sort_indices()
        number: dict[bytes, int] = {}
        part = np.array(
            [
                number.setdefault(some.indices[start:end].tobytes(), len(number))
                for start, end in zip(some.indptr, some.indptr[1:])
            ],
            dtype=np.int64,
        )
        _, lead = np.unique(part, return_index=True)
        chosen = some[:, lead].tocoo()
        cells = sparse.csr_matrix(
            (chosen.data, (rows[chosen.row], chosen.col)),
            shape=(self.cells.shape[0], len(lead)),
        )
        return Table(self._given, cells, part[self.atom])

    def atoms_of(self, cell: int) -> Integers:
        """Return the atoms of a cell."""
        part = slice(self.cells.indptr[cell], self.cells.indptr[cell + 1])
        atoms: Integers = self.cells.indices[part]
        return atoms

    def sums(self, values: Floats, rows: Integers) -> Sums:
        """Return a statistic over some records."""
        atoms = self._spread(values, rows)
        order = _order(atoms)
        atoms = atoms[order]
        owners = sparse.csr_matrix(self.cells @ atoms.T)
        owners.sort_indices()
        return Sums(atoms, self.cells, owners)

    def totals(self, values: Floats) -> Floats:
        """Return the sum of each cell over all records."""
        everything = np.arange(len(self.atom))
        atoms = self._spread(values, everything)
        return np.asarray(self.cells @ np.asarray(exact_sums(atoms)))

    def establishments(self) -> Floats:
        """Return how many distinct establishments each cell has."""
        owners = self.cells @ self._spread(np.ones(len(self.atom)), np.arange(len(self.atom))).T
        return np.diff(sparse.csr_matrix(owners).indptr).astype(np.float64)

    def _spread(self, values: Floats, rows: Integers) -> sparse.csr_matrix:
        """Return what each establishment brings to each atom."""
        owner, atom = self._given.owner[rows], self.atom[rows]
        order = np.lexsort((values[rows], atom, owner))
        shape = (int(self._given.owner.max(initial=-1)) + 1, self.cells.shape[1])
        laid = sparse.csr_matrix(
            (values[rows][order], (owner[order], atom[order])), shape=shape, dtype=np.float64
        )
        laid.sum_duplicates()
        laid.eliminate_zeros()
        return laid[np.flatnonzero(np.diff(laid.indptr))]

    def equations(self, atoms: Floats, cost: Floats, hidden: Booleans, kept: Booleans) -> Equations:
        """Return the sums over the cells of amounts of the atoms."""
        number = np.arange(len(hidden))
        return Equations(self.cells, number, atoms, cost, hidden, kept)

    def kinds(self) -> tuple[sparse.csc_matrix, sparse.csc_matrix, Floats]:
        """Return the kinds of establishments there are or could be, and how many of each.

        A kind is the cells in which an establishment counts and the records that it has at least,
        one in each of its atoms. Besides the kinds met, those of a single atom.

        Returns:
            How an establishment of each kind counts in each cell and how many records it brings
            to it, both of shape (cells, kinds), and how many there are, shape (kinds,).
        """
        ones = np.ones(len(self.atom))
        shape = (int(self._given.owner.max(initial=-1)) + 1, self.cells.shape[1])

        def met(rows: Integers) -> sparse.csr_matrix:
            laid = sparse.csr_matrix(
                (ones[rows], (self._given.owner[rows], self.atom[rows])), shape=shape
            )
            laid.sum_duplicates()
            laid.data[:] = 1.0
            return laid

        here = met(self.secret)
        someone = np.flatnonzero(np.diff(here.indptr))
        here = here[someone]
        known = met(np.flatnonzero(self._given.known))[someone]
        brought = sparse.csr_matrix(self.cells @ here.T)
        counted = sparse.csr_matrix(brought.astype(bool), dtype=np.float64)
        seen = sparse.csr_matrix((self.cells @ known.T).astype(bool), dtype=np.float64)
        counted = counted - counted.multiply(seen)
        single = sparse.identity(self.cells.shape[1], format="csr")
        count = sparse.hstack([counted, self.cells @ single], format="csc")
        records = sparse.hstack([brought, self.cells @ single], format="csc")
        amounts = np.concatenate([np.ones(len(someone)), np.zeros(self.cells.shape[1])])
        count.eliminate_zeros()
        kinds, held = _merged(count, records, amounts)
        return count[:, kinds], records[:, kinds], held

    def further(self) -> Floats:
        """Return how many records each atom has besides one for each establishment."""
        atoms = self._spread(np.ones(len(self.atom)), self.secret)
        beyond = atoms.copy()
        beyond.data -= 1
        return np.asarray(beyond.sum(axis=0)).ravel()


def exact_sums(atoms: sparse.csr_matrix) -> Floats:
    """Return the sum of each column, the same to the last digit whatever the order of the rows."""
    columns = atoms.tocsc()
    which = np.repeat(np.arange(atoms.shape[1]), np.diff(columns.indptr))
    order = np.lexsort((columns.data, which))
    sums: Floats = np.bincount(which, columns.data[order], atoms.shape[1]).astype(np.float64)
    return sums


def _order(atoms: sparse.csr_matrix) -> Integers:
    """Return the rows in an order that depends on what they hold alone."""
    keys = []
    for start, end in zip(atoms.indptr, atoms.indptr[1:]):
        keys.append((atoms.indices[start:end].tolist(), atoms.data[start:end].tolist()))
    return np.asarray(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)


def _merged(
    count: sparse.csc_matrix, records: sparse.csc_matrix, amounts: Floats
) -> tuple[Integers, Floats]:
    """Tell kinds that are the same: one of each, in an order of their own, and how many of each."""
    both = sparse.vstack([count, records], format="csc")
    both.sort_indices()
    known: dict[tuple[bytes, bytes], int] = {}
    lead: list[int] = []
    number = np.empty(both.shape[1], dtype=np.int64)
    for kind, (start, end) in enumerate(zip(both.indptr, both.indptr[1:])):
        key = (both.indices[start:end].tobytes(), both.data[start:end].tobytes())
        number[kind] = known.setdefault(key, len(known))
        if number[kind] == len(lead):
            lead.append(kind)
    keys = list(known)
    order = np.asarray(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
    held: Floats = np.bincount(number, amounts, len(keys))[order].astype(np.float64)
    return np.asarray(lead, dtype=np.int64)[order], held
