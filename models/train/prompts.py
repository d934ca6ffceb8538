"""The prompts of the method: states, templates, localising prompts, and how they are composed.

Sources: WinCLIP's compositional prompt ensemble (arXiv 2303.14814: 7 + 4 states, 22 templates) and the further states
and the localising list of Baugh et al. (arXiv 2306.09269, Fig. 2): 19 normal states, 23 anomalous states.
"""

NORMAL_STATES = [
    "{}", "flawless {}", "perfect {}", "unblemished {}", "{} without flaw", "{} without defect", "{} without damage",
    "good {}", "normal {}", "amazing {}", "pristine {}", "undamaged {}", "{} in good condition", "unbroken {}",
    "{} without any imperfections", "{} without any scratches", "{} without any marks", "complete {}", "new {}",
]

ANOMALOUS_STATES = [
    "damaged {}", "{} with flaw", "{} with defect", "{} with damage",
    "broken {}", "bad {}", "flawed {}", "defective {}", "{} in poor condition", "worn {}", "{} with scratches",
    "{} with marks", "{} with imperfections", "cracked {}", "faulty {}", "incomplete {}", "bent {}", "snapped {}",
    "scratched {}", "shattered {}", "fractured {}", "burst {}", "{} in pieces",
]

TEMPLATES = [
    "a cropped photo of the {}.", "a cropped photo of a {}.", "a close-up photo of a {}.", "a close-up photo of the {}.",
    "a bright photo of a {}.", "a bright photo of the {}.", "a dark photo of a {}.", "a dark photo of the {}.",
    "a jpeg corrupted photo of a {}.", "a jpeg corrupted photo of the {}.", "a blurry photo of the {}.",
    "a blurry photo of a {}.", "a photo of a {}.", "a photo of the {}.", "a photo of a small {}.",
    "a photo of the small {}.", "a photo of a large {}.", "a photo of the large {}.",
    "a photo of a {} for visual inspection.", "a photo of the {} for visual inspection.",
    "a photo of a {} for anomaly detection.", "a photo of the {} for anomaly detection.",
]

# The paper lists "an error" twice: its weight in the harmonic mean is 2.
LOCALISING = [
    "a tear", "a rip", "some damage", "a fault", "a break", "an abnormality", "a defect", "a crack", "an anomaly",
    "a missing component", "an error", "a mark", "a cut", "a dent", "a scratch", "an imperfection", "a blemish",
    "a mistake", "an error",
]

# Names that say nothing about the kind, drawn beside the kinds' own so that the score does not hang on the name.
GENERIC_NAMES = ["object", "part", "item", "thing", "product", "component", "piece", "workpiece", "sample", "article"]

# The words of the kinds and of the defects that are kept for testing (crate/parts: UNSEEN_KINDS, UNSEEN_DEFECTS).
UNSEEN_WORDS = {
    "bottle", "bottles", "cap", "caps", "crown", "cork", "hex", "hexagon", "nut", "nuts", "saucer", "saucers", "plate",
    "plates", "dish", "dishes", "porcelain", "cashew", "cashews", "kernel", "kernels", "integrated", "microchip", "ic",
    "package", "semiconductor", "toy", "toys", "brick", "bricks", "building", "construction",
    "stain", "stains", "stained", "chip", "chips", "chipped", "misprint", "misprints",
}


def compose(state: str, template: str, name: str) -> str:
    """State first, then template, as WinCLIP does: "a photo of a broken gear."."""
    return template.format(state.format(name))


def ensemble(states: list[str], name: str) -> list[str]:
    """Every state in every template."""
    return [compose(state, template, name) for state in states for template in TEMPLATES]
