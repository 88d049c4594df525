<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR" sourcelanguage="en_GB">
<context>
    <name>@default</name>
    <message>
        <source>New territory…</source>
        <translation>Nouveau territoire…</translation>
    </message>
    <message>
        <source>Open a territory…</source>
        <translation>Ouvrir un territoire…</translation>
    </message>
    <message>
        <source>Open the demonstration</source>
        <translation>Ouvrir la démonstration</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Aide</translation>
    </message>
    <message>
        <source>Open a territory</source>
        <translation>Ouvrir un territoire</translation>
    </message>
    <message>
        <source>This project shows no territory: open the project that Act&apos;IF made.</source>
        <translation>Ce projet ne montre aucun territoire : ouvrir le projet qu'Act'IF a créé.</translation>
    </message>
    <message>
        <source>{path} cannot be written: close it if it is open elsewhere, or choose another name.</source>
        <translation>Impossible d'écrire {path} : le fermer s'il est ouvert ailleurs, ou choisir un autre nom.</translation>
    </message>
    <message>
        <source>{visited} of {total} establishments visited</source>
        <translation>Établissements visités : {visited} sur {total}</translation>
    </message>
    <message>
        <source>open resources</source>
        <translation>ressources ouvertes</translation>
    </message>
    <message>
        <source>open needs</source>
        <translation>besoins ouverts</translation>
    </message>
    <message>
        <source>needs without an answer nearby</source>
        <translation>besoins sans réponse à proximité</translation>
    </message>
    <message>
        <source>resources without a taker nearby</source>
        <translation>ressources sans preneur à proximité</translation>
    </message>
    <message>
        <source>synergies realised</source>
        <translation>synergies réalisées</translation>
    </message>
    <message>
        <source>synergies on the way</source>
        <translation>synergies en projet</translation>
    </message>
    <message>
        <source>Observed</source>
        <translation>Observé</translation>
    </message>
    <message>
        <source>Potential</source>
        <translation>Potentiel</translation>
    </message>
    <message>
        <source>What is missing most (unanswered needs)</source>
        <translation>Ce qui manque le plus (besoins sans réponse)</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>Légende</translation>
    </message>
    <message>
        <source>Projection: {crs}.</source>
        <translation>Projection : {crs}.</translation>
    </message>
    <message>
        <source>Author: {author}.</source>
        <translation>Auteur : {author}.</translation>
    </message>
    <message>
        <source>Answer needs</source>
        <translation>Répondre aux besoins</translation>
    </message>
    <message>
        <source>Answers a need</source>
        <translation>Nombre de réponses par besoin</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Réponses</translation>
    </message>
    <message>
        <source>Unanswered needs</source>
        <translation>Besoins sans réponse</translation>
    </message>
    <message>
        <source>{pairs} answers for {answered} needs out of {needs}.</source>
        <translation>{pairs} réponses, pour {answered} besoins sur {needs}.</translation>
    </message>
    <message>
        <source>Proximity</source>
        <translation>Proximité</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>Besoins</translation>
    </message>
    <message>
        <source>Code field of the needs</source>
        <translation>Champ du code des besoins</translation>
    </message>
    <message>
        <source>Resources</source>
        <translation>Ressources</translation>
    </message>
    <message>
        <source>Code field of the resources</source>
        <translation>Champ du code des ressources</translation>
    </message>
    <message>
        <source>Level at which codes are compared</source>
        <translation>Niveau de comparaison des codes</translation>
    </message>
    <message>
        <source>Maximum distance (metres)</source>
        <translation>Distance maximale (mètres)</translation>
    </message>
    <message>
        <source>Verdicts of the advisers</source>
        <translation>Avis des conseillers</translation>
    </message>
    <message>
        <source>The verdicts have no field {fields}: choose the table avis.</source>
        <translation>Aucun champ {fields} dans les avis : choisir la table avis.</translation>
    </message>
    <message>
        <source>No territory: open an Act&apos;IF project or choose the GeoPackage of a territory.</source>
        <translation>Aucun territoire : ouvrir un projet Act'IF ou choisir le GeoPackage d'un territoire.</translation>
    </message>
    <message>
        <source>The layer of {parameter} cannot be read: choose another.</source>
        <translation>La couche de {parameter} est illisible : en choisir une autre.</translation>
    </message>
    <message>
        <source>Demonstration territory</source>
        <translation>Territoire de démonstration</translation>
    </message>
    <message>
        <source>Territory</source>
        <translation>Territoire</translation>
    </message>
    <message>
        <source>Folder of the demonstration</source>
        <translation>Dossier de la démonstration</translation>
    </message>
    <message>
        <source>Real companies instead of the fictitious ones</source>
        <translation>Entreprises réelles, à la place des fictives</translation>
    </message>
    <message>
        <source>QGIS project</source>
        <translation>Projet QGIS</translation>
    </message>
    <message>
        <source>Establishments</source>
        <translation>Établissements</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Rejetés</translation>
    </message>
    <message>
        <source>Real companies have no resources or needs yet: nothing to confront.</source>
        <translation>Les entreprises réelles n'ont encore ni ressources ni besoins : rien à confronter.</translation>
    </message>
    <message>
        <source>New territory</source>
        <translation>Nouveau territoire</translation>
    </message>
    <message>
        <source>Name of the territory</source>
        <translation>Nom du territoire</translation>
    </message>
    <message>
        <source>Coordinate system</source>
        <translation>Système de coordonnées</translation>
    </message>
    <message>
        <source>GeoPackage to create</source>
        <translation>GeoPackage à créer</translation>
    </message>
    <message>
        <source>Perimeters (communes, EPCI, activity zones)</source>
        <translation>Périmètres (communes, EPCI, zones d'activités)</translation>
    </message>
    <message>
        <source>Replace an existing territory</source>
        <translation>Remplacer un territoire existant</translation>
    </message>
    <message>
        <source>A territory needs a name: give one.</source>
        <translation>Il faut un nom au territoire : en donner un.</translation>
    </message>
    <message>
        <source>{path} is not a GeoPackage name: it must end with .gpkg.</source>
        <translation>{path} n'est pas un nom de GeoPackage : il doit finir par .gpkg.</translation>
    </message>
    <message>
        <source>{path} already exists: choose another name, or ask for it to be replaced.</source>
        <translation>{path} existe déjà : choisir un autre nom, ou demander son remplacement.</translation>
    </message>
    <message>
        <source>Territory created: {path}</source>
        <translation>Territoire créé : {path}</translation>
    </message>
    <message>
        <source>{layer}: {count} records usable.</source>
        <translation>{layer}, fiches utilisables : {count}.</translation>
    </message>
    <message>
        <source>{layer}: {count} records left out ({reason}).</source>
        <translation>{layer}, fiches laissées de côté : {count} ({reason}).</translation>
    </message>
    <message>
        <source>{layer}: unknown codes: {codes}</source>
        <translation>{layer}, codes inconnus : {codes}</translation>
    </message>
    <message>
        <source>{layer} has no field {field}: choose the field that holds the codes.</source>
        <translation>{layer}, aucun champ {field} : choisir le champ qui contient les codes.</translation>
    </message>
    <message>
        <source>of the other direction</source>
        <translation>de l'autre sens</translation>
    </message>
    <message>
        <source>not open any more</source>
        <translation>qui ne sont plus ouvertes</translation>
    </message>
    <message>
        <source>without a position</source>
        <translation>sans position</translation>
    </message>
    <message>
        <source>unknown code</source>
        <translation>au code inconnu</translation>
    </message>
    <message>
        <source>without a code</source>
        <translation>sans code</translation>
    </message>
    <message>
        <source>{layer} has no usable record ({reasons}).</source>
        <translation>{layer}, aucune fiche utilisable ({reasons}).</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>la couche est vide</translation>
    </message>
    <message>
        <source>Import establishments</source>
        <translation>Importer des établissements</translation>
    </message>
    <message>
        <source>Table or layer of establishments</source>
        <translation>Table ou couche des établissements</translation>
    </message>
    <message>
        <source>Territory (empty: the one of the project)</source>
        <translation>Territoire (vide : celui du projet)</translation>
    </message>
    <message>
        <source>Only inside these polygons</source>
        <translation>Seulement à l'intérieur de ces polygones</translation>
    </message>
    <message>
        <source>Rejected rows</source>
        <translation>Lignes rejetées</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Créés</translation>
    </message>
    <message>
        <source>Updated</source>
        <translation>Mis à jour</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Inchangés</translation>
    </message>
    <message>
        <source>{count} outside the perimeter.</source>
        <translation>Hors du périmètre : {count}.</translation>
    </message>
    <message>
        <source>{name}: {field} keeps “{kept}”, the source says “{delivered}”.</source>
        <translation>{name} : {field} garde « {kept} », la source dit « {delivered} ».</translation>
    </message>
    <message>
        <source>{path} is empty: choose another file.</source>
        <translation>{path} est vide : choisir un autre fichier.</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}</source>
        <translation>{path} est illisible : {reason}</translation>
    </message>
    <message>
        <source>The columns given cannot be followed, check: {names}</source>
        <translation>Les colonnes indiquées ne peuvent pas être suivies, vérifier : {names}</translation>
    </message>
    <message>
        <source>No column for a SIRET or a name among: {columns}. Say which one holds it in the columns parameter.</source>
        <translation>Aucune colonne de SIRET ou de nom parmi : {columns}. Indiquer laquelle les contient dans le paramètre des colonnes.</translation>
    </message>
    <message>
        <source>The table breaks off at line {line}: a quote opens a cell there and never closes.</source>
        <translation>La table s'interrompt à la ligne {line} : un guillemet y ouvre une cellule et ne se referme jamais.</translation>
    </message>
    <message>
        <source>The coordinate system of the coordinate columns is not recognised: give it.</source>
        <translation>Le système des colonnes de coordonnées n'est pas reconnu : l'indiquer.</translation>
    </message>
    <message>
        <source>Neither a name nor a SIRET.</source>
        <translation>Ni nom ni SIRET.</translation>
    </message>
    <message>
        <source>SIRET {detail}: 14 digits are needed.</source>
        <translation>SIRET {detail} : il faut 14 chiffres.</translation>
    </message>
    <message>
        <source>SIRET {detail}: digits only.</source>
        <translation>SIRET {detail} : des chiffres seulement.</translation>
    </message>
    <message>
        <source>SIRET {detail}: the check digit is wrong, a digit was mistyped.</source>
        <translation>SIRET {detail} : la clé de contrôle est fausse, un chiffre a été mal saisi.</translation>
    </message>
    <message>
        <source>Coordinates {detail}: not two numbers.</source>
        <translation>Coordonnées {detail} : ce ne sont pas deux nombres.</translation>
    </message>
    <message>
        <source>Coordinates {detail}: outside the area of the coordinate system.</source>
        <translation>Coordonnées {detail} : hors de l'emprise du système de coordonnées.</translation>
    </message>
    <message>
        <source>Same establishment as line {detail}.</source>
        <translation>Même établissement que la ligne {detail}.</translation>
    </message>
    <message>
        <source>{detail} cells, more than there are columns.</source>
        <translation>{detail} cellules, plus qu'il n'y a de colonnes.</translation>
    </message>
    <message>
        <source>Missing links</source>
        <translation>Maillons manquants</translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation>Diagnostic</translation>
    </message>
    <message>
        <source>Perimeters</source>
        <translation>Périmètres</translation>
    </message>
    <message>
        <source>Coverage a code</source>
        <translation>Couverture par code</translation>
    </message>
    <message>
        <source>Orphan needs</source>
        <translation>Besoins sans réponse</translation>
    </message>
    <message>
        <source>Orphan resources</source>
        <translation>Ressources sans preneur</translation>
    </message>
    <message>
        <source>Coverage a perimeter</source>
        <translation>Couverture par périmètre</translation>
    </message>
    <message>
        <source>Act&apos;IF: industrial and territorial ecology</source>
        <translation>Act'IF : écologie industrielle et territoriale</translation>
    </message>
    <message>
        <source>Synergy map (PDF)</source>
        <translation>Carte des synergies (PDF)</translation>
    </message>
    <message>
        <source>Printing</source>
        <translation>Impression</translation>
    </message>
    <message>
        <source>Project of the territory (empty: the one that is open)</source>
        <translation>Projet du territoire (vide : celui qui est ouvert)</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
    <message>
        <source>Perimeters to frame (empty: the whole territory)</source>
        <translation>Périmètres à cadrer (vide : tout le territoire)</translation>
    </message>
    <message>
        <source>Edition</source>
        <translation>Édition</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>Papier</translation>
    </message>
    <message>
        <source>Resolution (dpi)</source>
        <translation>Résolution (ppp)</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>Carte</translation>
    </message>
    <message>
        <source>{name}: synergies of the territory</source>
        <translation>{name} : les synergies du territoire</translation>
    </message>
    <message>
        <source>Internal edition: do not distribute</source>
        <translation>Édition interne : ne pas diffuser</translation>
    </message>
    <message>
        <source>Map written: {path}</source>
        <translation>Carte écrite : {path}</translation>
    </message>
    <message>
        <source>The project {path} cannot be opened: {reason}</source>
        <translation>Le projet {path} ne peut pas être ouvert : {reason}</translation>
    </message>
    <message>
        <source>No project is open: choose the project of a territory.</source>
        <translation>Aucun projet n'est ouvert : choisir le projet d'un territoire.</translation>
    </message>
    <message>
        <source>The territory refused the establishments, nothing was imported: {reason}</source>
        <translation>Le territoire a refusé les établissements, rien n'a été importé : {reason}</translation>
    </message>
    <message>
        <source>The disk is full: free some space, then create {path} again.</source>
        <translation>Le disque est plein : libérer de la place, puis créer {path} à nouveau.</translation>
    </message>
    <message>
        <source>{path} cannot be written ({reason}): check the folder and your rights on it.</source>
        <translation>Impossible d'écrire {path} ({reason}) : vérifier le dossier et les droits d'écriture.</translation>
    </message>
    <message>
        <source>The project {path} cannot be written: {reason}</source>
        <translation>Le projet {path} ne peut pas être écrit : {reason}</translation>
    </message>
    <message>
        <source>The territory refused records of {layer}: {reason}</source>
        <translation>Le territoire a refusé des fiches de {layer} : {reason}</translation>
    </message>
    <message>
        <source>Table {table} of {path} cannot be read.</source>
        <translation>La table {table} de {path} est illisible.</translation>
    </message>
    <message>
        <source>The coordinate system of the territory is not valid: choose another.</source>
        <translation>Le système de coordonnées du territoire n'est pas valide : en choisir un autre.</translation>
    </message>
    <message>
        <source>The nomenclatures are missing ({path}): install the plugin again.</source>
        <translation>Les nomenclatures manquent ({path}) : réinstaller l'extension.</translation>
    </message>
    <message>
        <source>There is no file {path}: check its name.</source>
        <translation>Il n'y a pas de fichier {path} : vérifier son nom.</translation>
    </message>
    <message>
        <source>{path} was made by a newer Act&apos;IF: update the plugin to open it.</source>
        <translation>{path} a été créé par un Act'IF plus récent : mettre à jour l'extension pour l'ouvrir.</translation>
    </message>
    <message>
        <source>{path} is not an Act&apos;IF territory: choose a GeoPackage made by Act&apos;IF.</source>
        <translation>{path} n'est pas un territoire Act'IF : choisir un GeoPackage créé par Act'IF.</translation>
    </message>
    <message>
        <source>Folder for the demonstration</source>
        <translation>Dossier pour la démonstration</translation>
    </message>
    <message>
        <source>The demonstration could not be made: see the log of messages.</source>
        <translation>La démonstration n'a pas pu être construite : voir le journal des messages.</translation>
    </message>
    <message>
        <source>level: 1 to 6, or its name (section, division, group, class…)</source>
        <translation>niveau : de 1 à 6, ou son nom (section, division, groupe, classe…)</translation>
    </message>
    <message>
        <source>code: as people write it (16.24, 1624)</source>
        <translation>code : comme on l'écrit d'ordinaire (16.24, 1624)</translation>
    </message>
    <message>
        <source>French label of a CPF code.</source>
        <translation>Libellé d'un code CPF.</translation>
    </message>
    <message>
        <source>French label of a ROME code.</source>
        <translation>Libellé d'un code ROME.</translation>
    </message>
    <message>
        <source>French label of a NAF code, rév. 2 or 2025.</source>
        <translation>Libellé d'un code NAF, rév. 2 ou 2025.</translation>
    </message>
    <message>
        <source>Ancestor of a CPF code at a level.</source>
        <translation>Ancêtre d'un code CPF à un niveau.</translation>
    </message>
    <message>
        <source>Whether two codes speak of the same thing at a level.</source>
        <translation>Dit si deux codes parlent de la même chose à un niveau.</translation>
    </message>
    <message>
        <source>siret: with or without spaces</source>
        <translation>siret : avec ou sans espaces</translation>
    </message>
    <message>
        <source>Whether a SIRET has 14 digits and the right check digit.</source>
        <translation>Dit si un SIRET a 14 chiffres et la bonne clé de contrôle.</translation>
    </message>
    <message>
        <source>NULL for what is not a code.</source>
        <translation>NULL pour ce qui n'est pas un code.</translation>
    </message>
    <message>
        <source>Update a nomenclature</source>
        <translation>Mettre à jour une nomenclature</translation>
    </message>
    <message>
        <source>Nomenclatures</source>
        <translation>Nomenclatures</translation>
    </message>
    <message>
        <source>Official file</source>
        <translation>Fichier officiel</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tableaux</translation>
    </message>
    <message>
        <source>Name of the edition (empty: name of the file)</source>
        <translation>Nom de l'édition (vide : nom du fichier)</translation>
    </message>
    <message>
        <source>Vanished codes</source>
        <translation>Codes disparus</translation>
    </message>
    <message>
        <source>Codes added</source>
        <translation>Codes ajoutés</translation>
    </message>
    <message>
        <source>Labels changed</source>
        <translation>Libellés changés</translation>
    </message>
    <message>
        <source>{path} holds no nomenclature that Act&apos;IF knows: CPF, NAF, ROME, waste.</source>
        <translation>{path} ne contient aucune nomenclature connue d'Act'IF : CPF, NAF, ROME, codes déchet.</translation>
    </message>
    <message>
        <source>{table}: {read} codes read, {added} added, {relabelled} relabelled, {vanished} vanished.</source>
        <translation>{table} : {read} codes lus, {added} ajoutés, {relabelled} libellés changés, {vanished} disparus.</translation>
    </message>
    <message>
        <source>{path} cannot be read as a table: choose an XLS, XLSX, ODS or CSV file.</source>
        <translation>{path} ne se lit pas comme un tableau : choisir un fichier XLS, XLSX, ODS ou CSV.</translation>
    </message>
    <message>
        <source>The nomenclature was not updated, {path} cannot be written: {reason}</source>
        <translation>La nomenclature n'a pas été mise à jour, impossible d'écrire {path} : {reason}</translation>
    </message>
    <message>
        <source>Act&apos;IF: companies, resources and needs</source>
        <translation>Act'IF : entreprises, ressources et besoins</translation>
    </message>
    <message>
        <source>{name} has no position on the map yet.</source>
        <translation>{name} n'a pas encore de position sur la carte.</translation>
    </message>
    <message>
        <source>The nomenclatures cannot be read: {error}</source>
        <translation>Les nomenclatures sont illisibles : {error}</translation>
    </message>
    <message>
        <source>usual product of the company</source>
        <translation>produit habituel de l'entreprise</translation>
    </message>
    <message>
        <source>These layers cannot be read, the GeoPackage was moved or deleted: {names}</source>
        <translation>Ces couches sont illisibles, le GeoPackage a été déplacé ou supprimé : {names}</translation>
    </message>
    <message>
        <source>section (C)</source>
        <translation>section (C)</translation>
    </message>
    <message>
        <source>division (16)</source>
        <translation>division (16)</translation>
    </message>
    <message>
        <source>group (16.2)</source>
        <translation>groupe (16.2)</translation>
    </message>
    <message>
        <source>class (16.24)</source>
        <translation>classe (16.24)</translation>
    </message>
    <message>
        <source>category (16.24.1)</source>
        <translation>catégorie (16.24.1)</translation>
    </message>
    <message>
        <source>sub-category (16.24.11)</source>
        <translation>sous-catégorie (16.24.11)</translation>
    </message>
    <message>
        <source>exactly the same code</source>
        <translation>exactement le même code</translation>
    </message>
    <message>
        <source>{count} perimeters left out (no geometry).</source>
        <translation>{count} périmètres laissés de côté (sans géométrie).</translation>
    </message>
    <message>
        <source>Suggest codes</source>
        <translation>Proposer des codes</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Table</translation>
    </message>
    <message>
        <source>Field with the company&apos;s words</source>
        <translation>Champ des mots de l'entreprise</translation>
    </message>
    <message>
        <source>Nomenclature</source>
        <translation>Nomenclature</translation>
    </message>
    <message>
        <source>Level of the suggested codes</source>
        <translation>Niveau des codes proposés</translation>
    </message>
    <message>
        <source>Suggestions a text</source>
        <translation>Propositions par texte</translation>
    </message>
    <message>
        <source>Field with the company&apos;s NAF code</source>
        <translation>Champ du code NAF de l'entreprise</translation>
    </message>
    <message>
        <source>Suggestions</source>
        <translation>Propositions</translation>
    </message>
    <message>
        <source>The table has no field {field}: choose another.</source>
        <translation>La table n'a pas de champ {field} : en choisir un autre.</translation>
    </message>
    <message>
        <source>{rows} rows read: {answered} with suggestions, {unanswered} without.</source>
        <translation>{rows} lignes lues : {answered} avec des propositions, {unanswered} sans.</translation>
    </message>
    <message>
        <source>{blank} rows without text were left out.</source>
        <translation>{blank} lignes sans texte laissées de côté.</translation>
    </message>
    <message>
        <source>the code {code} was written</source>
        <translation>le code {code} est écrit dans le texte</translation>
    </message>
    <message>
        <source>matches “{label}” ({code})</source>
        <translation>correspond à « {label} » ({code})</translation>
    </message>
    <message>
        <source>everyday term “{label}” ({code})</source>
        <translation>terme courant « {label} » ({code})</translation>
    </message>
    <message>
        <source>the territory's own term “{label}” ({code})</source>
        <translation>terme du territoire « {label} » ({code})</translation>
    </message>
    <message>
        <source>New company here…</source>
        <translation>Nouvel établissement ici…</translation>
    </message>
    <message>
        <source>Open the sheet</source>
        <translation>Ouvrir la fiche</translation>
    </message>
    <message>
        <source>Add a resource…</source>
        <translation>Ajouter une ressource…</translation>
    </message>
    <message>
        <source>Add a need…</source>
        <translation>Ajouter un besoin…</translation>
    </message>
    <message>
        <source>Note a visit…</source>
        <translation>Noter une visite…</translation>
    </message>
    <message>
        <source>{layer} cannot be edited.</source>
        <translation>La couche {layer} ne peut pas être modifiée.</translation>
    </message>
    <message>
        <source>unnamed</source>
        <translation>sans nom</translation>
    </message>
    <message>
        <source>Search by words, then levels. In the saved project: a list of values.</source>
        <translation>Recherche par mots, puis par niveaux. Dans le projet enregistré : une liste de valeurs.</translation>
    </message>
    <message>
        <source>Act&apos;IF product picker</source>
        <translation>Sélecteur de produit Act'IF</translation>
    </message>
    <message>
        <source>Coarser: {code} (Alt+Up)</source>
        <translation>Moins précis : {code} (Alt+Haut)</translation>
    </message>
    <message>
        <source>Coarser (Alt+Up)</source>
        <translation>Moins précis (Alt+Haut)</translation>
    </message>
    <message>
        <source>No code is written so: choose one in the list (Down).</source>
        <translation>Aucun code ne s'écrit ainsi : choisissez-en un dans la liste (Bas).</translation>
    </message>
    <message>
        <source>Words of the company, or a code</source>
        <translation>Mots de l'entreprise, ou un code</translation>
    </message>
    <message>
        <source>Finer, and all the levels (Alt+Down)</source>
        <translation>Plus précis, et tous les niveaux (Alt+Bas)</translation>
    </message>
    <message>
        <source>as deep as what was found</source>
        <translation>aussi fin que ce qui a été trouvé</translation>
    </message>
    <message>
        <source>The tables of {path} cannot be read: {reason}</source>
        <translation>Les tables de {path} sont illisibles : {reason}</translation>
    </message>
    <message>
        <source>The tables are those of version {found}; Act&apos;IF now writes {current}.</source>
        <translation>Les tables sont celles de la version {found} ; Act'IF écrit maintenant la {current}.</translation>
    </message>
    <message>
        <source>Make a new territory and import this one into it.</source>
        <translation>Créer un nouveau territoire et y importer celui-ci.</translation>
    </message>
    <message>
        <source>The field “{field}” names a record that no longer exists: {value}.</source>
        <translation>Le champ « {field} » désigne une fiche qui n'existe plus : {value}.</translation>
    </message>
    <message>
        <source>Choose the right record in this field, or delete this one.</source>
        <translation>Choisir la bonne fiche dans ce champ, ou supprimer celle-ci.</translation>
    </message>
    <message>
        <source>This resource or need belongs to no company.</source>
        <translation>Cette ressource ou ce besoin n'appartient à aucune entreprise.</translation>
    </message>
    <message>
        <source>Choose its company, or delete it.</source>
        <translation>Choisir son entreprise, ou supprimer la fiche.</translation>
    </message>
    <message>
        <source>“{end}” ({last}) comes before “{start}” ({first}).</source>
        <translation>« {end} » ({last}) précède « {start} » ({first}).</translation>
    </message>
    <message>
        <source>Correct one of the two dates.</source>
        <translation>Corriger l'une des deux dates.</translation>
    </message>
    <message>
        <source>This record has no identifier.</source>
        <translation>Cette fiche n'a pas d'identifiant.</translation>
    </message>
    <message>
        <source>Delete it and enter it again: QField and the other records cannot find it.</source>
        <translation>La supprimer et la saisir à nouveau : ni QField ni les autres fiches ne la retrouvent.</translation>
    </message>
    <message>
        <source>Another record has the same value in: {fields}.</source>
        <translation>Une autre fiche a la même valeur dans : {fields}.</translation>
    </message>
    <message>
        <source>Keep one of the two records and delete the other.</source>
        <translation>Garder l'une des deux fiches et supprimer l'autre.</translation>
    </message>
    <message>
        <source>The field “{field}” is empty.</source>
        <translation>Le champ « {field} » est vide.</translation>
    </message>
    <message>
        <source>Fill it in: the record cannot do without.</source>
        <translation>Le remplir : la fiche ne peut s'en passer.</translation>
    </message>
    <message>
        <source>The field “{field}” does not accept this value: {value}.</source>
        <translation>Le champ « {field} » n'accepte pas cette valeur : {value}.</translation>
    </message>
    <message>
        <source>Choose a value of its list.</source>
        <translation>Choisir une valeur de sa liste.</translation>
    </message>
    <message>
        <source>The field “{field}” is {value}, less than {bound}.</source>
        <translation>Le champ « {field} » vaut {value}, moins que {bound}.</translation>
    </message>
    <message>
        <source>The field “{field}” is {value}, more than {bound}.</source>
        <translation>Le champ « {field} » vaut {value}, plus que {bound}.</translation>
    </message>
    <message>
        <source>Correct the number, or empty the field.</source>
        <translation>Corriger le nombre, ou vider le champ.</translation>
    </message>
    <message>
        <source>The SIRET {siret} does not have 14 digits.</source>
        <translation>Le SIRET {siret} n'a pas 14 chiffres.</translation>
    </message>
    <message>
        <source>The SIRET {siret} holds something else than digits.</source>
        <translation>Le SIRET {siret} contient autre chose que des chiffres.</translation>
    </message>
    <message>
        <source>The SIRET {siret} has a wrong digit: its key does not match.</source>
        <translation>Le SIRET {siret} a un chiffre faux : sa clé ne correspond pas.</translation>
    </message>
    <message>
        <source>Look the SIRET up in the company directory and correct it.</source>
        <translation>Chercher le SIRET dans l'annuaire des entreprises et le corriger.</translation>
    </message>
    <message>
        <source>The SIRET {siret} is that of {count} records.</source>
        <translation>Le SIRET {siret} est celui de {count} fiches.</translation>
    </message>
    <message>
        <source>This establishment has no name.</source>
        <translation>Cet établissement n'a pas de nom.</translation>
    </message>
    <message>
        <source>Write the name or the sign that people know it by.</source>
        <translation>Écrire la raison sociale ou l'enseigne sous laquelle on le connaît.</translation>
    </message>
    <message>
        <source>This establishment has no position: no answer can reach it.</source>
        <translation>Cet établissement n'a pas de position : aucune réponse ne peut l'atteindre.</translation>
    </message>
    <message>
        <source>Geocode its address, or place it on the map.</source>
        <translation>Géocoder son adresse, ou le placer sur la carte.</translation>
    </message>
    <message>
        <source>This establishment lies outside the perimeters of the territory.</source>
        <translation>Cet établissement est hors des périmètres du territoire.</translation>
    </message>
    <message>
        <source>Check its position; if it is right, add the perimeter around it.</source>
        <translation>Vérifier sa position ; si elle est juste, ajouter le périmètre qui l'entoure.</translation>
    </message>
    <message>
        <source>Perhaps the same as {other}: same SIREN, less than 100 m away.</source>
        <translation>Peut-être le même que {other} : même SIREN, à moins de 100 m.</translation>
    </message>
    <message>
        <source>Perhaps the same as {other}: almost the same name at one address.</source>
        <translation>Peut-être le même que {other} : presque le même nom à la même adresse.</translation>
    </message>
    <message>
        <source>The NAF code {code} is not of {said} but of {right}.</source>
        <translation>Le code NAF {code} n'est pas de la version {said} mais de : {right}.</translation>
    </message>
    <message>
        <source>The NAF code {code} exists in no version.</source>
        <translation>Le code NAF {code} n'existe dans aucune version.</translation>
    </message>
    <message>
        <source>Choose the activity in the list, with the version that it belongs to.</source>
        <translation>Choisir l'activité dans la liste, avec la version à laquelle elle appartient.</translation>
    </message>
    <message>
        <source>This resource or need has no code: no answer is looked for.</source>
        <translation>Cette ressource ou ce besoin n'a pas de code : aucune réponse n'est cherchée.</translation>
    </message>
    <message>
        <source>Choose a product or a job, even a coarse one.</source>
        <translation>Choisir un produit ou un métier, même peu précis.</translation>
    </message>
    <message>
        <source>The code {code} is usually written {official}.</source>
        <translation>Le code {code} s'écrit d'ordinaire {official}.</translation>
    </message>
    <message>
        <source>Choose the code in the list, so that forms show its label.</source>
        <translation>Choisir le code dans la liste, pour que les formulaires en montrent le libellé.</translation>
    </message>
    <message>
        <source>The code {code} is of the nomenclature {right}, not {said}.</source>
        <translation>Le code {code} est de la nomenclature {right}, pas de la {said}.</translation>
    </message>
    <message>
        <source>Choose the nomenclature of the code, or another code.</source>
        <translation>Choisir la nomenclature du code, ou un autre code.</translation>
    </message>
    <message>
        <source>The code {code} exists in no nomenclature.</source>
        <translation>Le code {code} n'existe dans aucune nomenclature.</translation>
    </message>
    <message>
        <source>Choose a product or a job in the list.</source>
        <translation>Choisir un produit ou un métier dans la liste.</translation>
    </message>
    <message>
        <source>The unit {unit} does not exist.</source>
        <translation>L'unité {unit} n'existe pas.</translation>
    </message>
    <message>
        <source>Choose a unit of the list.</source>
        <translation>Choisir une unité de la liste.</translation>
    </message>
    <message>
        <source>The unit {unit} does not suit the nature “{nature}”.</source>
        <translation>L'unité {unit} ne convient pas à la nature « {nature} ».</translation>
    </message>
    <message>
        <source>Choose a unit of this nature, or correct the nature.</source>
        <translation>Choisir une unité de cette nature, ou corriger la nature.</translation>
    </message>
    <message>
        <source>The point of this record is not that of its company.</source>
        <translation>Le point de cette fiche n'est pas celui de son entreprise.</translation>
    </message>
    <message>
        <source>Save its company's position again, or tick “{field}” if it is elsewhere.</source>
        <translation>Enregistrer à nouveau la position de son entreprise, ou cocher « {field} » s'il est bien ailleurs.</translation>
    </message>
    <message>
        <source>Still open, while {company} has closed.</source>
        <translation>Encore ouvert, alors que {company} a fermé.</translation>
    </message>
    <message>
        <source>Mark it as lapsed, or give it to the company that took over.</source>
        <translation>Le marquer caduc, ou le donner à l'entreprise qui a repris.</translation>
    </message>
    <message>
        <source>Not confirmed for 12 months: last time on {day}.</source>
        <translation>Sans confirmation depuis 12 mois : la dernière date du {day}.</translation>
    </message>
    <message>
        <source>Ask the company whether it still holds, then set the date.</source>
        <translation>Demander à l'entreprise si c'est encore vrai, puis noter la date.</translation>
    </message>
    <message>
        <source>The next action was due on {day}: {action}</source>
        <translation>La prochaine action était à faire pour le {day} : {action}</translation>
    </message>
    <message>
        <source>Do it, or set another date.</source>
        <translation>La faire, ou fixer une autre date.</translation>
    </message>
    <message>
        <source>Personal data without the date on which the person agreed.</source>
        <translation>Donnée personnelle sans la date de l'accord de la personne.</translation>
    </message>
    <message>
        <source>Ask for the agreement and note its date, or delete the contact.</source>
        <translation>Demander l'accord et noter sa date, ou supprimer le contact.</translation>
    </message>
    <message>
        <source>This verdict speaks of a resource or a need that no longer exists.</source>
        <translation>Cet avis porte sur une ressource ou un besoin qui n'existe plus.</translation>
    </message>
    <message>
        <source>Keep it if the record is to be imported again; else delete it.</source>
        <translation>Le garder si la fiche doit être importée à nouveau ; sinon le supprimer.</translation>
    </message>
    <message>
        <source>Company</source>
        <translation>Entreprise</translation>
    </message>
    <message>
        <source>Resource</source>
        <translation>Ressource</translation>
    </message>
    <message>
        <source>Need</source>
        <translation>Besoin</translation>
    </message>
    <message>
        <source>Check the quality of a territory</source>
        <translation>Contrôler la qualité d'un territoire</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Constats</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Erreurs</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Avertissements</translation>
    </message>
    <message>
        <source>{errors} errors, {warnings} warnings, {advice} pieces of advice.</source>
        <translation>Erreurs : {errors}, avertissements : {warnings}, conseils : {advice}.</translation>
    </message>
    <message>
        <source>There is no project beside the territory: nothing was checked for QField.</source>
        <translation>Il n'y a pas de projet à côté du territoire : rien n'a été contrôlé pour QField.</translation>
    </message>
    <message>
        <source>Choose the project of the territory, or save it beside the GeoPackage.</source>
        <translation>Choisir le projet du territoire, ou l'enregistrer à côté du GeoPackage.</translation>
    </message>
    <message>
        <source>Open the territory again.</source>
        <translation>Ouvrir à nouveau le territoire.</translation>
    </message>
    <message>
        <source>it is not a QGIS project</source>
        <translation>ce n'est pas un projet QGIS</translation>
    </message>
    <message>
        <source>In the properties of the project, save paths as relative, then save it.</source>
        <translation>Dans les propriétés du projet, choisir des chemins relatifs, puis l'enregistrer.</translation>
    </message>
    <message>
        <source>The project saves absolute paths to its layers.</source>
        <translation>Le projet enregistre les chemins absolus de ses couches.</translation>
    </message>
    <message>
        <source>The path of this layer is absolute: {path}.</source>
        <translation>Le chemin de cette couche est absolu : {path}.</translation>
    </message>
    <message>
        <source>Put its file beside the project, or under it.</source>
        <translation>Mettre son fichier à côté du projet, ou dans un dossier sous lui.</translation>
    </message>
    <message>
        <source>The name of this layer holds signs that files cannot have.</source>
        <translation>Le nom de cette couche contient des signes interdits aux fichiers.</translation>
    </message>
    <message>
        <source>Rename it without any of: {signs}</source>
        <translation>La renommer sans aucun de ces signes : {signs}</translation>
    </message>
    <message>
        <source>Several layers have this name.</source>
        <translation>Plusieurs couches portent ce nom.</translation>
    </message>
    <message>
        <source>Rename one: QField may take one for the other.</source>
        <translation>En renommer une : QField pourrait prendre l'une pour l'autre.</translation>
    </message>
    <message>
        <source>This layer is not a file: without a network, QField shows nothing of it.</source>
        <translation>Cette couche n'est pas un fichier : sans réseau, QField n'en montre rien.</translation>
    </message>
    <message>
        <source>Replace it by a copy in a GeoPackage where there is no network.</source>
        <translation>La remplacer par une copie en GeoPackage là où il n'y a pas de réseau.</translation>
    </message>
    <message>
        <source>This layer cannot be read: {source}</source>
        <translation>Cette couche est illisible : {source}</translation>
    </message>
    <message>
        <source>Put its file back, or remove the layer from the project.</source>
        <translation>Remettre son fichier en place, ou retirer la couche du projet.</translation>
    </message>
    <message>
        <source>The key of this layer is made of several columns: QField refuses it.</source>
        <translation>La clé de cette couche a plusieurs colonnes : QField la refuse.</translation>
    </message>
    <message>
        <source>Give it a key of one column.</source>
        <translation>Lui donner une clé d'une seule colonne.</translation>
    </message>
    <message>
        <source>QField does not know the widget of the field {field}: {widget}.</source>
        <translation>QField ne connaît pas l'outil du champ {field} : {widget}.</translation>
    </message>
    <message>
        <source>Choose a widget of QGIS for this field: {widgets}.</source>
        <translation>Choisir un outil de QGIS pour ce champ : {widgets}.</translation>
    </message>
    <message>
        <source>The field {field} takes its values from a layer that is not there.</source>
        <translation>Le champ {field} prend ses valeurs dans une couche absente.</translation>
    </message>
    <message>
        <source>Put the layer back, or choose another widget for the field.</source>
        <translation>Remettre la couche, ou choisir un autre outil pour le champ.</translation>
    </message>
    <message>
        <source>QField does not know the widget of the relation {relation}: {widget}.</source>
        <translation>QField ne connaît pas l'outil de la relation {relation} : {widget}.</translation>
    </message>
    <message>
        <source>Choose the relation editor of QGIS for it.</source>
        <translation>Lui choisir l'éditeur de relation de QGIS.</translation>
    </message>
    <message>
        <source>The form shows a relation that is not there: {relation}.</source>
        <translation>Le formulaire montre une relation absente : {relation}.</translation>
    </message>
    <message>
        <source>Remove it from the form, or make the relation again.</source>
        <translation>La retirer du formulaire, ou recréer la relation.</translation>
    </message>
    <message>
        <source>The form runs Python code, which QField ignores.</source>
        <translation>Le formulaire exécute du code Python, que QField ignore.</translation>
    </message>
    <message>
        <source>Say it in constraints and default values instead.</source>
        <translation>Le dire plutôt par des contraintes et des valeurs par défaut.</translation>
    </message>
    <message>
        <source>An expression of {where} cannot be read: {reason}</source>
        <translation>Une expression de {where} est illisible : {reason}</translation>
    </message>
    <message>
        <source>An expression of {where} calls what only a plugin brings: {names}.</source>
        <translation>Une expression de {where} appelle ce que seule une extension apporte : {names}.</translation>
    </message>
    <message>
        <source>Write it with the functions of QGIS: QField has no others.</source>
        <translation>L'écrire avec les fonctions de QGIS : QField n'en a pas d'autres.</translation>
    </message>
    <message>
        <source>the name of records</source>
        <translation>nom des fiches</translation>
    </message>
    <message>
        <source>The relation {name} leads to a layer or a field that is not there.</source>
        <translation>La relation {name} mène à une couche ou à un champ absent.</translation>
    </message>
    <message>
        <source>Correct or delete it in the properties of the project.</source>
        <translation>La corriger ou la supprimer dans les propriétés du projet.</translation>
    </message>
    <message>
        <source>The relation {name} joins several columns: QField refuses it.</source>
        <translation>La relation {name} joint plusieurs colonnes : QField la refuse.</translation>
    </message>
    <message>
        <source>Join the layers by a key of one column.</source>
        <translation>Joindre les couches par une clé d'une seule colonne.</translation>
    </message>
    <message>
        <source>The relation {name} joins by a number, {field}.</source>
        <translation>La relation {name} joint par un numéro, {field}.</translation>
    </message>
    <message>
        <source>Join by a text key: two devices in the field may give the same number.</source>
        <translation>Joindre par une clé de texte : deux appareils sur le terrain peuvent donner le même numéro.</translation>
    </message>
    <message>
        <source>Correct it: QField knows none of the functions that plugins bring.</source>
        <translation>La corriger : QField ne connaît aucune des fonctions que les extensions apportent.</translation>
    </message>
    <message>
        <source>{path} is not a demonstration and stays: choose another folder.</source>
        <translation>{path} n'est pas une démonstration et reste en place : choisissez un autre dossier.</translation>
    </message>
    <message>
        <source>Columns of the table for each field</source>
        <translation>Colonnes de la table pour chaque champ</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Champ</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Colonne</translation>
    </message>
    <message>
        <source>For example</source>
        <translation>Par exemple</translation>
    </message>
    <message>
        <source>The columns show here once a table that can be read is chosen.</source>
        <translation>Les colonnes s'affichent ici dès qu'une table lisible est choisie.</translation>
    </message>
    <message>
        <source>As you chose them last time for a table with these columns.</source>
        <translation>Comme vous les aviez choisies la dernière fois pour une table aux mêmes colonnes.</translation>
    </message>
    <message>
        <source>Recognised by their names: check them, and correct where needed.</source>
        <translation>Reconnues à leur nom : vérifiez-les, et corrigez où il le faut.</translation>
    </message>
    <message>
        <source>(leave out)</source>
        <translation>(ne pas reprendre)</translation>
    </message>
    <message>
        <source>The project has no layer for the territory&apos;s own words: open the territory again.</source>
        <translation>Le projet n'a pas la couche des mots du territoire : rouvrir le territoire.</translation>
    </message>
    <message>
        <source>For everybody in this territory: searched again, these words find it first.</source>
        <translation>Pour tous ceux du territoire : cherchés de nouveau, ces mots le trouveront en premier.</translation>
    </message>
    <message>
        <source>Remember “{words}” for this code</source>
        <translation>Retenir « {words} » pour ce code</translation>
    </message>
    <message>
        <source>1 resource</source>
        <translation>1 ressource</translation>
    </message>
    <message>
        <source>{n} resources</source>
        <translation>{n} ressources</translation>
    </message>
    <message>
        <source>1 need</source>
        <translation>1 besoin</translation>
    </message>
    <message>
        <source>{n} needs</source>
        <translation>{n} besoins</translation>
    </message>
    <message>
        <source>last visit on {date}</source>
        <translation>dernière visite le {date}</translation>
    </message>
    <message>
        <source>Nothing recorded yet</source>
        <translation>Rien de relevé encore</translation>
    </message>
    <message>
        <source>to do: {action}</source>
        <translation>à faire : {action}</translation>
    </message>
    <message>
        <source>to do: {action} by {date}</source>
        <translation>à faire : {action} pour le {date}</translation>
    </message>
    <message>
        <source>to do: {action} by {date} (overdue)</source>
        <translation>à faire : {action} pour le {date} (en retard)</translation>
    </message>
    <message>
        <source>Act&apos;IF summary of a company</source>
        <translation>Résumé d'une entreprise (Act'IF)</translation>
    </message>
    <message>
        <source>One line on top of the sheet. In the saved project: a hidden field.</source>
        <translation>Une ligne en haut de la fiche. Dans le projet enregistré : un champ masqué.</translation>
    </message>
    <message>
        <source>Merge the selected companies…</source>
        <translation>Fusionner les entreprises sélectionnées…</translation>
    </message>
    <message>
        <source>present</source>
        <translation>présent</translation>
    </message>
    <message>
        <source>fragile: one establishment</source>
        <translation>fragile : un seul établissement</translation>
    </message>
    <message>
        <source>absent</source>
        <translation>absent</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>manquant</translation>
    </message>
    <message>
        <source>Establishments: {count}</source>
        <translation>Établissements : {count}</translation>
    </message>
    <message>
        <source>The maximum distance is a number of metres, 0 or more.</source>
        <translation>La distance maximale est un nombre de mètres, 0 ou plus.</translation>
    </message>
    <message>
        <source>No maximum distance: each nature has its own, a hypothesis of the settings.</source>
        <translation>Pas de distance maximale : chaque nature a la sienne, une hypothèse des réglages.</translation>
    </message>
    <message>
        <source>The maximum distance goes half way round the Earth: it leaves nothing out.</source>
        <translation>La distance maximale fait la moitié du tour de la Terre : elle n'écarte rien.</translation>
    </message>
    <message>
        <source>The maximum distance is {distance} metres: were kilometres meant?</source>
        <translation>La distance maximale est de {distance} mètres : s'agissait-il de kilomètres ?</translation>
    </message>
    <message>
        <source>Needs and resources are one layer without a field sens: each record counts as both, and does not answer itself.</source>
        <translation>Besoins et ressources sont une même couche sans champ sens : chaque fiche compte des deux côtés, et ne se répond pas à elle-même.</translation>
    </message>
    <message>
        <source>A result cannot be written, check the disk and the file chosen: {reason}</source>
        <translation>Un résultat ne peut pas être écrit, vérifiez le disque et le fichier choisi : {reason}</translation>
    </message>
    <message>
        <source>distance (metres)</source>
        <translation>distance (mètres)</translation>
    </message>
    <message>
        <source>time (minutes)</source>
        <translation>temps (minutes)</translation>
    </message>
    <message>
        <source>Roads</source>
        <translation>Routes</translation>
    </message>
    <message>
        <source>What counts by road</source>
        <translation>Ce qui compte par la route</translation>
    </message>
    <message>
        <source>Maximum duration (minutes, when time counts)</source>
        <translation>Durée maximale (min, si le temps compte)</translation>
    </message>
    <message>
        <source>Maximum distance from a point to its road (metres)</source>
        <translation>Distance maximale à la route (mètres)</translation>
    </message>
    <message>
        <source>Field of the directions</source>
        <translation>Champ des sens de circulation</translation>
    </message>
    <message>
        <source>Field of the speeds</source>
        <translation>Champ des vitesses</translation>
    </message>
    <message>
        <source>Field of the road classes</source>
        <translation>Champ des classes de routes</translation>
    </message>
    <message>
        <source>By road: {answered} answered, {far} too far, {unreachable} unreachable, {off} further than {tolerance} m from any road, {alone} without anything compatible near enough as the crow flies.</source>
        <translation>Par la route : {answered} avec réponse, {far} trop loin, {unreachable} sans liaison, {off} à plus de {tolerance} m de toute route, {alone} sans rien de compatible à portée, même à vol d'oiseau.</translation>
    </message>
    <message>
        <source>Export to the CNIG standard</source>
        <translation>Exporter au standard CNIG</translation>
    </message>
    <message>
        <source>Public ones only</source>
        <translation>Publics seulement</translation>
    </message>
    <message>
        <source>Public ones, and those shared with partners</source>
        <translation>Publics, et partagés avec les partenaires</translation>
    </message>
    <message>
        <source>All, internal ones too</source>
        <translation>Tous, internes compris</translation>
    </message>
    <message>
        <source>Establishments to export</source>
        <translation>Établissements à exporter</translation>
    </message>
    <message>
        <source>GeoPackage to write</source>
        <translation>GeoPackage à écrire</translation>
    </message>
    <message>
        <source>To be completed</source>
        <translation>À compléter</translation>
    </message>
    <message>
        <source>Sites</source>
        <translation>Sites</translation>
    </message>
    <message>
        <source>Pieces of land</source>
        <translation>Terrains</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Laissés de côté</translation>
    </message>
    <message>
        <source>{path} is an Act&apos;IF territory: export to another file.</source>
        <translation>{path} est un territoire Act'IF : exporter dans un autre fichier.</translation>
    </message>
    <message>
        <source>Written: sites {sites}, pieces of land {lands}, establishments {establishments}.</source>
        <translation>Écrits : sites {sites}, terrains {lands}, établissements {establishments}.</translation>
    </message>
    <message>
        <source>Left out, for they lack what the standard asks: {count}.</source>
        <translation>Laissés de côté, faute de ce que le standard demande : {count}.</translation>
    </message>
    <message>
        <source>Establishments not shared this far, which stay here: {count}.</source>
        <translation>Établissements non partagés à ce niveau, qui restent ici : {count}.</translation>
    </message>
    <message>
        <source>Establishments not confirmed, which stay here: {count}.</source>
        <translation>Établissements non confirmés, qui restent ici : {count}.</translation>
    </message>
    <message>
        <source>{column}: “{value}” ({count}) is not what the standard accepts; it becomes “autre” where it can, or stays empty.</source>
        <translation>{column} : « {value} » ({count}) n'est pas admis par le standard ; la valeur devient « autre » si c'est possible, sinon reste vide.</translation>
    </message>
    <message>
        <source>no longer available</source>
        <translation>plus disponibles</translation>
    </message>
    <message>
        <source>not confirmed for a year</source>
        <translation>non confirmées depuis un an</translation>
    </message>
    <message>
        <source>Were needs and resources exchanged?</source>
        <translation>Besoins et ressources ont-ils été intervertis ?</translation>
    </message>
    <message>
        <source>Geocode addresses</source>
        <translation>Géocoder des adresses</translation>
    </message>
    <message>
        <source>Table or layer of addresses</source>
        <translation>Table ou couche d'adresses</translation>
    </message>
    <message>
        <source>Address field (empty: guessed)</source>
        <translation>Champ de l'adresse (vide : deviné)</translation>
    </message>
    <message>
        <source>Postcode field (empty: guessed)</source>
        <translation>Champ du code postal (vide : deviné)</translation>
    </message>
    <message>
        <source>Commune field (empty: guessed)</source>
        <translation>Champ de la commune (vide : deviné)</translation>
    </message>
    <message>
        <source>INSEE code field of the commune (empty: guessed)</source>
        <translation>Champ du code Insee (vide : deviné)</translation>
    </message>
    <message>
        <source>Lowest score accepted (0 to 1)</source>
        <translation>Score minimal (de 0 à 1)</translation>
    </message>
    <message>
        <source>Put the points into the establishments of the territory</source>
        <translation>Mettre les points dans les établissements du territoire</translation>
    </message>
    <message>
        <source>Geocoded addresses</source>
        <translation>Adresses géocodées</translation>
    </message>
    <message>
        <source>Addresses to correct</source>
        <translation>Adresses à corriger</translation>
    </message>
    <message>
        <source>Geocoded</source>
        <translation>Géocodées</translation>
    </message>
    <message>
        <source>Establishments placed</source>
        <translation>Établissements placés</translation>
    </message>
    <message>
        <source>There is no field {field} in the table: choose another.</source>
        <translation>Il n'y a pas de champ {field} dans la table : choisissez-en un autre.</translation>
    </message>
    <message>
        <source>No field for an address among: {columns}. Choose the one that holds it.</source>
        <translation>Aucun champ d'adresse parmi : {columns}. Choisissez celui qui la contient.</translation>
    </message>
    <message>
        <source>{count} addresses were answered in a former run, and are not asked again.</source>
        <translation>{count} adresses ont eu leur réponse lors d'un lancement précédent, et ne sont pas redemandées.</translation>
    </message>
    <message>
        <source>{count} addresses were answered before: run again to go on from there.</source>
        <translation>{count} adresses avaient déjà leur réponse : relancez pour continuer à partir de là.</translation>
    </message>
    <message>
        <source>No address.</source>
        <translation>Pas d'adresse.</translation>
    </message>
    <message>
        <source>The service failed on this address: run again.</source>
        <translation>Le service a échoué sur cette adresse : relancez.</translation>
    </message>
    <message>
        <source>The service knows no such address.</source>
        <translation>Le service ne connaît pas cette adresse.</translation>
    </message>
    <message>
        <source>Score below {lowest}: check the address proposed.</source>
        <translation>Score inférieur à {lowest} : vérifiez l'adresse proposée.</translation>
    </message>
    <message>
        <source>The establishments cannot be recognised: the table has neither the field id of the territory nor a SIRET.</source>
        <translation>Les établissements ne peuvent pas être reconnus : la table n'a ni le champ id du territoire, ni SIRET.</translation>
    </message>
    <message>
        <source>{placed} establishments of the territory placed, {kept} left where they were (placed already, or by an adviser), {unknown} not in the territory.</source>
        <translation>{placed} établissements du territoire placés, {kept} laissés où ils étaient (déjà placés, ou par un conseiller), {unknown} absents du territoire.</translation>
    </message>
    <message>
        <source>{geocoded} geocoded, {rejected} to correct.</source>
        <translation>{geocoded} géocodées, {rejected} à corriger.</translation>
    </message>
    <message>
        <source>SIRENE: file of positions, joined by SIRET</source>
        <translation>SIRENE : fichier des positions, joint sur le SIRET</translation>
    </message>
    <message>
        <source>SIRENE: file of legal units, for the names</source>
        <translation>SIRENE : fichier des unités légales (noms)</translation>
    </message>
    <message>
        <source>Only these activities (starts of NAF codes)</source>
        <translation>Seulement ces activités (débuts de codes NAF)</translation>
    </message>
    <message>
        <source>A column {name} is missing: the files of SIRENE are joined by it.</source>
        <translation>Il manque une colonne {name} : c'est sur elle que les fichiers SIRENE sont joints.</translation>
    </message>
    <message>
        <source>The files of SIRENE cannot be joined, check the temporary disk: {reason}</source>
        <translation>Les fichiers SIRENE ne peuvent être joints, vérifier le disque temporaire : {reason}</translation>
    </message>
    <message>
        <source>These are not starts of NAF codes: {codes}. Write for instance 10, 16.2 or 47.11F.</source>
        <translation>Ce ne sont pas des débuts de codes NAF : {codes}. Écrire par exemple 10, 16.2 ou 47.11F.</translation>
    </message>
    <message>
        <source>Import perimeters</source>
        <translation>Importer des périmètres</translation>
    </message>
    <message>
        <source>Polygons: communes, EPCI, activity zones, pieces of land</source>
        <translation>Polygones : communes, EPCI, zones d'activités, terrains</translation>
    </message>
    <message>
        <source>As the table tells</source>
        <translation>Ce que dit la table</translation>
    </message>
    <message>
        <source>Communes</source>
        <translation>Communes</translation>
    </message>
    <message>
        <source>EPCI</source>
        <translation>EPCI</translation>
    </message>
    <message>
        <source>Activity zones</source>
        <translation>Zones d'activités</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Autre</translation>
    </message>
    <message>
        <source>Type of the perimeters</source>
        <translation>Type des périmètres</translation>
    </message>
    <message>
        <source>Perimeters left out: {count}. {reason}</source>
        <translation>Périmètres laissés de côté : {count}. {reason}</translation>
    </message>
    <message>
        <source>Invalid shapes repaired: {count}.</source>
        <translation>Géométries invalides réparées : {count}.</translation>
    </message>
    <message>
        <source>No column for a code or a name among: {columns}. Say which one holds it in the columns parameter.</source>
        <translation>Aucune colonne de code ou de nom parmi : {columns}. Dire laquelle le contient dans le paramètre des colonnes.</translation>
    </message>
    <message>
        <source>Neither a code nor a name.</source>
        <translation>Ni code ni nom.</translation>
    </message>
    <message>
        <source>No shape.</source>
        <translation>Pas de géométrie.</translation>
    </message>
    <message>
        <source>The shape cannot be read: GeoJSON or WKT is needed.</source>
        <translation>La géométrie est illisible : il faut du GeoJSON ou du WKT.</translation>
    </message>
    <message>
        <source>The shape is not an area.</source>
        <translation>La géométrie n'est pas une surface.</translation>
    </message>
    <message>
        <source>The shape is outside the area of the coordinate system.</source>
        <translation>La géométrie est hors de l'emprise du système de coordonnées.</translation>
    </message>
    <message>
        <source>Same perimeter as line {detail}.</source>
        <translation>Même périmètre que la ligne {detail}.</translation>
    </message>
    <message>
        <source>Create closed establishments too</source>
        <translation>Créer aussi les établissements fermés</translation>
    </message>
    <message>
        <source>Differences with what advisers wrote</source>
        <translation>Écarts avec ce que les conseillers ont écrit</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Fermés</translation>
    </message>
    <message>
        <source>To check</source>
        <translation>À vérifier</translation>
    </message>
    <message>
        <source>{created} created, {updated} updated, {unchanged} unchanged, {closed} closed, {rejected} rejected.</source>
        <translation>{created} créés, {updated} mis à jour, {unchanged} inchangés, {closed} fermés, {rejected} rejetés.</translation>
    </message>
    <message>
        <source>{count} more closed.</source>
        <translation>{count} autres fermés.</translation>
    </message>
    <message>
        <source>{count} more probable moves.</source>
        <translation>{count} autres déménagements probables.</translation>
    </message>
    <message>
        <source>{count} more to check.</source>
        <translation>{count} autres à vérifier.</translation>
    </message>
    <message>
        <source>{count} more differences.</source>
        <translation>{count} autres écarts.</translation>
    </message>
    <message>
        <source>Closed: {name} {siret}.</source>
        <translation>Fermé : {name} {siret}.</translation>
    </message>
    <message>
        <source>Closed: {name} {siret}. Its open flows, to review: {flows}.</source>
        <translation>Fermé : {name} {siret}. Ses ressources et besoins ouverts, à revoir : {flows}.</translation>
    </message>
    <message>
        <source>Probable move: {name} closed {closed} and opened {opened} at {place}.</source>
        <translation>Déménagement probable : {name} a fermé {closed} et ouvert {opened} à {place}.</translation>
    </message>
    <message>
        <source>To check: line {line}, {name}, resembles {known_name} at the same address.</source>
        <translation>À vérifier : ligne {line}, {name} ressemble à {known_name}, à la même adresse.</translation>
    </message>
    <message>
        <source>{count} natural persons left out: their names are personal data. Ask for them to be imported where you need them.</source>
        <translation>{count} personnes physiques laissées de côté : leur nom est une donnée personnelle. Demander leur import là où il le faut.</translation>
    </message>
    <message>
        <source>{count} of other activities left out.</source>
        <translation>{count} d'autres activités laissés de côté.</translation>
    </message>
    <message>
        <source>{count} closed and unknown to the territory, left out.</source>
        <translation>{count} fermés et inconnus du territoire, laissés de côté.</translation>
    </message>
    <message>
        <source>{count} already in the territory from a surer source, left out.</source>
        <translation>{count} déjà dans le territoire par une source plus sûre, laissés de côté.</translation>
    </message>
    <message>
        <source>SIRET {detail}: a spreadsheet rounded it, its last digits are lost. Format the column as text in the original table and export it again.</source>
        <translation>SIRET {detail} : un tableur l'a arrondi, ses derniers chiffres sont perdus. Mettre la colonne au format texte dans le tableau d'origine et l'exporter de nouveau.</translation>
    </message>
    <message>
        <source>{detail}: an activity area, not a company; import it among the perimeters.</source>
        <translation>{detail} : une zone d'activités, pas une entreprise ; l'importer parmi les périmètres.</translation>
    </message>
    <message>
        <source>Isochrones</source>
        <translation>Isochrones</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>Points</translation>
    </message>
    <message>
        <source>How far (minutes or metres)</source>
        <translation>Jusqu'où (minutes ou mètres)</translation>
    </message>
    <message>
        <source>from the point</source>
        <translation>depuis le point</translation>
    </message>
    <message>
        <source>to the point</source>
        <translation>vers le point</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Sens</translation>
    </message>
    <message>
        <source>Géoplateforme (France)</source>
        <translation>Géoplateforme (France)</translation>
    </message>
    <message>
        <source>a Valhalla server</source>
        <translation>un serveur Valhalla</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Service</translation>
    </message>
    <message>
        <source>Address of the service (empty: the one of the options)</source>
        <translation>Adresse du service (vide : celle des options)</translation>
    </message>
    <message>
        <source>Points to choose by the areas</source>
        <translation>Points à choisir par les surfaces</translation>
    </message>
    <message>
        <source>Points inside</source>
        <translation>Points à l'intérieur</translation>
    </message>
    <message>
        <source>Points without an isochrone</source>
        <translation>Points sans isochrone</translation>
    </message>
    <message>
        <source>{count} isochrones, {refused} points without one.</source>
        <translation>{count} isochrones, {refused} points sans isochrone.</translation>
    </message>
    <message>
        <source>Give the address of a Valhalla server, here or in the options of Act&apos;IF.</source>
        <translation>Donnez l'adresse d'un serveur Valhalla, ici ou dans les options d'Act'IF.</translation>
    </message>
    <message>
        <source>{count} points inside.</source>
        <translation>{count} points à l'intérieur.</translation>
    </message>
    <message>
        <source>Joint offer</source>
        <translation>Offre commune</translation>
    </message>
    <message>
        <source>Answers at most</source>
        <translation>Nombre maximal de réponses</translation>
    </message>
    <message>
        <source>Joint offers</source>
        <translation>Offres communes</translation>
    </message>
    <message>
        <source>Members of the joint offers</source>
        <translation>Membres des offres communes</translation>
    </message>
    <message>
        <source>Unknown products, left out: {codes}</source>
        <translation>Produits inconnus, laissés de côté : {codes}</translation>
    </message>
    <message>
        <source>{count} products are too many to combine: give {most} at most.</source>
        <translation>{count} produits sont trop nombreux pour être combinés : en donner {most} au plus.</translation>
    </message>
    <message>
        <source>Nobody offers: {codes}. A missing link of the territory.</source>
        <translation>Personne n'offre : {codes}. Un maillon manquant du territoire.</translation>
    </message>
    <message>
        <source>No set covers all products within this distance: these leave out the fewest.</source>
        <translation>Aucun ensemble ne couvre tous les produits à cette distance : ceux-ci en laissent le moins.</translation>
    </message>
    <message>
        <source>The search was stopped after its limit of steps: better sets may exist. Ask for fewer products or a shorter distance.</source>
        <translation>La recherche s'est arrêtée à sa limite d'étapes : de meilleurs ensembles peuvent exister. Demander moins de produits ou une distance plus courte.</translation>
    </message>
    <message>
        <source>{count} joint offers.</source>
        <translation>{count} offres communes.</translation>
    </message>
    <message>
        <source>The number of answers is at least 1.</source>
        <translation>Le nombre de réponses est au moins 1.</translation>
    </message>
    <message>
        <source>Merge establishments</source>
        <translation>Fusionner des établissements</translation>
    </message>
    <message>
        <source>Establishment to keep (identifier or SIRET)</source>
        <translation>Établissement à garder (identifiant ou SIRET)</translation>
    </message>
    <message>
        <source>Establishment kept</source>
        <translation>Établissement gardé</translation>
    </message>
    <message>
        <source>Resources and needs carried along</source>
        <translation>Ressources et besoins qui ont suivi</translation>
    </message>
    <message>
        <source>Visits carried along</source>
        <translation>Visites qui ont suivi</translation>
    </message>
    <message>
        <source>Contacts carried along</source>
        <translation>Contacts qui ont suivi</translation>
    </message>
    <message>
        <source>Memberships of synergies carried along</source>
        <translation>Participations à des synergies qui ont suivi</translation>
    </message>
    <message>
        <source>Verdicts carried along</source>
        <translation>Avis qui ont suivi</translation>
    </message>
    <message>
        <source>Save or cancel the edits of {layers} first: a merge writes there.</source>
        <translation>Enregistrez ou annulez d'abord les modifications de {layers} : une fusion y écrit.</translation>
    </message>
    <message>
        <source>{name} took from the others: {fields}.</source>
        <translation>{name} a repris des autres fiches : {fields}.</translation>
    </message>
    <message>
        <source>{name}: {field} keeps “{kept}”, the other said “{left}”.</source>
        <translation>{name} : {field} reste « {kept} », l'autre fiche disait « {left} ».</translation>
    </message>
    <message>
        <source>{count} records said the same as another and became one with it.</source>
        <translation>{count} enregistrements disaient la même chose qu'un autre et ne font plus qu'un avec lui.</translation>
    </message>
    <message>
        <source>Greatest distance between two members (metres)</source>
        <translation>Distance maximale entre deux membres (mètres)</translation>
    </message>
    <message>
        <source>Place resources</source>
        <translation>Placer les ressources</translation>
    </message>
    <message>
        <source>Needs a resource</source>
        <translation>Nombre de besoins par ressource</translation>
    </message>
    <message>
        <source>Unplaced resources</source>
        <translation>Ressources sans preneur</translation>
    </message>
    <message>
        <source>{pairs} outlets for {placed} resources out of {resources}.</source>
        <translation>{pairs} débouchés pour {placed} ressources sur {resources}.</translation>
    </message>
    <message>
        <source>Pool needs</source>
        <translation>Grouper les besoins</translation>
    </message>
    <message>
        <source>Fewest establishments in a pool</source>
        <translation>Nombre minimal d'établissements par groupement</translation>
    </message>
    <message>
        <source>Critical mass, a year</source>
        <translation>Masse critique, par an</translation>
    </message>
    <message>
        <source>Pools</source>
        <translation>Groupements</translation>
    </message>
    <message>
        <source>Members of the pools</source>
        <translation>Membres des groupements</translation>
    </message>
    <message>
        <source>{pools} pools, {members} memberships.</source>
        <translation>{pools} groupements, {members} adhésions.</translation>
    </message>
    <message>
        <source>The critical mass needs a unit, one of: {units}.</source>
        <translation>La masse critique demande une unité, parmi : {units}.</translation>
    </message>
    <message>
        <source>{path} cannot be read as OpenStreetMap data: {reason}</source>
        <translation>{path} n'est pas lisible comme données OpenStreetMap : {reason}</translation>
    </message>
    <message>
        <source>Values kept though the lists of the CNIG standard lack them: {count}.</source>
        <translation>Valeurs gardées bien qu'absentes des listes du standard CNIG : {count}.</translation>
    </message>
    <message>
        <source>{column}: “{value}” ({count})</source>
        <translation>{column} : « {value} » ({count})</translation>
    </message>
    <message>
        <source>{path} cannot be written, check the disk: {reason}</source>
        <translation>{path} ne peut pas être écrit, vérifiez le disque : {reason}</translation>
    </message>
    <message>
        <source>Roads: {lines} lines, {pieces} straight pieces.</source>
        <translation>Routes : {lines} lignes, {pieces} segments.</translation>
    </message>
    <message>
        <source>Roads: {count} lines left out ({reason}).</source>
        <translation>Routes : {count} lignes laissées de côté ({reason}).</translation>
    </message>
    <message>
        <source>without a usable geometry</source>
        <translation>sans géométrie utilisable</translation>
    </message>
    <message>
        <source>The road layer has no line that cars use near the points ({reasons}): choose another.</source>
        <translation>La couche de routes n'a près des points aucune ligne où roulent les voitures ({reasons}) : choisissez-en une autre.</translation>
    </message>
    <message>
        <source>there is none at all</source>
        <translation>il n'y en a aucune</translation>
    </message>
    <message>
        <source>The road layer has no field {field}: choose another.</source>
        <translation>La couche de routes n'a pas de champ {field} : choisissez-en un autre.</translation>
    </message>
    <message>
        <source>Roads: no known class in the field {field}, all lines are used, at {speed} km/h where no speed is given.</source>
        <translation>Routes : aucune classe connue dans le champ {field} ; toutes les lignes servent, à {speed} km/h faute de vitesse.</translation>
    </message>
    <message>
        <source>not for cars</source>
        <translation>pas pour les voitures</translation>
    </message>
    <message>
        <source>closed to cars</source>
        <translation>fermées aux voitures</translation>
    </message>
    <message>
        <source>Search establishments online</source>
        <translation>Chercher des établissements en ligne</translation>
    </message>
    <message>
        <source>Extent (empty: that of the polygons)</source>
        <translation>Emprise (vide : celle des polygones)</translation>
    </message>
    <message>
        <source>These are no codes of the NAF: {codes}. Write C, 16, 16.2, 16.24 or 16.24Z.</source>
        <translation>Ce ne sont pas des codes de la NAF : {codes}. Écrivez C, 16, 16.2, 16.24 ou 16.24Z.</translation>
    </message>
    <message>
        <source>Say where to look: choose an extent, or a layer of polygons.</source>
        <translation>Dites où chercher : choisissez une emprise, ou une couche de polygones.</translation>
    </message>
    <message>
        <source>There is nothing where to look: the extent or the polygons are empty.</source>
        <translation>Il n'y a nulle part où chercher : l'emprise et les polygones n'ont rien en commun, ou sont vides.</translation>
    </message>
    <message>
        <source>{size} km²: this may take hours. Import the SIRENE stock for areas of this size.</source>
        <translation>{size} km² : cela peut prendre des heures. Pour une zone de cette taille, importez le stock SIRENE.</translation>
    </message>
    <message>
        <source>Around {latitude}, {longitude} more companies share one address than the service gives: some are missing. Import the SIRENE stock to have them all.</source>
        <translation>Autour de {latitude}, {longitude}, plus d'entreprises partagent une même adresse que le service n'en donne : il en manque. Importez le stock SIRENE pour les avoir toutes.</translation>
    </message>
    <message>
        <source>Estimate what branches buy elsewhere (hypothesis)</source>
        <translation>Estimer ce que les branches achètent ailleurs (hypothèse)</translation>
    </message>
    <message>
        <source>Statistical hypotheses</source>
        <translation>Hypothèses statistiques</translation>
    </message>
    <message>
        <source>Input-output table (INSEE A38 or Eurostat naio_10_cp1700)</source>
        <translation>Tableau entrées-sorties (A38 ou naio_10_cp1700)</translation>
    </message>
    <message>
        <source>Jobs in the nation, by branch</source>
        <translation>Emplois dans le pays, par branche</translation>
    </message>
    <message>
        <source>Delta: weight of the territory&apos;s size (0 to 1)</source>
        <translation>Delta : poids de la taille du territoire (0 à 1)</translation>
    </message>
    <message>
        <source>Source of the tables (empty: name of the file)</source>
        <translation>Source des tableaux (vide : nom du fichier)</translation>
    </message>
    <message>
        <source>Leaks by branch (hypothesis)</source>
        <translation>Fuites par branche (hypothèse)</translation>
    </message>
    <message>
        <source>Statistical hypothesis, not an observation: {branches} branches, {jobs} jobs counted here, delta {delta}. Source: {source}, {year}.</source>
        <translation>Hypothèse statistique, pas une observation : {branches} branches, {jobs} emplois comptés ici, delta {delta}. Source : {source}, {year}.</translation>
    </message>
    <message>
        <source>year not told</source>
        <translation>année non précisée</translation>
    </message>
    <message>
        <source>{path} holds no branch (A38 or Eurostat codes) with its figures for that year: check the file.</source>
        <translation>{path} ne contient aucune branche (codes A38 ou Eurostat) chiffrée pour cette année : vérifier le fichier.</translation>
    </message>
    <message>
        <source>The output of these branches is not told: {branches}. Give a table of outputs by branch.</source>
        <translation>La production de ces branches n'est pas donnée : {branches}. Donner un tableau des productions par branche.</translation>
    </message>
    <message>
        <source>{parameter} has no jobs for these branches: {branches}.</source>
        <translation>{parameter} ne donne pas d'emplois pour ces branches : {branches}.</translation>
    </message>
    <message>
        <source>The establishments have no field {fields}: choose the table etablissement, or give the jobs by branch.</source>
        <translation>Les établissements n'ont pas de champ {fields} : choisir la table etablissement, ou donner les emplois par branche.</translation>
    </message>
    <message>
        <source>{count} establishments without a known activity or workforce: their jobs are not counted.</source>
        <translation>{count} établissements sans activité ou effectif connu : leurs emplois ne sont pas comptés.</translation>
    </message>
    <message>
        <source>The jobs do not fit: there must be some in the territory, and in no branch more than in the nation (same unit in both tables).</source>
        <translation>Les emplois ne concordent pas : il en faut dans le territoire, et dans aucune branche plus que dans le pays (même unité dans les deux tableaux).</translation>
    </message>
    <message>
        <source>Site a missing link</source>
        <translation>Situer un maillon manquant</translation>
    </message>
    <message>
        <source>Candidate sites: free land, empty premises</source>
        <translation>Sites candidats : terrains libres, locaux vides</translation>
    </message>
    <message>
        <source>Ranked sites</source>
        <translation>Sites classés</translation>
    </message>
    <message>
        <source>Give a maximum distance above 0: sites are scored by how near they lie.</source>
        <translation>Donner une distance maximale supérieure à 0 : les sites sont notés d'après leur proximité.</translation>
    </message>
    <message>
        <source>{count} candidates left out (no geometry).</source>
        <translation>{count} candidats laissés de côté (sans géométrie).</translation>
    </message>
    <message>
        <source>There is no link {code}. Did you mean: {codes}?</source>
        <translation>Il n'y a pas de maillon {code}. Peut-être : {codes} ?</translation>
    </message>
    <message>
        <source>Value chains</source>
        <translation>Filières</translation>
    </message>
    <message>
        <source>Perimeters to look at one by one (empty: the whole)</source>
        <translation>Périmètres, un par un (vide : l'ensemble)</translation>
    </message>
    <message>
        <source>Links of the chains</source>
        <translation>Maillons des filières</translation>
    </message>
    <message>
        <source>Missing transformers</source>
        <translation>Transformateurs manquants</translation>
    </message>
    <message>
        <source>Diagram of a chain</source>
        <translation>Schéma d'une filière</translation>
    </message>
    <message>
        <source>There is no chain {codes}: the chains are {known}.</source>
        <translation>Il n'y a pas de filière {codes} : les filières sont {known}.</translation>
    </message>
    <message>
        <source>These links lead to links that do not exist: {pairs}.</source>
        <translation>Ces maillons mènent à des maillons qui n'existent pas : {pairs}.</translation>
    </message>
    <message>
        <source>The table of links is empty: leave it out to use the chains of Act&apos;IF.</source>
        <translation>La table des maillons est vide : ne pas la donner pour prendre les filières d'Act'IF.</translation>
    </message>
    <message>
        <source>The links have no field {fields}: choose the table ref_maillon.</source>
        <translation>Les maillons n'ont pas de champ {fields} : choisir la table ref_maillon.</translation>
    </message>
    <message>
        <source>Codes that are no products, left out: {codes}</source>
        <translation>Codes qui ne sont pas des produits, laissés de côté : {codes}</translation>
    </message>
    <message>
        <source>The establishments have no field naf_code: choose the table etablissement.</source>
        <translation>Les établissements n'ont pas de champ naf_code : choisir la table etablissement.</translation>
    </message>
    <message>
        <source>{links} links: {present} present, {fragile} fragile, {absent} absent, {missing} missing.</source>
        <translation>Maillons : {links}. Présents : {present} ; fragiles : {fragile} ; absents : {absent} ; manquants : {missing}.</translation>
    </message>
    <message>
        <source>Diagram of the chain with the most missing links: {chain}.</source>
        <translation>Schéma de la filière qui a le plus de maillons manquants : {chain}.</translation>
    </message>
    <message>
        <source>What the territory has of this value chain, as recorded</source>
        <translation>Ce que le territoire a de cette filière, d'après ce qui a été relevé</translation>
    </message>
    <message>
        <source>Chains: {source}. Printed with Act&apos;IF for QGIS.</source>
        <translation>Filières : {source}. Imprimé avec Act'IF pour QGIS.</translation>
    </message>
    <message>
        <source>Visit sheet (PDF)</source>
        <translation>Fiche de visite (PDF)</translation>
    </message>
    <message>
        <source>Company (name, SIRET or identifier)</source>
        <translation>Entreprise (nom, SIRET ou identifiant)</translation>
    </message>
    <message>
        <source>Lines of each list at most</source>
        <translation>Nombre maximal de lignes par liste</translation>
    </message>
    <message>
        <source>Needs nearby that it could answer</source>
        <translation>Besoins proches auxquels elle pourrait répondre</translation>
    </message>
    <message>
        <source>Resources nearby that it could use</source>
        <translation>Ressources proches qu'elle pourrait utiliser</translation>
    </message>
    <message>
        <source>Pools that it could join</source>
        <translation>Groupements qu'elle pourrait rejoindre</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <source>Visit sheet</source>
        <translation>Fiche de visite</translation>
    </message>
    <message>
        <source>Company: {name}</source>
        <translation>Entreprise : {name}</translation>
    </message>
    <message>
        <source>Visit sheet written, {pages} pages: {path}</source>
        <translation>Fiche de visite écrite, pages : {pages}. {path}</translation>
    </message>
    <message>
        <source>{url} is not the address of a web service: correct it in the options.</source>
        <translation>{url} n'est pas l'adresse d'un service web : corrigez-la dans les options.</translation>
    </message>
    <message>
        <source>{host} sent an answer that cannot be read: check the address of the service in the options, or try again later.</source>
        <translation>{host} a envoyé une réponse illisible : vérifiez l'adresse du service dans les options, ou réessayez plus tard.</translation>
    </message>
    <message>
        <source>{host} is overloaded and asks to wait {count} minutes: try again then.</source>
        <translation>{host} est surchargé et demande d'attendre {count} minutes : réessayez ensuite.</translation>
    </message>
    <message>
        <source>The authentication chosen for {host} cannot be used: check it in the options.</source>
        <translation>L'authentification choisie pour {host} est inutilisable : vérifiez-la dans les options.</translation>
    </message>
    <message>
        <source>{host} sent more than {count} MB: check the address of the service in the options.</source>
        <translation>{host} a envoyé plus de {count} Mo : vérifiez l'adresse du service dans les options.</translation>
    </message>
    <message>
        <source>{host} did not answer within {count} seconds: try again later, or allow more time in the options.</source>
        <translation>{host} n'a pas répondu en {count} secondes : réessayez plus tard, ou accordez plus de temps dans les options.</translation>
    </message>
    <message>
        <source>{host} is overloaded: try again later.</source>
        <translation>{host} est surchargé : réessayez plus tard.</translation>
    </message>
    <message>
        <source>{host} is out of order (error {status}): try again later.</source>
        <translation>{host} est en panne (erreur {status}) : réessayez plus tard.</translation>
    </message>
    <message>
        <source>{host}, or the proxy before it, refused access (error {status}): check the authentication in the options, and the proxy in QGIS&apos;s network options.</source>
        <translation>{host}, ou le serveur mandataire qui y mène, a refusé l'accès (erreur {status}) : vérifiez l'authentification dans les options, et le serveur mandataire dans les options réseau de QGIS.</translation>
    </message>
    <message>
        <source>{host} sends to {location}, which is not followed: correct the address of the service in the options, or sign in to the network with a browser.</source>
        <translation>{host} renvoie vers {location}, qui n'est pas suivi : corrigez l'adresse du service dans les options, ou identifiez-vous sur le réseau avec un navigateur.</translation>
    </message>
    <message>
        <source>{host} refused the question (error {status}): {reason}</source>
        <translation>{host} a refusé la question (erreur {status}) : {reason}</translation>
    </message>
    <message>
        <source>{host} cut the connection: try again later.</source>
        <translation>{host} a coupé la connexion : réessayez plus tard.</translation>
    </message>
    <message>
        <source>The security certificate of {host} is not accepted: see QGIS&apos;s authentication options, or ask whoever runs your network.</source>
        <translation>Le certificat de sécurité de {host} n'est pas accepté : voyez les options d'authentification de QGIS, ou demandez à qui gère votre réseau.</translation>
    </message>
    <message>
        <source>{host} cannot be reached: check the Internet connection, and the proxy in QGIS&apos;s network options.</source>
        <translation>{host} est injoignable : vérifiez la connexion à Internet, et le serveur mandataire dans les options réseau de QGIS.</translation>
    </message>
    <message>
        <source>A web page came instead of the data of {host}: a proxy or a sign-in page stands in between. Open {url} in a browser, then try again.</source>
        <translation>Une page web est arrivée à la place des données de {host} : un serveur mandataire ou une page d'identification s'interpose. Ouvrez {url} dans un navigateur, puis réessayez.</translation>
    </message>
    <message>
        <source>it does not say why.</source>
        <translation>il ne dit pas pourquoi.</translation>
    </message>
    <message>
        <source>it is not a new table</source>
        <translation>ce n'est pas une table neuve</translation>
    </message>
    <message>
        <source>An establishment is merged with others than itself: choose two records.</source>
        <translation>Un établissement se fusionne avec d'autres que lui-même : choisissez deux fiches.</translation>
    </message>
    <message>
        <source>The territory refused the merge, nothing was changed: {reason}</source>
        <translation>Le territoire a refusé la fusion, rien n'a changé : {reason}</translation>
    </message>
    <message>
        <source>a record was deleted meanwhile</source>
        <translation>une fiche a été supprimée entre-temps</translation>
    </message>
    <message>
        <source>Which company? Give its name, its SIRET or its identifier.</source>
        <translation>Quelle entreprise ? Donner son nom, son SIRET ou son identifiant.</translation>
    </message>
    <message>
        <source>No company is called {text}: give its name, its SIRET or its identifier.</source>
        <translation>Aucune entreprise ne s'appelle {text} : donner son nom, son SIRET ou son identifiant.</translation>
    </message>
    <message>
        <source>Several companies are so called, give the SIRET: {names}</source>
        <translation>Plusieurs entreprises s'appellent ainsi, donner le SIRET : {names}</translation>
    </message>
    <message>
        <source>No establishment has the identifier or the SIRET “{written}”: check it.</source>
        <translation>Aucun établissement n'a l'identifiant ou le SIRET « {written} » : vérifiez-le.</translation>
    </message>
    <message>
        <source>{count} establishments have the SIRET {siret}: give identifiers instead.</source>
        <translation>{count} établissements ont le SIRET {siret} : donnez plutôt leurs identifiants.</translation>
    </message>
    <message>
        <source>There is no establishment {key} any more.</source>
        <translation>L'établissement {key} n'existe plus.</translation>
    </message>
    <message>
        <source>The territory refused the perimeters, nothing was imported: {reason}</source>
        <translation>Le territoire a refusé les périmètres, rien n'a été importé : {reason}</translation>
    </message>
    <message>
        <source>The territory refused the points, nothing was changed: {reason}</source>
        <translation>Le territoire a refusé les points, rien n'a été changé : {reason}</translation>
    </message>
    <message>
        <source>Merge the records if they are one company, else correct a SIRET.</source>
        <translation>Fusionner les fiches si c'est la même entreprise, sinon corriger un SIRET.</translation>
    </message>
    <message>
        <source>If it is the same company, select the two and choose “Merge the selected companies…” in the Act'IF menu.</source>
        <translation>Si c'est la même entreprise, sélectionner les deux fiches et choisir « Fusionner les entreprises sélectionnées… » dans le menu Act'IF.</translation>
    </message>
    <message>
        <source>Address of the new company</source>
        <translation>Adresse de la nouvelle entreprise</translation>
    </message>
    <message>
        <source>The address was not looked up. {reason}</source>
        <translation>L'adresse n'a pas été cherchée. {reason}</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>Confirmer</translation>
    </message>
    <message>
        <source>{layer} could not be confirmed: {reason}</source>
        <translation>{layer} : la confirmation n'a pas pu être enregistrée : {reason}</translation>
    </message>
    <message>
        <source>Confirm as of today</source>
        <translation>Confirmer à ce jour</translation>
    </message>
    <message>
        <source>1 record confirmed as of today.</source>
        <translation>1 relevé confirmé à ce jour.</translation>
    </message>
    <message>
        <source>{n} records confirmed as of today.</source>
        <translation>{n} relevés confirmés à ce jour.</translation>
    </message>
    <message>
        <source>All ({n})</source>
        <translation>Tout ({n})</translation>
    </message>
    <message>
        <source>Select what is to be confirmed first.</source>
        <translation>Sélectionner d'abord ce qui est à confirmer.</translation>
    </message>
    <message>
        <source>{words} (never confirmed)</source>
        <translation>{words} (jamais confirmé)</translation>
    </message>
    <message>
        <source>{words} (confirmed on {date})</source>
        <translation>{words} (confirmé le {date})</translation>
    </message>
    <message>
        <source>Act&apos;IF: addresses</source>
        <translation>Act'IF : adresses</translation>
    </message>
    <message>
        <source>Address not looked up</source>
        <translation>Adresse non cherchée</translation>
    </message>
    <message>
        <source>Merge companies</source>
        <translation>Fusionner des entreprises</translation>
    </message>
    <message>
        <source>Choose the record that stays. Its values stay, and the others fill what it leaves empty (in green). What they say otherwise (in orange) is written down in its description. Their resources, needs, visits, contacts, synergies and verdicts go with it, then they are deleted.</source>
        <translation>Choisissez la fiche qui reste. Ses valeurs restent, et les autres remplissent ce qu'elle laisse vide (en vert). Ce qu'elles disent autrement (en orange) est noté dans sa description. Leurs ressources, besoins, visites, contacts, synergies et avis la suivent, puis elles sont supprimées.</translation>
    </message>
    <message>
        <source>This cannot be undone, not even by QGIS: copy the territory first if in doubt.</source>
        <translation>Cela ne s'annule pas, même avec QGIS : en cas de doute, copiez d'abord le territoire.</translation>
    </message>
    <message>
        <source>After the merge</source>
        <translation>Après la fusion</translation>
    </message>
    <message>
        <source>Record kept</source>
        <translation>Fiche gardée</translation>
    </message>
    <message>
        <source>Keep this record</source>
        <translation>Garder cette fiche</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Fusionner</translation>
    </message>
    <message>
        <source>No territory is open: open its project first.</source>
        <translation>Aucun territoire n'est ouvert : ouvrez d'abord son projet.</translation>
    </message>
    <message>
        <source>Select two or more companies in the layer “{layer}” first.</source>
        <translation>Sélectionnez d'abord deux entreprises ou plus dans la couche « {layer} ».</translation>
    </message>
    <message>
        <source>Merge the {count} selected companies…</source>
        <translation>Fusionner les {count} entreprises sélectionnées…</translation>
    </message>
    <message>
        <source>{name}: merged. {counts}</source>
        <translation>{name} : fusion faite. {counts}</translation>
    </message>
    <message>
        <source>Geocoding of addresses</source>
        <translation>Géocodage des adresses</translation>
    </message>
    <message>
        <source>Online search of establishments</source>
        <translation>Recherche d'établissements en ligne</translation>
    </message>
    <message>
        <source>Isochrones of the Géoplateforme</source>
        <translation>Isochrones de la Géoplateforme</translation>
    </message>
    <message>
        <source>Isochrones of a Valhalla server</source>
        <translation>Isochrones d'un serveur Valhalla</translation>
    </message>
    <message>
        <source>Longest wait for an answer</source>
        <translation>Attente maximale d'une réponse</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation>Authentification</translation>
    </message>
    <message>
        <source>Prepare a visit…</source>
        <translation>Préparer une visite…</translation>
    </message>
    <message>
        <source>These hexagons would be too many: choose a larger size, or a layer of zones.</source>
        <translation>Ces hexagones seraient trop nombreux : choisir une plus grande largeur, ou une couche de zones.</translation>
    </message>
    <message>
        <source>The layer has no record with a position.</source>
        <translation>La couche n'a aucun relevé localisé.</translation>
    </message>
    <message>
        <source>Masked export</source>
        <translation>Export masqué</translation>
    </message>
    <message>
        <source>Establishments, resources and needs, or synergies</source>
        <translation>Établissements, ressources et besoins, ou synergies</translation>
    </message>
    <message>
        <source>Zones (empty: hexagons)</source>
        <translation>Zones (vide : hexagones)</translation>
    </message>
    <message>
        <source>Width of the hexagons (km)</source>
        <translation>Largeur des hexagones (km)</translation>
    </message>
    <message>
        <source>Field of the establishment (empty: that of Act&apos;IF)</source>
        <translation>Champ de l'établissement (vide : celui d'Act'IF)</translation>
    </message>
    <message>
        <source>Other zones published from the same records</source>
        <translation>Autres zones publiées des mêmes relevés</translation>
    </message>
    <message>
        <source>Masked figures</source>
        <translation>Chiffres masqués</translation>
    </message>
    <message>
        <source>{count} records left out (in no zone).</source>
        <translation>{count} relevés laissés de côté (hors de toute zone).</translation>
    </message>
    <message>
        <source>counts</source>
        <translation>nombres</translation>
    </message>
    <message>
        <source>{name}: {masked} figures masked of {total}: {primary} by the rule itself, {secondary} so that these cannot be found by subtraction.</source>
        <translation>{name} : {masked} chiffres masqués sur {total} : {primary} par la règle même, {secondary} pour qu'on ne les retrouve pas par soustraction.</translation>
    </message>
    <message>
        <source>Choose the field that names the establishment: three are needed to show a figure.</source>
        <translation>Choisir le champ qui nomme l'établissement : il en faut trois pour montrer un chiffre.</translation>
    </message>
    <message>
        <source>{field} can tell a company: choose a field of categories.</source>
        <translation>{field} peut désigner une entreprise : choisir un champ de catégories.</translation>
    </message>
    <message>
        <source>No known product in the list: write CPF or ROME codes, for example 16.24, 25.1</source>
        <translation>Aucun produit connu dans la liste : écrire des codes CPF ou ROME, par exemple 16.24, 25.1</translation>
    </message>
    <message>
        <source>The layer of zones has no polygon: choose another.</source>
        <translation>La couche des zones n'a aucun polygone : en choisir une autre.</translation>
    </message>
    <message>
        <source>Best pools: who shares a need</source>
        <translation>Groupements (entreprises, étendue)</translation>
    </message>
    <message>
        <source>Nothing recorded here</source>
        <translation>Rien de relevé ici</translation>
    </message>
    <message>
        <source>Public by name</source>
        <translation>Entreprises qui acceptent d'être nommées</translation>
    </message>
    <message>
        <source>Companies</source>
        <translation>Entreprises</translation>
    </message>
    <message>
        <source>establishments in a synergy realised</source>
        <translation>établissements dans une synergie réalisée</translation>
    </message>
    <message>
        <source>establishments</source>
        <translation>établissements</translation>
    </message>
    <message>
        <source>establishments in a synergy on the way</source>
        <translation>établissements dans une synergie en projet</translation>
    </message>
    <message>
        <source>Last confirmed on {date}.</source>
        <translation>Dernière confirmation : {date}.</translation>
    </message>
    <message>
        <source>Not confirmed for a year: {count}.</source>
        <translation>Non confirmés depuis un an : {count}.</translation>
    </message>
    <message>
        <source>By nature</source>
        <translation>Par nature</translation>
    </message>
    <message>
        <source>Index</source>
        <translation>Sommaire</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>Fond</translation>
    </message>
    <message>
        <source>At which radius does the territory answer?</source>
        <translation>À quel rayon le territoire répond-il ?</translation>
    </message>
    <message>
        <source>Share of the {needs} recorded needs that have an answer within a distance, as the crow flies</source>
        <translation>Part des {needs} besoins relevés qui ont une réponse en deçà d'une distance, à vol d'oiseau</translation>
    </message>
    <message>
        <source>What was not recorded counts neither as a need nor as an answer.</source>
        <translation>Ce qui n'a pas été relevé ne compte ni comme besoin ni comme réponse.</translation>
    </message>
    <message>
        <source>{share} % at {distance} km</source>
        <translation>{share} % à {distance} km</translation>
    </message>
    <message>
        <source>less than half of the needs at any of these distances</source>
        <translation>moins de la moitié des besoins à chacune de ces distances</translation>
    </message>
    <message>
        <source>half of the needs within {distance} km</source>
        <translation>la moitié des besoins à moins de {distance} km</translation>
    </message>
    <message>
        <source>Data of {date}.</source>
        <translation>Données du {date}.</translation>
    </message>
    <message>
        <source>Printed on {date} with Act&apos;IF for QGIS.</source>
        <translation>Imprimé le {date} avec Act'IF pour QGIS.</translation>
    </message>
    <message>
        <source>{count} figures masked ({sign}): fewer than three establishments, one that makes over 85 %, or what would let these be found.</source>
        <translation>{count} chiffres masqués ({sign}) : moins de trois établissements, un seul qui pèse plus de 85 %, ou ce qui permettrait de les retrouver.</translation>
    </message>
    <message>
        <source>Perimeter of the page</source>
        <translation>Périmètre de la page</translation>
    </message>
    <message>
        <source>none, or masked</source>
        <translation>aucun, ou masqué</translation>
    </message>
    <message>
        <source>{low} and more</source>
        <translation>{low} et plus</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} à {high}</translation>
    </message>
    <message>
        <source>The template {path} cannot be read: choose another.</source>
        <translation>Le modèle {path} ne peut pas être lu : choisissez-en un autre.</translation>
    </message>
    <message>
        <source>{path} is not a template for this: it needs a map whose item ID is “{item}”. Start from a template of Act'IF.</source>
        <translation>{path} n'est pas un modèle pour cette impression : il faut une carte dont l'identifiant est « {item} ». Partez d'un modèle d'Act'IF.</translation>
    </message>
    <message>
        <source>Maximum distance (metres; empty: by nature)</source>
        <translation>Distance maximale (m ; vide : par nature)</translation>
    </message>
    <message>
        <source>Company sheet (PDF)</source>
        <translation>Fiche d'entreprise (PDF)</translation>
    </message>
    <message>
        <source>Establishments, a page each</source>
        <translation>Établissements, une page chacun</translation>
    </message>
    <message>
        <source>what is known</source>
        <translation>ce qui est connu</translation>
    </message>
    <message>
        <source>blank, to fill by hand</source>
        <translation>vierge, à remplir à la main</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>Fiche</translation>
    </message>
    <message>
        <source>Company sheets</source>
        <translation>Fiches d'entreprise</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>The establishments have no field id: choose the layer of the territory.</source>
        <translation>Les établissements n'ont pas de champ id : choisir la couche du territoire.</translation>
    </message>
    <message>
        <source>No establishment is chosen.</source>
        <translation>Aucun établissement n'est choisi.</translation>
    </message>
    <message>
        <source>Company sheets written, {pages} pages: {path}</source>
        <translation>Fiches d'entreprise écrites, {pages} pages : {path}</translation>
    </message>
    <message>
        <source>The visits have no field {field}: choose the table visite.</source>
        <translation>Les visites n'ont pas de champ {field} : choisir la table visite.</translation>
    </message>
    <message>
        <source>Perimeters: {created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected.</source>
        <translation>Périmètres : {created} créés, {updated} mis à jour, {unchanged} inchangés, {rejected} rejetés.</translation>
    </message>
    <message>
        <source>Establishments, to tell where nobody has been</source>
        <translation>Établissements : où personne n'est passé</translation>
    </message>
    <message>
        <source>Visits</source>
        <translation>Visites</translation>
    </message>
    <message>
        <source>Width of the hexagons (kilometres)</source>
        <translation>Largeur des hexagones (kilomètres)</translation>
    </message>
    <message>
        <source>Needs by hexagon</source>
        <translation>Besoins par hexagone</translation>
    </message>
    <message>
        <source>Coverage against distance</source>
        <translation>Couverture selon la distance</translation>
    </message>
    <message>
        <source>Chart of coverage against distance</source>
        <translation>Graphique de la couverture selon la distance</translation>
    </message>
    <message>
        <source>Visits tell nothing without the establishments: choose their layer too.</source>
        <translation>Les visites ne disent rien sans les établissements : choisir aussi leur couche.</translation>
    </message>
    <message>
        <source>Too many needs and resources in reach of each other: no coverage in quantity for {codes}. Ask at a finer level or a shorter distance.</source>
        <translation>Trop de besoins et de ressources à portée les uns des autres : pas de couverture en quantité pour {codes}. Demander à un niveau plus fin ou à une distance plus courte.</translation>
    </message>
    <message>
        <source>Synergy atlas (PDF)</source>
        <translation>Atlas des synergies (PDF)</translation>
    </message>
    <message>
        <source>Perimeters, a page each (empty: the EPCI of the territory)</source>
        <translation>Périmètres, une page chacun (vide : EPCI)</translation>
    </message>
    <message>
        <source>Internal: names, do not distribute</source>
        <translation>Interne : avec les noms, à ne pas diffuser</translation>
    </message>
    <message>
        <source>Elected officials: no company can be recognised</source>
        <translation>Élus : aucune entreprise reconnaissable</translation>
    </message>
    <message>
        <source>One file a page</source>
        <translation>Un fichier par page</translation>
    </message>
    <message>
        <source>Atlas</source>
        <translation>Atlas</translation>
    </message>
    <message>
        <source>{name}: atlas of synergies</source>
        <translation>{name} : atlas des synergies</translation>
    </message>
    <message>
        <source>Atlas written, {pages} pages: {path}</source>
        <translation>Atlas écrit, {pages} pages : {path}</translation>
    </message>
    <message>
        <source>The territory has no perimeter: import some, or choose a layer.</source>
        <translation>Le territoire n'a aucun périmètre : en importer, ou choisir une couche.</translation>
    </message>
    <message>
        <source>The layer of perimeters has no polygon.</source>
        <translation>La couche de périmètres n'a aucun polygone.</translation>
    </message>
    <message>
        <source>The edition for elected officials prints perimeters of the territory: import these first: {names}</source>
        <translation>L'édition pour les élus imprime les périmètres du territoire : importer d'abord ceux-ci : {names}</translation>
    </message>
    <message>
        <source>Edition for elected officials</source>
        <translation>Édition pour les élus</translation>
    </message>
    <message>
        <source>Needs without an answer nearby</source>
        <translation>Besoins sans réponse à proximité</translation>
    </message>
    <message>
        <source>Companies that agreed to be named</source>
        <translation>Entreprises qui ont accepté d'être nommées</translation>
    </message>
    <message>
        <source>Intermunicipalities (EPCI)</source>
        <translation>Intercommunalités (EPCI)</translation>
    </message>
    <message>
        <source>Other perimeters</source>
        <translation>Autres périmètres</translation>
    </message>
    <message>
        <source>Figures for elected officials by</source>
        <translation>Chiffres pour les élus par</translation>
    </message>
    <message>
        <source>A4 landscape</source>
        <translation>A4 paysage</translation>
    </message>
    <message>
        <source>A4 portrait</source>
        <translation>A4 portrait</translation>
    </message>
    <message>
        <source>A3 landscape</source>
        <translation>A3 paysage</translation>
    </message>
    <message>
        <source>A3 portrait</source>
        <translation>A3 portrait</translation>
    </message>
    <message>
        <source>A0 poster</source>
        <translation>Affiche A0</translation>
    </message>
    <message>
        <source>None: the perimeters</source>
        <translation>Aucun : les périmètres</translation>
    </message>
    <message>
        <source>Plan IGN (web)</source>
        <translation>Plan IGN (web)</translation>
    </message>
    <message>
        <source>OpenStreetMap (web)</source>
        <translation>OpenStreetMap (web)</translation>
    </message>
    <message>
        <source>Layout template of your own, instead of that of the paper</source>
        <translation>Votre modèle, à la place de celui du papier</translation>
    </message>
    <message>
        <source>The background cannot be reached: the map is printed without it. Check the network and its proxy in the options of QGIS.</source>
        <translation>Le fond est injoignable : la carte est imprimée sans lui. Vérifiez le réseau et son proxy dans les options de QGIS.</translation>
    </message>
    <message>
        <source>There is no perimeter to frame: the layer is empty.</source>
        <translation>Il n'y a aucun périmètre à cadrer : la couche est vide.</translation>
    </message>
    <message>
        <source>{masked} of {total} figures of the zones are masked: fewer than three establishments, more than 85 % from one, or found by subtraction. “–”: masked.</source>
        <translation>{masked} chiffres de la carte sur {total} sont masqués : moins de trois établissements, plus de 85 % d'un seul, ou trouvables par soustraction. « – » : masqué.</translation>
    </message>
    <message>
        <source>Show the records</source>
        <translation>Montrer les fiches</translation>
    </message>
    <message>
        <source>The records of this row are not here: open the project of their territory.</source>
        <translation>Les fiches de cette ligne ne sont pas ici : ouvrir le projet de leur territoire.</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>Imprimer…</translation>
    </message>
    <message>
        <source>Leave out what is not confirmed for a year</source>
        <translation>Écarter le non confirmé depuis un an</translation>
    </message>
    <message>
        <source>Project for QField (empty: beside the territory)</source>
        <translation>Projet pour QField (vide : à côté du territoire)</translation>
    </message>
    <message>
        <source>Export incomplete records too</source>
        <translation>Exporter aussi les fiches incomplètes</translation>
    </message>
    <message>
        <source>Columns guessed wrong (field=column; …)</source>
        <translation>Colonnes mal devinées (champ=colonne ; …)</translation>
    </message>
    <message>
        <source>Coordinate system of the columns (empty: guessed)</source>
        <translation>Système de coordonnées (vide : deviné)</translation>
    </message>
    <message>
        <source>Natural persons too (personal data)</source>
        <translation>Personnes physiques (donnée personnelle)</translation>
    </message>
    <message>
        <source>Create those that resemble a known one</source>
        <translation>Créer aussi les semblables à un connu</translation>
    </message>
    <message>
        <source>To check: they resemble a known one</source>
        <translation>À vérifier : proches d'un établissement connu</translation>
    </message>
    <message>
        <source>{count} establishments outside the perimeters of the territory.</source>
        <translation>{count} établissements hors des périmètres du territoire.</translation>
    </message>
    <message>
        <source>Categories (empty: direction and nature)</source>
        <translation>Catégories (vide : sens et nature)</translation>
    </message>
    <message>
        <source>Establishments to merge into it (separated by ;)</source>
        <translation>Établissements à fusionner (séparés par ;)</translation>
    </message>
    <message>
        <source>Records below which silence proves nothing</source>
        <translation>Fiches en dessous desquelles on ne conclut pas</translation>
    </message>
    <message>
        <source>Activities: NAF codes (C, 16.2, 16.24Z…; empty: all)</source>
        <translation>Activités : codes NAF (C, 16.2… ; vide : toutes)</translation>
    </message>
    <message>
        <source>Output of each branch, if not in the table</source>
        <translation>Production des branches, si le tableau l'omet</translation>
    </message>
    <message>
        <source>Jobs here, by branch (empty: establishments)</source>
        <translation>Emplois ici, par branche (vide : établissements)</translation>
    </message>
    <message>
        <source>Year of the tables (empty: the last one)</source>
        <translation>Année des tableaux (vide : la dernière)</translation>
    </message>
    <message>
        <source>Links of the chains (empty: those of Act&apos;IF)</source>
        <translation>Maillons des filières (vide : ceux d'Act'IF)</translation>
    </message>
    <message>
        <source>The table has several fields: choose the one with the company&apos;s words.</source>
        <translation>La table a plusieurs champs : choisir celui des mots de l'entreprise.</translation>
    </message>
    <message>
        <source>Pictures (*.svg *.png *.jpg *.jpeg)</source>
        <translation>Images (*.svg *.png *.jpg *.jpeg)</translation>
    </message>
    <message>
        <source>Organisation</source>
        <translation>Organisme</translation>
    </message>
    <message>
        <source>Logo</source>
        <translation>Logo</translation>
    </message>
    <message>
        <source>Colour of titles</source>
        <translation>Couleur des titres</translation>
    </message>
    <message>
        <source>Disclaimer</source>
        <translation>Avertissement</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Imprimer</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Quoi</translation>
    </message>
    <message>
        <source>For whom</source>
        <translation>Pour qui</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Où</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <source>The whole territory</source>
        <translation>Tout le territoire</translation>
    </message>
    <message>
        <source>Printed: {file}</source>
        <translation>Imprimé : {file}</translation>
    </message>
    <message>
        <source>Printing…</source>
        <translation>Impression…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Words of its name</source>
        <translation>Des mots de son nom</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Tout</translation>
    </message>
    <message>
        <source>Codes chosen: 16.24; 25.1</source>
        <translation>Codes choisis : 16.24 ; 25.1</translation>
    </message>
    <message>
        <source>Copy the layout templates to my profile</source>
        <translation>Copier les modèles de mise en page dans mon profil</translation>
    </message>
    <message>
        <source>{copied} templates copied: the layout manager offers them under New from template, once it is opened again. Already there and left as they are: {kept}.</source>
        <translation>Modèles copiés : {copied}. Le gestionnaire de mises en page les propose sous « Nouveau à partir d'un modèle », une fois rouvert. Déjà là et laissés tels quels : {kept}.</translation>
    </message>
    <message>
        <source>No figure can be shown here</source>
        <translation>Aucun chiffre ne peut être montré ici</translation>
    </message>
    <message>
        <source>No resource, need or synergy was recorded here so far.</source>
        <translation>Aucune ressource, aucun besoin, aucune synergie n'y est relevé à ce jour.</translation>
    </message>
    <message>
        <source>Too few establishments were recorded here for any figure to be shown.</source>
        <translation>Trop peu d'établissements y sont relevés pour qu'un chiffre puisse être montré.</translation>
    </message>
    <message>
        <source>No nature has enough establishments for its figures to be shown.</source>
        <translation>Aucune nature n'a assez d'établissements pour que ses chiffres soient montrés.</translation>
    </message>
    <message>
        <source>Masked: {natures}.</source>
        <translation>Chiffres masqués : {natures}.</translation>
    </message>
    <message>
        <source>three establishments or more</source>
        <translation>trois établissements ou plus</translation>
    </message>
    <message>
        <source>no establishment, or too few to be shown</source>
        <translation>aucun établissement, ou trop peu pour le montrer</translation>
    </message>
    <message>
        <source>leads to</source>
        <translation>mène à</translation>
    </message>
    <message>
        <source>goes back upstream</source>
        <translation>revient vers l'amont</translation>
    </message>
    <message>
        <source>Resources: {count}</source>
        <translation>Ressources : {count}</translation>
    </message>
    <message>
        <source>Resources: {count}, {alone} untaken</source>
        <translation>Ressources : {count}, {alone} sans preneur</translation>
    </message>
    <message>
        <source>Needs: {count}</source>
        <translation>Besoins : {count}</translation>
    </message>
    <message>
        <source>Needs: {count}, {alone} unanswered</source>
        <translation>Besoins : {count}, {alone} sans réponse</translation>
    </message>
    <message>
        <source>{path} is not a template for this: it needs a label whose item ID is “{item}”. Start from a template of Act'IF.</source>
        <translation>{path} n'est pas un modèle pour cela : il lui faut une étiquette dont l'identifiant d'élément est « {item} ». Partez d'un modèle d'Act'IF.</translation>
    </message>
    <message>
        <source>{path} is too large for the memory of this machine: lower the resolution.</source>
        <translation>{path} est trop grand pour la mémoire de cette machine : baissez la résolution.</translation>
    </message>
    <message>
        <source>{path} cannot be written: close it if it is open elsewhere, make room on the disk, or choose another name.</source>
        <translation>{path} ne peut pas être écrit : fermez-le s'il est ouvert ailleurs, faites de la place sur le disque, ou choisissez un autre nom.</translation>
    </message>
    <message>
        <source>Value chain: {name}</source>
        <translation>Filière : {name}</translation>
    </message>
    <message>
        <source>What each missing link would change</source>
        <translation>Ce que changerait chaque maillon manquant</translation>
    </message>
    <message>
        <source>{name}: public copy</source>
        <translation>{name} : copie publique</translation>
    </message>
    <message>
        <source>{path} cannot be written whole: check the disk, then start again.</source>
        <translation>{path} ne peut pas être écrit en entier : vérifiez le disque, puis recommencez.</translation>
    </message>
    <message>
        <source>Observed on the whole territory</source>
        <translation>Observé sur tout le territoire</translation>
    </message>
    <message>
        <source>Potential of the whole territory</source>
        <translation>Potentiel de tout le territoire</translation>
    </message>
    <message>
        <source>Establishments known and visited: masked</source>
        <translation>Établissements connus et visités : masqués</translation>
    </message>
    <message>
        <source>(with a number: so many around there)</source>
        <translation>(avec un chiffre : leur nombre alentour)</translation>
    </message>
    <message>
        <source>The templates cannot be copied into {folder}: {reason}.</source>
        <translation>Les modèles ne peuvent pas être copiés dans {folder} : {reason}.</translation>
    </message>
    <message>
        <source>Establishments recorded, by {kind}</source>
        <translation>Établissements recensés, par {kind}</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Produit</translation>
    </message>
    <message>
        <source>Nature</source>
        <translation>Nature</translation>
    </message>
    <message>
        <source>Open needs without an answer nearby: {alone} of {total}.</source>
        <translation>Besoins ouverts sans réponse à proximité : {alone} sur {total}.</translation>
    </message>
    <message>
        <source>Every open need has an answer nearby.</source>
        <translation>Chaque besoin ouvert a une réponse à proximité.</translation>
    </message>
    <message>
        <source>{count} value chains have missing links; those with the most are drawn.</source>
        <translation>Il manque des maillons à {count} filières ; celles auxquelles il en manque le plus sont dessinées.</translation>
    </message>
    <message>
        <source>{name}: {missing} of {links} links are missing</source>
        <translation>{name}, maillons manquants : {missing} sur {links}</translation>
    </message>
    <message>
        <source>Value chain with the most missing links: {name}, {missing} of {links} missing</source>
        <translation>La filière à laquelle il manque le plus de maillons : {name}, {missing} sur {links}</translation>
    </message>
    <message>
        <source>Open needs without an answer nearby: {count}.</source>
        <translation>Besoins ouverts sans réponse à proximité : {count}.</translation>
    </message>
    <message>
        <source>What is missing here cannot be told: there is nothing, or too few have it.</source>
        <translation>Ce qui manque ici ne peut être dit : il n'y a rien, ou trop peu d'établissements en ont besoin.</translation>
    </message>
    <message>
        <source>{name}: {shown} of {links} links are done here by three establishments or more</source>
        <translation>{name}, maillons faits ici par trois établissements ou plus : {shown} sur {links}</translation>
    </message>
    <message>
        <source>Of the others nothing is told: nobody does them, or too few to be shown.</source>
        <translation>Des autres, rien n'est dit : personne ne les fait, ou trop peu pour le montrer.</translation>
    </message>
    <message>
        <source>Products wanted</source>
        <translation>Produits voulus</translation>
    </message>
    <message>
        <source>These figures are masked by themselves. Do not publish them with a map, an atlas or a copy of the territory: run this from its open project, on its own layers, without a field of the establishment.</source>
        <translation>Ces chiffres ne sont masqués que pour eux-mêmes. Ne les publiez pas avec une carte, un atlas ou une copie du territoire : lancez ce traitement depuis son projet ouvert, sur ses propres couches, sans champ de l'établissement.</translation>
    </message>
    <message>
        <source>Unit of the critical mass</source>
        <translation>Unité de la masse critique</translation>
    </message>
    <message>
        <source>Public copy of the project</source>
        <translation>Copie publique du projet</translation>
    </message>
    <message>
        <source>Project of the copy</source>
        <translation>Projet de la copie</translation>
    </message>
    <message>
        <source>GeoPackage of the copy</source>
        <translation>GeoPackage de la copie</translation>
    </message>
    <message>
        <source>Public copy written: {zones} zones, {masked} figures masked, {companies} companies and {records} records by name.</source>
        <translation>Copie publique écrite : {zones} zones, {masked} chiffres masqués, {companies} entreprises et {records} fiches nommées.</translation>
    </message>
    <message>
        <source>Hand over these two files together: {project} and {store}</source>
        <translation>À remettre ensemble, ces deux fichiers : {project} et {store}</translation>
    </message>
    <message>
        <source>The territory has neither perimeters nor establishments: import some first.</source>
        <translation>Le territoire n'a ni périmètres ni établissements : importez-en d'abord.</translation>
    </message>
    <message>
        <source>Link to site, or its code (bois.scierie)</source>
        <translation>Maillon à implanter, ou son code (bois.scierie)</translation>
    </message>
    <message>
        <source>Keep the layout in the project, to edit it</source>
        <translation>Garder la mise en page dans le projet</translation>
    </message>
    <message>
        <source>Only the layout of the internal edition of the open project can be kept: choose that edition and no other project, or do not keep the layout.</source>
        <translation>Seule la mise en page de l'édition interne du projet ouvert peut être gardée : choisissez cette édition et aucun autre projet, ou ne gardez pas la mise en page.</translation>
    </message>
    <message>
        <source>The layout “{name}” is in the project: see Project, Layouts.</source>
        <translation>La mise en page « {name} » est dans le projet : voir Projet, Mises en page.</translation>
    </message>
    <message>
        <source>Chains to look at (empty: all)</source>
        <translation>Filières à examiner (vide : toutes)</translation>
    </message>
    <message>
        <source>{path} belongs to the territory itself: choose another name for the public copy.</source>
        <translation>{path} appartient au territoire lui-même : choisissez un autre nom pour la copie publique.</translation>
    </message>
    <message>
        <source>{path} exists and is not a public copy: choose another name.</source>
        <translation>{path} existe et n'est pas une copie publique : choisissez un autre nom.</translation>
    </message>
    <message>
        <source>{path} is a folder</source>
        <translation>{path} est un dossier</translation>
    </message>
    <message>
        <source>Written at the foot of every page</source>
        <translation>Écrit au pied de chaque page</translation>
    </message>
    <message>
        <source>Colour of Act&apos;IF</source>
        <translation>Couleur d'Act'IF</translation>
    </message>
    <message>
        <source>A sentence at the foot of every page</source>
        <translation>Une phrase au pied de chaque page</translation>
    </message>
    <message>
        <source>Greatest distance by nature, where a run gives none</source>
        <translation>Distance maximale par nature, quand un traitement n'en donne pas</translation>
    </message>
    <message>
        <source>Backgrounds of printed maps</source>
        <translation>Fonds des cartes imprimées</translation>
    </message>
    <message>
        <source>All the services</source>
        <translation>Tous les services</translation>
    </message>
    <message>
        <source>Of a server of your own</source>
        <translation>D'un serveur à vous</translation>
    </message>
    <message>
        <source>Open after printing</source>
        <translation>Ouvrir après l'impression</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>Nothing of the territory is on it.</source>
        <translation>Rien du territoire n'y figure.</translation>
    </message>
    <message>
        <source>For the team only: companies are named. Never hand it out.</source>
        <translation>Pour l'équipe seulement : les entreprises y sont nommées. À ne jamais distribuer.</translation>
    </message>
    <message>
        <source>It can be handed out: what would give a company away is masked.</source>
        <translation>Peut être distribué : ce qui trahirait une entreprise est masqué.</translation>
    </message>
    <message>
        <source>The territory has no perimeter: import some first.</source>
        <translation>Le territoire n'a pas de périmètre : en importer d'abord.</translation>
    </message>
    <message>
        <source>{file} exists already. Replace it?</source>
        <translation>{file} existe déjà. Le remplacer ?</translation>
    </message>
    <message>
        <source>Cancelled: no file was written.</source>
        <translation>Impression annulée : aucun fichier n'a été écrit.</translation>
    </message>
    <message>
        <source>There is no folder {folder}: choose another.</source>
        <translation>Le dossier {folder} n'existe pas : en choisir un autre.</translation>
    </message>
    <message>
        <source>{path} is a folder: give the file another name.</source>
        <translation>{path} est un dossier : donner un autre nom au fichier.</translation>
    </message>
    <message>
        <source>Nothing can be written in the folder {folder}: choose another.</source>
        <translation>Rien ne peut être écrit dans le dossier {folder} : en choisir un autre.</translation>
    </message>
    <message>
        <source>The companies selected: {count}</source>
        <translation>Les entreprises sélectionnées : {count}</translation>
    </message>
    <message>
        <source>selection</source>
        <translation>sélection</translation>
    </message>
    <message>
        <source>A blank sheet, to fill by hand</source>
        <translation>Une fiche vierge, à remplir à la main</translation>
    </message>
    <message>
        <source>blank</source>
        <translation>vierge</translation>
    </message>
    <message>
        <source>All the companies: {count} pages</source>
        <translation>Toutes les entreprises : {count} pages</translation>
    </message>
    <message>
        <source>A page for each EPCI ({count} pages)</source>
        <translation>Une page par EPCI ({count} pages)</translation>
    </message>
    <message>
        <source>A page for each commune ({count} pages)</source>
        <translation>Une page par commune ({count} pages)</translation>
    </message>
    <message>
        <source>A page for each activity zone ({count} pages)</source>
        <translation>Une page par zone d'activités ({count} pages)</translation>
    </message>
    <message>
        <source>A page for each other perimeter ({count} pages)</source>
        <translation>Une page par autre périmètre ({count} pages)</translation>
    </message>
    <message>
        <source>Communes of {name} ({count} pages)</source>
        <translation>Communes : {name} ({count} pages)</translation>
    </message>
    <message>
        <source>establishment</source>
        <translation>établissement</translation>
    </message>
    <message>
        <source>open resource</source>
        <translation>ressource ouverte</translation>
    </message>
    <message>
        <source>open need</source>
        <translation>besoin ouvert</translation>
    </message>
    <message>
        <source>need without an answer nearby</source>
        <translation>besoin sans réponse à proximité</translation>
    </message>
    <message>
        <source>resource without a taker nearby</source>
        <translation>ressource sans preneur à proximité</translation>
    </message>
    <message>
        <source>synergy realised</source>
        <translation>synergie réalisée</translation>
    </message>
    <message>
        <source>synergy on the way</source>
        <translation>synergie en projet</translation>
    </message>
    <message>
        <source>establishment in a synergy realised</source>
        <translation>établissement dans une synergie réalisée</translation>
    </message>
    <message>
        <source>establishment in a synergy on the way</source>
        <translation>établissement dans une synergie en projet</translation>
    </message>
    <message>
        <source>Number, by {kind}</source>
        <translation>Nombre, par {kind}</translation>
    </message>
    <message>
        <source>Framed: {names}</source>
        <translation>Cadrage : {names}</translation>
    </message>
    <message>
        <source>The template {path} uses “{function}”, which could print what this edition hides: take it out, or print the internal edition.</source>
        <translation>Le modèle {path} emploie « {function} », qui pourrait imprimer ce que cette édition masque : retirez-le, ou imprimez l'édition interne.</translation>
    </message>
    <message>
        <source>These are no establishments: choose the layer of the territory.</source>
        <translation>Ce ne sont pas des établissements : choisissez la couche du territoire.</translation>
    </message>
    <message>
        <source>Which companies are in a synergy is told by their territory alone: open its project, and choose its layer of synergies.</source>
        <translation>De quelles entreprises est une synergie, seul leur territoire le dit : ouvrez son projet et choisissez sa couche de synergies.</translation>
    </message>
    <message>
        <source>{chosen} tells records apart, not establishments: choose {field}, or leave this field empty.</source>
        <translation>{chosen} distingue les relevés, pas les établissements : choisissez {field}, ou laissez ce champ vide.</translation>
    </message>
    <message>
        <source>Edits are not saved in these layers: {names}. Save them and print again, or the pages may mix what was with what is.</source>
        <translation>Des modifications ne sont pas enregistrées dans ces couches : {names}. Enregistrez-les et imprimez à nouveau, sinon les pages peuvent mêler l'ancien et le nouveau.</translation>
    </message>
    <message>
        <source>These layers are filtered in the project: {names}. This edition shows all of them: laid beside another, one that followed the filters could give a company away.</source>
        <translation>Ces couches sont filtrées dans le projet : {names}. Cette édition les montre tout entières : posée à côté d'une autre, une édition qui suivrait les filtres pourrait trahir une entreprise.</translation>
    </message>
    <message>
        <source>These layers are filtered in the project: {names}. What the filters leave out is neither printed nor counted.</source>
        <translation>Ces couches sont filtrées dans le projet : {names}. Ce que les filtres écartent n'est ni imprimé ni compté.</translation>
    </message>
    <message>
        <source>The logo {path} cannot be read: the pages are printed without it. Choose another in the options of QGIS, page Act&apos;IF.</source>
        <translation>Le logo {path} est illisible : les pages sont imprimées sans lui. Choisissez-en un autre dans les options de QGIS, page Act'IF.</translation>
    </message>
    <message>
        <source>Perimeters without a usable polygon, which have no page: {count}.</source>
        <translation>Périmètres sans polygone utilisable, qui n'ont pas de page : {count}.</translation>
    </message>
    <message>
        <source>The layer of perimeters has no coordinate system: that of the project was supposed. Set the layer&apos;s own if the pages are elsewhere.</source>
        <translation>La couche de périmètres n'a pas de système de coordonnées : celui du projet a été supposé. Donnez le sien à la couche si les pages sont ailleurs.</translation>
    </message>
    <message>
        <source>A part of the background did not come ({missing} %): print again later, or choose another background.</source>
        <translation>Une partie du fond n'est pas venue ({missing} %) : imprimez à nouveau plus tard, ou choisissez un autre fond.</translation>
    </message>
    <message>
        <source>“{layer}” cannot be read without its filter: take the filter away.</source>
        <translation>« {layer} » ne peut pas être lue sans son filtre : retirez le filtre.</translation>
    </message>
</context>
</TS>
