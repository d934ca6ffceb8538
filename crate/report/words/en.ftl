# What a report says, in English. The other languages have the same messages with the same variables; the build sees to it.
# A variable that a wording depends on, such as $count, is a number of things; all others come as finished text. Texts are
# plain, without HTML.

language-name = English

decimal-separator = .

report = Inspection report
created = Inspected
pack = Pack
engine = Engine
threshold = Threshold
method = Method
# Pixels a millimetre.
scale = Scale

summary = Summary
verdict = Verdict
decision = Decision
accept = accept
reject = reject
unsure = unsure
undecided = undecided
no-result = no result
total = Total
overruled =
    { $count ->
        [0] No decision contradicts a verdict.
        [one] 1 decision contradicts the verdict.
       *[other] { $count } decisions contradict the verdict.
    }

scores = Scores
# What the histogram shows, for those who hear it.
histogram =
    { $count ->
        [one] Histogram of 1 score: { $reached } of them reached the threshold
       *[other] Histogram of { $count } scores: { $reached } of them reached the threshold
    }

labels = Against labels
label = Label
whole = whole
defective = defective
precision = Precision
recall = Recall
f1 = F1
labelled =
    { $count ->
        [one] 1 picture labelled
       *[other] { $count } pictures labelled
    }

pictures =
    { $count ->
        [one] 1 picture
       *[other] { $count } pictures
    }
picture = Picture
score = Score

# How many spreads above the batch's middle a score stands.
z = Spreads above the middle
zero-shot = By the prompts alone
compared-with = Compared with
# The pictures that took part in a score.
partners = { $good } good, { $others } other pictures

findings = Findings
heat-scale = Heatmap, fixed scale
# An image's alternative text.
overlay-of = { $name } with its heatmap
all-inspected = All of the picture inspected
only-inspected =
    { $count ->
        [one] Only 1 drawn area inspected
       *[other] Only { $count } drawn areas inspected
    }
ignored =
    { $count ->
        [one] { $inspected }, 1 area ignored
       *[other] { $inspected }, { $count } areas ignored
    }
place = Place, px
area = Area, px
share-of-picture = Of picture
components-left-out =
    { $count ->
        [one] 1 component of lower score not listed
       *[other] { $count } components of lower score not listed
    }
looks-like = What the worst tile looks like
cosine = Cosine
note = Note

settings = Settings
setting = Setting
value = Value
# The last line: what a score is not.
caution = A score is not a measurement. Scores and heatmaps are on a fixed scale from 0 to 1; a picture is rejected when its score reaches the threshold.
