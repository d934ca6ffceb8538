# What the page says, in English. The other languages have the same messages with the same variables; the build and the
# tests of `www/src/language.rs` see to it. A variable that a wording depends on, such as $count, is a number of things; all
# others come as finished text, numbers in the language's own form.

language-name = English
language = language

## Numbers and units

decimal-separator = .
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
        [one] 1 picture
       *[other] { $count } pictures
    }
entries =
    { $count ->
        [one] 1 entry
       *[other] { $count } entries
    }
time-left = { $time } left

## The page's frame

panes = Parts of the page
pane-list = List
pane-picture = Picture
pane-findings = Findings
drop-to-inspect = Drop to inspect

object = Object
object-example = bottle cap
clear = Clear
clear-deletes = Deletes { pictures } with results, decisions and notes from this browser. The files on your disk stay.
delete-them = Delete them
folder = Folder
choose = Choose
choose-what = pictures

engine = Engine
engine-starting = starting
engine-not-ready = not ready
engine-coming = The engine and the models are on their way.
engine-automatic = Automatic
engine-automatic-is = the GPU when there is a real one
engine-gpu = GPU
engine-gpu-is = whatever WebGPU adapter the browser has
engine-cpu = CPU
engine-cpu-is = slower, everywhere

## The line on how far everything is

progress = Progress
starting-engine = Starting the engine
loading-models = Loading the models, { $percent }
ready = Ready
count-accept = { $count } accept
count-reject = { $count } reject
count-unsure = { $count } unsure
count-failed = { $count } without a result
done-of = { $done } of { $all }
paused = paused
several-at-once = { $count } at once
kept-elsewhere = Another tab keeps its batch: what is done here is gone when this tab is closed.
not-kept = What is done here is not kept: { $reason }
other-tab-closed = The other tab was closed. Reload this page to go on with what was kept there.
files-passed-over =
    { $count ->
        [one] 1 file passed over
       *[other] { $count } files passed over
    }
clear-this-list = Clear this list
all-pictures = All pictures
resume = Resume
pause = Pause
cancel = Cancel
try-failed-again = Try those without a result again
try-again = Try again
use-demo-pack = Use the demo pack
look-after-models = Look after the models

## What a stage does, and what it is called

doing-prompts = reading the prompts
doing-foreground = finding the object
doing-tiles = cutting tiles
doing-score = scoring
doing-segment = localising
doing-aggregate = putting it together
stage-prompts = Prompts
stage-foreground = Foreground
stage-tiles = Tiles
stage-score = Score
stage-segment = Localise
stage-aggregate = Put together

## The welcome

welcome-title = Drop pictures of a thing that should be whole
welcome-what = Spotcheck ranks them by how likely something is wrong with it, and shows where. No training, no examples: it compares what it sees with words such as “a scratch”.
welcome-object = Type what the thing is into the field above, or leave it at “object”.
welcome-private = Nothing leaves this device. The line at the foot of the page says how to check that.
samples = Samples
try-all-twelve = Try all twelve
sample-bottle-cap-missing-piece = bottle cap, a piece missing
sample-circuit-board-hole = circuit board, a hole
sample-gears-discoloured = gears, one discoloured
sample-saucer-crack = saucer, a crack
sample-tablets-whole = tablets, whole
sample-cashew-contamination = cashews, one contaminated
sample-fabric-tear = fabric patch, a tear
sample-battery-dent = battery, a dent
sample-gear-whole = gear, whole
sample-toy-brick-scratch = toy brick, a scratch
sample-wooden-block-stain = wooden block, a stain
sample-bottle-cap-whole = bottle cap, whole
sample-fails = the sample { $name } cannot be loaded: { $reason }

## The list

pictures-list = Pictures
no-picture-passes = No picture passes the filter.
search-names = Search names
filter = Filter
filter-all = All
filter-accept = Accept
filter-reject = Reject
filter-unsure = Unsure
filter-undecided = Not decided by you
filter-failed = Without a result
filter-outdated = Outdated
order = Order
order-score = Highest score first
order-name = By name
order-arrival = As they came
marked-pictures = Marked pictures
marked = { $count } marked
remove = Remove
mark-none = None
waiting = waiting
cancelled = cancelled
stage-note-waiting = Waiting
stage-note-cancelled = Cancelled

## Verdicts and decisions

verdict-accept = accept
verdict-reject = reject
verdict-unsure = unsure
decide-accept = Accept
decide-reject = Reject
decide-unsure = Unsure
your-decision = Your decision
note = Note
with-key = { $name } (key { $key })
one-or-other = { $one } or { $other }

## Good references, and pictures that are compared with each other

good = Good reference
good-is = Other pictures are compared with this one, of a thing that is whole
good-enough = { $count } pictures are marked as good references already: unmark one first.
good-without-features = nothing can be compared with this result: inspect the picture by VVV again
good-itself = a good reference itself
good-pictures =
    { $count ->
        [one] 1 good picture
       *[other] { $count } good pictures
    }
other-pictures =
    { $count ->
        [one] 1 other picture
       *[other] { $count } other pictures
    }
with-others = With { $pictures }
with-both = With { $good } and { $others }
by-prompts-alone = By the prompts alone
and-score = { $what }: { $score }
alone-is = Shows all pictures by the prompts alone, or with what other pictures say
together = Compare the pictures with each other
together-is = From { $count } results of a batch on: what hardly any other picture has is odd, and counts where the prompts find something, too. On by itself once the object has a name, for it takes pictures of one thing. No network runs for it.
comparing = comparing { $done } of { $total }
not-compared = Pictures cannot be compared: { $reason }

## The findings

findings = Findings
this-picture = This picture
cancel-this-one = Cancel this one
waits-for-turn = Waiting for its turn.
cancelled-before = Cancelled before there was a result.
inspect = Inspect
found-by-demo = Found by the demo pack, which was trained on drawn parts. Real photographs want
found-by-demo-link = the standard pack
found-by-demo-end = .
threshold-is = threshold { $value }
components =
    { $count ->
        [one] 1 component
       *[other] { $count } components
    }
component-about =
    { $count ->
        [one] { $share } of the picture, 1 tile
       *[other] { $share } of the picture, { $count } tiles
    }
what-it-looks-like = What #{ $number } looks like
side-anomalous = Not whole
side-normal = Whole
mean = mean { $value }
mean-is = Mean cosine over all prompts of this side
show-prompt-maps = Show what each localising prompt marks
making-prompt-maps = Localising once more, prompt by prompt.
foreground = Foreground
foreground-sam =
    { $count ->
        [one] One SAM mask inside of IS-Net's mask.
       *[other] { $count } SAM masks inside of IS-Net's mask, united.
    }
foreground-dichotomous = IS-Net's mask: SAM had none inside of it.
foreground-whole-image = The whole picture: no object stood out.
foreground-given = A mask that was given.
stages = Stages
save-map = Save raw map (16-bit PNG)
save-map-is = The map's values, 0 to 1 as 0 to 65535
save-json = Save JSON
copy-picture = Copy picture
copy-picture-is = The picture with its heatmap, into the clipboard
copied = Copied
not-saved = Not saved: { $reason }.

## The viewer

picture = Picture
view-of-picture = View of the picture
stage-help = Plus and minus zoom, 0 shows all of the picture. Arrow keys move the loupe while it is on, else the zoomed picture.
divider = Divider: the bare picture left of it, the layers right of it
divider-bare = { $percent } bare
layers = Layers
layer-heatmap = Heatmap
layer-foreground = Foreground
layer-dichotomous = IS-Net mask
layer-parts = SAM masks
layer-tiles = Tiles
layer-components = Components
layer-region = Region
layer-truth = Truth
layer-contours = Contours
truth-whole = Truth: whole
truth-defective = Truth: defective
no-sam-masks = SAM kept no mask in this picture
without-dichotomous = An earlier version inspected this picture. Inspect it again to see it
nothing-drawn = No area is drawn for this picture
nothing-wrong = Nothing is wrong with the parts in this picture
wrong-but-where = It is known that something is wrong, not where
view = View
compare = Compare
compare-is = The bare picture beside its layers (Space)
loupe = Loupe
loupe-is = Magnifies the pixels and tells their values (key L)
loupe-map = Map
loupe-component = Component
loupe-says-map = map { $value }
loupe-says-component = component { $number }
zoom = Zoom
zoom-out = Zoom out
zoom-out-is = Zoom out (key −)
zoom-in = Zoom in
zoom-in-is = Zoom in (key +)
zoom-figure-is = Pixels of the screen a pixel of the picture
fit = Fit
fit-is = All of the picture (key 0)
heatmap = Heatmap
opacity = Opacity
colours = Colours
scale = Scale
scale-is = On the scale of 0 to 1 pictures can be compared. Up to the highest value of one picture, a whole thing may look broken.
scale-fixed = 0 to 1
scale-picture = per picture
scale-batch = per batch
legend = Scale of the heatmap, from 0 to { $top }

## Regions, drawn to be inspected and to be ignored

region = Region
region-open = Draw region
region-open-is = Areas to inspect and to ignore
region-draw = Draw
region-inspect-rectangle = Inspect rectangle
region-inspect-polygon = Inspect polygon
region-ignore-rectangle = Ignore rectangle
region-ignore-polygon = Ignore polygon
region-rectangle-hint = Drag from corner to corner, or click on both. Wheel and two fingers zoom. Keys: arrows, Space for a corner, Esc to leave.
region-polygon-hint = Click its corners; the first one, a double click or Enter closes it. Dragging moves the zoomed picture. Keys: arrows, Space for a corner, Backspace takes it back, Esc to leave.
region-drawing = Drawing: { $tool }
region-counts-for = For
region-this-picture = this picture
region-all-pictures = all pictures
region-counts-for-this = It counts for this picture.
region-counts-for-all = It counts for all pictures.
region-hand-to-this = This picture only
region-hand-to-all = For all
region-undo = Undo
region-undo-is = Takes back the last corner, or the last change of an area
region-clear = Delete all areas
region-clear-this = Deletes the areas that were drawn for this picture alone
region-clear-all = Deletes the areas that were drawn for all pictures
region-close = Close polygon
region-leave = Leave
region-left = Drawing is left.
region-deleted = Deleted. Undo brings it back.
region-undone = Undone.
region-added = { $tool }: added for { $scope }.
region-corners =
    { $count ->
        [one] 1 corner.
       *[other] { $count } corners.
    }
region-cursor = { $across } from the left, { $down } from the top
region-handles-help = Arrow keys move it by 1 % of the picture, with Shift by 10 %. Delete removes a polygon’s corner, Esc leaves, Ctrl+Z undoes.
region-upper-left = Upper left corner
region-upper-right = Upper right corner
region-lower-right = Lower right corner
region-lower-left = Lower left corner
region-upper-edge = Upper edge
region-right-edge = Right edge
region-lower-edge = Lower edge
region-left-edge = Left edge
region-corner-of = Corner { $corner } of { $corners }
region-corner-between = Add a corner between { $from } and { $to }
region-from-left = { $percent } from the left
region-from-top = { $percent } from the top
region-changed = The area is changed. Undo takes it back.
region-put-back = The area is where it was.
region-chosen = The area is chosen: its corners and edges can be moved.
region-three-corners = A polygon keeps at least three corners.
region-areas = Areas and numbers ({ $number })
region-areas-help = Arrow keys move the chosen area by 1 % of the picture, with Shift by 10 %. In the picture it is dragged, by its corners and edges, too: dragging the middle of a polygon’s edge adds a corner, a double click on a corner removes it.
region-area = { $area }, { $scope }
region-inspect-polygon-of =
    { $count ->
        [one] Inspect polygon of 1 corner
       *[other] Inspect polygon of { $count } corners
    }
region-ignore-polygon-of =
    { $count ->
        [one] Ignore polygon of 1 corner
       *[other] Ignore polygon of { $count } corners
    }
region-delete = Delete
region-delete-area = Delete { $area }
region-not-counted = not used: this picture has areas to inspect of its own
region-by-numbers = A rectangle by numbers
region-purpose = Inspect or ignore
region-inspect = Inspect
region-ignore = Ignore
region-left-side = Left, %
region-top-side = Top, %
region-width = Width, %
region-height = Height, %
region-add = Add rectangle, { $scope }
region-flat-rectangle = This rectangle has no area. Draw it from one corner to the opposite one.
region-flat-polygon = This polygon has no area. It needs at least three corners that are not on one line.
region-outside = This area reaches beyond the picture. Left and width together are at most 100 %, so are top and height.
region-refused = This area cannot be used: { $reason }.
region-none = No area is drawn for this picture: all of it is inspected.
region-nothing-left = Nothing of this picture is left to inspect. Delete an ignored area, or draw a larger area to inspect.
region-share = { $percent } of this picture is inspected.
region-share-under = Under { $percent } of this picture is inspected.
region-share-over = Over { $percent } of this picture is inspected.
region-costs =
    { $count ->
        [one] 1 result is of another region. Inspecting it again runs the networks.
       *[other] { $count } results are of another region. Inspecting them again runs the networks.
    }
region-costs-for =
    { $count ->
        [one] 1 result is of another region. Inspecting it again runs the networks: about { $time } of work.
       *[other] { $count } results are of another region. Inspecting them again runs the networks: about { $time } of work.
    }
region-inspect-again = Inspect { $pictures } again
region-inspect-this-again = Inspect this one again
region-outdated = Found with another region than the one that is drawn now.
method-outdated = Found by another method than the one that is chosen now.
region-all-inspected = All of the picture was inspected
region-only-inspected =
    { $count ->
        [one] Only 1 drawn area was inspected
       *[other] Only { $count } drawn areas were inspected
    }
region-looked-at = { $inspected }.
region-looked-at-without =
    { $count ->
        [one] { $inspected }, 1 area was ignored.
       *[other] { $inspected }, { $count } areas were ignored.
    }

## Contours: regions of the map that reach a value

contours = Contours
contours-are = Pixels of the map of at least this value make contours, regions and masks. At 0.3 they take in what is plainly seen in the heatmap and leave out its faint surroundings; nothing is inspected again.
contours-from = Contours from
contours-from-number = Contours from, as a number
found-regions = Regions
found-regions-count =
    { $count ->
        [one] 1 region
       *[other] { $count } regions
    }
found-regions-from = { $regions } from { $threshold } on
found-regions-none = No pixel of the map reaches the value that contours begin at.
found-regions-fail = The regions cannot be found: { $reason }
found-regions-total = { $about } in all
found-regions-total-of-more = { $about } in all; { $number } of lower values are not listed
found-region = Region
found-region-is = Shows this region in the viewer; once more, all of the picture
found-region-highest = highest value
found-region-long = { $about } · { $length } long
found-region-area = { $area } px, { $share } of the picture
found-region-area-mm = { $area } px, { $share } of the picture, { $measured }

## The scale of the pictures

scale-of-pictures = Scale of the pictures: { $scale }
scale-of-pictures-is = The scale of the pictures, for sizes in millimetres
scale-unknown = Millimetres
scale-what = With a scale, areas and lengths are told in millimetres, here and in what is exported. It holds for all pictures.
scale-field = Pixels per millimetre
scale-none = none
scale-pixel-is = A pixel is { $length } wide.
scale-draw = Draw a line of known length
scale-clear = Without a scale
scale-not-a-number = “{ $typed }” is not a number: type how many pixels a millimetre is long, such as 12.5.
scale-not-above-zero = The scale must be above 0: it is how many pixels a millimetre is long.
scale-impossible = A millimetre cannot be { $number } pixels long: from { $from } to { $to } are possible.
ruler = A line of known length
ruler-help = Draw a line over something whose length you know: drag, or tap both ends.
ruler-pixels-are = { $length } are
ruler-length = Length of the line in millimetres
ruler-unit = mm
ruler-take = Take this scale
ruler-leave = Leave it
ruler-without-length = Type the line's length in millimetres, such as 25.
ruler-not-a-number = “{ $typed }” is not a number: type the line's length in millimetres, such as 25.
ruler-not-above-zero = The line's length must be above 0 millimetres.

## The threshold

threshold = Threshold
threshold-rejects = Threshold: a score of at least this is rejected
bar = { $from } to { $to }: { pictures }
scores-told = How scores are told
score = score
spreads = spreads
spreads-are = Spreads: how far a score stands above the batch’s middle (its robust z-score). So a threshold means the same for every object.
spreads-need = Spreads above the batch’s middle need { $count } results with different scores.
suggest = Suggest
without-labels = Without labels
what-stands-out = What stands out
what-stands-out-is = more than three robust deviations above the median: for batches that are mostly whole
reject-rate = Reject rate
reject-at-most = Reject at most
reject-at-most-percent = Highest share to reject, in percent
with-labels = With labels: what is known of the pictures, else your decisions
best-f1 = Best F1
false-rejects = False rejects
falsely-reject-at-most = Falsely reject at most
falsely-reject-percent = Highest share of whole ones to reject, in percent
of-the-whole-ones = of the whole ones
suggested = { $name }: { $threshold } · { $rejected } reject · { $accepted } accept
no-scores = there are no scores
too-few = outliers need at least { $needed } pictures, and there are { $count }
none-defective = this needs at least one picture labelled defective
none-whole = this needs at least one picture labelled whole

## How good the scores are

quality = Quality
quality-labels = Labels: what is known of the pictures, else your decisions.
quality-region = Pixels outside of the inspected region do not count; a picture whose mask marks nothing inside of it counts as whole.
nothing-anomalous = none of the { $count } is anomalous: there is nothing to find
nothing-normal = all of the { $count } are anomalous: there is nothing to tell them from
rejected = rejected
accepted = accepted
defective = defective
whole = whole
precision = Precision
recall = Recall
f1 = F1
whole-rejected = Whole ones rejected
f1-max = F1-max
f1-max-at = { $value } at { $threshold }
auroc = AUROC
average-precision = Average precision
precision-and-recall = Precision and recall
roc = ROC
axis-recall = recall
axis-precision = precision
axis-false-rejects = false rejects
axis-true-rejects = true rejects
pixels-against-masks = Pixels against masks
pixels-not-compared = The pixels cannot be compared: { $reason }
pixels-of = { $regions } in { $pictures } · what is whole counts with an empty mask.
pixels-without-mask =
    { $count ->
        [one] 1 defective picture without a mask left out.
       *[other] { $count } defective pictures without a mask left out.
    }
pixel-f1-max = Pixel F1-max
pixel-auroc = Pixel AUROC
aupro = AUPRO (FPR ≤ 0.3)
aupro-is = How much of each defective region is found, up to a false-positive rate of 0.3

## Files of the batch

export = Export
export-report = Report
export-report-is = one HTML file, to read and to print
export-table = Table
export-table-is = CSV, a row a picture
export-json = JSON
export-json-is = everything that was found
export-coco = COCO
export-coco-is = regions as run-length masks
export-everything = Everything
export-everything-is = all of these, with overlays, raw maps and masks
only-what-is-listed = Only what the list shows, in its order
level-is = Pixels of at least this are in masks and contours
not-exported = Not exported: { $reason }.
cannot-copy = The browser does not let the page copy: { $reason }
no-models-yet = the models are not there yet

## The camera

camera = Camera
inspect-this-frame = Inspect this frame
camera-private = The picture stays on this device. The camera is off when this is closed.
camera-frame-fails = The frame cannot be taken: { $reason }.
camera-not-allowed = The camera may not be used. Allow it in the browser's address bar, then open this again.
camera-none = There is no camera.
camera-busy = The camera is used by another program. Close that, then open this again.
camera-fails = The camera cannot be used: { $reason }.

## The models

models = Models
models-are = Models:
demo = Demo
demo-is = Drawn parts, to see how the method works: it is small and knows no real photographs.
in-use = in use
comes-with-the-page = comes with the page
looking = Looking
use-pack = Use
size-here = { $size } here
given = Given from this disk: { $files }.
fetch-size = Fetch { $size }
not-now = Not now
delete-size = Delete { $size }?
delete = Delete
keep = Keep
get-size = Get { $size }
go-on = Go on
check = Check
lies-beside = It lies beside this page, ready to be used, and was built from these:
built-from = It is built on this device from these, fetched from { $host }:
browser-grants = This browser grants { $size } more.
source-terms = , about { $size }. Licence: { $licence }.
stored-as = Stored as
precision-f32 = exact
precision-f32-costs = 32-bit floats, as published
precision-f16 = half
precision-f16-costs = 16-bit floats: half the storage; pixels differ by less than 0.003
precision-int8 = quarter
precision-int8-costs = 8-bit integers: under a third of the storage; pixels differ by up to 0.05
the-pack = The pack { $preset }
stop = Stop
step-queueing = Another tab of this page works on its packs: waiting
step-fetching = Fetching
step-reconnecting = The connection was lost: trying again
step-building = Building
step-checking = Checking
ended-whole = Whole: every file is as it should be.
ended-stopped = Stopped. What has arrived is kept.
ended-damaged = Damaged: { $files }.
ended-by-fault = It stopped by a fault: { $reason }
repair = Repair
got-pack = The pack { $preset } is here.
checkpoints-host = Checkpoints’ host
or-take-files = Or take files that are on this disk: choose them, or drop them on the page.
choose-files = Choose files
recognised = Recognised: { $files }.

## The settings; each one's own sentence is the method's

settings = Settings
method = Method
found-by-method = Method: { $method }.
method-vvv-is = Variance Vigilance Vanguard, this program's own: finds the object, scores it in tiles by CLIP and localises by CLIPSeg.
method-winclip-is = CLIP on windows of the whole picture, by words of the same kind. It looks for no object.
method-april-gan-is = CLIP's patches of the whole picture, through layers that learnt from defects of other things. It looks for no object.
no-such-method = there is no method “{ $name }”
models-not-there-yet = The models are not there yet.
settings-are-used = These are the settings that are used.
applied-at-once = Applied at once: no network runs again.
for-pictures-to-come = For the pictures to come.
applying-inspects = Applying inspects { pictures } again.
applying-inspects-for = Applying inspects { pictures } again: about { $time } of work.
apply = Apply
undo = Undo
packs-own = Pack's own
export-settings = Export
import = Import
copy-link = Copy link
link-copied = Link copied
cannot-copy-link = The browser does not let the page copy. The link: { $link }
pictures-at-once = pictures at once
pictures-at-once-is = On the CPU, how many pictures are inspected at the same time, each by a worker with the models in its own memory. Empty: as many as there are cores and memory for.
automatic = automatic
default-is = Default: { $value }.
reset = Reset
changed = changed
yes = yes
no = no

## The foot of the page

nothing-leaves = Nothing leaves this device.
how-to-verify = How to verify it
verify-files = This page is files on a web server and nothing else: no service stands behind it. The models run in your browser, on your graphics card or processor.
verify-open = Open your browser's developer tools (F12) and there the network tab.
verify-wait = Wait until the line at the top says “Ready”: the models are here.
verify-drop = Drop a picture and watch: no request appears.
verify-unplug = Or pull the plug: switch the network off, then drop a picture. It is inspected all the same.
offline-preparing = Just now the browser stores the files of this page for use offline. Those requests end by themselves.
offline-works = Works offline: the page and the demo pack are stored in this browser, and open again without a network.
keys = Keys
key-space = Space
key-next = next picture
key-before = picture before
key-heatmap = heatmap
key-foreground = foreground
key-parts = SAM masks
key-tiles = tiles
key-components = components
key-truth = truth, where it is known
key-dichotomous = IS-Net mask
key-region = region, where one is drawn
key-contours = contours
key-compare = compare with the bare picture
key-loupe = loupe
key-zoom = zoom
key-fit = all of the picture
key-decide = accept, reject, unsure
key-good = good reference
key-mark = mark this picture
key-search = search
key-object = the object's name
key-export = export
key-keys = these keys

## What goes wrong

cannot-be-read = { $path } cannot be read: { $reason }
file-cannot-be-read = this file cannot be read. A folder? Drop the pictures that are in it.
fault = the inspection stopped by a fault in Spotcheck: { $reason }
worker-answers-else = the worker answers something else
worker-stopped = the worker stopped
worker-not-there = the worker is not there
worker-not-loaded = the worker could not be loaded
worker-not-understood = a message from the worker cannot be read: { $reason }
page-without-address = the page has no address
canvas-not-drawn = this canvas cannot be drawn on
canvas-empty = no picture

## What goes wrong in the libraries; each goes into a sentence or stands with a full stop. The English is theirs

trouble-empty-file = the file is empty
trouble-unsupported = { $format } is not supported: save it as JPEG or PNG
trouble-unknown-format = this is not a picture in a known format: PNG, JPEG, WebP, BMP, TIFF and GIF can be read
trouble-truncated = the { $format } file ends in the middle: copy or download it again
trouble-damaged = the { $format } file is damaged: { $reason }
trouble-variant = this kind of { $format } file is not supported ({ $reason }): save it as JPEG or 8-bit PNG
trouble-too-many-pixels = { $width } × { $height } pixels are more than the limit of { $millions } million: scale the picture down
trouble-too-much-memory = the { $format } file needs more than { $size } of memory to be read: scale the picture down
trouble-mask = the mask cannot be read: { $reason }
trouble-mask-size = the mask has { $mask } pixels, the picture { $picture }
trouble-map = the map cannot be read: { $reason }
trouble-map-cut = its map was not kept whole
trouble-features-cut = its features were not kept whole: inspect it again
trouble-other-features = its features are of another network than the others’: inspect it again
trouble-no-extension = it has no extension, so it is taken for no picture
trouble-foreign-extension = a file that ends in .{ $extension } is no picture that can be read
trouble-mask-without-picture = there is no picture for this mask
trouble-mask-of-whole = its picture is labelled whole, and needs no mask
trouble-second-mask = its picture has another mask
trouble-outside-layout = it is not where { $layout } has pictures or masks
trouble-duplicate = the path is listed twice
trouble-absent = 1cls.csv lists it, but it is not there
trouble-table-line = line { $line }: { $problem }
trouble-zip-encrypted = it is encrypted: unpack it, and drop the folder
trouble-zip-unreadable = it cannot be read as a ZIP file: { $reason }. Unpack it, and drop the folder
trouble-zip-too-large = { $path } is larger than { $mebibytes } MiB. Unpack it, and drop the folder
trouble-nothing-to-inspect = its region leaves nothing to inspect. Delete an ignored area, or draw a larger area to inspect
trouble-network-memory = the device has not enough memory for { $network }: close other programs, or use a smaller pack
trouble-device-lost = the graphics card was lost while { $network } ran: try again, or choose the CPU as the engine

trouble-settings = These settings cannot be used: { $reason }
trouble-pack-settings = The pack's settings cannot be used: { $reason }
trouble-unknown-setting = there is no setting { $key }
trouble-not-a-number = { $setting } is { $value }: it must be a number
trouble-not-whole = { $setting } is { $value }: it must be a whole number of at least 0
trouble-not-yes-or-no = { $setting } is { $value }: it must be true or false
trouble-not-texts = { $setting } must be a list of texts
trouble-out-of-range = { $setting } is { $value }: it must be from { $from } to { $to }
trouble-not-above = { $setting } is { $value }: it must be above { $from } and at most { $to }
trouble-empty-list = { $setting } is empty: it must have at least one entry
trouble-empty-entry = { $setting } has an empty entry
trouble-no-object = { $setting }: “{ $entry }” lacks [o], which stands for the object's name
trouble-no-state = { $setting }: “{ $entry }” lacks [o], which stands for the state with the object's name

trouble-engine = The engine cannot be used: { $reason }
trouble-no-device = there is no such device, or it cannot be opened
trouble-models = The models cannot be used: { $reason }
trouble-missing = { $file } is missing
trouble-pack-format = the pack has format { $found }, and this version reads format { $known }
trouble-pack-size = { $file } has { $found } bytes, but the manifest says { $expected }
trouble-method-lacks = this pack lacks what { $method } needs: choose another method or another pack
trouble-pack-damaged = { $file } is damaged: its SHA-256 is not the one in the manifest

trouble-no-storage = this browser keeps nothing for this page: it is a private window, or not served by HTTPS
trouble-storage-full = the browser's storage is full: free some, or delete a pack
trouble-no-room = This needs { $needed }, and the browser grants { $free } more: free some of the disk, or delete another pack
trouble-connection-lost = { $url }: the connection was lost: { $reason }
trouble-silent = nothing has come for a minute
trouble-nobody-answers = nobody answers
trouble-not-found = { $url } is not there (the server answers 404)
trouble-status = { $url }: the server answers { $status }
trouble-other-version = { $url } has { $found } bytes, but { $expected } are expected: it is another version of the file
trouble-other-file = { $url } is not the file that is expected: its SHA-256 is another
trouble-not-kept = { $url } cannot be kept: { $reason }
trouble-no-source = no checkpoint for { $role } can be fetched ({ $refused })
trouble-no-checkpoint = { $reason }. Wanted are the files of CLIPSeg and SAM (config.json, model.safetensors, preprocessor_config.json, tokenizer.json or vocab.json and merges.txt) and IS-Net as ONNX
trouble-foreign-file = it is no file of a checkpoint that is read here
trouble-other-network = it belongs to another network
trouble-unknown-configuration = it configures nothing that is known here
trouble-large-configuration = it is too large for what its name says
trouble-unreadable = it cannot be read: { $reason }

trouble-worker-memory = the memory did not suffice: inspect fewer pictures at once, close other tabs, or scale the picture down
