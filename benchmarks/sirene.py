"""A generated SIRENE stock: the columns of the published file, as many rows as asked for."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

_SEED = 93
# Columns of the published stock, in its order.
_COLUMNS = (
    "siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,"
    "trancheEffectifsEtablissement,anneeEffectifsEtablissement,"
    "activitePrincipaleRegistreMetiersEtablissement,dateDernierTraitementEtablissement,"
    "etablissementSiege,nombrePeriodesEtablissement,complementAdresseEtablissement,"
    "numeroVoieEtablissement,indiceRepetitionEtablissement,dernierNumeroVoieEtablissement,"
    "indiceRepetitionDernierNumeroVoieEtablissement,typeVoieEtablissement,"
    "libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,"
    "libelleCommuneEtrangerEtablissement,distributionSpecialeEtablissement,"
    "codeCommuneEtablissement,codeCedexEtablissement,libelleCedexEtablissement,"
    "codePaysEtrangerEtablissement,libellePaysEtrangerEtablissement,"
    "identifiantAdresseEtablissement,coordonneeLambertAbscisseEtablissement,"
    "coordonneeLambertOrdonneeEtablissement,complementAdresse2Etablissement,"
    "numeroVoie2Etablissement,indiceRepetition2Etablissement,typeVoie2Etablissement,"
    "libelleVoie2Etablissement,codePostal2Etablissement,libelleCommune2Etablissement,"
    "libelleCommuneEtranger2Etablissement,distributionSpeciale2Etablissement,"
    "codeCommune2Etablissement,codeCedex2Etablissement,libelleCedex2Etablissement,"
    "codePaysEtranger2Etablissement,libellePaysEtranger2Etablissement,dateDebut,"
    "etatAdministratifEtablissement,enseigne1Etablissement,enseigne2Etablissement,"
    "enseigne3Etablissement,denominationUsuelleEtablissement,activitePrincipaleEtablissement,"
    "nomenclatureActivitePrincipaleEtablissement,caractereEmployeurEtablissement,"
    "activitePrincipaleNAF25Etablissement"
)
HEADER = tuple(_COLUMNS.split(","))
# Those that an import reads.
IMPORTED = (
    "siret",
    "denominationUsuelleEtablissement",
    "enseigne1Etablissement",
    "activitePrincipaleEtablissement",
    "trancheEffectifsEtablissement",
    "numeroVoieEtablissement",
    "indiceRepetitionEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "codePostalEtablissement",
    "codeCommuneEtablissement",
    "libelleCommuneEtablissement",
    "identifiantAdresseEtablissement",
    "dateCreationEtablissement",
    "etatAdministratifEtablissement",
)
X, Y = "coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement"

_COMMUNES = 400
_SPREAD_M = 2_500
_ACTIVITIES = ("10.71C", "16.24Z", "25.62B", "41.20A", "43.21A", "47.11F", "49.41A", "56.10A")
_BRACKETS = ("NN", "00", "01", "02", "03", "11", "12", "21")
_ROADS = ("RUE", "AV", "CHE", "RTE", "PL", "IMP")
_WORDS = (
    "ATELIER",
    "BOIS",
    "BRIQUE",
    "CARRIERE",
    "CERAMIQUE",
    "CHANTIER",
    "CIDRE",
    "CONSERVE",
    "FERME",
    "FONDERIE",
    "FORGE",
    "GARAGE",
    "GRANGE",
    "JARDIN",
    "LAVOIR",
    "LISIERE",
    "MARBRE",
    "MENUISERIE",
    "MOULIN",
    "OUTIL",
    "PAILLE",
    "PALETTE",
    "PIERRE",
    "PRESSE",
    "SCIERIE",
    "SILO",
    "TANNERIE",
    "TERRE",
    "TISSAGE",
    "TOLERIE",
    "TOURNERIE",
    "TUILERIE",
    "VERGER",
    "VERRE",
    "VIGNE",
    "VOILE",
)


def write_stock(path: Path, rows: int) -> None:
    """Write *rows* establishments, all open, around 400 towns of Lambert 93.

    Numbers have their key, no two are equal; the same number of rows gives the same file.
    """
    random = np.random.default_rng(_SEED)
    towns = random.uniform((400_000, 6_200_000), (1_000_000, 6_900_000), (_COMMUNES, 2))
    column = {name: number for number, name in enumerate(HEADER)}
    blank = [""] * len(HEADER)
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        for start in range(0, rows, 10_000):
            count = min(10_000, rows - start)
            town = random.integers(0, _COMMUNES, count)
            xy = towns[town] + random.normal(0, _SPREAD_M, (count, 2))
            picks = random.integers(0, 1 << 30, (count, 9)).tolist()
            lines = []
            for offset, (place, (x, y), pick) in enumerate(zip(town.tolist(), xy.tolist(), picks)):
                siret = _siret(start + offset)
                commune = f"{10 + place // 50:02d}{place % 50 + 1:03d}"
                words = [_WORDS[number % len(_WORDS)] for number in pick[:3]]
                cells = blank.copy()
                for name, value in (
                    ("siren", siret[:9]),
                    ("nic", siret[9:]),
                    ("siret", siret),
                    ("statutDiffusionEtablissement", "O"),
                    ("dateCreationEtablissement", _day(pick[3])),
                    ("trancheEffectifsEtablissement", _BRACKETS[pick[4] % len(_BRACKETS)]),
                    ("anneeEffectifsEtablissement", "2023"),
                    ("dateDernierTraitementEtablissement", f"{_day(pick[5])}T08:15:18.000"),
                    ("etablissementSiege", "true"),
                    ("nombrePeriodesEtablissement", str(1 + pick[5] % 6)),
                    ("numeroVoieEtablissement", str(1 + pick[6] % 180)),
                    ("typeVoieEtablissement", _ROADS[pick[7] % len(_ROADS)]),
                    ("libelleVoieEtablissement", f"DE LA {words[0]}"),
                    ("codePostalEtablissement", f"{commune[:2]}{place % 9 + 1}00"),
                    ("libelleCommuneEtablissement", f"SAINT-{_WORDS[place % 36]}-SUR-{place}"),
                    ("codeCommuneEtablissement", commune),
                    ("identifiantAdresseEtablissement", f"{commune}{pick[6] % 10_000:04d}_B"),
                    (X, f"{x:.2f}"),
                    (Y, f"{y:.2f}"),
                    ("dateDebut", _day(pick[3])),
                    ("etatAdministratifEtablissement", "A"),
                    ("enseigne1Etablissement", f"AU {words[1]}" if pick[8] % 4 == 0 else ""),
                    (
                        "denominationUsuelleEtablissement",
                        f"{words[1]} {words[2]} {start + offset}",
                    ),
                    ("activitePrincipaleEtablissement", _ACTIVITIES[pick[8] % len(_ACTIVITIES)]),
                    ("nomenclatureActivitePrincipaleEtablissement", "NAFRev2"),
                    ("caractereEmployeurEtablissement", "O"),
                ):
                    cells[column[name]] = value
                lines.append(cells)
            writer.writerows(lines)


def _siret(number: int) -> str:
    """Return the SIRET of a head office whose SIREN is drawn from *number*."""
    siren = _keyed(f"{30_000_000 + number:08d}")
    return _keyed(f"{siren}0001")


def _keyed(digits: str) -> str:
    """Add the Luhn key to *digits*."""
    doubled = [2 * int(digit) for digit in digits[::-2]]
    total = sum(map(int, digits[-2::-2])) + sum(d - 9 if d > 9 else d for d in doubled)
    return f"{digits}{-total % 10}"


def _day(number: int) -> str:
    return f"{1970 + number % 55}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
