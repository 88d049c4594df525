"""The territory's schema, declared once.

Databases, layer names, aliases, forms, relations and the data dictionary all follow from these
tables. Nothing here belongs to one database: writers turn the declaration into their own dialect.
Names, aliases and value labels are French, as the officers who write expressions on them expect.
"""

from __future__ import annotations

from collections.abc import Iterator

from .model import AUDIT, Field, Follow, Geometry, Group, Link, OnDelete, Tab, Table, Type, View

SCHEMA_VERSION = 1

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

_ALL_NATURES = tuple(nature for nature, _ in NATURES)
_TRACES = Group("Traces", tuple(field.name for field in AUDIT))

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
    form=(
        Tab(
            "Entreprise",
            (
                Group(
                    "Identité",
                    (
                        "raison_sociale",
                        "enseigne",
                        "siret",
                        "siren",
                        "naf_code",
                        "naf_version",
                        "effectif_code",
                        "etat",
                        "date_creation",
                        "date_fermeture",
                        "description",
                    ),
                ),
            ),
        ),
        Tab(
            "Adresse",
            (
                Group(
                    "",
                    (
                        "adresse",
                        "code_postal",
                        "commune_nom",
                        "commune_insee",
                        "epci_siren",
                        "site_id",
                        "ban_id",
                        "geocodage_qualite",
                        "geocodage_score",
                    ),
                ),
            ),
        ),
        Tab("Ressources", children=("offre",)),
        Tab("Besoins", children=("besoin",)),
        Tab("Visites", children=("visite",)),
        Tab("Contacts", children=("contact",)),
        Tab("Synergies", children=("synergie_membre",)),
        Tab("Partage et suivi", (Group("", ("confidentialite", "source", "source_date")), _TRACES)),
    ),
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
    form=(
        Tab(
            "Contact",
            (
                Group(
                    "Donnée personnelle : à noter avec l'accord de la personne",
                    ("etablissement_id", "nom", "fonction", "mail", "telephone", "date_accord"),
                ),
            ),
        ),
        Tab("Suivi", (_TRACES,)),
    ),
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
    form=(
        Tab(
            "Visite",
            (
                Group(
                    "",
                    ("etablissement_id", "date", "conseiller", "motif", "compte_rendu"),
                ),
                Group("Suite à donner", ("prochaine_action", "echeance")),
            ),
        ),
        Tab("Ressources relevées", children=("offre",)),
        Tab("Besoins relevés", children=("besoin",)),
        Tab("Suivi", (_TRACES,)),
    ),
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
    form=(
        Tab(
            "Essentiel",
            (
                Group("", ("etablissement_id", "libelle", "nature", "code", "nomenclature")),
                Group("Quantité", ("quantite", "unite", "periodicite"), natures=_ALL_NATURES),
                Group(
                    "Saison et qualité",
                    ("saison", "qualite"),
                    natures=("matiere", "energie", "eau"),
                ),
                Group(
                    "Usage",
                    ("taux_utilisation",),
                    natures=("equipement", "espace", "logistique", "competence"),
                ),
                Group(
                    "Dates",
                    ("disponible_du", "disponible_au"),
                    natures=("equipement", "espace", "logistique", "service", "competence"),
                ),
                Group("Matière", ("code_dechet", "sous_produit"), natures=("matiere",)),
                Group("Difficulté rencontrée", ("difficulte",), directions=("besoin",)),
            ),
        ),
        Tab(
            "Détails",
            (Group("", ("description", "cout_annuel", "rayon_max_km", "lieu_propre")),),
        ),
        Tab(
            "Partage et suivi",
            (
                Group("", ("statut", "date_confirmation", "confidentialite", "visite_id")),
                _TRACES,
            ),
        ),
    ),
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
    form=(
        Tab(
            "Synergie",
            (
                Group("", ("titre", "mode", "nature", "statut", "description")),
                Group(
                    "Transport évité",
                    ("tonnage_an", "distance_avant_km", "distance_apres_km", "vehicule"),
                ),
                Group("Effets", ("economie_eur_an", "emplois")),
            ),
        ),
        Tab("Membres", children=("synergie_membre",)),
        Tab(
            "Partage et suivi",
            (
                Group(
                    "",
                    (
                        "responsable",
                        "prochaine_action",
                        "echeance",
                        "date_piste",
                        "date_realisation",
                        "date_fin",
                        "motif_fin",
                        "confidentialite",
                    ),
                ),
                _TRACES,
            ),
        ),
    ),
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
    form=(
        Tab("Membre", (Group("", ("synergie_id", "etablissement_id", "flux_id", "role")),)),
        Tab("Suivi", (_TRACES,)),
    ),
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
    form=(
        Tab("Avis", (Group("", ("besoin_id", "offre_id", "verdict", "motif", "auteur", "date")),)),
        Tab("Suivi", (_TRACES,)),
    ),
)

PERIMETRE = Table(
    "perimetre",
    "Périmètres",
    (
        Field("type", Type.TEXT, "Type", required=True, values=PERIMETER_TYPES),
        Field("code", Type.TEXT, "Code"),
        Field("nom", Type.TEXT, "Nom"),
        Field("parent_code", Type.TEXT, "Code du périmètre parent"),
        Field(
            "source_valeurs",
            Type.TEXT,
            "Valeurs de la source",
            "Ce que la source dit d'un site ou d'un terrain économique et que la table n'a pas :"
            " de quoi le rendre au format CNIG.",
            hidden=True,
        ),
    ),
    geometry=Geometry.MULTIPOLYGON,
    unique=(("type", "code"),),
    display="nom",
    form=(
        Tab("Périmètre", (Group("", ("nom", "type", "code", "parent_code")),)),
        Tab("Suivi", (_TRACES,)),
    ),
)

SYNONYME = Table(
    "synonyme",
    "Mots du territoire",
    (
        Field(
            "terme",
            Type.TEXT,
            "Mot ou expression",
            "Les mots d'ici, que les libellés officiels n'ont pas.",
            required=True,
        ),
        Field(
            "nomenclature",
            Type.TEXT,
            "Nomenclature",
            required=True,
            values=(("CPF", "Produit (CPF)"), ("ROME", "Métier (ROME)")),
            default="CPF",
        ),
        Field("code", Type.TEXT, "Code", required=True, reference="ref_cpf"),
    ),
    unique=(("terme", "nomenclature", "code"),),
    display="terme",
    form=(
        Tab("Mot du territoire", (Group("", ("terme", "nomenclature", "code")),)),
        Tab("Suivi", (_TRACES,)),
    ),
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
    users_edit=True,
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
    users_edit=True,
)
REF_MAILLON = Table(
    "ref_maillon",
    "Maillons",
    (
        _CODE,
        Field("filiere_code", Type.TEXT, "Filière", required=True, reference="ref_filiere"),
        Field("rang", Type.INTEGER, "Rang"),
        _LABEL,
        Field("entrees", Type.TEXT, "Entrées (CPF)", "Codes CPF, séparés par |."),
        Field("sorties", Type.TEXT, "Sorties (CPF)", "Codes CPF, séparés par |."),
        Field("coproduits", Type.TEXT, "Coproduits (CPF)", "Codes CPF, séparés par |."),
        Field(
            "aval",
            Type.TEXT,
            "Maillons en aval",
            "Codes des maillons qui prennent ces produits, de cette filière ou d'une autre, séparés"
            " par |.",
        ),
        Field("naf_codes", Type.TEXT, "Activités (NAF rév. 2)", "Codes NAF, séparés par |."),
        Field("naf_2025", Type.TEXT, "Activités (NAF 2025)", "Codes NAF, séparés par |."),
        _SOURCE,
    ),
    key="code",
    editable=False,
    display="libelle_fr",
    users_edit=True,
)
REF_MOIS = Table(
    "ref_mois",
    "Mois",
    (Field("numero", Type.INTEGER, "Numéro", required=True), _LABEL),
    key="numero",
    editable=False,
    display="libelle_fr",
)
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
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
    SYNONYME,
    REF_CPF,
    REF_ROME,
    REF_NAF,
    REF_DECHET,
    REF_EFFECTIF,
    REF_UNITE,
    REF_FACTEUR,
    REF_FILIERE,
    REF_MAILLON,
    REF_MOIS,
    ACTIF_META,
)

# Products and jobs in one list, so that one widget offers either.
REF_CODE = View(
    "ref_code",
    "Produits et métiers",
    "SELECT 'CPF:' || code AS id, 'CPF' AS nomenclature, code, niveau,"
    " code || ' – ' || libelle_fr AS libelle_fr FROM ref_cpf"
    " UNION ALL SELECT 'ROME:' || code, 'ROME', code, niveau,"
    " code || ' – ' || libelle_fr FROM ref_rome",
    display="libelle_fr",
)
VIEWS = (REF_CODE,)


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
