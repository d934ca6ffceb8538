# Was die Seite auf Deutsch sagt. Die Namen der Prompts und das Feld „Objekt“ bleiben englisch: Die Modelle verstehen nur das.

language-name = Deutsch
language = Sprache

## Zahlen und Einheiten

decimal-separator = ,
milliseconds = { $number } ms
seconds = { $number } s
minutes = { $number } min
megabytes = { $number } MB
gigabytes = { $number } GB
length-pixels = { $number } px
millimetres = { $number } mm
square-millimetres = { $number } mm²
pixels-per-millimetre = { $number } px/mm
megabytes-per-second = { $number } MB/s
percent = { $number } %
percent-sign = %
pictures =
    { $count ->
        [one] 1 Bild
       *[other] { $count } Bilder
    }
entries =
    { $count ->
        [one] 1 Eintrag
       *[other] { $count } Einträge
    }
time-left = noch { $time }

## Gute Referenzen, und Bilder, die miteinander verglichen werden

good = Gute Referenz
good-is = Andere Bilder werden mit diesem verglichen: Es zeigt ein fehlerfreies Teil
good-enough = { $count } Bilder sind schon als gute Referenzen markiert: zuerst eine Markierung aufheben.
good-without-features = mit diesem Ergebnis lässt sich nichts vergleichen: das Bild mit VVV neu prüfen
good-itself = selbst eine gute Referenz
good-pictures =
    { $count ->
        [one] 1 guten Bild
       *[other] { $count } guten Bildern
    }
other-pictures =
    { $count ->
        [one] 1 anderen Bild
       *[other] { $count } anderen Bildern
    }
with-others = Mit { $pictures }
with-both = Mit { $good } und { $others }
by-prompts-alone = Nur nach den Prompts
and-score = { $what }: { $score }
alone-is = Zeigt alle Bilder nur nach den Prompts, oder mit dem, was andere Bilder sagen
together = Die Bilder miteinander vergleichen
together-is = Ab { $count } Ergebnissen eines Stapels: Was kaum ein anderes Bild hat, ist auffällig, und zählt, wo auch die Prompts etwas finden. Von selbst an, sobald das Objekt einen Namen hat, denn es braucht Bilder von einer Sache. Kein Netz läuft dafür.
comparing = vergleicht { $done } von { $total }
not-compared = Bilder lassen sich nicht vergleichen: { $reason }

## Der Rahmen der Seite

panes = Teile der Seite
pane-list = Liste
pane-picture = Bild
pane-findings = Befund
drop-to-inspect = Zum Prüfen ablegen

object = Objekt
object-example = bottle cap
clear = Leeren
clear-deletes = Löscht { pictures } mit Ergebnissen, Entscheidungen und Notizen aus diesem Browser. Die Dateien auf dem Datenträger bleiben.
delete-them = Löschen
folder = Ordner
choose = Bilder
choose-what = wählen

engine = Recheneinheit
engine-starting = startet
engine-not-ready = nicht bereit
engine-coming = Recheneinheit und Modelle werden vorbereitet.
engine-automatic = Automatisch
engine-automatic-is = die GPU, wenn es eine echte gibt
engine-gpu = GPU
engine-gpu-is = jeder WebGPU-Adapter, den der Browser hat
engine-cpu = CPU
engine-cpu-is = langsamer, dafür überall

## Die Zeile zum Fortschritt

progress = Fortschritt
starting-engine = Recheneinheit startet
loading-models = Modelle werden geladen, { $percent }
ready = Bereit
count-accept = { $count } annehmen
count-reject = { $count } ablehnen
count-unsure = { $count } unklar
count-failed = { $count } ohne Ergebnis
done-of = { $done } von { $all }
paused = angehalten
several-at-once = { $count } gleichzeitig
kept-elsewhere = Ein anderer Tab bewahrt seine Serie auf: Was hier geschieht, ist weg, sobald dieser Tab geschlossen wird.
not-kept = Was hier geschieht, wird nicht aufbewahrt: { $reason }
other-tab-closed = Der andere Tab wurde geschlossen. Seite neu laden, um mit dem dort Aufbewahrten fortzufahren.
files-passed-over =
    { $count ->
        [one] 1 Datei übergangen
       *[other] { $count } Dateien übergangen
    }
clear-this-list = Liste leeren
all-pictures = Alle Bilder
resume = Fortsetzen
pause = Anhalten
cancel = Abbrechen
try-failed-again = Ohne Ergebnis erneut prüfen
try-again = Erneut versuchen
use-demo-pack = Demopaket verwenden
look-after-models = Modelle ansehen

## Was eine Stufe tut und wie sie heißt

doing-prompts = Prompts werden gelesen
doing-foreground = Objekt wird gesucht
doing-tiles = Kacheln werden geschnitten
doing-score = Kacheln werden bewertet
doing-segment = Fehler werden lokalisiert
doing-aggregate = Ergebnisse werden zusammengeführt
stage-prompts = Prompts
stage-foreground = Vordergrund
stage-tiles = Kacheln
stage-score = Bewerten
stage-segment = Lokalisieren
stage-aggregate = Zusammenführen

## Der Einstieg

welcome-title = Bilder eines Teils ablegen, das fehlerfrei sein soll
welcome-what = Spotcheck ordnet sie danach, wie wahrscheinlich etwas nicht stimmt, und zeigt, wo. Kein Training, keine Beispiele: Verglichen wird, was zu sehen ist, mit Wörtern wie „a scratch“ (ein Kratzer).
welcome-object = Oben ins Feld schreiben, was das Teil ist, auf Englisch, oder „object“ stehen lassen.
welcome-private = Nichts verlässt dieses Gerät. Die Zeile am Fuß der Seite sagt, wie sich das überprüfen lässt.
samples = Beispiele
try-all-twelve = Alle zwölf prüfen
sample-bottle-cap-missing-piece = Kronkorken, ein Stück fehlt
sample-circuit-board-hole = Leiterplatte, ein Loch
sample-gears-discoloured = Zahnräder, eines verfärbt
sample-saucer-crack = Untertasse, ein Riss
sample-tablets-whole = Tabletten, fehlerfrei
sample-cashew-contamination = Cashewkerne, einer verunreinigt
sample-fabric-tear = Stoffstück, ein Riss
sample-battery-dent = Batterie, eine Delle
sample-gear-whole = Zahnrad, fehlerfrei
sample-toy-brick-scratch = Spielzeugstein, ein Kratzer
sample-wooden-block-stain = Holzklotz, ein Fleck
sample-bottle-cap-whole = Kronkorken, fehlerfrei
sample-fails = das Beispiel { $name } lässt sich nicht laden: { $reason }

## Die Liste

pictures-list = Bilder
no-picture-passes = Kein Bild entspricht dem Filter.
search-names = Namen suchen
filter = Filter
filter-all = Alle
filter-accept = Annehmen
filter-reject = Ablehnen
filter-unsure = Unklar
filter-undecided = Noch nicht entschieden
filter-failed = Ohne Ergebnis
filter-outdated = Überholt
order = Reihenfolge
order-score = Höchster Wert zuerst
order-name = Nach Namen
order-arrival = Nach Eingang
marked-pictures = Markierte Bilder
marked = { $count } markiert
remove = Entfernen
mark-none = Keine
waiting = wartet
cancelled = abgebrochen
stage-note-waiting = Wartet
stage-note-cancelled = Abgebrochen

## Urteile und Entscheidungen

verdict-accept = annehmen
verdict-reject = ablehnen
verdict-unsure = unklar
decide-accept = Annehmen
decide-reject = Ablehnen
decide-unsure = Unklar
your-decision = Eigene Entscheidung
note = Notiz
with-key = { $name } (Taste { $key })
one-or-other = { $one } oder { $other }

## Der Befund

findings = Befund
this-picture = Dieses Bild
cancel-this-one = Dieses abbrechen
waits-for-turn = Wartet, bis es an der Reihe ist.
cancelled-before = Abgebrochen, bevor es ein Ergebnis gab.
inspect = Prüfen
found-by-demo = Befund des Demopakets, das mit gezeichneten Teilen trainiert wurde. Echte Fotos brauchen
found-by-demo-link = das Standardpaket
found-by-demo-end = .
threshold-is = Schwelle { $value }
components =
    { $count ->
        [one] 1 Komponente
       *[other] { $count } Komponenten
    }
component-about =
    { $count ->
        [one] { $share } des Bildes, 1 Kachel
       *[other] { $share } des Bildes, { $count } Kacheln
    }
what-it-looks-like = Wonach #{ $number } aussieht
side-anomalous = Fehlerhaft
side-normal = Fehlerfrei
mean = Mittel { $value }
mean-is = Mittlerer Kosinus über alle Prompts dieser Seite
show-prompt-maps = Lokalisierung je Prompt zeigen
making-prompt-maps = Lokalisiert noch einmal, Prompt für Prompt.
foreground = Vordergrund
foreground-sam =
    { $count ->
        [one] Eine SAM-Maske innerhalb der Maske von IS-Net.
       *[other] { $count } SAM-Masken innerhalb der Maske von IS-Net, vereinigt.
    }
foreground-dichotomous = Die Maske von IS-Net: SAM hatte darin keine.
foreground-whole-image = Das ganze Bild: Kein Objekt hob sich ab.
foreground-given = Eine vorgegebene Maske.
stages = Stufen
save-map = Rohkarte speichern (PNG, 16 Bit)
save-map-is = Die Werte der Karte, 0 bis 1 als 0 bis 65535
save-json = JSON speichern
copy-picture = Bild kopieren
copy-picture-is = Das Bild mit seiner Heatmap, in die Zwischenablage
copied = Kopiert
not-saved = Nicht gespeichert: { $reason }.

## Der Betrachter

picture = Bild
view-of-picture = Ansicht des Bildes
stage-help = Plus und Minus zoomen, 0 zeigt das ganze Bild. Pfeiltasten bewegen die Lupe, solange sie an ist, sonst das gezoomte Bild.
divider = Trennlinie: links davon das bloße Bild, rechts davon die Ebenen
divider-bare = { $percent } ohne Ebenen
layers = Ebenen
layer-heatmap = Heatmap
layer-foreground = Vordergrund
layer-dichotomous = Maske von IS-Net
layer-parts = SAM-Masken
layer-tiles = Kacheln
layer-components = Komponenten
layer-region = Prüfbereich
layer-truth = Referenz
layer-contours = Konturen
truth-whole = Referenz: fehlerfrei
truth-defective = Referenz: fehlerhaft
no-sam-masks = SAM hat in diesem Bild keine Maske behalten
without-dichotomous = Eine frühere Version hat dieses Bild geprüft. Erneut prüfen, um die Maske zu sehen
nothing-drawn = Für dieses Bild ist kein Bereich gezeichnet
nothing-wrong = Alle Teile in diesem Bild sind fehlerfrei
wrong-but-where = Bekannt ist, dass etwas nicht stimmt, aber nicht, wo
view = Ansicht
compare = Vergleichen
compare-is = Das bloße Bild neben seinen Ebenen (Leertaste)
loupe = Lupe
loupe-is = Vergrößert die Pixel und nennt ihre Werte (Taste L)
loupe-map = Karte
loupe-component = Komponente
loupe-says-map = Karte { $value }
loupe-says-component = Komponente { $number }
zoom = Zoom
zoom-out = Verkleinern
zoom-out-is = Verkleinern (Taste −)
zoom-in = Vergrößern
zoom-in-is = Vergrößern (Taste +)
zoom-figure-is = Pixel des Bildschirms je Pixel des Bildes
fit = Einpassen
fit-is = Das ganze Bild (Taste 0)
heatmap = Heatmap
opacity = Deckkraft
colours = Farben
scale = Skala
scale-is = Auf der Skala von 0 bis 1 sind Bilder vergleichbar. Bis zum höchsten Wert eines Bildes kann ein fehlerfreies Teil fehlerhaft aussehen.
scale-fixed = 0 bis 1
scale-picture = je Bild
scale-batch = je Serie
legend = Skala der Heatmap, von 0 bis { $top }

## Bereiche, gezeichnet zum Prüfen und zum Ausnehmen

region = Prüfbereich
region-open = Bereich zeichnen
region-open-is = Bereiche, die zu prüfen und die auszunehmen sind
region-draw = Zeichnen
region-inspect-rectangle = Rechteck prüfen
region-inspect-polygon = Polygon prüfen
region-ignore-rectangle = Rechteck ausnehmen
region-ignore-polygon = Polygon ausnehmen
region-rectangle-hint = Von Ecke zu Ecke ziehen oder beide anklicken. Rad und zwei Finger zoomen. Tasten: Pfeile, Leertaste für eine Ecke, Esc zum Verlassen.
region-polygon-hint = Die Ecken anklicken; die erste, ein Doppelklick oder die Eingabetaste schließt es. Ziehen verschiebt das gezoomte Bild. Tasten: Pfeile, Leertaste für eine Ecke, Rücktaste nimmt sie zurück, Esc zum Verlassen.
region-drawing = Wird gezeichnet: { $tool }
region-counts-for = Für
region-this-picture = dieses Bild
region-all-pictures = alle Bilder
region-counts-for-this = Gilt für dieses Bild.
region-counts-for-all = Gilt für alle Bilder.
region-hand-to-this = Nur dieses Bild
region-hand-to-all = Für alle
region-undo = Rückgängig
region-undo-is = Nimmt die letzte Ecke oder die letzte Änderung eines Bereichs zurück
region-clear = Alle Bereiche löschen
region-clear-this = Löscht die Bereiche, die nur für dieses Bild gezeichnet wurden
region-clear-all = Löscht die Bereiche, die für alle Bilder gezeichnet wurden
region-close = Polygon schließen
region-leave = Verlassen
region-left = Zeichnen verlassen.
region-deleted = Gelöscht. Rückgängig stellt es wieder her.
region-undone = Rückgängig gemacht.
region-added = { $tool }: hinzugefügt für { $scope }.
region-corners =
    { $count ->
        [one] 1 Ecke.
       *[other] { $count } Ecken.
    }
region-cursor = { $across } von links, { $down } von oben
region-handles-help = Pfeiltasten verschieben um 1 % des Bildes, mit der Umschalttaste um 10 %. Entf entfernt eine Ecke eines Polygons, Esc verlässt, Strg+Z macht rückgängig.
region-upper-left = Ecke oben links
region-upper-right = Ecke oben rechts
region-lower-right = Ecke unten rechts
region-lower-left = Ecke unten links
region-upper-edge = Obere Kante
region-right-edge = Rechte Kante
region-lower-edge = Untere Kante
region-left-edge = Linke Kante
region-corner-of = Ecke { $corner } von { $corners }
region-corner-between = Ecke zwischen { $from } und { $to } hinzufügen
region-from-left = { $percent } von links
region-from-top = { $percent } von oben
region-changed = Der Bereich ist geändert. Rückgängig nimmt es zurück.
region-put-back = Der Bereich ist, wo er war.
region-chosen = Der Bereich ist gewählt: Seine Ecken und Kanten lassen sich verschieben.
region-three-corners = Ein Polygon behält mindestens drei Ecken.
region-areas = Bereiche und Zahlen ({ $number })
region-areas-help = Pfeiltasten verschieben den gewählten Bereich um 1 % des Bildes, mit der Umschalttaste um 10 %. Im Bild lässt er sich ziehen, auch an Ecken und Kanten: Wer die Mitte einer Polygonkante zieht, fügt eine Ecke hinzu, ein Doppelklick auf eine Ecke entfernt sie.
region-area = { $area }, für { $scope }
region-inspect-polygon-of =
    { $count ->
        [one] Polygon mit 1 Ecke prüfen
       *[other] Polygon mit { $count } Ecken prüfen
    }
region-ignore-polygon-of =
    { $count ->
        [one] Polygon mit 1 Ecke ausnehmen
       *[other] Polygon mit { $count } Ecken ausnehmen
    }
region-delete = Löschen
region-delete-area = Löschen: { $area }
region-not-counted = gilt nicht: Dieses Bild hat eigene Bereiche zum Prüfen
region-by-numbers = Ein Rechteck durch Zahlen
region-purpose = Prüfen oder ausnehmen
region-inspect = Prüfen
region-ignore = Ausnehmen
region-left-side = Links, %
region-top-side = Oben, %
region-width = Breite, %
region-height = Höhe, %
region-add = Rechteck hinzufügen, { $scope }
region-flat-rectangle = Dieses Rechteck hat keine Fläche. Von einer Ecke zur gegenüberliegenden zeichnen.
region-flat-polygon = Dieses Polygon hat keine Fläche. Es braucht mindestens drei Ecken, die nicht auf einer Linie liegen.
region-outside = Dieser Bereich reicht über das Bild hinaus. Links und Breite sind zusammen höchstens 100 %, ebenso Oben und Höhe.
region-refused = Dieser Bereich lässt sich nicht verwenden: { $reason }.
region-none = Für dieses Bild ist kein Bereich gezeichnet: Es wird ganz geprüft.
region-nothing-left = Von diesem Bild bleibt nichts zu prüfen. Einen ausgenommenen Bereich löschen oder einen größeren zum Prüfen zeichnen.
region-share = { $percent } dieses Bildes werden geprüft.
region-share-under = Weniger als { $percent } dieses Bildes werden geprüft.
region-share-over = Mehr als { $percent } dieses Bildes werden geprüft.
region-costs =
    { $count ->
        [one] 1 Ergebnis gilt einem anderen Prüfbereich. Erneut zu prüfen lässt die Netze laufen.
       *[other] { $count } Ergebnisse gelten einem anderen Prüfbereich. Erneut zu prüfen lässt die Netze laufen.
    }
region-costs-for =
    { $count ->
        [one] 1 Ergebnis gilt einem anderen Prüfbereich. Erneut zu prüfen lässt die Netze laufen: etwa { $time } Arbeit.
       *[other] { $count } Ergebnisse gelten einem anderen Prüfbereich. Erneut zu prüfen lässt die Netze laufen: etwa { $time } Arbeit.
    }
region-inspect-again = { $pictures } erneut prüfen
region-inspect-this-again = Dieses erneut prüfen
region-outdated = Mit einem anderen Prüfbereich gefunden als dem, der jetzt gezeichnet ist.
method-outdated = Mit einem anderen Verfahren gefunden als dem, das jetzt gewählt ist.
region-all-inspected = Das ganze Bild wurde geprüft
region-only-inspected =
    { $count ->
        [one] Nur 1 gezeichneter Bereich wurde geprüft
       *[other] Nur { $count } gezeichnete Bereiche wurden geprüft
    }
region-looked-at = { $inspected }.
region-looked-at-without =
    { $count ->
        [one] { $inspected }, 1 Bereich wurde ausgenommen.
       *[other] { $inspected }, { $count } Bereiche wurden ausgenommen.
    }

## Konturen: Stellen der Karte, die einen Wert erreichen

contours = Konturen
contours-are = Pixel der Karte ab diesem Wert bilden Konturen, Stellen und Masken. Bei 0,3 erfassen sie, was in der Heatmap deutlich zu sehen ist, und lassen die schwache Umgebung weg; nichts wird erneut geprüft.
contours-from = Konturen ab
contours-from-number = Schwelle der Konturen als Zahl
found-regions = Auffällige Stellen
found-regions-count =
    { $count ->
        [one] 1 Stelle
       *[other] { $count } Stellen
    }
found-regions-from = { $regions } ab { $threshold }
found-regions-none = Kein Pixel der Karte erreicht die Schwelle der Konturen.
found-regions-fail = Die Stellen lassen sich nicht bestimmen: { $reason }
found-regions-total = { $about }, insgesamt
found-regions-total-of-more = { $about }, insgesamt; { $number } mit niedrigeren Werten sind nicht aufgeführt
found-region = Stelle
found-region-is = Zeigt diese Stelle im Betrachter; noch einmal, das ganze Bild
found-region-highest = höchster Wert
found-region-long = { $about } · { $length } lang
found-region-area = { $area } px, { $share } des Bildes
found-region-area-mm = { $area } px, { $share } des Bildes, { $measured }

## Der Maßstab der Bilder

scale-of-pictures = Maßstab der Bilder: { $scale }
scale-of-pictures-is = Der Maßstab der Bilder, für Größen in Millimetern
scale-unknown = Millimeter
scale-what = Mit einem Maßstab werden Flächen und Längen in Millimetern angegeben, hier und im Export. Er gilt für alle Bilder.
scale-field = Pixel je Millimeter
scale-none = keiner
scale-pixel-is = Ein Pixel ist { $length } breit.
scale-draw = Strecke bekannter Länge zeichnen
scale-clear = Ohne Maßstab
scale-not-a-number = „{ $typed }“ ist keine Zahl: eingeben, wie viele Pixel ein Millimeter lang ist, etwa 12,5.
scale-not-above-zero = Der Maßstab muss über 0 liegen: Er gibt an, wie viele Pixel ein Millimeter lang ist.
scale-impossible = Ein Millimeter kann nicht { $number } Pixel lang sein: Möglich sind { $from } bis { $to }.
ruler = Eine Strecke bekannter Länge
ruler-help = Eine Strecke über etwas zeichnen, dessen Länge bekannt ist: ziehen oder beide Enden antippen.
ruler-pixels-are = { $length } sind
ruler-length = Länge der Strecke in Millimetern
ruler-unit = mm
ruler-take = Maßstab übernehmen
ruler-leave = Verlassen
ruler-without-length = Die Länge der Strecke in Millimetern eingeben, etwa 25.
ruler-not-a-number = „{ $typed }“ ist keine Zahl: die Länge der Strecke in Millimetern eingeben, etwa 25.
ruler-not-above-zero = Die Länge der Strecke muss über 0 Millimetern liegen.

## Die Schwelle

threshold = Schwelle
threshold-rejects = Schwelle: Ab diesem Wert wird abgelehnt
bar = { $from } bis { $to }: { pictures }
scores-told = Wie Bewertungen angegeben werden
score = Bewertung
spreads = Streuungen
spreads-are = Streuungen: wie weit eine Bewertung über der Mitte des Stapels liegt (ihr robuster z-Wert). So bedeutet eine Schwelle für jedes Objekt dasselbe.
spreads-need = Streuungen über der Mitte des Stapels brauchen { $count } Ergebnisse mit verschiedenen Bewertungen.
suggest = Vorschlag
without-labels = Ohne Kennzeichnung
what-stands-out = Was herausfällt
what-stands-out-is = mehr als drei robuste Abweichungen über dem Median: für Serien, die überwiegend fehlerfrei sind
reject-rate = Ablehnquote
reject-at-most = Höchstens ablehnen
reject-at-most-percent = Höchster Anteil Abgelehnter, in Prozent
with-labels = Mit Kennzeichnung: was von den Bildern bekannt ist, sonst die eigenen Entscheidungen
best-f1 = Bestes F1
false-rejects = Fälschlich Abgelehnte
falsely-reject-at-most = Fälschlich ablehnen höchstens
falsely-reject-percent = Höchster Anteil abgelehnter Fehlerfreier, in Prozent
of-the-whole-ones = der Fehlerfreien
suggested = { $name }: { $threshold } · { $rejected } ablehnen · { $accepted } annehmen
no-scores = es gibt keine Werte
too-few = für Ausreißer braucht es mindestens { $needed } Bilder, vorhanden sind { $count }
none-defective = dafür muss mindestens ein Bild als fehlerhaft gekennzeichnet sein
none-whole = dafür muss mindestens ein Bild als fehlerfrei gekennzeichnet sein

## Wie gut die Werte sind

quality = Güte
quality-labels = Kennzeichnung: was von den Bildern bekannt ist, sonst die eigenen Entscheidungen.
quality-region = Pixel außerhalb des Prüfbereichs zählen nicht; ein Bild, dessen Maske darin nichts markiert, zählt als fehlerfrei.
nothing-anomalous = keines der { $count } ist fehlerhaft: Es gibt nichts zu finden
nothing-normal = alle { $count } sind fehlerhaft: Es gibt nichts, wovon sie zu unterscheiden wären
rejected = abgelehnt
accepted = angenommen
defective = fehlerhaft
whole = fehlerfrei
precision = Genauigkeit (Precision)
recall = Trefferquote (Recall)
f1 = F1
whole-rejected = Fehlerfreie abgelehnt
f1-max = F1-max
f1-max-at = { $value } bei { $threshold }
auroc = AUROC
average-precision = Mittlere Genauigkeit (AP)
precision-and-recall = Genauigkeit und Trefferquote
roc = ROC
axis-recall = Trefferquote
axis-precision = Genauigkeit
axis-false-rejects = fälschlich abgelehnt
axis-true-rejects = zu Recht abgelehnt
pixels-against-masks = Pixel gegen Masken
pixels-not-compared = Die Pixel lassen sich nicht vergleichen: { $reason }
pixels-of = { $regions } in { $pictures } · was fehlerfrei ist, zählt mit leerer Maske.
pixels-without-mask =
    { $count ->
        [one] 1 fehlerhaftes Bild ohne Maske ausgelassen.
       *[other] { $count } fehlerhafte Bilder ohne Maske ausgelassen.
    }
pixel-f1-max = F1-max der Pixel
pixel-auroc = AUROC der Pixel
aupro = AUPRO (FPR ≤ 0,3)
aupro-is = Wie viel von jeder fehlerhaften Stelle gefunden wird, bis zu einer Falsch-positiv-Rate von 0,3

## Dateien der Serie

export = Export
export-report = Bericht
export-report-is = eine HTML-Datei zum Lesen und Drucken
export-table = Tabelle
export-table-is = CSV, eine Zeile je Bild
export-json = JSON
export-json-is = alles, was gefunden wurde
export-coco = COCO
export-coco-is = auffällige Stellen als lauflängenkodierte Masken
export-everything = Alles
export-everything-is = all das, mit Überlagerungen, Rohkarten und Masken
only-what-is-listed = Nur was die Liste zeigt, in ihrer Reihenfolge
level-is = Pixel ab diesem Wert gehören zu Masken und Konturen
not-exported = Nicht exportiert: { $reason }.
cannot-copy = Der Browser lässt die Seite nicht kopieren: { $reason }
no-models-yet = die Modelle sind noch nicht da

## Die Kamera

camera = Kamera
inspect-this-frame = Dieses Bild prüfen
camera-private = Das Bild bleibt auf diesem Gerät. Die Kamera ist aus, sobald dies geschlossen wird.
camera-frame-fails = Das Bild lässt sich nicht aufnehmen: { $reason }.
camera-not-allowed = Die Kamera darf nicht verwendet werden. In der Adresszeile des Browsers erlauben, dann dies erneut öffnen.
camera-none = Es gibt keine Kamera.
camera-busy = Ein anderes Programm verwendet die Kamera. Jenes schließen, dann dies erneut öffnen.
camera-fails = Die Kamera lässt sich nicht verwenden: { $reason }.

## Die Modelle

models = Modelle
models-are = Modelle:
demo = Demo
demo-is = Gezeichnete Teile, um das Verfahren kennenzulernen: Es ist klein und kennt keine echten Fotos.
in-use = in Gebrauch
comes-with-the-page = liegt der Seite bei
looking = Wird nachgesehen
use-pack = Verwenden
size-here = { $size } vorhanden
given = Von diesem Datenträger: { $files }.
fetch-size = { $size } laden
not-now = Nicht jetzt
delete-size = { $size } löschen?
delete = Löschen
keep = Behalten
get-size = { $size } holen
go-on = Fortsetzen
check = Kontrollieren
lies-beside = Es liegt gebrauchsfertig neben dieser Seite und wurde hieraus gebaut:
built-from = Es wird auf diesem Gerät hieraus gebaut, geladen von { $host }:
browser-grants = Dieser Browser gewährt noch { $size }.
source-terms = , etwa { $size }. Lizenz: { $licence }.
stored-as = Gespeichert als
precision-f32 = exakt
precision-f32-costs = 32-Bit-Gleitkommazahlen, wie veröffentlicht
precision-f16 = halb
precision-f16-costs = 16-Bit-Gleitkommazahlen: halber Speicherplatz; Pixel weichen um weniger als 0,003 ab
precision-int8 = viertel
precision-int8-costs = 8-Bit-Ganzzahlen: weniger als ein Drittel des Speicherplatzes; Pixel weichen um bis zu 0,05 ab
the-pack = Das Paket { $preset }
stop = Beenden
step-queueing = Ein anderer Tab dieser Seite arbeitet an den Paketen: wartet
step-fetching = Wird geladen
step-reconnecting = Die Verbindung ist abgebrochen: neuer Versuch
step-building = Wird gebaut
step-checking = Wird kontrolliert
ended-whole = Vollständig: Jede Datei ist, wie sie sein soll.
ended-stopped = Angehalten. Was angekommen ist, bleibt erhalten.
ended-damaged = Beschädigt: { $files }.
ended-by-fault = Durch einen Fehler beendet: { $reason }
repair = Reparieren
got-pack = Das Paket { $preset } ist da.
checkpoints-host = Host der Checkpoints
or-take-files = Oder Dateien von diesem Datenträger nehmen: auswählen oder auf der Seite ablegen.
choose-files = Dateien wählen
recognised = Erkannt: { $files }.

## Die Pakete, die es gibt; das Englische steht im Katalog der Pakete

pack-standard = Echte Fotos: CLIP und CLIPSeg der Veröffentlichung, mit einem SAM, das auf ein Zehntel seiner Größe gestutzt ist.
    .title = Standard
pack-quality = Objekte aus vielen kleinen Teilen: das ganze SAM ViT-B anstelle des gestutzten, für mehr Speicher und Zeit.
    .title = Qualität

## Die Einstellungen

settings = Einstellungen
method = Verfahren
found-by-method = Verfahren: { $method }.
method-vvv-is = Variance Vigilance Vanguard, das eigene dieses Programms: findet das Objekt, bewertet es in Kacheln mit CLIP und lokalisiert mit CLIPSeg.
method-winclip-is = CLIP auf Fenstern des ganzen Bildes, mit Wörtern derselben Art. Es sucht kein Objekt.
method-april-gan-is = CLIPs Patches des ganzen Bildes, durch Schichten, die an Fehlern anderer Dinge gelernt haben. Es sucht kein Objekt.
no-such-method = Ein Verfahren „{ $name }“ gibt es nicht
models-not-there-yet = Die Modelle sind noch nicht da.
settings-are-used = Das sind die Einstellungen, die verwendet werden.
applied-at-once = Gilt sofort: Kein Netz läuft noch einmal.
for-pictures-to-come = Für die Bilder, die noch kommen.
applying-inspects = Anwenden prüft { pictures } erneut.
applying-inspects-for = Anwenden prüft { pictures } erneut: etwa { $time } Arbeit.
apply = Anwenden
undo = Rückgängig
packs-own = Wie im Paket
export-settings = Exportieren
import = Importieren
copy-link = Link kopieren
link-copied = Link kopiert
cannot-copy-link = Der Browser lässt die Seite nicht kopieren. Der Link: { $link }
pictures-at-once = Bilder gleichzeitig
pictures-at-once-is = Wie viele Bilder auf der CPU gleichzeitig geprüft werden, jedes von einem Worker mit den Modellen im eigenen Speicher. Leer: so viele, wie Kerne und Speicher zulassen.
automatic = automatisch
default-is = Vorgabe: { $value }.
reset = Zurücksetzen
changed = geändert
yes = ja
no = nein

# Das Englische steht in der Liste der Einstellungen des Verfahrens; die Tests von `www/src/language.rs` verlangen jede.
setting-saliency-threshold = Wo die auf 0 bis 1 normierte Auffälligkeit darüber liegt, ist das Bild Objekt (D), 0 bis 1.
    .label = Schwelle der Auffälligkeit
setting-saliency-at-half-size = Ob IS-Net das Bild mit halber Seitenlänge seiner Eingabe liest: ein Viertel der Arbeit, und gröber.
    .label = Auffälligkeit in halber Größe
setting-points-per-side = Punkte je Achse, an denen SAM nach Masken gefragt wird.
    .label = Punkte je Seite
setting-points-near-object-only = Ob SAM nur an Punkten in D gefragt wird, das um einen Rasterschritt erweitert ist; der Geschwindigkeit wegen. Eine Maske muss größtenteils in D liegen, deshalb bringen Punkte anderswo selten eine hinzu: Bei 160 Bildern der ungesehenen Arten des Demopakets wich kein Vordergrund ab.
    .label = Punkte nur am Objekt
setting-points-per-batch = Punkte, nach denen SAM auf einmal gefragt wird; ändert das Ergebnis nicht.
    .label = Punkte auf einmal
setting-predicted-iou-threshold = SAM-Masken brauchen eine vorhergesagte IoU über diesem Wert, 0 bis 1.
    .label = Schwelle der vorhergesagten IoU
setting-stability-threshold = SAM-Masken brauchen mindestens diesen Stabilitätswert, 0 bis 1.
    .label = Schwelle der Stabilität
setting-stability-offset = Wie weit die Schwelle der Logits für den Stabilitätswert in beide Richtungen verschoben wird.
    .label = Verschiebung für die Stabilität
setting-mask-threshold = Logits von SAM über diesem Wert sind Maske.
    .label = Schwelle der Masken
setting-box-nms-threshold = Von zwei SAM-Masken, deren Rahmen eine IoU über diesem Wert haben, fällt die mit der kleineren vorhergesagten IoU weg, 0 bis 1.
    .label = NMS-Schwelle der Rahmen
setting-mask-inside-object = Eine SAM-Maske bleibt, wenn mindestens dieser Anteil ihrer Fläche in D liegt, 0 bis 1.
    .label = Maske im Objekt
setting-speck-share = Komponenten des Vordergrunds, die kleiner als dieser Anteil des Bildes sind, entfallen, 0 bis 1.
    .label = Anteil der Sprenkel
setting-strip-aspect-ratio = Eine Komponente wird in Streifen gekachelt, wenn das Verhältnis der längeren zur kürzeren Seite ihres Rahmens darüber liegt.
    .label = Seitenverhältnis für Streifen
setting-strip-parts = Eine Komponente wird in Streifen gekachelt, wenn sie mehr als so viele SAM-Masken hat.
    .label = Teile für Streifen
setting-part-inside-component = Eine SAM-Maske zählt als Teil einer Komponente, die mindestens diesen Anteil ihrer Fläche enthält, 0 bis 1.
    .label = Teil in der Komponente
setting-strip-step = Schritt von einer Kachel eines Streifens zur nächsten, in kurzen Seiten des Rahmens der Komponente.
    .label = Schritt im Streifen
setting-normal-states = Zustände eines fehlerfreien Objekts; [o] ist sein Name.
    .label = Zustände, fehlerfrei
setting-anomalous-states = Zustände eines Objekts, mit dem etwas nicht stimmt; [o] ist sein Name.
    .label = Zustände, fehlerhaft
setting-templates = Sätze um einen Zustand; [o] ist der Zustand mit dem Namen. Ein doppelter Eintrag hat doppeltes Gewicht.
    .label = Vorlagen
setting-localising-prompts = Wonach der Segmentierer sucht, was auch immer das Objekt ist. Ein doppelter Eintrag hat doppeltes Gewicht.
    .label = Lokalisierungs-Prompts
setting-logit-scale = Faktor auf die Kosinuswerte vor dem Softmax: 100 ist der von CLIP, der Code von WinCLIP hat 1/0,07.
    .label = Faktor der Logits
setting-logit-limit = Die Logits des Segmentierers werden vor dem harmonischen Mittel in beide Richtungen hierauf begrenzt.
    .label = Grenze der Logits
setting-top-share = Der Wert des Bildes ist das Mittel über diesen Anteil der Komponenten, die höchsten, 0 bis 1.
    .label = Anteil der höchsten
setting-fired-prompts = Wie viele der Prompts, die am stärksten anschlugen, je Kachel und Seite genannt werden.
    .label = Genannte Prompts
setting-verdict-threshold = Ein Bild mit mindestens diesem Wert wird abgelehnt, 0 bis 1.
    .label = Schwelle des Urteils
setting-pixel-threshold = Pixel der Karte ab diesem Wert bilden Konturen, Stellen und Masken, 0 bis 1. Sonst hängt nichts davon ab. Der Wert eines Pixels ist der seiner Kachel mal dem, wie gut die Stelle zu den Prompts passt, also selten nahe 1: 0,3 erfasst, was in der Heatmap deutlich zu sehen ist, und lässt die schwache Umgebung weg.
    .label = Schwelle der Pixel

## Der Fuß der Seite

nothing-leaves = Nichts verlässt dieses Gerät.
how-to-verify = Überprüfen
verify-files = Diese Seite besteht aus Dateien auf einem Webserver und sonst nichts: Dahinter steht kein Dienst. Die Modelle laufen im Browser, auf der Grafikkarte oder dem Prozessor dieses Geräts.
verify-open = Die Entwicklerwerkzeuge des Browsers öffnen (F12), darin die Netzwerkanalyse.
verify-wait = Warten, bis die Zeile oben „Bereit“ sagt: Die Modelle sind da.
verify-drop = Ein Bild ablegen und zusehen: Es erscheint keine Anfrage.
verify-unplug = Oder den Stecker ziehen: Netz abschalten, dann ein Bild ablegen. Es wird trotzdem geprüft.
offline-preparing = Gerade speichert der Browser die Dateien dieser Seite für den Betrieb ohne Netz. Diese Anfragen enden von selbst.
offline-works = Funktioniert ohne Netz: Die Seite und das Demopaket sind in diesem Browser gespeichert und lassen sich ohne Netz wieder öffnen.
keys = Tasten
key-space = Leertaste
key-next = nächstes Bild
key-before = voriges Bild
key-heatmap = Heatmap
key-foreground = Vordergrund
key-parts = SAM-Masken
key-tiles = Kacheln
key-components = Komponenten
key-truth = Referenz, wo sie bekannt ist
key-dichotomous = Maske von IS-Net
key-region = Prüfbereich, wo einer gezeichnet ist
key-contours = Konturen
key-compare = mit dem bloßen Bild vergleichen
key-loupe = Lupe
key-zoom = zoomen
key-fit = das ganze Bild
key-decide = annehmen, ablehnen, unklar
key-good = gute Referenz
key-mark = dieses Bild markieren
key-search = suchen
key-object = Name des Objekts
key-export = Export
key-keys = diese Tasten

## Was schiefgeht

cannot-be-read = { $path } lässt sich nicht lesen: { $reason }
file-cannot-be-read = diese Datei lässt sich nicht lesen. Ein Ordner? Die Bilder darin ablegen.
fault = die Prüfung endete durch einen Fehler in Spotcheck: { $reason }
worker-answers-else = der Worker antwortet etwas anderes
worker-stopped = der Worker ist beendet
worker-not-there = der Worker ist nicht da
worker-not-loaded = der Worker konnte nicht geladen werden
worker-not-understood = eine Nachricht des Workers lässt sich nicht lesen: { $reason }
page-without-address = die Seite hat keine Adresse
canvas-not-drawn = auf dieser Fläche lässt sich nicht zeichnen
canvas-empty = kein Bild

## Was in den Bibliotheken schiefgeht

trouble-empty-file = die Datei ist leer
trouble-unsupported = { $format } wird nicht unterstützt: als JPEG oder PNG speichern
trouble-unknown-format = das ist kein Bild in einem bekannten Format: PNG, JPEG, WebP, BMP, TIFF und GIF lassen sich lesen
trouble-truncated = die { $format }-Datei bricht mittendrin ab: noch einmal kopieren oder herunterladen
trouble-damaged = die { $format }-Datei ist beschädigt: { $reason }
trouble-variant = diese Art von { $format }-Datei wird nicht unterstützt ({ $reason }): als JPEG oder 8-Bit-PNG speichern
trouble-too-many-pixels = { $width } × { $height } Pixel sind mehr als die Grenze von { $millions } Millionen: das Bild verkleinern
trouble-too-much-memory = die { $format }-Datei braucht zum Lesen mehr als { $size } Speicher: das Bild verkleinern
trouble-mask = die Maske lässt sich nicht lesen: { $reason }
trouble-mask-size = die Maske hat { $mask } Pixel, das Bild { $picture }
trouble-map = die Karte lässt sich nicht lesen: { $reason }
trouble-features-cut = seine Merkmale sind nicht vollständig gespeichert: neu prüfen
trouble-other-features = seine Merkmale kommen von einem anderen Netz als die der anderen: neu prüfen
trouble-map-cut = seine Karte ist nicht vollständig erhalten
trouble-no-extension = sie hat keine Endung und gilt deshalb nicht als Bild
trouble-foreign-extension = eine Datei mit der Endung .{ $extension } ist kein lesbares Bild
trouble-mask-without-picture = zu dieser Maske gibt es kein Bild
trouble-mask-of-whole = ihr Bild ist als fehlerfrei gekennzeichnet und braucht keine Maske
trouble-second-mask = ihr Bild hat schon eine Maske
trouble-outside-layout = sie liegt nicht dort, wo { $layout } Bilder oder Masken hat
trouble-duplicate = der Pfad ist doppelt aufgeführt
trouble-absent = 1cls.csv führt sie auf, aber sie ist nicht da
trouble-table-line = Zeile { $line }: { $problem }
trouble-zip-encrypted = sie ist verschlüsselt: entpacken und den Ordner ablegen
trouble-zip-unreadable = sie lässt sich nicht als ZIP-Datei lesen: { $reason }. Entpacken und den Ordner ablegen
trouble-zip-too-large = { $path } ist größer als { $mebibytes } MiB. Entpacken und den Ordner ablegen
trouble-nothing-to-inspect = sein Bereich lässt nichts zu prüfen übrig. Einen ausgenommenen Bereich löschen oder einen größeren zum Prüfen zeichnen
trouble-network-memory = das Gerät hat für { $network } nicht genug Speicher: andere Programme schließen oder ein kleineres Modellpaket verwenden
trouble-device-lost = die Grafikkarte fiel aus, während { $network } rechnete: noch einmal versuchen oder die CPU als Recheneinheit wählen

trouble-settings = Diese Einstellungen lassen sich nicht verwenden: { $reason }
trouble-pack-settings = Die Einstellungen des Modellpakets lassen sich nicht verwenden: { $reason }
trouble-unknown-setting = die Einstellung { $key } gibt es nicht
trouble-not-a-number = { $setting } ist { $value }: Möglich ist nur eine Zahl
trouble-not-whole = { $setting } ist { $value }: Möglich ist nur eine ganze Zahl ab 0
trouble-not-yes-or-no = { $setting } ist { $value }: Möglich ist nur true oder false
trouble-not-texts = { $setting } muss eine Liste von Texten sein
trouble-out-of-range = { $setting } ist { $value }: Möglich ist { $from } bis { $to }
trouble-not-above = { $setting } ist { $value }: Möglich ist mehr als { $from } und höchstens { $to }
trouble-empty-list = { $setting } ist leer: Mindestens ein Eintrag ist nötig
trouble-empty-entry = { $setting } hat einen leeren Eintrag
trouble-no-object = { $setting }: In „{ $entry }“ fehlt [o], das für den Namen des Objekts steht
trouble-no-state = { $setting }: In „{ $entry }“ fehlt [o], das für den Zustand mit dem Namen des Objekts steht

trouble-engine = Die Recheneinheit lässt sich nicht verwenden: { $reason }
trouble-no-device = ein solches Gerät gibt es nicht, oder es lässt sich nicht öffnen
trouble-models = Die Modelle lassen sich nicht verwenden: { $reason }
trouble-missing = { $file } fehlt
trouble-pack-format = das Modellpaket hat Format { $found }, diese Version liest Format { $known }
trouble-pack-size = { $file } hat { $found } Bytes, laut Manifest sind es { $expected }
trouble-method-lacks = diesem Paket fehlt, was { $method } braucht: ein anderes Verfahren oder ein anderes Paket wählen
trouble-pack-damaged = { $file } ist beschädigt: Der SHA-256-Wert ist nicht der im Manifest

trouble-no-storage = dieser Browser bewahrt für diese Seite nichts auf: Es ist ein privates Fenster, oder die Seite kommt nicht über HTTPS
trouble-storage-full = der Speicher des Browsers ist voll: Platz schaffen oder ein Modellpaket löschen
trouble-no-room = Dafür sind { $needed } nötig, und der Browser gewährt noch { $free }: auf dem Datenträger Platz schaffen oder ein anderes Modellpaket löschen
trouble-connection-lost = { $url }: Die Verbindung ist abgebrochen: { $reason }
trouble-silent = seit einer Minute kommt nichts mehr
trouble-nobody-answers = niemand antwortet
trouble-not-found = { $url } gibt es nicht (der Server antwortet mit 404)
trouble-status = { $url }: Der Server antwortet mit { $status }
trouble-other-version = { $url } hat { $found } Bytes, erwartet sind { $expected }: Es ist eine andere Fassung der Datei
trouble-other-file = { $url } ist nicht die erwartete Datei: Der SHA-256-Wert ist ein anderer
trouble-not-kept = { $url } lässt sich nicht aufbewahren: { $reason }
trouble-no-source = kein Checkpoint für { $role } lässt sich laden ({ $refused })
trouble-no-checkpoint = { $reason }. Gebraucht werden die Dateien von CLIPSeg und SAM (config.json, model.safetensors, preprocessor_config.json, tokenizer.json oder vocab.json und merges.txt) und IS-Net als ONNX
trouble-foreign-file = sie gehört zu keinem Checkpoint, der hier gelesen wird
trouble-other-network = sie gehört zu einem anderen Netz
trouble-unknown-configuration = sie konfiguriert nichts, was hier bekannt ist
trouble-large-configuration = sie ist zu groß für das, was ihr Name sagt
trouble-unreadable = sie lässt sich nicht lesen: { $reason }

trouble-worker-memory = der Speicher reichte nicht: weniger Bilder zugleich prüfen, andere Tabs schließen oder das Bild verkleinern
