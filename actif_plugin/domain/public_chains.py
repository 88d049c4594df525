"""Which links of value chains may be shown to people from whom companies are kept.

A link is shown as present, or it is not; nothing else is said of it. What is not shown is what
nobody does, what one or two establishments do, what is missing or fragile, all alike.

- **Three establishments** that are not published by name do a link that is shown, or three that
  are: a reader takes those that are published away before counting, so they protect nobody, and
  are themselves no secret. Each establishment counts once and for one, so that no share of a link
  can be over 85 %.
- **No subtraction.** Activities overlap: if few are said to saw wood and three or more to saw it
  or to plane it, somebody planes it. The establishments of a link that is shown are therefore
  counted without those of any link that is not, until nothing changes. It follows that a territory
  without all the secret establishments of the links that are not shown gives the same drawing:
  nobody can tell from it that there is one.
- **The choice tells nothing more.** Which chains are drawn is chosen by their shown links, and
  what a record of a flow says (a need, a resource, an orphan) has no part in any of this.
- **The whole territory**, always: nothing is drawn of a perimeter, so there is no second drawing
  to lay over the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from .masking import Rule
from .value_chains import Company, Link


def shown_links(
    links: Sequence[Link],
    companies: Iterable[Company],
    published: Collection[str],
    rule: Rule | None = None,
) -> frozenset[str]:
    """Return the codes of the links that may be shown as present.

    Args:
        links: of all the chains of the territory, whichever are drawn.
        companies: of the whole territory.
        published: identifiers of those that agreed to be shown by name.
        rule: how many establishments there must be.
    """
    enough = (rule or Rule()).establishments
    doing: dict[str, set[str]] = {link.code: set() for link in links}
    for naf, identifiers in _by_activity(companies).items():
        for link in links:
            if link.done_by(naf):
                doing[link.code] |= identifiers
    known = set(published)
    shown = {code for code, members in doing.items() if len(members & known) >= enough}
    secret = {code: members - known for code, members in doing.items()}
    candidates = {code for code in doing if code not in shown}
    while True:
        hidden = [members for code, members in secret.items() if code not in shown | candidates]
        told_apart = set().union(*hidden)
        few = {code for code in candidates if len(secret[code] - told_apart) < enough}
        if not few:
            return frozenset(shown | candidates)
        candidates -= few


def chains_by_shown(links: Iterable[Link], shown: Collection[str]) -> list[str]:
    """Return the codes of the chains of which something is shown.

    First those of which not all is shown, for they are what a page of missing links is about; then
    those with the most links shown; then in the order of codes.
    """
    present: defaultdict[str, int] = defaultdict(int)
    whole: defaultdict[str, bool] = defaultdict(lambda: True)
    for link in links:
        present[link.chain] += link.code in shown
        whole[link.chain] &= link.code in shown
    return sorted(
        (chain for chain, count in present.items() if count),
        key=lambda chain: (whole[chain], -present[chain], chain),
    )


def _by_activity(companies: Iterable[Company]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for company in companies:
        if company.naf:
            found[company.naf].add(company.id)
    return found
