"""What the states of links mean; what is kept with the data is said in French, as all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..domain.value_chains import Standing, State
from ..translation import tr


def sentence(standing: Standing, labels: Mapping[str, str]) -> str:
    """Say what a link's state means here, and what the link would change.

    Args:
        standing: of the link.
        labels: what links are called, by their codes.
    """
    after = joined(labels.get(code, code) for code in standing.after)
    if standing.state is State.PRESENT:
        return f"{len(standing.companies)} établissements font ce métier ici."
    if standing.state is State.FRAGILE:
        rest = f", et « {after} » perdrait son fournisseur d'ici" if after else ""
        return (
            f"Un seul établissement fait ce métier ici : s'il s'arrête, le maillon disparaît{rest}."
        )
    if standing.state is State.ABSENT:
        return "Personne ne fait ce métier ici, et rien de ce qui a été relevé ne l'attend."
    return f"Personne ne fait ce métier ici. Avec lui, {gains(standing, labels)}."


def gains(standing: Standing, labels: Mapping[str, str]) -> str:
    """Say what a missing link would change."""
    told = []
    if standing.orphan_offers:
        told.append(
            counted(
                len(standing.orphan_offers), "ressource sans preneur", "ressources sans preneur"
            )
            + " trouverai"
            + ("ent" if len(standing.orphan_offers) > 1 else "t")
            + " un débouché"
        )
    if standing.orphan_needs:
        told.append(
            counted(len(standing.orphan_needs), "besoin sans réponse", "besoins sans réponse")
            + " trouverai"
            + ("ent" if len(standing.orphan_needs) > 1 else "t")
            + " un fournisseur"
        )
    before = joined(labels.get(code, code) for code in standing.before)
    after = joined(labels.get(code, code) for code in standing.after)
    if before and after:
        told.append(f"« {before} » et « {after} » seraient reliés sur place")
    return " ; ".join(told)


def counted_states(standings: Sequence[Standing]) -> str:
    """Say how many links are in each state, in the language of the interface."""
    counts = {state: sum(standing.state is state for standing in standings) for state in State}
    return tr(
        "{links} links: {present} present, {fragile} fragile, {absent} absent, {missing} missing."
    ).format(
        links=len(standings),
        present=counts[State.PRESENT],
        fragile=counts[State.FRAGILE],
        absent=counts[State.ABSENT],
        missing=counts[State.MISSING],
    )


def joined(labels: Iterable[str]) -> str | None:
    """Return a list of labels, None where there is none."""
    return ", ".join(labels) or None


def counted(count: int, one: str, many: str) -> str:
    """Return a number and what it counts, in the singular or the plural."""
    return f"{count} {one if count == 1 else many}"


def unbroken(words: str) -> str:
    """Return French words as they are printed: no line begins or ends with a bare sign."""
    for sign in (" »", " ;", " :"):
        words = words.replace(sign, f"\u00a0{sign[1:]}")
    return words.replace("« ", "«\u00a0")
