"""Finding a code from the words of a company.

Three things are searched together: the official labels of every level, the project's everyday
vocabulary and the territory's own. A hit at any depth speaks for the code at the level asked for,
and several hits below one code speak louder than one.

SQLite's full-text index finds the labels that carry a word; which words of the vocabulary a typed
word may stand for (its plural, its family, its end still to be typed, its misspelling), and what a
hit is worth, is decided here, so that the index may be a plain table where SQLite lacks FTS5 and
the answers stay the same.
"""

from __future__ import annotations

import bisect
import contextlib
import enum
import math
import re
import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .codes import DEFAULT_LEVEL, Level, Nomenclature, naf_version, normalise_naf, parse_code
from .french import (
    GRAMMAR,
    SMALL_TALK,
    distance,
    fold,
    reworded,
    root,
    singular,
    stem,
    words,
)

NOMENCLATURES = ("CPF", "ROME", "NAF", "DECHET")

# What a word of the vocabulary is worth for a typed word.
_SAME = 1.0
_SAME_STEM = 0.9
# The word has its own meaning and this one may be another's: balle, bal.
_OTHER_FORM = 0.72
_SAME_ROOT = 0.6
_UNFINISHED = 0.85
_ONE_LETTER = 0.8
_TWO_LETTERS = 0.6
_PARTS = 0.9

# What a kind of text is worth for the same words. The territory's words pass 1, so that nothing
# that the others gain puts them before its own.
_WORTH = {"territory": 1.15, "synonym": 0.96, "label": 0.88, "part": 0.84, "borrowed": 0.75}

# What it adds that the text is the hit word for word, but for plurals or not even (« tonte » is a
# service, « tontes » are grass).
_WORD_FOR_WORD = 0.02
_LETTER_FOR_LETTER = 0.03

# Share of a hit's score that does not depend on how much of the hit was asked for.
_FLOOR = 0.55
# What is left of a hit whose first word, which names the thing in French, was not asked for, or
# was asked for after another.
_NOT_THE_HEAD = 0.8
_LATE_HEAD = 0.92
# A company's first word names the thing too.
_HEAD_WEIGHT = 1.3
# What small talk weighs beside words that name things.
_TALK_WEIGHT = 0.12
# A word that nothing knows says that the answers may be beside the point.
_UNKNOWN_WEIGHT = 3.0
# How much the second, third… hits below one code add.
_ECHO = 0.16
_ECHOES = 6
# How much it adds that other words of the text are found elsewhere below the code.
_BREADTH = 0.2
# What a company's usual products gain, and how near the best hit one counts for that.
_USUAL_CLASS = 0.08
_USUAL_GROUP = 0.05
_FAIR = 0.7
# Below this, a suggestion is noise.
_FAINT = 0.1

_MAX_CHARACTERS = 400
_MAX_WORDS = 16
_MAX_COMPLETIONS = 40

FULL_TEXT_TABLE = (
    "CREATE VIRTUAL TABLE words USING fts5"
    "(bases, content='', detail=none, columnsize=0, tokenize='ascii')"
)

_EXCEPT = re.compile(
    r"[,(]?\s*(?:(?:à l['’]exclusion|à l['’]exception|sauf|hors|autres qu[e'’]|non compris"
    r"|y compris les parties)\b[^;)]*|sans\b[^;,)]*)\)?",
    re.IGNORECASE,
)
_PART = re.compile(r"\s*[;,:()]\s*")
# A part that only tells more of the part before it: « …, en bois ».
_COMPLEMENT = re.compile(
    r"(?:en|de|du|des|à|au|aux|pour|sur|par|dont|avec|même|ainsi|non|y|d['’])\b", re.IGNORECASE
)
_WASTE_CODE = re.compile(r"(\d{2})\s?(\d{2})?\s?(\d{2})?\s?\*?", re.ASCII)


class Reason(enum.Enum):
    """Why a code is suggested."""

    CODE = "code"  # it was typed itself
    LABEL = "label"  # an official label says so
    SYNONYM = "synonym"  # the project's everyday vocabulary says so
    TERRITORY = "territory"  # the territory's own vocabulary says so


@dataclass(frozen=True)
class Suggestion:
    """A code that may be meant.

    Attributes:
        code, label, level: at the level asked for, or coarser where a coarser code was typed.
        matched_code, matched_label: what was found, at any depth below it; the label of a synonym
            is the everyday term.
        score: 0 to 1; comparable between the suggestions of one text, and roughly between texts.
        reason: what kind of text was found.
    """

    code: str
    label: str
    level: Level
    matched_code: str
    matched_label: str
    score: float
    reason: Reason


@dataclass(frozen=True)
class _Node:
    """A code of a nomenclature; *parent* is the number of its node, -1 at the top."""

    code: str
    label: str
    level: int
    parent: int
    version: str = ""


@dataclass(frozen=True)
class _Entry:
    """A text that leads to a node."""

    node: int
    text: str
    kind: str
    bases: tuple[str, ...]


@dataclass
class _Word:
    """A word of the text with the words of the vocabulary it may stand for."""

    expansions: dict[str, float] = field(default_factory=dict)
    weight: float = 0.0
    first: bool = False


class CodeSearch:
    """A search over the nomenclatures of the reference database.

    Args:
        database: the reference database.
        synonyms: the territory's own vocabulary: term, nomenclature, code. Unknown codes are left
            out.
        full_text: False does without FTS5; SQLite may also lack it.

    Raises:
        sqlite3.Error: the file is missing or is not that database.
    """

    def __init__(
        self,
        database: Path,
        synonyms: Iterable[tuple[str, str, str]] = (),
        full_text: bool = True,
    ) -> None:
        self._full_text = full_text
        self._own = [(str(t), str(n).upper(), str(c)) for t, n, c in synonyms]
        self._indexes: dict[str, _Index] = {}
        # The locator and the panel may ask at once, from two threads.
        self._lock = threading.Lock()
        with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as base:
            self._tables = _read(base)
        self._index("CPF")

    def search(
        self,
        text: object,
        nomenclature: str | Nomenclature = "CPF",
        level: Level | None = DEFAULT_LEVEL,
        limit: int = 10,
        naf: str | None = None,
    ) -> list[Suggestion]:
        """Return the codes that *text* may mean, the likeliest first.

        Args:
            text: what was typed; anything is accepted, and nothing comes out of a blank.
            nomenclature: ``CPF``, ``ROME``, ``NAF`` or ``DECHET``.
            level: the level of the codes to return; None keeps each hit at its own depth. The
                levels of the NAF are counted as those of the CPF, down to its fifth; the waste
                list and the ROME have three.
            limit: how many at most.
            naf: the company's activity (rév. 2 or 2025): its usual products gain on equals.

        Raises:
            ValueError: there is no such nomenclature.
        """
        name = str(getattr(nomenclature, "value", nomenclature)).upper()
        if name not in NOMENCLATURES:
            raise ValueError(f"{nomenclature}: one of {', '.join(NOMENCLATURES)}")
        typed = "" if text is None else str(text)[:_MAX_CHARACTERS].strip()
        if not typed or limit < 1:
            return []
        with self._lock:
            index = self._index(name)
            coded = index.coded(typed, level)
            if coded:
                return coded[:limit]
            usual = self._usual(naf) if name == "CPF" else frozenset()
            return index.search(typed, level, limit, usual)

    def _index(self, name: str) -> _Index:
        if name not in self._indexes:
            self._indexes[name] = _Index(self._tables, name, self._own, self._full_text)
        return self._indexes[name]

    def _usual(self, naf: str | None) -> frozenset[str]:
        """Return the CPF classes that a NAF code usually makes, and their groups."""
        code = normalise_naf(naf)
        if code is None:
            return frozenset()
        classes = self._tables.products.get((naf_version(code), code), ())
        return frozenset(classes) | frozenset(product[:4] for product in classes)


@dataclass(frozen=True)
class _Tables:
    """What the reference database holds, read once."""

    rows: Mapping[str, Sequence[tuple[str, int, str | None, str, str]]]
    synonyms: Mapping[str, Sequence[tuple[str, str]]]
    products: Mapping[tuple[str, str], Sequence[str]]


def _read(base: sqlite3.Connection) -> _Tables:
    rows = {
        "CPF": "SELECT code, niveau, parent, libelle_fr, '' FROM ref_cpf ORDER BY niveau, code",
        "ROME": "SELECT code, niveau, parent, libelle_fr, '' FROM ref_rome ORDER BY niveau, code",
        "NAF": "SELECT code, niveau, parent, libelle_fr, version FROM ref_naf"
        " ORDER BY niveau, version DESC, code",
        "DECHET": "SELECT code, niveau, parent, libelle_fr, '' FROM ref_dechet"
        " ORDER BY niveau, code",
    }
    synonyms: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for term, name, code in base.execute(
        "SELECT terme, nomenclature, code FROM ref_synonyme ORDER BY terme, code"
    ):
        synonyms[name].append((term, code))
    products: dict[tuple[str, str], list[str]] = defaultdict(list)
    for version, naf, code in base.execute(
        "SELECT naf_version, naf_code, cpf_code FROM ref_naf_cpf ORDER BY cpf_code"
    ):
        products[version, naf].append(code)
    return _Tables(
        {name: base.execute(statement).fetchall() for name, statement in rows.items()},
        synonyms,
        products,
    )


class _Index:
    """One nomenclature, ready to be searched."""

    def __init__(
        self, tables: _Tables, name: str, own: Sequence[tuple[str, str, str]], full_text: bool
    ) -> None:
        self._name = name
        self._products = tables.products
        self._nodes: list[_Node] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._forms: dict[str, tuple[str, str, str]] = {}
        for code, level, parent, label, version in tables.rows[name]:
            above = self._numbers.get((version, parent), -1) if parent else -1
            self._numbers[version, code] = self._add_node(_Node(code, label, level, above, version))
        self._entries: list[_Entry] = []
        self._phrases: dict[str, list[int]] = defaultdict(list)
        self._add_labels()
        self._add_synonyms(tables.synonyms.get(name, ()), "synonym")
        self._add_synonyms(((t, c) for t, n, c in own if n == name), "territory")
        if name == "NAF":
            # What the CPF's vocabulary says of a class of products, it says of their makers.
            self._add_synonyms(
                ((term, code[:5]) for term, code in tables.synonyms.get("CPF", ())), "borrowed"
            )
        self._count()
        self._postings = _Postings(self._entries, full_text)
        self._expanded: dict[tuple[str, bool], dict[str, float]] = {}

    # -- what is searched ------------------------------------------------------------------------

    def _add_node(self, node: _Node) -> int:
        """Return the number of the node; both versions of the NAF share those they agree on."""
        if node.version == "2025":
            twin = self._numbers.get(("rev2", node.code))
            if twin is not None and fold(self._nodes[twin].label) == fold(node.label):
                return twin
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _add_labels(self) -> None:
        for number, node in enumerate(self._nodes):
            label = _EXCEPT.sub(" ", node.label)
            whole, phrase = self._read(label)
            self._phrases[phrase].append(len(self._entries))
            self._entries.append(_Entry(number, node.label, "label", whole))
            parts = [part for part in _PART.split(label) if part and not _COMPLEMENT.match(part)]
            for part in parts:
                bases, _ = self._read(part)
                if bases and len(bases) < len(whole):
                    self._entries.append(_Entry(number, node.label, "part", bases))

    def _add_synonyms(self, terms: Iterable[tuple[str, str]], kind: str) -> None:
        for term, code in terms:
            number = self._number(code)
            bases, phrase = self._read(term)
            if number is not None and bases:
                self._phrases[phrase].append(len(self._entries))
                self._entries.append(_Entry(number, term, kind, bases))

    def _number(self, code: str) -> int | None:
        """Return the node of a code as people write it."""
        if self._name == "NAF":
            wanted = normalise_naf(code) or code
            versions: tuple[str, ...] = ("rev2", "2025")
        elif self._name == "DECHET":
            found = _WASTE_CODE.fullmatch(code.strip())
            wanted = " ".join(part for part in found.groups() if part) if found else code
            versions = ("",)
        else:
            parsed = parse_code(code, self._name)
            wanted = parsed.text if parsed else code
            versions = ("",)
        for version in versions:
            if (version, wanted) in self._numbers:
                return self._numbers[version, wanted]
        return None

    def _read(self, text: str) -> tuple[tuple[str, ...], str]:
        """Return the singulars of the words of *text* that say something, and of all of them."""
        spoken = words(text)
        bases = [self._known(word)[0] for word in spoken]
        # Where there are but small words, they are all there is.
        kept = [base for base, word in zip(bases, spoken) if _says(word)] or bases
        return tuple(dict.fromkeys(kept)), " ".join(bases)

    def _known(self, word: str) -> tuple[str, str, str]:
        """Return the singular, the stem and the root of a word."""
        forms = self._forms.get(word)
        if forms is None:
            base = singular(word)
            stemmed = stem(base)
            forms = self._forms[word] = (base, stemmed, root(stemmed))
        return forms

    def _count(self) -> None:
        """Prepare the vocabulary: how rare each word is, and the ways that lead to it."""
        seen = Counter(base for entry in self._entries for base in entry.bases)
        total = len(self._entries)
        self._rarity = {base: math.log((total + 1) / (n + 0.5)) for base, n in seen.items()}
        self._burden = [
            sum(self._rarity[base] for base in entry.bases) or 1.0 for entry in self._entries
        ]
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._by_root: dict[str, list[str]] = defaultdict(list)
        self._by_length: dict[int, list[tuple[str, int, str]]] = defaultdict(list)
        for base in sorted(seen):
            stemmed = stem(base)
            self._by_stem[stemmed].append(base)
            self._by_root[root(stemmed)].append(base)
            plain = base.replace("é", "e")
            if len(plain) > 3 and not plain.isdigit():
                self._by_length[len(plain)].append((plain, _letters(plain), stemmed))
        self._sorted = sorted(seen)

    # -- what is asked ---------------------------------------------------------------------------

    def coded(self, typed: str, level: Level | None) -> list[Suggestion]:
        """Return the code that was typed, at the level, and those at the level below it."""
        if len(typed) == 1 and not typed.isupper():
            return []
        found = self._number(typed)
        reached = [] if found is None else [found]
        activity = normalise_naf(typed)
        if found is None and activity and self._name == "CPF":
            products = self._products.get((naf_version(activity), activity), ())
            reached = [self._numbers["", code] for code in products if ("", code) in self._numbers]
        result: dict[int, Suggestion] = {}
        for number in reached:
            target = self._at(number, level)
            if target is None:
                target = number
            result.setdefault(target, self._suggest(target, number, "", 1.0, Reason.CODE))
            if level is not None and self._nodes[number].level < level:
                for other, node in enumerate(self._nodes):
                    if node.level == level and self._under(other, number):
                        result[other] = self._suggest(other, number, "", 0.9, Reason.CODE)
        return list(result.values())

    def search(
        self, typed: str, level: Level | None, limit: int, usual: frozenset[str]
    ) -> list[Suggestion]:
        """Return the likeliest codes for the words of *typed*."""
        asked = self._ask(typed)
        total = sum(word.weight for word in asked)
        if not total:
            return []
        # For each entry, what each word of the text is worth in it.
        hits: dict[int, list[float]] = {}
        matched: dict[int, float] = defaultdict(float)
        heads: dict[int, bool] = {}
        for position, word in enumerate(asked):
            for base, quality in word.expansions.items():
                gain = quality * self._rarity[base]
                for number in self._postings.of(base):
                    worth = hits.get(number)
                    if worth is None:
                        worth = hits[number] = [0.0] * len(asked)
                    if not worth[position]:
                        matched[number] += gain
                    worth[position] = max(worth[position], quality)
                    if self._entries[number].bases[0] == base:
                        heads[number] = heads.get(number, False) or word.first
        weights = [word.weight / total for word in asked]
        literal = frozenset(self._phrases.get(self._read(typed)[1], ()))
        spoken = words(typed)
        below: dict[int, list[tuple[float, int]]] = defaultdict(list)
        targets: dict[int, int | None] = {}
        for number, worth in hits.items():
            entry = self._entries[number]
            if entry.node not in targets:
                targets[entry.node] = self._at(entry.node, level)
            target = targets[entry.node]
            if target is None:
                continue
            of_text = sum(w * q for w, q in zip(weights, worth))
            of_entry = min(1.0, matched[number] / self._burden[number])
            score = _WORTH[entry.kind] * of_text * (_FLOOR + (1 - _FLOOR) * of_entry)
            if number not in heads:
                score *= _NOT_THE_HEAD
            elif not heads[number]:
                score *= _LATE_HEAD
            if number in literal:
                same = words(entry.text) == spoken
                score = _WORTH[entry.kind] + (_LETTER_FOR_LETTER if same else _WORD_FOR_WORD)
            below[target].append((score, number))
        ranked = []
        for target, found in below.items():
            found.sort(key=lambda hit: (-hit[0], hit[1]))
            score = self._together(found, hits, weights)
            score += self._habit(target, found, usual)
            if score >= _FAINT:
                ranked.append((-score, self._nodes[target].code, target, found[0][1]))
        ranked.sort()
        return [
            self._suggest(
                target,
                self._entries[number].node,
                self._entries[number].text,
                min(1.0, -score),
                _REASONS[self._entries[number].kind],
            )
            for score, _, target, number in ranked[:limit]
        ]

    def _together(
        self,
        found: Sequence[tuple[float, int]],
        hits: Mapping[int, Sequence[float]],
        weights: Sequence[float],
    ) -> float:
        """Return what the hits below one code are worth together, the best of them first."""
        best, first = found[0]
        score = best
        nodes = {self._entries[first].node}
        echoes = 0
        for other, number in found[1:]:
            node = self._entries[number].node
            if node not in nodes:
                nodes.add(node)
                echoes += 1
                score += max(0.0, 1 - score) * _ECHO * other / echoes
                if echoes == _ECHOES:
                    break
        if len(weights) > 1:
            widest = list(hits[first])
            for _, number in found[1:]:
                widest = [max(pair) for pair in zip(widest, hits[number])]
            more = sum(w * (a - b) for w, a, b in zip(weights, widest, hits[first]))
            score += max(0.0, 1 - score) * _BREADTH * more
        return score

    def _habit(
        self, target: int, found: Sequence[tuple[float, int]], usual: frozenset[str]
    ) -> float:
        """Return what a usual product gains, by its class where a fair hit is in it."""
        if usual:
            for score, number in found:
                if score < _FAIR * found[0][0]:
                    break
                if self._nodes[self._entries[number].node].code[:5] in usual:
                    return _USUAL_CLASS
        return _USUAL_GROUP if self._nodes[target].code[:4] in usual else 0.0

    def _at(self, number: int, level: Level | None) -> int | None:
        """Return the ancestor at *level*; None where the code is coarser."""
        if level is None:
            return number
        deepest = self._nodes[number]
        wanted = min(int(level), _DEPTH[self._name])
        while deepest.level > wanted and deepest.parent >= 0:
            number = deepest.parent
            deepest = self._nodes[number]
        return number if deepest.level == wanted else None

    def _under(self, number: int, ancestor: int) -> bool:
        while number >= 0:
            if number == ancestor:
                return True
            number = self._nodes[number].parent
        return False

    def _suggest(
        self, target: int, matched: int, text: str, score: float, reason: Reason
    ) -> Suggestion:
        node, found = self._nodes[target], self._nodes[matched]
        return Suggestion(
            node.code,
            node.label,
            Level(node.level),
            found.code,
            text or found.label,
            round(score, 4),
            reason,
        )

    # -- words -----------------------------------------------------------------------------------

    def _ask(self, typed: str) -> list[_Word]:
        """Return the words of the text, each with what it may stand for."""
        spoken = words(reworded(typed))
        finished = not typed[-1].isalnum()
        kept = [word for word in spoken if _says(word)] or spoken
        kept = list(dict.fromkeys(kept))[:_MAX_WORDS]
        named = [word for word in kept if not _talks(word)]
        asked = []
        for position, word in enumerate(kept):
            unfinished = not finished and word == spoken[-1]
            expansions = dict(self._expand(word, unfinished))
            # « trans palette » is one word in the labels, « bigbag » two.
            for pair in zip(kept[max(0, position - 1) :], kept[max(1, position) : position + 2]):
                for base in self._by_stem.get(self._known("".join(pair))[1], ()):
                    expansions[base] = max(expansions.get(base, 0.0), _PARTS)
            if named and word not in named:
                if expansions:
                    asked.append(self._weigh(expansions))
                    asked[-1].weight *= _TALK_WEIGHT
                continue
            halves = [] if expansions else self._split(word)
            asked += [self._weigh(half) for half in halves or [expansions]]
            if word == (named or kept)[0]:
                asked[-1].weight *= _HEAD_WEIGHT
                asked[-1].first = True
        return asked

    def _weigh(self, expansions: dict[str, float]) -> _Word:
        if not expansions:
            return _Word({}, _UNKNOWN_WEIGHT)
        best = max(expansions.values())
        return _Word(
            expansions,
            max(self._rarity[base] for base, quality in expansions.items() if quality == best),
        )

    def _expand(self, word: str, unfinished: bool) -> dict[str, float]:
        known = self._expanded.get((word, unfinished))
        if known is None:
            if len(self._expanded) > 5000:
                self._expanded.clear()
            known = self._expanded[word, unfinished] = self._find_words(word, unfinished)
        return known

    def _find_words(self, word: str, unfinished: bool) -> dict[str, float]:
        base, stemmed, family = self._known(word)
        found: dict[str, float] = {}
        if len(family) >= 4:
            found.update(dict.fromkeys(self._by_root.get(family, ()), _SAME_ROOT))
        form = _OTHER_FORM if base in self._rarity else _SAME_STEM
        found.update(dict.fromkeys(self._by_stem.get(stemmed, ()), form))
        complete = base in self._rarity or bool(self._by_stem.get(stemmed))
        if unfinished or (not found and len(word) >= 4):
            for longer, share in self._complete(word):
                quality = _UNFINISHED * (0.6 + 0.4 * share) * (0.6 if complete else 1.0)
                found[longer] = max(found.get(longer, 0.0), quality)
        if base in self._rarity:
            found[base] = _SAME
        if not complete and len(base) > 3 and not base.isdigit():
            for other, quality in self._nearest(base.replace("é", "e")):
                found[other] = max(found.get(other, 0.0), quality)
        return found

    def _complete(self, word: str) -> list[tuple[str, float]]:
        """Return the words that begin so, with the share of them already typed."""
        start = bisect.bisect_left(self._sorted, word)
        stop = bisect.bisect_left(self._sorted, word + "\x7f")
        longer = sorted(self._sorted[start:stop], key=lambda base: (len(base), base))
        return [(base, len(word) / len(base)) for base in longer[:_MAX_COMPLETIONS]]

    def _nearest(self, word: str) -> list[tuple[str, float]]:
        """Return the words a letter or two away, the nearest only."""
        limit = 1 if len(word) < 7 else 2
        letters = _letters(word)
        best: list[str] = []
        for length in range(len(word) - limit, len(word) + limit + 1):
            for other, others, stemmed in self._by_length.get(length, ()):
                # A letter changed puts one letter out and another in.
                if bin(letters ^ others).count("1") <= 2 * limit:
                    away = distance(word, other, limit)
                    if away < limit:
                        limit, best = away, [stemmed]
                    elif away == limit:
                        best.append(stemmed)
        worth = _ONE_LETTER if limit <= 1 else _TWO_LETTERS
        return [(base, worth) for stemmed in best for base in self._by_stem[stemmed]]

    def _split(self, word: str) -> list[dict[str, float]]:
        """Return the two words that were written as one."""
        for cut in range(3, len(word) - 2):
            halves = [self._by_stem.get(self._known(half)[1]) for half in (word[:cut], word[cut:])]
            if halves[0] and halves[1]:
                return [dict.fromkeys(half, _PARTS) for half in halves if half]
        return []


_DEPTH = {"CPF": 6, "ROME": 3, "NAF": 5, "DECHET": 3}
_REASONS = {
    "territory": Reason.TERRITORY,
    "synonym": Reason.SYNONYM,
    "borrowed": Reason.SYNONYM,
    "label": Reason.LABEL,
    "part": Reason.LABEL,
}


def _says(word: str) -> bool:
    """Tell whether a word may say something of a product."""
    return word.replace("é", "e") not in GRAMMAR


def _talks(word: str) -> bool:
    """Tell whether a word of a sentence is rather said around a product."""
    return word.replace("é", "e") in SMALL_TALK or len(word) == 1 or word.isdigit()


def _letters(word: str) -> int:
    """Return the set of the letters of a word as bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - 48)
    return bits


class _Postings:
    """Which entries carry a word: a full-text index, or a plain table with the same answers."""

    def __init__(self, entries: Sequence[_Entry], full_text: bool) -> None:
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._cache: dict[str, tuple[int, ...]] = {}
        self.full_text = full_text and self._create_full_text()
        if self.full_text:
            self._query = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid"
            self._database.executemany(
                "INSERT INTO words (rowid, bases) VALUES (?, ?)",
                ((number, " ".join(entry.bases)) for number, entry in enumerate(entries)),
            )
        else:
            self._query = "SELECT entry FROM words WHERE base = ? ORDER BY entry"
            self._database.execute(
                "CREATE TABLE words (base TEXT, entry INTEGER, PRIMARY KEY (base, entry))"
                " WITHOUT ROWID"
            )
            self._database.executemany(
                "INSERT INTO words VALUES (?, ?)",
                ((base, number) for number, entry in enumerate(entries) for base in entry.bases),
            )

    def _create_full_text(self) -> bool:
        try:
            self._database.execute(FULL_TEXT_TABLE)
        except sqlite3.OperationalError:
            return False
        return True

    def of(self, base: str) -> tuple[int, ...]:
        """Return the numbers of the entries with that word."""
        known = self._cache.get(base)
        if known is None:
            rows = self._database.execute(self._query, (base,))
            known = self._cache[base] = tuple(number for (number,) in rows)
        return known
