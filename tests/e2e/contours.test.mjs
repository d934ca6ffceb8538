// Contours, regions, millimetres and pixel metrics of the built site, in a real Chromium. Wants SPOTCHECK_CLI, the path of
// the command line; SPOTCHECK_DIST may name another folder than dist/.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { violations } from "./support/axe.mjs";
import { PATIENCE, finished, launch, open, save } from "./support/browser.mjs";
import { kept } from "./support/database.mjs";
import { readMap } from "./support/map.mjs";
import { serve } from "./support/server.mjs";
import { unzip } from "./support/zip.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.SPOTCHECK_DIST ?? join(root, "dist");
const cli = process.env.SPOTCHECK_CLI ?? join(root, "target/debug/spotcheck");

const PICTURE = "toy-brick-scratch.jpg";
const SIDE = 512;
// A step of the saved map's 16 bits.
const STEP = 1 / 65535;
// Regions that are listed at most.
const LISTED = 100;
// Three digits of a number are right to half a percent.
const DIGITS = 6e-3;

describe("contours", { timeout: 4 * PATIENCE }, () => {
  let browser, site, page, seen, map, level;

  before(async () => {
    browser = await launch();
    site = await serve(dist);
    ({ page, seen } = await open(browser, `${site.address}?engine=cpu`, { viewport: { width: 1400, height: 880 } }));
    await page.getByRole("button", { name: "toy brick, a scratch" }).click();
    await finished(page, PICTURE);
    // After its first result the page has its files stored for use offline: that is over before requests are counted.
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    map = await readMap((await save(page, PICTURE)).map.path);
    // Whatever the models say, there is something at half of the highest value.
    level = Math.max(Math.round(highest().value * 50) / 100, 0.01);
  });

  after(async () => {
    assert.deepEqual(seen?.troubles, []);
    await browser?.close();
    await site?.close();
  });

  beforeEach(async () => {
    await page.mouse.move(2, 2);
    await threshold(level);
    await page.keyboard.press("0");
  });

  const highest = () => {
    const at = map.values.reduce((best, value, at) => (value > map.values[best] ? at : best), 0);
    return { x: at % map.width, y: Math.floor(at / map.width), value: map.values[at] };
  };
  /** Where on the page a pixel of the picture is seen. */
  const placeOf = async ({ x, y }) => {
    const frame = await page.locator(".frame").boundingBox();
    return [frame.x + ((x + 0.5) / SIDE) * frame.width, frame.y + ((y + 0.5) / SIDE) * frame.height];
  };
  const number = () => page.getByRole("spinbutton", { name: "Contours from, as a number" });
  const heading = (value) => page.locator("h3[data-regions]", { hasText: `from ${value.toFixed(2)} on` });
  const rows = () => page.locator(".contour-row");
  const threshold = async (value) => {
    await number().fill(`${value}`);
    await number().press("Enter");
    await number().blur();
    await heading(value).waitFor();
  };
  const reached = (value) => map.values.reduce((count, at) => count + (at >= value ? 1 : 0), 0);
  const listed = () =>
    rows().evaluateAll((rows) => rows.map(({ dataset: { area, length } }) => ({ area: Number(area), length: Number(length) })));
  const panel = () => page.locator(".scale-panel");
  const scale = async (text) => {
    if (!(await panel().getAttribute("open").then((open) => open !== null))) await panel().locator("summary").click();
    const field = page.getByLabel("Pixels per millimetre");
    await field.fill(text);
    await field.press("Enter");
    await field.blur();
  };

  test("enclose the pixels that reach the value, worst region first", async () => {
    await page.locator('svg[data-layer="contours"] path.contour-line').first().waitFor({ state: "attached" });
    const found = await listed();
    assert.equal(Number(await heading(level).getAttribute("data-regions")), found.length);
    assert.ok(found.length <= LISTED, `${found.length} regions at half of the highest value`);
    const total = found.reduce((sum, { area }) => sum + area, 0);
    // The saved map is rounded: pixels at the very threshold may be on either side.
    const [least, most] = [reached(level + STEP), reached(level - STEP)];
    assert.ok(total >= least && total <= most, `${total}, not from ${least} to ${most}`);
    assert.ok(total > 0);
    const peaks = await rows().evaluateAll((rows) => rows.map((row) => Number(row.querySelector(".figure").lastChild.textContent)));
    assert.ok(Math.abs(peaks[0] - highest().value) <= 0.005 + STEP, `${peaks[0]}`);
    assert.deepEqual(peaks, peaks.toSorted((a, b) => b - a));
    // The highest pixel is inside of the first region's contour, and the picture's corner in none.
    const inside = ({ x, y }) =>
      page.locator(".contour").evaluateAll(
        (contours, { x, y }) =>
          contours
            .filter((contour) => {
              const path = contour.querySelector(".contour-line");
              path.style.fill = "#000";
              const found = path.isPointInFill(new DOMPoint(x + 0.5, y + 0.5));
              path.style.fill = "";
              return found;
            })
            .map((contour) => Number(contour.dataset.region)),
        { x, y },
      );
    assert.deepEqual(await inside(highest()), [1]);
    assert.ok(map.values[0] < level);
    assert.deepEqual(await inside({ x: 0, y: 0 }), []);
  });

  test("follow the value, and no network runs", async () => {
    const requests = seen.requests.filter((address) => !address.startsWith("blob:")).length;
    await page.evaluate(() => {
      window.states = new Set();
      window.watching = new MutationObserver(() => {
        for (const row of document.querySelectorAll("li[data-state]")) window.states.add(row.dataset.state);
      });
      window.watching.observe(document.querySelector(".list"), { subtree: true, attributes: true, childList: true });
    });
    const totals = [];
    for (const value of [level, Math.min(1, level * 1.5), Math.max(0.01, level / 2)].map((v) => Math.round(v * 100) / 100)) {
      await threshold(value);
      const total = (await listed()).reduce((sum, { area }) => sum + area, 0);
      const [least, most] = [reached(value + STEP), reached(value - STEP)];
      const all = Number(await heading(value).getAttribute("data-regions"));
      if (all <= LISTED) assert.ok(total >= least && total <= most, `${total} at ${value}, not from ${least} to ${most}`);
      totals.push(total);
    }
    assert.ok(totals[1] < totals[0] && totals[0] < totals[2], `${totals}`);
    await threshold(1);
    await page.getByText("No pixel of the map reaches the value").waitFor();
    assert.equal(await rows().count(), 0);
    const states = await page.evaluate(() => {
      window.watching.disconnect();
      return [...window.states];
    });
    assert.ok(!states.includes("running") && !states.includes("waiting"), `${states}`);
    assert.equal(seen.requests.filter((address) => !address.startsWith("blob:")).length, requests);
    // It is a setting like others.
    await threshold(level);
    await page.reload();
    await page.locator(`li[data-name="${PICTURE}"] button`).first().click();
    await heading(level).waitFor();
    assert.equal(Number(await number().inputValue()), level);
  });

  test("are highlighted in the list and in the viewer, by pointer and by keys", async () => {
    const contour = page.locator('.contour[data-region="1"]');
    const row = page.locator('.contour-row[data-region="1"]');
    await page.mouse.move(...(await placeOf(highest())));
    await page.locator('.contour-row--pointed[data-region="1"]').waitFor();
    await page.mouse.move(2, 2);
    await page.locator(".contour-row--pointed").waitFor({ state: "detached" });
    await row.hover();
    await page.locator('.contour--pointed[data-region="1"]').waitFor({ state: "attached" });
    await page.mouse.move(2, 2);
    await page.locator(".contour--pointed").waitFor({ state: "detached" });

    await page.getByRole("button", { name: /^Region 1 / }).focus();
    await page.keyboard.press("Enter");
    assert.equal(await row.getAttribute("aria-pressed"), "true");
    await page.locator('.contour--chosen[data-region="1"]').waitFor({ state: "attached" });
    await page.locator(".stage--zoomed").waitFor();
    const stage = await page.locator(".stage").boundingBox();
    const box = await contour.locator(".contour-line").boundingBox();
    assert.ok(box.x >= stage.x && box.y >= stage.y, JSON.stringify({ box, stage }));
    assert.ok(box.x + box.width <= stage.x + stage.width && box.y + box.height <= stage.y + stage.height, JSON.stringify({ box, stage }));
    // The line is as wide on the screen as before.
    const wide = () =>
      contour.locator(".contour-line").evaluate((line) => {
        const { width } = document.querySelector(".frame").getBoundingClientRect();
        return (parseFloat(getComputedStyle(line).strokeWidth) * width) / line.ownerSVGElement.viewBox.baseVal.width;
      });
    const zoomed = await wide();
    await page.keyboard.press("Enter");
    await page.locator(".stage:not(.stage--zoomed)").waitFor();
    assert.equal(await row.getAttribute("aria-pressed"), "false");
    await page.keyboard.press("Enter");
    await page.locator(".stage--zoomed").waitFor();
    await page.keyboard.press("0");
    assert.ok(Math.abs((await wide()) - zoomed) < 0.05, `${await wide()}, not ${zoomed}`);
    await page.keyboard.press("Enter");

    await page.locator(".stage").focus();
    await page.keyboard.press("9");
    await page.locator("svg[data-layer=contours]").waitFor({ state: "detached" });
    await page.keyboard.press("c");
    await page.locator("svg[data-layer=contours]").waitFor({ state: "attached" });
  });

  test("are measured in millimetres when the scale is typed, and bad scales are told", async () => {
    const exported = async (kind) => {
      await page.locator("summary", { hasText: "Export" }).click();
      const downloads = page.waitForEvent("download");
      await page.getByRole("button", { name: kind, exact: true }).click();
      const bytes = await readFile(await (await downloads).path());
      await page.keyboard.press("Escape");
      return bytes;
    };
    assert.ok(!(await rows().first().textContent()).includes("mm"));
    assert.ok(!(await exported("Table")).includes("_mm2"));
    for (const [text, said] of [["0", /above 0/], ["-4", /above 0/], ["many", /“many” is not a number/], ["1e9", /cannot be/]]) {
      await scale(text);
      await page.locator("#scale-trouble", { hasText: said }).waitFor();
      assert.ok(!(await rows().first().textContent()).includes("mm"));
    }
    await scale("12,5");
    await page.locator("#scale-trouble").waitFor({ state: "hidden" });
    await page.locator(".contour-row", { hasText: "mm²" }).first().waitFor();
    await page.keyboard.press("Escape");
    for (const [at, { area, length }] of (await listed()).entries()) {
      const text = await rows().nth(at).textContent();
      const [square, long] = [/([\d.]+) mm²/, /([\d.]+) mm long/].map((pattern) => Number(text.match(pattern)[1]));
      assert.ok(Math.abs(square / (area / 12.5 ** 2) - 1) < DIGITS, `${text}: ${area} px`);
      assert.ok(Math.abs(long / (length / 12.5) - 1) < DIGITS, `${text}: ${length} px`);
    }
    const batch = JSON.parse(await exported("JSON"));
    assert.equal(batch.pixels_per_mm, 12.5);
    assert.equal(batch.settings.pixel_threshold, level);
    const [component] = batch.entries[0].result.components;
    assert.ok(Math.abs(component.mm2 - component.area / 12.5 ** 2) < 1e-9);
    const rowsOf = (table) => table.toString().split("\r\n").map((line) => line.split(","));
    const [header, first] = rowsOf(await exported("Table"));
    const largest = Math.max(...batch.entries[0].result.components.map(({ mm2 }) => mm2));
    assert.ok(Math.abs(Number(first[header.indexOf("largest_area_mm2")]) - largest) < 1e-4, `${first}`);
    // What is listed is exported.
    const [names, ...regions] = rowsOf(unzip(await exported("Everything"))["regions.csv"]).filter((cells) => cells.length > 1);
    const cell = (cells, name) => Number(cells[names.indexOf(name)]);
    for (const [at, { area, length }] of (await listed()).entries()) {
      assert.equal(cell(regions[at], "area_px"), area);
      assert.ok(Math.abs(cell(regions[at], "area_mm2") - area / 12.5 ** 2) < 1e-4, `${regions[at]}`);
      assert.ok(Math.abs(cell(regions[at], "length_mm") - length / 12.5) < 1e-4, `${regions[at]}`);
    }
    // The loupe tells what it shows from side to side.
    await page.keyboard.press("l");
    await page.mouse.move(...(await placeOf({ x: 256, y: 256 })));
    const across = await page.locator('.loupe [data-value="across"]', { hasText: "mm" }).textContent();
    const [, pixels, millimetres] = across.match(/(\d+) px · ([\d.]+) mm/);
    assert.ok(Math.abs(millimetres / (pixels / 12.5) - 1) < DIGITS, across);
    await page.keyboard.press("l");
    // It is kept.
    await kept(page);
    await page.reload();
    await panel().locator("summary", { hasText: "12.5 px/mm" }).waitFor();
    await scale("");
    await panel().locator("summary", { hasText: "Millimetres" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(`li[data-name="${PICTURE}"] button`).first().click();
    await heading(level).waitFor();
  });

  test("are measured in millimetres by a line that is drawn", async () => {
    await panel().locator("summary").click();
    await page.getByRole("button", { name: "Draw a line of known length" }).click();
    const form = page.getByRole("form", { name: "A line of known length" });
    await form.waitFor();
    const whole = await page.locator(".frame").boundingBox();
    await page.mouse.move(...(await placeOf({ x: 100, y: 150 })));
    await page.mouse.down();
    await page.mouse.move(...(await placeOf({ x: 300, y: 150 })), { steps: 5 });
    await page.mouse.up();
    // The picture stayed where it was.
    assert.deepEqual(await page.locator(".frame").boundingBox(), whole);
    const field = page.getByLabel("Length of the line in millimetres");
    assert.ok(await field.evaluate((field) => field === document.activeElement));
    for (const [text, said] of [["", /Type the line/], ["long", /“long” is not a number/], ["0", /above 0/]]) {
      await field.fill(text);
      await field.press("Enter");
      await page.locator("#ruler-trouble", { hasText: said }).waitFor();
    }
    await field.fill("20");
    assert.deepEqual(await violations(page), []);
    await field.press("Enter");
    await form.waitFor({ state: "detached" });
    const text = await panel().locator("summary", { hasText: "px/mm" }).textContent();
    // A press is told in whole CSS pixels.
    assert.ok(Math.abs(parseFloat(text) - 10) < 0.15, text);
    // Escape leaves it alone.
    await panel().locator("summary").click();
    await page.getByRole("button", { name: "Draw a line of known length" }).click();
    await form.waitFor();
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
    assert.equal(await panel().locator("summary").textContent(), text);
    await scale("");
    await page.keyboard.press("Escape");
  });

  test("have nothing that axe-core finds fault with", async () => {
    await scale("12.5");
    await rows().first().click();
    for (const [colorScheme, width] of [["light", 1400], ["dark", 1400], ["dark", 360], ["light", 360]]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      for (const pane of width < 720 ? ["Findings", "Picture"] : [undefined]) {
        if (pane) await page.getByRole("button", { name: pane, exact: true }).click();
        assert.deepEqual(await violations(page), []);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${overflow} px too wide at ${width}`);
      }
    }
  });
});

describe("pixel metrics", { timeout: 4 * PATIENCE }, () => {
  let browser, site, scratch, parts, files;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), "spotcheck-"));
    parts = join(scratch, "parts");
    // MVTec AD's layout.
    await run(cli, ["parts", "--split", "unseen", "--seed", "5", "--count", "4", "--out", parts]);
    const names = await readdir(parts, { recursive: true });
    files = names.filter((name) => name.endsWith(".png")).map((name) => name.split(sep).join("/"));
    browser = await launch();
    site = await serve(dist);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  const isMask = (file) => file.includes("ground_truth/");
  const isDefective = (file) => /test\/(?!good\/)/.test(file);

  test("appear for a folder with masks, and are right", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`, { viewport: { width: 1400, height: 880 } });
    await page.locator('[data-files="folder"]').setInputFiles(parts);
    const pictures = files.filter((file) => !isMask(file));
    for (const picture of pictures) await finished(page, `parts/${picture}`);
    await page.locator("summary", { hasText: "Quality" }).click();
    const told = async (name) => Number.parseFloat(await page.locator(`[data-metric="${name}"]`).textContent());
    await page.locator('[data-metric="aupro"]', { hasText: /^\d/ }).waitFor();
    const values = { f1: await told("pixel-f1-max"), auroc: await told("pixel-auroc"), aupro: await told("aupro") };
    assert.deepEqual(await violations(page), []);
    await page.getByText(new RegExp(`in ${pictures.length} pictures`)).waitFor();
    await page.keyboard.press("Escape");

    // From the saved maps and the masks' files.
    const scores = [];
    const shares = [];
    let regions = 0;
    for (const picture of pictures) {
      const map = await readMap((await save(page, `parts/${picture}`)).map.path);
      const mask = picture.replace("/test/", "/ground_truth/").replace(/\.png$/, "_mask.png");
      const inside = isDefective(picture) ? await maskOf(page, await readFile(join(parts, mask))) : undefined;
      const found = inside ? label(inside, map.width, map.height) : { labels: undefined, areas: [] };
      regions += found.areas.length;
      for (const [at, value] of map.values.entries()) {
        scores.push(value);
        shares.push(found.labels?.[at] ? 1 / found.areas[found.labels[at] - 1] : 0);
      }
    }
    const exact = metrics(scores, shares, regions, 0.3);
    // The saved maps are rounded to 16 bits, which ties their smallest values; the page shows three decimals.
    assert.ok(Math.abs(values.f1 - exact.f1) < 2e-3, `F1-max ${values.f1}, not ${exact.f1}`);
    assert.ok(Math.abs(values.auroc - exact.auroc) < 0.01, `AUROC ${values.auroc}, not ${exact.auroc}`);
    assert.ok(Math.abs(values.aupro - exact.aupro) < 0.01, `AUPRO ${values.aupro}, not ${exact.aupro}`);
    assert.ok(exact.auroc > 0.5, `${exact.auroc}`);

    // One picture less: counted anew by itself, as soon as it is seen.
    const broken = pictures.find(isDefective);
    await page.locator(`li[data-name="parts/${broken}"] button`).first().click();
    await page.keyboard.press("x");
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.locator("summary", { hasText: "Quality" }).click();
    await page.getByText(new RegExp(`in ${pictures.length - 1} pictures`)).waitFor();
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("leave out what was not inspected", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`, { viewport: { width: 1400, height: 880 } });
    const pictures = files.filter((file) => !isMask(file));
    const masks = new Map();
    for (const picture of pictures.filter(isDefective)) {
      const mask = picture.replace("/test/", "/ground_truth/").replace(/\.png$/, "_mask.png");
      masks.set(picture, await maskOf(page, await readFile(join(parts, mask))));
    }
    await page.locator('[data-files="folder"]').setInputFiles(parts);
    for (const picture of pictures) await finished(page, `parts/${picture}`);
    const [first] = masks.keys();
    const { width, height } = await readMap((await save(page, `parts/${first}`)).map.path);

    // All that is wrong with the first one is ignored, of all of them.
    const [across, down] = [[], []];
    masks.get(first).forEach((set, at) => set && (across.push(at % width), down.push(Math.floor(at / width))));
    const span = (places, length) => {
      const [from, to] = [Math.min(...places), Math.max(...places) + 1].map((at) => (at / length) * 100);
      return [Math.floor(from), Math.ceil(to) - Math.floor(from)];
    };
    const [[left, wide], [top, high]] = [span(across, width), span(down, height)];
    await page.getByRole("button", { name: "Draw region" }).click();
    await page.locator("#region-tools").getByRole("radio", { name: "all pictures" }).check();
    await page.locator("details.region-areas summary").click();
    const form = page.locator(".region-add");
    await form.getByRole("combobox", { name: "Inspect or ignore" }).selectOption("ignore");
    for (const [side, percent] of [["Left, %", left], ["Top, %", top], ["Width, %", wide], ["Height, %", high]]) {
      await form.getByRole("spinbutton", { name: side }).fill(`${percent}`);
      await form.getByRole("spinbutton", { name: side }).press("Tab");
    }
    await form.getByRole("button", { name: /^Add rectangle/ }).click();
    await page.locator(`[data-outdated="${pictures.length}"]`).waitFor({ state: "attached" });
    await page.getByRole("button", { name: new RegExp(`^Inspect ${pictures.length} pictures again`) }).click();
    await page.locator('[data-outdated="0"]').waitFor({ state: "attached" });
    for (const picture of pictures) await finished(page, `parts/${picture}`);

    const counts = (at) => {
      const [x, y] = [((at % width) + 0.5) / width, (Math.floor(at / width) + 0.5) / height].map((share) => share * 100);
      return !(x >= left && x < left + wide && y >= top && y < top + high);
    };
    const scores = [];
    const shares = [];
    let regions = 0;
    let defective = 0;
    for (const picture of pictures) {
      const map = await readMap((await save(page, `parts/${picture}`)).map.path);
      const inside = masks.get(picture)?.map((set, at) => (set && counts(at) ? 1 : 0));
      const found = inside ? label(inside, map.width, map.height) : { labels: undefined, areas: [] };
      regions += found.areas.length;
      defective += found.areas.length > 0;
      for (const [at, value] of map.values.entries()) {
        if (!counts(at)) continue;
        scores.push(value);
        shares.push(found.labels?.[at] ? 1 / found.areas[found.labels[at] - 1] : 0);
      }
    }
    assert.ok(defective > 0 && defective < masks.size, `${defective} of ${masks.size} are left`);
    const exact = metrics(scores, shares, regions, 0.3);
    await page.locator("summary", { hasText: "Quality" }).click();
    await page.getByText("a picture whose mask marks nothing inside of it counts as whole").waitFor();
    await page.locator('[data-metric="aupro"]', { hasText: /^\d/ }).waitFor();
    await page.getByText(new RegExp(`^${regions} regions? in ${pictures.length} pictures`)).waitFor();
    const told = async (name) => Number.parseFloat(await page.locator(`[data-metric="${name}"]`).textContent());
    const [f1, auroc, aupro] = [await told("pixel-f1-max"), await told("pixel-auroc"), await told("aupro")];
    assert.ok(Math.abs(f1 - exact.f1) < 2e-3, `F1-max ${f1}, not ${exact.f1}`);
    assert.ok(Math.abs(auroc - exact.auroc) < 0.01, `AUROC ${auroc}, not ${exact.auroc}`);
    assert.ok(Math.abs(aupro - exact.aupro) < 0.01, `AUPRO ${aupro}, not ${exact.aupro}`);
    // Labels of pictures: the first one is whole here.
    const row = page.locator(".confusion tbody tr").first().locator("td");
    const labelled = (await row.allTextContents()).reduce((sum, cell) => sum + Number(cell), 0);
    assert.equal(labelled, defective);
    await page.keyboard.press("Escape");

    // So it is in what is exported.
    await page.locator("summary", { hasText: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "JSON", exact: true }).click();
    const batch = JSON.parse(await readFile(await (await download).path(), "utf8"));
    assert.equal(batch.entries.filter((entry) => entry.label === "defective").length, defective);
    assert.deepEqual(seen.troubles, []);
    await close();
  });
});

/** 1 where a mask's file is not black, as the browser decodes it. */
async function maskOf(page, file) {
  const base64 = file.toString("base64");
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return Array.from({ length: data.length / 4 }, (_, at) => (data[4 * at] > 0 ? 1 : 0));
  }, base64);
}

/** 8-connected regions: a number a pixel from 1 on, 0 outside, and the regions' areas. */
function label(inside, width, height) {
  const labels = new Uint32Array(inside.length);
  const areas = [];
  for (let start = 0; start < inside.length; start++) {
    if (!inside[start] || labels[start]) continue;
    const open = [start];
    labels[start] = areas.push(0);
    while (open.length) {
      const at = open.pop();
      areas[labels[start] - 1]++;
      const [x, y] = [at % width, Math.floor(at / width)];
      for (let v = Math.max(y - 1, 0); v <= Math.min(y + 1, height - 1); v++)
        for (let u = Math.max(x - 1, 0); u <= Math.min(x + 1, width - 1); u++) {
          const next = v * width + u;
          if (inside[next] && !labels[next]) {
            labels[next] = labels[start];
            open.push(next);
          }
        }
    }
  }
  return { labels, areas };
}

/** F1-max, AUROC and AUPRO by their definitions; `shares` are pixels' shares of their regions, 0 of normal ones. */
function metrics(scores, shares, regions, limit) {
  const order = Uint32Array.from(scores, (_, at) => at).sort((a, b) => scores[b] - scores[a]);
  const positives = shares.filter((share) => share > 0).length;
  const negatives = scores.length - positives;
  let [found, mistaken, overlap, f1, auroc, aupro] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at < order.length; ) {
    const [foundBefore, mistakenBefore, overlapBefore] = [found, mistaken, overlap];
    const score = scores[order[at]];
    for (; at < order.length && scores[order[at]] === score; at++) {
      const share = shares[order[at]];
      if (share > 0) {
        found++;
        overlap += share;
      } else mistaken++;
    }
    f1 = Math.max(f1, (2 * found) / (found + mistaken + positives));
    auroc += ((mistaken - mistakenBefore) * (found + foundBefore)) / 2;
    const [from, to] = [mistakenBefore / negatives, Math.min(mistaken / negatives, limit)];
    if (from < limit && to > from) {
      const slope = (overlap - overlapBefore) / (mistaken / negatives - from);
      const end = overlapBefore + slope * (to - from);
      aupro += ((to - from) * (overlapBefore + end)) / 2 / regions;
    }
  }
  return { f1, auroc: auroc / (positives * negatives), aupro: aupro / limit };
}
