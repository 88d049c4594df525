<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr_FR" sourcelanguage="en_GB">
<context>
    <name>@default</name>
    <message>
        <source>New territory…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a territory…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the demonstration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a territory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no demonstration yet: run “make demo” in the source folder first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This project shows no territory: open the project that Act&apos;IF made.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be written: close it if it is open elsewhere, or choose another name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{visited} of {total} establishments visited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open resources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs without an answer nearby</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>resources without a taker nearby</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>synergies realised</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>synergies on the way</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Observed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Potential</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is missing most (unanswered needs)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Legend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perimeters: IGN Admin Express, INSEE, DGCL (open licence).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data: {territory}, {date}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Projection: {crs}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Printed with Act&apos;IF for QGIS.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Author: {author}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answer needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answers a need</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unanswered needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{pairs} answers for {answered} needs out of {needs}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proximity</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Code field of the needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Code field of the resources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level at which codes are compared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maximum distance (metres)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdicts of the advisers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The verdicts have no field {fields}: choose the table avis.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No territory: open an Act&apos;IF project or choose the GeoPackage of a territory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer of {parameter} cannot be read: choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demonstration territory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Territory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of the demonstration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Real companies instead of the fictitious ones</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>QGIS project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Establishments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Real companies have no resources or needs yet: nothing to confront.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New territory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the territory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coordinate system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GeoPackage to create</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perimeters (communes, EPCI, activity zones)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Replace an existing territory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A territory needs a name: give one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not a GeoPackage name: it must end with .gpkg.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} already exists: choose another name, or ask for it to be replaced.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Territory created: {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} perimeters left out (no geometry, or a code already there).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layer}: {count} records usable.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layer}: {count} records left out ({reason}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layer}: unknown codes: {codes}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layer} has no field {field}: choose the field that holds the codes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>of the other direction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not open any more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>without a position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>without a code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{layer} has no usable record ({reasons}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import establishments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table or layer of establishments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Territory (empty: the one of the project)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns (field=column; …), where the guess is wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coordinate system of the coordinate columns (empty: guessed)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only inside these polygons</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Created</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Updated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} outside the perimeter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}: {field} keeps “{kept}”, the source says “{delivered}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is empty: choose another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The columns given cannot be followed, check: {names}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No column for a SIRET or a name among: {columns}. Say which one holds it in the columns parameter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The table breaks off at line {line}: a quote opens a cell there and never closes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The coordinate system of the coordinate columns is not recognised: give it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Neither a name nor a SIRET.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SIRET {detail}: 14 digits are needed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SIRET {detail}: digits only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SIRET {detail}: the check digit is wrong, a digit was mistyped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coordinates {detail}: not two numbers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coordinates {detail}: outside the area of the coordinate system.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same establishment as line {detail}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{detail} cells, more than there are columns.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Missing links</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Diagnosis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perimeters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coverage a code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Orphan needs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Orphan resources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coverage a perimeter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Act&apos;IF: industrial and territorial ecology</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Synergy map (PDF)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Printing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Project of the territory (empty: the one that is open)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Perimeters to frame (empty: the whole territory)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resolution (dpi)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}: synergies of the territory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Internal edition: do not distribute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Map written: {path}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {path} cannot be opened: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No project is open: choose the project of a territory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The territory refused the establishments, nothing was imported: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full: free some space, then create {path} again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} cannot be written ({reason}): check the folder and your rights on it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project {path} cannot be written: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The territory refused records of {layer}: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table {table} of {path} cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The coordinate system of the territory is not valid: choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The nomenclatures are missing ({path}): install the plugin again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file {path}: check its name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} was made by a newer Act&apos;IF: update the plugin to open it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is not an Act&apos;IF territory: choose a GeoPackage made by Act&apos;IF.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
