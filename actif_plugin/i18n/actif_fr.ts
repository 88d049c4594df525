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
        <translation>{visited} établissements visités sur {total}</translation>
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
        <source>Data: {territory}, {date}.</source>
        <translation>Données : {territory}, {date}.</translation>
    </message>
    <message>
        <source>Projection: {crs}.</source>
        <translation>Projection : {crs}.</translation>
    </message>
    <message>
        <source>Printed with Act&apos;IF for QGIS.</source>
        <translation>Imprimé avec Act'IF pour QGIS.</translation>
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
        <source>{count} perimeters left out (no geometry, or a code already there).</source>
        <translation>Périmètres laissés de côté : {count} (sans géométrie, ou code déjà présent).</translation>
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
        <source>Columns (field=column; …), where the guess is wrong</source>
        <translation>Colonnes (champ=colonne ; …), là où elles sont mal devinées</translation>
    </message>
    <message>
        <source>Coordinate system of the coordinate columns (empty: guessed)</source>
        <translation>Système des colonnes de coordonnées (vide : deviné)</translation>
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
        <source>{created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected.</source>
        <translation>Établissements : {created} créés, {updated} mis à jour, {unchanged} inchangés, {rejected} rejetés.</translation>
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
        <source>Keep one record, or correct the SIRET of the other.</source>
        <translation>Garder une seule fiche, ou corriger le SIRET de l'autre.</translation>
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
        <source>If it is the same company, keep one record and delete the other.</source>
        <translation>Si c'est la même entreprise, garder une fiche et supprimer l'autre.</translation>
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
        <source>Project to check for QField (empty: the one beside the territory)</source>
        <translation>Projet à contrôler pour QField (vide : celui à côté du territoire)</translation>
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
</context>
</TS>
