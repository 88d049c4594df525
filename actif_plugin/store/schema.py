"""The territory's schema, declared once.

Databases, layer names, aliases, forms, relations and the data dictionary all follow from these
tables. Nothing here belongs to one database: writers turn the declaration into their own dialect.
Names, aliases and value labels are French, as the officers who write expressions on them expect.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

SCHEMA_VERSION = 1


class Type(enum.Enum):
    """The column types that every supported database has."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


class Geometry(enum.Enum):
    """Geometry types, under their OGC names."""

    POINT = "Point"
    MULTILINESTRING = "MultiLineString"
    MULTIPOLYGON = "MultiPolygon"


class OnDelete(enum.Enum):
    """What becomes of a record whose parent is deleted."""

    RESTRICT = "RESTRICT"
    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"


@dataclass(frozen=True)
class Link:
    """A foreign key to another table's ``id``."""

    table: str
    on_delete: OnDelete = OnDelete.RESTRICT
    name: str = ""


@dataclass(frozen=True)
class Field:
    """A column.

    Attributes:
        name: column name.
        type: column type.
        alias: what the user reads (French).
        help: one sentence more (French); empty where the alias says it all.
        required: refuses NULL.
        values: the only values accepted, each with its label; empty for no list.
        default: the value a new record gets from the database.
        minimum, maximum: bounds, inclusive.
        link: the table this column points to, enforced by the database.
        reference: the reference table that gives labels; advice, not enforced, so that a record
            survives a code that a later edition of the nomenclature dropped.
        hidden: kept out of the tables and forms.
    """

    name: str
    type: Type
    alias: str
    help: str = ""
    required: bool = False
    values: tuple[tuple[str, str], ...] = ()
    default: str | bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    link: Link | None = None
    reference: str | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Follow:
    """A geometry copied from the record that a link points to.

    Attributes:
        link: the linking column.
        unless: the boolean column that, when true, frees the geometry.
    """

    link: str
    unless: str


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: table name.
        title: layer name (French).
        fields: columns other than the key, the geometry and the audit columns.
        geometry: geometry type, or None.
        key: name of the primary key column.
        editable: users write in it: it has a UUID key and the audit columns.
        unique: sets of columns that no two records share.
        ordered: pairs of columns, the second never before the first.
        display: column that names a record.
        follow: whose geometry the table's own copies, or None.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    geometry: Geometry | None = None
    key: str = "id"
    editable: bool = True
    unique: tuple[tuple[str, ...], ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    display: str = "id"
    follow: Follow | None = None

    def columns(self) -> tuple[Field, ...]:
        """Return every column but the geometry: key, own fields, audit columns."""
        if not self.editable:
            return self.fields
        return (
            Field(self.key, Type.TEXT, KEY_ALIAS, required=True, hidden=True),
            *self.fields,
            *AUDIT,
        )

    def field(self, name: str) -> Field:
        """Return the column called *name*.

        Raises:
            KeyError: there is none.
        """
        for field in self.columns():
            if field.name == name:
                return field
        raise KeyError(f"{self.name}.{name}")


KEY_ALIAS = "Identifiant"
GEOMETRY_COLUMN = "geom"

AUDIT = (
    Field(
        "organisme",
        Type.TEXT,
        "Organisme",
        "Organisme propriétaire de la fiche : c'est lui qui décide de son partage.",
    ),
    Field("cree_le", Type.DATETIME, "Créé le"),
    Field("cree_par", Type.TEXT, "Créé par"),
    Field("modifie_le", Type.DATETIME, "Modifié le"),
    Field("modifie_par", Type.TEXT, "Modifié par"),
)

DIRECTIONS = (("offre", "Ressource (offre)"), ("besoin", "Besoin"))
NATURES = (
    ("matiere", "Matière"),
    ("energie", "Énergie"),
    ("eau", "Eau"),
    ("equipement", "Équipement"),
    ("espace", "Espace"),
    ("logistique", "Logistique"),
    ("service", "Service"),
    ("competence", "Compétence"),
)
FLOW_STATES = (
    ("ouvert", "Ouvert"),
    ("en_cours", "En cours"),
    ("satisfait", "Satisfait"),
    ("caduc", "Caduc"),
)
# A flow in these states no longer looks for an answer; one that says nothing is open.
OPEN_STATES = ("ouvert",)
CONFIDENTIALITY = (
    ("interne", "Interne"),
    ("partenaires", "Partagé avec les partenaires"),
    ("public", "Public"),
)
FREQUENCIES = (
    ("ponctuel", "Ponctuel"),
    ("quotidien", "Quotidien"),
    ("hebdomadaire", "Hebdomadaire"),
    ("mensuel", "Mensuel"),
    ("trimestriel", "Trimestriel"),
    ("annuel", "Annuel"),
    ("continu", "Continu"),
)
DIFFICULTIES = (
    ("prix", "Prix"),
    ("masse_critique", "Masse critique"),
    ("qualite", "Qualité"),
    ("delai", "Délai"),
    ("eloignement", "Fournisseur éloigné"),
)
NAF_VERSIONS = (("rev2", "NAF rév. 2"), ("2025", "NAF 2025"))
ESTABLISHMENT_STATES = (("actif", "Actif"), ("ferme", "Fermé"), ("non_confirme", "Non confirmé"))
PERIMETER_TYPES = (
    ("commune", "Commune"),
    ("epci", "EPCI"),
    ("zae", "Zone d'activités"),
    ("autre", "Autre"),
)
SYNERGY_MODES = (
    ("substitution", "Substitution"),
    ("mutualisation", "Mutualisation"),
    ("approvisionnement_local", "Approvisionnement local"),
)
SYNERGY_STATES = (
    ("piste", "Piste"),
    ("qualifiee", "Qualifiée"),
    ("mise_en_relation", "Mise en relation"),
    ("etude", "Étude"),
    ("negociation", "Négociation"),
    ("realisee", "Réalisée"),
    ("perenne", "Pérenne"),
    ("abandonnee", "Abandonnée"),
    ("arretee", "Arrêtée"),
)
VEHICLES = (
    ("articule_40t", "Articulé 40 t"),
    ("porteur_19t", "Porteur 19 t"),
    ("porteur_12t", "Porteur 12 t"),
    ("vul_3_5t", "Utilitaire 3,5 t"),
)
VERDICTS = (("retenu", "Retenu"), ("ecarte", "Écarté"))
MEMBER_ROLES = (
    ("fournisseur", "Fournisseur"),
    ("preneur", "Preneur"),
    ("membre", "Membre"),
    ("facilitateur", "Facilitateur"),
)

_CONFIDENTIALITY_FIELD = Field(
    "confidentialite",
    Type.TEXT,
    "Confidentialité",
    "Interne tant que l'entreprise n'a pas dit autre chose.",
    values=CONFIDENTIALITY,
    default="interne",
)

ETABLISSEMENT = Table(
    "etablissement",
    "Établissements",
    (
        Field("siret", Type.TEXT, "SIRET", "14 chiffres."),
        Field("siren", Type.TEXT, "SIREN"),
        Field("raison_sociale", Type.TEXT, "Raison sociale"),
        Field("enseigne", Type.TEXT, "Enseigne"),
        Field("naf_code", Type.TEXT, "Code NAF", reference="ref_naf"),
        Field("naf_version", Type.TEXT, "Version de la NAF", values=NAF_VERSIONS),
        Field("effectif_code", Type.TEXT, "Tranche d'effectif", reference="ref_effectif"),
        Field("adresse", Type.TEXT, "Adresse"),
        Field("code_postal", Type.TEXT, "Code postal"),
        Field("commune_insee", Type.TEXT, "Code commune (INSEE)"),
        Field("commune_nom", Type.TEXT, "Commune"),
        Field("epci_siren", Type.TEXT, "EPCI (SIREN)"),
        Field("site_id", Type.TEXT, "Site économique", "Identifiant CNIG du site d'activité."),
        Field("ban_id", Type.TEXT, "Clé d'adresse (BAN)"),
        Field(
            "geocodage_qualite",
            Type.TEXT,
            "Qualité de la localisation",
            "Ce que vaut le point : adresse, rue, commune…",
        ),
        Field("geocodage_score", Type.REAL, "Score du géocodage", minimum=0, maximum=1),
        Field("etat", Type.TEXT, "État", values=ESTABLISHMENT_STATES, default="actif"),
        Field("date_creation", Type.DATE, "Date de création"),
        Field("date_fermeture", Type.DATE, "Date de fermeture"),
        Field("source", Type.TEXT, "Source", "D'où vient la fiche."),
        Field("source_date", Type.DATE, "Date de la source"),
        Field(
            "source_valeurs",
            Type.TEXT,
            "Valeurs de la source",
            "Ce que la source a livré en dernier : un champ qui en diffère a été corrigé par un"
            " conseiller et n'est plus écrasé.",
            hidden=True,
        ),
        _CONFIDENTIALITY_FIELD,
        Field("description", Type.TEXT, "Description"),
    ),
    geometry=Geometry.POINT,
    unique=(("siret",),),
    ordered=(("date_creation", "date_fermeture"),),
    display="raison_sociale",
)

CONTACT = Table(
    "contact",
    "Contacts",
    (
        Field(
            "etablissement_id",
            Type.TEXT,
            "Établissement",
            required=True,
            link=Link("etablissement", OnDelete.CASCADE, "Contacts"),
        ),
        Field("nom", Type.TEXT, "Nom", "Donnée personnelle : avec l'accord de la personne."),
        Field("fonction", Type.TEXT, "Fonction"),
        Field("mail", Type.TEXT, "Courriel"),
        Field("telephone", Type.TEXT, "Téléphone"),
        Field("date_accord", Type.DATE, "Date de l'accord"),
    ),
    display="nom",
)

VISITE = Table(
    "visite",
    "Visites",
    (
        Field(
            "etablissement_id",
            Type.TEXT,
            "Établissement",
            required=True,
            link=Link("etablissement", name="Visites"),
        ),
        Field("date", Type.DATE, "Date"),
        Field("conseiller", Type.TEXT, "Conseiller"),
        Field("motif", Type.TEXT, "Motif"),
        Field("compte_rendu", Type.TEXT, "Compte rendu"),
        Field("prochaine_action", Type.TEXT, "Prochaine action"),
        Field("echeance", Type.DATE, "Échéance"),
    ),
    display="date",
)

FLUX = Table(
    "flux",
    "Ressources et besoins",
    (
        Field(
            "etablissement_id",
            Type.TEXT,
            "Établissement",
            required=True,
            link=Link("etablissement", name="Ressources et besoins"),
        ),
        Field("sens", Type.TEXT, "Sens", required=True, values=DIRECTIONS),
        Field("nature", Type.TEXT, "Nature", values=NATURES),
        Field(
            "nomenclature",
            Type.TEXT,
            "Nomenclature",
            values=(("CPF", "Produit (CPF)"), ("ROME", "Métier (ROME)")),
            default="CPF",
        ),
        Field("code", Type.TEXT, "Code", "Produit (CPF) ou métier (ROME).", reference="ref_cpf"),
        Field("libelle", Type.TEXT, "Libellé", "Les mots de l'entreprise."),
        Field("description", Type.TEXT, "Description"),
        Field("quantite", Type.REAL, "Quantité", minimum=0),
        Field("unite", Type.TEXT, "Unité", reference="ref_unite"),
        Field("periodicite", Type.TEXT, "Périodicité", values=FREQUENCIES),
        Field("saison", Type.TEXT, "Saison", "Mois concernés, de 1 à 12 : {6,7,8}."),
        Field("disponible_du", Type.DATE, "Disponible du"),
        Field("disponible_au", Type.DATE, "Disponible au"),
        Field("taux_utilisation", Type.REAL, "Taux d'utilisation (%)", minimum=0, maximum=100),
        Field("qualite", Type.TEXT, "Qualité"),
        Field("cout_annuel", Type.REAL, "Coût annuel (€)", minimum=0),
        Field("difficulte", Type.TEXT, "Difficulté", values=DIFFICULTIES),
        Field("rayon_max_km", Type.REAL, "Rayon maximal (km)", minimum=0),
        Field("code_dechet", Type.TEXT, "Code déchet", reference="ref_dechet"),
        Field("sous_produit", Type.BOOLEAN, "Sous-produit"),
        Field(
            "lieu_propre",
            Type.BOOLEAN,
            "Lieu propre",
            "Coché, le point ne suit plus celui de l'établissement.",
            default=False,
        ),
        _CONFIDENTIALITY_FIELD,
        Field("statut", Type.TEXT, "Statut", values=FLOW_STATES, default="ouvert"),
        Field("date_confirmation", Type.DATE, "Confirmé le"),
        Field(
            "visite_id",
            Type.TEXT,
            "Visite",
            link=Link("visite", OnDelete.SET_NULL, "Relevés de la visite"),
        ),
    ),
    geometry=Geometry.POINT,
    ordered=(("disponible_du", "disponible_au"),),
    display="libelle",
    follow=Follow("etablissement_id", unless="lieu_propre"),
)

SYNERGIE = Table(
    "synergie",
    "Synergies",
    (
        Field("titre", Type.TEXT, "Titre"),
        Field("mode", Type.TEXT, "Mode", values=SYNERGY_MODES),
        Field("nature", Type.TEXT, "Nature", values=NATURES),
        Field("statut", Type.TEXT, "Statut", values=SYNERGY_STATES, default="piste"),
        Field("motif_fin", Type.TEXT, "Motif de la fin"),
        Field("responsable", Type.TEXT, "Responsable"),
        Field("prochaine_action", Type.TEXT, "Prochaine action"),
        Field("echeance", Type.DATE, "Échéance"),
        Field("tonnage_an", Type.REAL, "Tonnage annuel (t)", minimum=0),
        Field("distance_avant_km", Type.REAL, "Distance avant (km)", minimum=0),
        Field("distance_apres_km", Type.REAL, "Distance après (km)", minimum=0),
        Field("vehicule", Type.TEXT, "Véhicule", values=VEHICLES),
        Field("economie_eur_an", Type.REAL, "Économie annuelle (€)"),
        Field("emplois", Type.REAL, "Emplois", minimum=0),
        Field("date_piste", Type.DATE, "Piste ouverte le"),
        Field("date_realisation", Type.DATE, "Réalisée le"),
        Field("date_fin", Type.DATE, "Terminée le"),
        _CONFIDENTIALITY_FIELD,
        Field("description", Type.TEXT, "Description"),
    ),
    geometry=Geometry.MULTILINESTRING,
    display="titre",
)

SYNERGIE_MEMBRE = Table(
    "synergie_membre",
    "Membres des synergies",
    (
        Field(
            "synergie_id",
            Type.TEXT,
            "Synergie",
            required=True,
            link=Link("synergie", OnDelete.CASCADE, "Membres"),
        ),
        Field(
            "etablissement_id",
            Type.TEXT,
            "Établissement",
            required=True,
            link=Link("etablissement", name="Synergies"),
        ),
        Field(
            "flux_id",
            Type.TEXT,
            "Ressource ou besoin",
            link=Link("flux", OnDelete.SET_NULL, "Synergies nées de ce relevé"),
        ),
        Field("role", Type.TEXT, "Rôle", values=MEMBER_ROLES),
    ),
    display="role",
)

AVIS = Table(
    "avis",
    "Avis du conseiller",
    (
        # Not links: a verdict outlives the records it speaks of, so that a flow deleted and
        # imported again under its identifier finds it.
        Field("besoin_id", Type.TEXT, "Besoin", required=True),
        Field("offre_id", Type.TEXT, "Ressource", required=True),
        Field("verdict", Type.TEXT, "Verdict", required=True, values=VERDICTS),
        Field("motif", Type.TEXT, "Motif"),
        Field("auteur", Type.TEXT, "Auteur"),
        Field("date", Type.DATE, "Date"),
    ),
    unique=(("besoin_id", "offre_id"),),
    display="verdict",
)

PERIMETRE = Table(
    "perimetre",
    "Périmètres",
    (
        Field("type", Type.TEXT, "Type", required=True, values=PERIMETER_TYPES),
        Field("code", Type.TEXT, "Code"),
        Field("nom", Type.TEXT, "Nom"),
        Field("parent_code", Type.TEXT, "Code du périmètre parent"),
    ),
    geometry=Geometry.MULTIPOLYGON,
    unique=(("type", "code"),),
    display="nom",
)

_CODE = Field("code", Type.TEXT, "Code", required=True)
_LABEL = Field("libelle_fr", Type.TEXT, "Libellé", required=True)
_LEVEL = Field("niveau", Type.INTEGER, "Niveau")
_PARENT = Field("parent", Type.TEXT, "Code parent")
_SOURCE = Field("source", Type.TEXT, "Source")
_EDITION = Field(
    "edition",
    Type.TEXT,
    "Édition",
    "Dernière édition de la nomenclature où le code figure.",
)


def _nomenclature(name: str, title: str, *more: Field) -> Table:
    fields = (_CODE, _LEVEL, _PARENT, _LABEL, *more, _SOURCE, _EDITION)
    return Table(name, title, fields, key="code", editable=False, display="libelle_fr")


REF_CPF = _nomenclature(
    "ref_cpf", "Produits (CPF rév. 2.1)", Field("libelle_en", Type.TEXT, "Libellé anglais")
)
REF_ROME = _nomenclature("ref_rome", "Métiers (ROME)")
REF_DECHET = _nomenclature(
    "ref_dechet", "Déchets (liste européenne)", Field("dangereux", Type.BOOLEAN, "Dangereux")
)
REF_NAF = Table(
    "ref_naf",
    "Activités (NAF)",
    (
        # Two versions share codes; QField refuses keys of several columns.
        Field("id", Type.TEXT, "Version et code", required=True),
        Field("version", Type.TEXT, "Version", required=True, values=NAF_VERSIONS),
        _CODE,
        _LEVEL,
        _PARENT,
        _LABEL,
        _SOURCE,
        _EDITION,
    ),
    editable=False,
    display="libelle_fr",
)
REF_EFFECTIF = Table(
    "ref_effectif",
    "Tranches d'effectif",
    (
        _CODE,
        _LABEL,
        Field("mini", Type.INTEGER, "Minimum"),
        Field("maxi", Type.INTEGER, "Maximum"),
        _SOURCE,
    ),
    key="code",
    editable=False,
    display="libelle_fr",
)
REF_UNITE = Table(
    "ref_unite",
    "Unités",
    (
        _CODE,
        _LABEL,
        Field("dimension", Type.TEXT, "Dimension"),
        Field("facteur", Type.REAL, "Facteur", "Valeur d'une unité dans l'unité de base."),
        Field("unite_base", Type.TEXT, "Unité de base"),
        Field("natures", Type.TEXT, "Natures", "Natures pour lesquelles l'unité se propose."),
    ),
    key="code",
    editable=False,
    display="libelle_fr",
)
REF_FACTEUR = Table(
    "ref_facteur",
    "Facteurs d'émission",
    (
        _CODE,
        _LABEL,
        Field("valeur", Type.REAL, "Valeur"),
        Field("unite", Type.TEXT, "Unité"),
        _SOURCE,
        Field("annee", Type.INTEGER, "Année"),
    ),
    key="code",
    editable=False,
    display="libelle_fr",
)
REF_FILIERE = Table(
    "ref_filiere",
    "Filières",
    (
        _CODE,
        _LABEL,
        Field("description", Type.TEXT, "Description"),
        _SOURCE,
    ),
    key="code",
    editable=False,
    display="libelle_fr",
)
REF_MAILLON = Table(
    "ref_maillon",
    "Maillons",
    (
        _CODE,
        Field("filiere_code", Type.TEXT, "Filière", required=True, reference="ref_filiere"),
        Field("rang", Type.INTEGER, "Rang"),
        _LABEL,
        Field("entrees", Type.TEXT, "Entrées (CPF)", "Groupes CPF, séparés par |."),
        Field("sorties", Type.TEXT, "Sorties (CPF)", "Groupes CPF, séparés par |."),
        Field("naf_codes", Type.TEXT, "Activités (NAF)", "Classes NAF, séparées par |."),
        _SOURCE,
    ),
    key="code",
    editable=False,
    display="libelle_fr",
)
ACTIF_META = Table(
    "actif_meta",
    "À propos du territoire",
    (
        Field("cle", Type.TEXT, "Clé", required=True),
        Field("valeur", Type.TEXT, "Valeur"),
    ),
    key="cle",
    editable=False,
    display="cle",
)

# Parents before children: the order in which tables can be created and filled.
TABLES = (
    ETABLISSEMENT,
    CONTACT,
    VISITE,
    FLUX,
    SYNERGIE,
    SYNERGIE_MEMBRE,
    AVIS,
    PERIMETRE,
    REF_CPF,
    REF_ROME,
    REF_NAF,
    REF_DECHET,
    REF_EFFECTIF,
    REF_UNITE,
    REF_FACTEUR,
    REF_FILIERE,
    REF_MAILLON,
    ACTIF_META,
)


def table(name: str) -> Table:
    """Return the table called *name*.

    Raises:
        KeyError: there is none.
    """
    for candidate in TABLES:
        if candidate.name == name:
            return candidate
    raise KeyError(name)


def links() -> Iterator[tuple[Table, Field, Link]]:
    """Yield every foreign key with its table and column."""
    for child in TABLES:
        for field in child.columns():
            if field.link is not None:
                yield child, field, field.link
