"""Draws the curves of the three trainings into one picture.

    python plot.py --curves curves --out curves.png
"""

import argparse
import csv
import pathlib

from PIL import Image, ImageDraw

WIDTH, HEIGHT, MARGIN = 420, 240, 36
COLOURS = ["#c0392b", "#2471a3", "#1e8449", "#b7950b", "#7d3c98"]


def panel(path: pathlib.Path) -> Image.Image:
    """Every column of one CSV against the step, each scaled to its own range, which the legend tells."""
    rows = list(csv.DictReader(path.open()))
    steps = [int(row["step"]) for row in rows]
    picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(picture)
    pen.text((8, 6), f"{path.stem}: {steps[-1]} steps, {int(rows[-1]['seconds']) // 60} min", fill="black")
    pen.rectangle((MARGIN, MARGIN, WIDTH - 150, HEIGHT - 16), outline="#999999")
    right, bottom = WIDTH - 150, HEIGHT - 16
    for k, name in enumerate(name for name in rows[0] if name not in ("step", "seconds")):
        values = [float(row[name]) for row in rows]
        low, high = min(values), max(values)
        spread = (high - low) or 1.0
        line = [
            (MARGIN + (right - MARGIN) * s / steps[-1], bottom - (bottom - MARGIN) * (v - low) / spread)
            for s, v in zip(steps, values)
        ]
        colour = COLOURS[k % len(COLOURS)]
        if len(line) > 1:
            pen.line(line, fill=colour, width=2)
        pen.text((right + 6, MARGIN + 30 * k), f"{name}\n{low:.3g} to {high:.3g}", fill=colour)
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--curves", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    panels = [panel(path) for path in sorted(options.curves.glob("*.csv"))]
    sheet = Image.new("RGB", (WIDTH, HEIGHT * len(panels)), "white")
    for i, picture in enumerate(panels):
        sheet.paste(picture, (0, i * HEIGHT))
    sheet.save(options.out)


if __name__ == "__main__":
    main()
