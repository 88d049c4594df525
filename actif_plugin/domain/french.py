"""Words as a search compares them: folded, singular, cut to their stem, told apart by a letter.

Light on purpose: it brings together what an adviser types and what a label says (``palettes``,
``Pallette``; ``nettoyer``, ``nettoyage``), and leaves grammar alone.
"""

from __future__ import annotations

import re
import unicodedata

_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"}
_WORD = re.compile(r"[a-z0-9é]+")
# The only accent kept: it tells a state from a thing (salé, salle; soudé, soude).
_FINAL_ACCENT = re.compile(r"é(?=e?s?\b)")
_MARK = "\x01"

# Words that carry no product: grammar, then what people say around the thing they speak of.
_SMALL_WORDS = """
a afin ai aie ainsi alors apres as assez au aucun aucune aussi autour autre autres aux avant avec
avoir beaucoup bien c ca car ce ceci cela celle celles celui cependant certain certaine certaines
certains ces cet cette ceux chaque chez ci comme comment contre d dans de deja depuis des dont du
elle elles en encore entre environ es est et etaient etait etant ete etre eu eux faire fait faites
font hors il ils j je jusqu jusque juste l la laquelle le lequel les lesquels leur leurs lors
lorsque lui m ma mais me meme memes mes mettre mien moi moins mon n nca ne ni non nos notre nous
on ont or ou ours par parce parfois pas pendant peu peut peuvent plupart plus plusieurs pour
pourquoi pouvoir pouvons presque puis qu quand que quel quelle quelles quelqu quelque quelques
quels qui quoi rien s sa sans sauf se selon sera ses seul seule seulement si sien soi soit sommes
son sont sous souvent suis sur t ta tant te tel telle telles tels tes toi ton toujours tous tout
toute toutes tres trop tu un une vers via voici voila vos votre vous vraiment y

achete achetent achetons aime aimerait aimerions an annee annees ans aout auraient aurais aurait
aurions avait avez avons avril besoin besoins bon bonjour bonne bons centaine cher cherche
cherchent chercher chercherait cherches cherchons chere cout coute coutent decembre depenser
devons dimanche dispo disponible disponibles dispose disposent disposons divers diverses dizaine
doit doivent donne donnent donner donnons dorment dort euro euros existe faudrait faut fevrier
gens grand grande grandes grands gros grosse grosses heure heures interesse interessee interesses
janvier jeudi jour journee journees jours juillet juin kg kilo kilos litre litres lundi m2 m3
madame mai manque manquent manquons mardi mars matin merci mercredi midi millier mois moment
monsieur necessaire nouveau nouveaux nouvelle nouvelles novembre oblige obliges octobre oublie
paye payons personne personnes petit petite petites petits ponctuel ponctuellement possede
possedent possedons possible pourraient pourrait pourrions prend prendre propose proposons
quantite recherche recherchent rechercher recherchons regulier reguliere regulierement restant
reste restent sais samedi savoir savons semaine semaines septembre sert servent soir souhaite
souhaiterait souhaiterions souhaitons stp svp tonne tonnes traine trainent traines trouve trouver
trouvons type types urgent utilise utilisee utilisees utilisent utilises utilisons va vais
vendredi veulent veut vont voudrais voudrait voudrions vouloir voulons weekend
"""
STOP_WORDS = frozenset(_WORD.findall(_SMALL_WORDS))

# Verbs whose noun no rule finds: what the company does, as labels name it.
_IRREGULAR = {
    "travaux": "travail",
    "baux": "bail",
    "vitraux": "vitrail",
    "bestiaux": "bestial",
    "yeux": "oeil",
    "louer": "location",
    "loue": "location",
    "louent": "location",
    "louons": "location",
    "loueur": "location",
    "vendre": "vente",
    "vend": "vente",
    "vendons": "vente",
    "tondre": "tonte",
    "tond": "tonte",
    "traduire": "traduction",
    "traducteur": "traduction",
    "construire": "construction",
    "peindre": "peinture",
    "repeindre": "peinture",
    "peintre": "peinture",
    "entretenir": "entretien",
    "entretient": "entretien",
    "conduire": "conduite",
    "produire": "production",
    "detruire": "destruction",
    "coudre": "couture",
    "nettoie": "nettoyage",
    "nettoient": "nettoyage",
    "vider": "vidange",
    "teindre": "teinture",
    "moudre": "mouture",
    "cuire": "cuisson",
    "refroidir": "refroidissement",
    "garder": "gardiennage",
    "gardien": "gardiennage",
    "assurer": "assurance",
    "assureur": "assurance",
    "heberger": "hebergement",
    "loger": "logement",
    "jeter": "dechet",
    "jette": "dechet",
    "jettent": "dechet",
    "jetons": "dechet",
    "jeté": "dechet",
    "jetés": "dechet",
    "jetée": "dechet",
    "jetées": "dechet",
    "vieux": "usagé",
    "vieille": "usagé",
    "vieilles": "usagé",
    "usage": "usagé",
    "usages": "usagé",
    "usagee": "usagé",
    "usagees": "usagé",
    "recycler": "recyclage",
    "recycle": "recyclage",
    "evacuer": "collecte",
    "demolir": "demolition",
    "imprimeur": "imprimerie",
    "eaux": "eau",
}

# What people say in several words and labels in one, on folded text.
_SAYINGS = (
    (r"coups? de mains?", " "),
    (r"en trop|en surplus|qui dort|qui dorment", " "),
    (r"a (?:recycler|jeter|evacuer|eliminer|enlever|debarrasser|mettre au rebut)", " dechet "),
    (r"(?:a|dans) la (?:benne|poubelle|decharge)|a la dechetterie|au rebut", " dechet "),
    (r"en fin de vie|hors d['’ ]usage|hors service|en panne definitive", " dechet "),
    (r"dont on ne sait (?:que|quoi) faire", " dechet "),
    (r"(?:repart\w*|revien\w*|rentr\w*|roul\w*|retours?)(?: a)? vides?", " transport retour vide "),
    (r"de la place(?! de)", " espace vide "),
    (r"d['’ ]occasions?|de seconde main", " occasion "),
    (r"mise? a disposition de personnel|preter? (?:du|notre) personnel", " pret main oeuvre "),
    (r"poids[ -]lourds?", " poids lourd "),
)
_SAYING = tuple((re.compile(rf"\b(?:{said})\b"), meant) for said, meant in _SAYINGS)

# Endings that only change what kind of word it is, on stems (whose last e is gone), the longest
# first: nettoyer, nettoyage, nettoyeur all leave nettoy.
_ENDINGS = (
    "isation",
    "issement",
    "ication",
    "issag",
    "ement",
    "ateur",
    "ation",
    "ition",
    "aison",
    "erie",
    "eri",
    "eur",
    "ant",
    "ent",
    "oir",
    "ons",
    "ag",
    "er",
    "ez",
    "ir",
    "ur",
    "at",
)
_ROOT_LENGTH = 4


class _Folded(dict[int, str]):
    """What each character folds to, found once a character: labels are many, letters few."""

    def __missing__(self, number: int) -> str:
        letter = chr(number)
        bare = "".join(
            part
            for part in unicodedata.normalize("NFKD", letter)
            if not unicodedata.combining(part)
        )
        self[number] = folded = _LIGATURES.get(letter, bare)
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Return *text* in lower case without accents or ligatures."""
    lowered = text.lower()
    return lowered if lowered.isascii() else lowered.translate(_FOLDED)


def words(text: str) -> list[str]:
    """Split *text* into folded words, a final é kept; hyphens and apostrophes separate."""
    if text.isascii():
        return _WORD.findall(text.lower())
    marked = _FINAL_ACCENT.sub(_MARK, unicodedata.normalize("NFC", text.lower()))
    return _WORD.findall(fold(marked).replace(_MARK, "é"))


def reworded(text: str) -> str:
    """Return *text* with the sayings that hide what is spoken of replaced; folded where one was."""
    folded = fold(text)
    plain = folded
    for said, meant in _SAYING:
        plain = said.sub(meant, plain)
    return text if plain == folded else plain


def singular(word: str) -> str:
    """Return the singular of a folded word, as far as spelling tells it."""
    word = _IRREGULAR.get(word, word)
    if len(word) <= 3:
        return word
    if word.endswith(("ée", "ées")):
        return word[: word.rindex("é") + 1]
    if word.endswith("aux") and not word.endswith("eaux") and len(word) > 4:
        return word[:-3] + "al"
    if word[-1] == "x" or (word[-1] == "s" and word[-2] != "s"):
        return word[:-1]
    return word


def stem(base: str) -> str:
    """Return what the forms of one word share, from its singular: no gender, no double letter."""
    if len(base) <= 3:
        return base.replace("é", "e")
    if base.endswith("euse"):
        base = base[:-4] + "eur"
    elif base.endswith("trice"):
        base = base[:-5] + "teur"
    elif base.endswith("ive"):
        base = base[:-3] + "if"
    bare = base.rstrip("eé")
    if len(bare) < 3:
        bare = base[:3].replace("é", "e")
    single = bare[0]
    for letter in bare[1:]:
        if letter != single[-1] or letter.isdigit():
            single += letter
    return single


def root(stemmed: str) -> str:
    """Return what words of one family share, from a stem; the stem itself where it is short."""
    for ending in _ENDINGS:
        if stemmed.endswith(ending) and len(stemmed) - len(ending) >= _ROOT_LENGTH:
            return stemmed[: -len(ending)]
    return stemmed


def distance(first: str, second: str, limit: int) -> int:
    """Return how many letters to change, add, drop or swap; *limit* + 1 where it takes more."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, mine in enumerate(first, start=1):
        earlier, before, row = before, row, [i]
        for j, theirs in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (mine != theirs))
            if i > 1 and j > 1 and mine == second[j - 2] and first[i - 2] == theirs:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
