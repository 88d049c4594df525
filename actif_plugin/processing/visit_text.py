"""The words of a visit sheet, in French as the data they tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..domain.freshness import is_stale
from ..domain.pooling import Pool
from ..domain.quantities import as_told, french, told
from ..printing.visit_sheet import Column, Section, Sheet
from ..store.dossier import Company, Synergy, Verdict, Visit, day_of
from ..store.schema import DIRECTIONS, FLOW_STATES, OPEN_STATES
from ..store.territory import Territory
from .answers import KEPT, REJECTED
from .one_side import Side
from .visit_contents import ACTIVITY, CHAIN, Line, Neighbourhood

# What a table cell holds without growing over the page.
_LONG, _MEDIUM = 320, 110
_VISITS_PRINTED = 5
_ROUNDS_TO_A_KILOMETRE = 995
_TO_CONFIRM = "à confirmer"
_NO_POSITION = (
    "Cette entreprise n'a pas de position sur la carte\u00a0: ses voisins ne sont pas connus."
)


@dataclass(frozen=True)
class Dossier:
    """All that the sheet of a company is made of.

    Attributes:
        territory, company: whose sheet.
        flows: its own records, open or not, by column.
        visits, synergies, verdicts: its history.
        around: its neighbourhood.
        needs_nearby, offers_nearby, pools: what was found there.
        today: the day of the sheet.
    """

    territory: Territory
    company: Company
    flows: Sequence[Mapping[str, object]]
    visits: Sequence[Visit]
    synergies: Sequence[Synergy]
    verdicts: Sequence[Verdict]
    around: Neighbourhood
    needs_nearby: Sequence[Line]
    offers_nearby: Sequence[Line]
    pools: Sequence[Pool]
    today: date

    def partners(self) -> list[tuple[Pool, list[str]]]:
        """Return each pool with the names of its other members."""
        needs = self.around.needs
        if needs is None:
            return []
        result = []
        for pool in self.pools:
            names = self.around.names(needs, pool.needs.tolist())
            others = sorted(name for owner, (name, _) in names.items() if owner != self.company.id)
            result.append((pool, others))
        return result

    @property
    def kept(self) -> list[Verdict]:
        """The pairs that an adviser retained."""
        return [verdict for verdict in self.verdicts if verdict.verdict == KEPT]

    @property
    def rejected(self) -> int:
        """How many pairs were ruled out, which the sheet does not show."""
        return sum(verdict.verdict == REJECTED for verdict in self.verdicts)


def sheet_of(dossier: Dossier) -> Sheet:
    """Return the sheet to print."""
    return Sheet(
        dossier.company.name,
        _facts(dossier),
        [
            _records_section(
                dossier,
                dossier.around.needs,
                dossier.needs_nearby,
                "À lui proposer\u00a0: besoins proches auxquels elle pourrait répondre",
                "Besoin",
                "Aucun besoin proche ne correspond à ses ressources ni à son activité.",
            ),
            _records_section(
                dossier,
                dossier.around.offers,
                dossier.offers_nearby,
                "À lui signaler\u00a0: ressources proches qu'elle pourrait utiliser",
                "Ressource",
                "Aucune ressource proche ne répond aux besoins relevés.",
            ),
            _pools_section(dossier),
            _own_section(dossier),
            _history_section(dossier),
        ],
        f"{dossier.company.name} – fiche de visite du {_day(dossier.today)} – "
        f"{dossier.territory.name}",
    )


def history_rows(dossier: Dossier) -> list[list[object]]:
    """Return visits, synergies and retained pairs: day, type, title, detail, next step, due."""
    rows: list[list[object]] = [
        [_iso(v.day), "visite", v.motive, _by(v.report, v.adviser), v.next_action, _iso(v.due)]
        for v in dossier.visits
    ]
    for synergy in dossier.synergies:
        detail = ", ".join(filter(None, (synergy.state, synergy.role)))
        if synergy.partners:
            detail += f", avec {', '.join(synergy.partners)}"
        rows.append(
            [None, "synergie", synergy.title, detail, synergy.next_action, _iso(synergy.due)]
        )
    for verdict in dossier.kept:
        detail = _by(verdict.motive, verdict.author)
        rows.append([_iso(verdict.day), "avis retenu", _pair(dossier, verdict), detail, "", None])
    return rows


def _facts(dossier: Dossier) -> list[str]:
    company = dossier.company
    legal = company.legal_name if company.legal_name != company.name else ""
    activity = dossier.around.naf_label(company.naf)
    last = dossier.visits[0].day if dossier.visits else None
    facts = [
        " · ".join(
            filter(
                None, (legal, f"SIRET {company.siret}" if company.siret else "", company.address)
            )
        ),
        " · ".join(filter(None, (f"{company.naf} {activity}".strip(), company.workforce))),
        company.description,
        f"Dernière visite\u00a0: {_day(last)}" if last else "Jamais visitée, d'après la base",
    ]
    if company.state == "ferme":
        facts.append("Établissement fermé, d'après la base.")
    return [_short(fact, _LONG) for fact in facts if fact]


def _records_section(
    dossier: Dossier,
    side: Side | None,
    lines: Sequence[Line],
    title: str,
    kind: str,
    nothing: str,
) -> Section:
    rows = []
    if side is not None:
        names = dossier.around.names(side, [line.record for line in lines])
        rows = [_record_row(side, line, names) for line in lines]
    sources = {line.origin for line in lines}
    hints = [f"À {kilometres(dossier.around.max_distance)} au plus, à vol d'oiseau."]
    if ACTIVITY in sources:
        hints.append(
            "«\u00a0activité\u00a0»\u00a0: d'après les produits habituels de son code NAF,"
            " à vérifier."
        )
    if CHAIN in sources:
        hints.append(
            "«\u00a0filière\u00a0»\u00a0: d'après un maillon de filière sourcé, à vérifier."
        )
    return Section(
        title,
        " ".join(hints),
        (
            Column(kind, 34),
            Column("Entreprise", 24),
            Column("Distance", 10),
            Column("Pourquoi", 32),
        ),
        rows,
        nothing if dossier.company.point is not None else _NO_POSITION,
    )


def _record_row(side: Side, line: Line, names: Mapping[str, tuple[str, str]]) -> list[str]:
    company, commune = names.get(side.word("etablissement_id", line.record), ("", ""))
    words = side.word("libelle", line.record) or side.nomenclatures.label(side.code(line.record))
    about = [_short(words), side.quantity(line.record)]
    if side.layer.stale[line.record]:
        about.append(_TO_CONFIRM)
    reason = f"Retenu. {line.reason}" if line.kept else line.reason
    return [
        " – ".join(filter(None, about)),
        ", ".join(filter(None, (company, commune))),
        kilometres(line.distance),
        _short(reason),
    ]


def _pools_section(dossier: Dossier) -> Section:
    rows = []
    for pool, names in dossier.partners():
        needs = dossier.around.needs
        label = dossier.around.label(pool.code)
        quantities = told(needs.quantities(pool.needs)) if needs is not None else ""
        rows.append(
            [
                _short(f"{pool.code.text} {label}"),
                f"{pool.members}",
                _short(", ".join(names)),
                quantities,
                kilometres(pool.diameter),
            ]
        )
    return Section(
        "À grouper\u00a0: besoins partagés avec des voisines",
        f"Le même besoin, {kilometres(dossier.around.max_distance)} au plus entre deux membres."
        " Quantités sur un an.",
        (
            Column("Produit", 30),
            Column("Membres", 10),
            Column("Avec", 33),
            Column("Quantités connues", 17),
            Column("Étendue", 10),
        ),
        rows,
        "Aucun de ses besoins n'est partagé à portée.",
    )


def _own_section(dossier: Dossier) -> Section:
    """List what the company said, with what a visit should complete."""
    directions, states = dict(DIRECTIONS), dict(FLOW_STATES)
    rows = []
    for flow in dossier.flows:
        state = str(flow["statut"] or OPEN_STATES[0])
        confirmed = day_of(flow["date_confirmation"])
        todo = []
        if state not in OPEN_STATES:
            todo.append(states.get(state, state).lower())
        else:
            if is_stale(confirmed, day_of(flow["cree_le"]), dossier.today):
                todo.append(_TO_CONFIRM)
            todo += [
                f"{name} à demander"
                for name, column in (("produit", "code"), ("quantité", "quantite"))
                if flow[column] is None
            ]
        rows.append(
            [
                directions.get(str(flow["sens"]), "").partition(" ")[0],
                _short(_line(flow["libelle"]) or _line(flow["code"])),
                _flow_quantity(flow),
                _day(confirmed) if confirmed else "",
                ", ".join(todo),
            ]
        )
    return Section(
        "À vérifier avec elle\u00a0: ce qu'elle a déjà dit",
        "",
        (
            Column("Sens", 11),
            Column("Ses mots", 40),
            Column("Quantité", 18),
            Column("Confirmé le", 13),
            Column("À faire", 18),
        ),
        rows,
        "Rien n'est encore relevé\u00a0: demander ce qui est en trop, et ce qui manque.",
    )


def _history_section(dossier: Dossier) -> Section:
    rows = history_rows(dossier)
    visits = [row for row in rows if row[1] == "visite"]
    printed = visits[:_VISITS_PRINTED] + [row for row in rows if row[1] != "visite"]
    hints = []
    if len(visits) > _VISITS_PRINTED:
        hints.append(f"Les {_VISITS_PRINTED} dernières visites sur {len(visits)}.")
    if dossier.rejected:
        plural = "s" if dossier.rejected > 1 else ""
        hints.append(
            f"{dossier.rejected} rapprochement{plural} écarté{plural} par un conseiller,"
            f" non montré{plural}."
        )
    return Section(
        "Historique",
        " ".join(hints),
        (
            Column("Date", 12),
            Column("Quoi", 23),
            Column("Détail", 38),
            Column("Suite à donner", 27),
        ),
        [_history_row(row) for row in printed],
        " ".join(["Aucune visite, synergie ni avis retenu.", *hints]),
    )


def _history_row(row: Sequence[object]) -> list[str]:
    day, kind, title, detail, following, due = (_line(value) for value in row)
    deadline = f" (échéance\u00a0: {_from_iso(due)})" if due else ""
    return [
        _from_iso(day) if day else "",
        _short(f"{kind.capitalize()}\u00a0: {title}" if title else kind.capitalize()),
        _short(detail, _LONG),
        _short(f"{following}{deadline}".strip()),
    ]


def _pair(dossier: Dossier, verdict: Verdict) -> str:
    """Name a pair by the words of the company's own record."""
    for flow in dossier.flows:
        if str(flow["id"]) in (verdict.need, verdict.offer):
            return _line(flow["libelle"]) or _line(flow["code"])
    return ""


def _flow_quantity(flow: Mapping[str, object]) -> str:
    amount = flow["quantite"]
    if not isinstance(amount, (int, float)):
        return ""
    return as_told(amount, _line(flow["unite"]), _line(flow["periodicite"]))


def kilometres(metres: float) -> str:
    """Write a distance for people: ``350 m``, ``4,2 km``."""
    if metres < _ROUNDS_TO_A_KILOMETRE:
        return f"{round(metres / 10) * 10} m"
    return f"{french(round(metres / 1000, 1))} km"


def _by(text: str, author: str) -> str:
    return f"{text} ({author})" if text and author else text or author


def _short(text: str, most: int = _MEDIUM) -> str:
    """Cut a text between two words; unlike ``textwrap``, keep its no-break spaces."""
    if len(text) <= most:
        return text
    return text[:most].rpartition(" ")[0] + "…"


def _line(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _from_iso(text: str) -> str:
    return _day(date.fromisoformat(text))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
