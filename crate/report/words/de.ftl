# Was ein Bericht auf Deutsch sagt, mit den Wörtern der Seite. Die Prompts bleiben englisch: Die Modelle verstehen nur das.

language-name = Deutsch

decimal-separator = ,

report = Prüfbericht
created = Geprüft
pack = Modellpaket
engine = Recheneinheit
threshold = Schwelle
method = Verfahren
scale = Maßstab

summary = Übersicht
verdict = Urteil
decision = Entscheidung
accept = annehmen
reject = ablehnen
unsure = unklar
undecided = offen
no-result = ohne Ergebnis
total = Summe
overruled =
    { $count ->
        [0] Keine Entscheidung widerspricht einem Urteil.
        [one] 1 Entscheidung widerspricht dem Urteil.
       *[other] { $count } Entscheidungen widersprechen dem Urteil.
    }

scores = Werte
histogram =
    { $count ->
        [one] Histogramm: 1 Wert, davon { $reached } an der Schwelle oder darüber
       *[other] Histogramm: { $count } Werte, davon { $reached } an der Schwelle oder darüber
    }

labels = Vergleich mit der Referenz
label = Referenz
whole = fehlerfrei
defective = fehlerhaft
precision = Genauigkeit (Precision)
recall = Trefferquote (Recall)
f1 = F1
labelled =
    { $count ->
        [one] 1 Bild mit Referenz
       *[other] { $count } Bilder mit Referenz
    }

pictures =
    { $count ->
        [one] 1 Bild
       *[other] { $count } Bilder
    }
picture = Bild
score = Wert

z = Streuungen über der Mitte
zero-shot = Nur nach den Prompts
compared-with = Verglichen mit
partners = { $good } guten, { $others } anderen Bildern

findings = Befunde
heat-scale = Heatmap, feste Skala
overlay-of = { $name } mit Heatmap
all-inspected = Ganzes Bild geprüft
only-inspected =
    { $count ->
        [one] Nur 1 gezeichneter Bereich geprüft
       *[other] Nur { $count } gezeichnete Bereiche geprüft
    }
ignored =
    { $count ->
        [one] { $inspected }, 1 Bereich ausgenommen
       *[other] { $inspected }, { $count } Bereiche ausgenommen
    }
place = Ort, px
area = Fläche, px
share-of-picture = Bildanteil
components-left-out =
    { $count ->
        [one] 1 Komponente mit kleinerem Wert nicht aufgeführt
       *[other] { $count } Komponenten mit kleinerem Wert nicht aufgeführt
    }
looks-like = Wie die auffälligste Kachel aussieht
cosine = Kosinus
note = Notiz

settings = Einstellungen
setting = Einstellung
value = Wert
caution = Ein Wert ist keine Messung. Werte und Heatmaps haben eine feste Skala von 0 bis 1; ein Bild wird abgelehnt, wenn sein Wert die Schwelle erreicht.
