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

# Words that tell nothing of a product, in a label or in a sentence.
_GRAMMAR = """
a afin ai aie ainsi alors assez au aucun aucune aussi autour autre autres aux avec avoir beaucoup
c ca ce ceci cela celle celles celui cependant certain certaine certaines certains ces cet cette
ceux chaque chez ci comme comment d dans de deja depuis des divers diverses dont du elle elles en
encore entre environ es est et etaient etant ete eu eux faire fait faites font il ils j je jusqu
jusque l la laquelle le lequel les lesquels leur leurs lorsque lui m ma me meme memes mes mettre
mien moi mon n nca ne ni nos notre nous on ont ou par parce parfois pas pendant peu peut peuvent
plupart plusieurs pour pourquoi pouvoir pouvons presque puis qu quand que quel quelle quelles
quelqu quelque quelques quels qui quoi rien s sa sauf se selon sera ses seulement sien soi soit
sommes sont souvent suis sur t ta tant te tel telle telles tels tes toi ton toujours toutes tres
trop tu type types un une voici voila vos votre vous vraiment y
"""
GRAMMAR = frozenset(_WORD.findall(_GRAMMAR))

# What people say around the thing they speak of, though some labels are made of it too: recherche
# documentaire, location sans chauffeur, son de blé, maïs.
_SMALL_TALK = """
achete achetent acheter achetons aime aimerait aimerions an annee annees ans aout apres as
auraient aurais aurait aurions avait avant avez avis avons avril besoin besoins bien bon bonjour
bonne bons bref car cede ceder cedons centaine cher cherche cherchent chercher chercherait
cherches cherchons chere contre cout coute coutent decembre depenser devons dimanche dispo
disponible disponibles dispose disposent disposons dizaine doit doivent donne donnent donner
donnons dorment dort etait etre euro euros excedent excedents existe faudrait faut fevrier gens
grand grande grandes grands gros grosse grosses heure heures hors idem interesse interessee
interesses janvier jeudi jour journee journees jours juillet juin juste kg kilo kilos litre litres
lors lundi m2 m3 madame mai mais manque manquent manquons mardi mars matin merci mercredi midi
millier moins mois moment monsieur necessaire non nouveau nouveaux nouvelle nouvelles novembre
oblige obliges octobre offre offrons or oublie ours paye payons personne personnes petit petite
petites petits plus ponctuel ponctuellement possede possedent possedons possible pourraient
pourrait pourrions prend prendre propose proposons quantite recherche recherchent rechercher
recherchons recupere recuperer recuperons regulier reguliere regulierement restant reste restent
sais samedi sans savoir savons semaine semaines septembre sert servent seul seule seules seuls si
soir son souhaite souhaiterait souhaiterions souhaitons sous stp surplus svp tonne tonnes tous
tout toute traine trainent traines trouve trouver trouvons urgent utilise utilisee utilisees
utilisent utilises utilisons va vais vend vendent vendons vendrait vendre vendredi vends vers
veulent veut via voir vont voudrais voudrait voudrions vouloir voulons weekend
"""
SMALL_TALK = frozenset(_WORD.findall(_SMALL_TALK))

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
