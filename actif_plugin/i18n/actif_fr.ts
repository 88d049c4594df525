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
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a resource…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a need…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note a visit…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layer} cannot be edited.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unnamed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search by words, then levels. In the saved project: a list of values.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Act&apos;IF product picker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coarser: {code} (Alt+Up)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coarser (Alt+Up)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No code is written so: choose one in the list (Down).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Words of the company, or a code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finer, and all the levels (Alt+Down)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as deep as what was found</source>
        <translation>aussi fin que ce qui a été trouvé</translation>
    </message>
    <message>
        <source>The tables of {path} cannot be read: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tables are those of version {found}; Act&apos;IF now writes {current}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a new territory and import this one into it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field “{field}” names a record that no longer exists: {value}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the right record in this field, or delete this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This resource or need belongs to no company.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose its company, or delete it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{end}” ({last}) comes before “{start}” ({first}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct one of the two dates.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This record has no identifier.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete it and enter it again: QField and the other records cannot find it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another record has the same value in: {fields}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep one of the two records and delete the other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field “{field}” is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill it in: the record cannot do without.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field “{field}” does not accept this value: {value}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a value of its list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field “{field}” is {value}, less than {bound}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field “{field}” is {value}, more than {bound}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Correct the number, or empty the field.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The SIRET {siret} does not have 14 digits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The SIRET {siret} holds something else than digits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The SIRET {siret} has a wrong digit: its key does not match.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look the SIRET up in the company directory and correct it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The SIRET {siret} is that of {count} records.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep one record, or correct the SIRET of the other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This establishment has no name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the name or the sign that people know it by.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This establishment has no position: no answer can reach it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Geocode its address, or place it on the map.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This establishment lies outside the perimeters of the territory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check its position; if it is right, add the perimeter around it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perhaps the same as {other}: same SIREN, less than 100 m away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perhaps the same as {other}: almost the same name at one address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>If it is the same company, keep one record and delete the other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The NAF code {code} is not of {said} but of {right}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The NAF code {code} exists in no version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the activity in the list, with the version that it belongs to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This resource or need has no code: no answer is looked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a product or a job, even a coarse one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code {code} is usually written {official}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the code in the list, so that forms show its label.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code {code} is of the nomenclature {right}, not {said}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the nomenclature of the code, or another code.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The code {code} exists in no nomenclature.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a product or a job in the list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The unit {unit} does not exist.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a unit of the list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The unit {unit} does not suit the nature “{nature}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a unit of this nature, or correct the nature.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The point of this record is not that of its company.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save its company's position again, or tick “{field}” if it is elsewhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Still open, while {company} has closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark it as lapsed, or give it to the company that took over.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not confirmed for 12 months: last time on {day}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the company whether it still holds, then set the date.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next action was due on {day}: {action}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do it, or set another date.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Personal data without the date on which the person agreed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask for the agreement and note its date, or delete the contact.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This verdict speaks of a resource or a need that no longer exists.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep it if the record is to be imported again; else delete it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Company</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resource</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Need</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
