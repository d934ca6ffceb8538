// Regions in the built site, in a real Chromium: areas to inspect and to ignore, drawn, counted and kept. SPOTCHECK_DIST may name
// another folder than dist/.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { violations } from "./support/axe.mjs";
import { PATIENCE, choose, finished, launch, open, save } from "./support/browser.mjs";
import { kept } from "./support/database.mjs";
import { readMap } from "./support/map.mjs";
import { serve } from "./support/server.mjs";

const dist = process.env.SPOTCHECK_DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));

// Pictures of 512 × 512.
const FIRST = "toy-brick-scratch.jpg";
const SECOND = "circuit-board-hole.jpg";
const THIRD = "fabric-tear.jpg";
const SIDE = 512;
// What is drawn is as exact as a CSS pixel, of which the fitted picture has more than 150 a side.
const DRAWN = 1 / 150;

describe("regions", { timeout: 6 * PATIENCE }, () => {
  let browser, site;

  before(async () => {
    browser = await launch();
    site = await serve(dist);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  const begin = async (pictures = [FIRST]) => {
    const opened = await open(browser, `${site.address}?engine=cpu`, { viewport: { width: 1400, height: 880 } });
    await choose(opened.page, pictures.map((name) => join(dist, "samples", name)));
    for (const name of pictures) await finished(opened.page, name);
    await show(opened.page, pictures[0]);
    await tools(opened.page).waitFor({ state: "attached" });
    await opened.page.getByRole("button", { name: "Draw region" }).click();
    await tools(opened.page).waitFor();
    return opened;
  };
  const show = async (page, name) => {
    await page.locator(`li[data-name="${name}"] button`).first().click();
    await page.locator(`.picture[alt="${name}"]`).waitFor();
    await page.mouse.move(2, 2);
  };
  const tools = (page) => page.locator("#region-tools");
  const tool = (page, name) => tools(page).locator(`button[data-tool="${name}"]`);
  const button = (page, name) => tools(page).getByRole("button", { name, exact: true });
  const canvas = (page) => page.locator(".canvas");
  const drawn = (page) => page.locator(".regions g.area");
  const rows = (page) => page.locator("#region-tools .region-list .region-area");
  /** Opens the list of areas, where it is closed. */
  const areas = async (page) => {
    if (!(await page.locator("details.region-areas").evaluate((details) => details.open)))
      await page.locator("details.region-areas summary").click();
  };
  const outdated = (page, count) => page.locator(`[data-outdated="${count}"]`).waitFor({ state: "attached" });
  /** Where on the page a point of the picture is seen, given by shares of its sides. */
  const placeOf = async (page, [x, y]) => {
    const { x: left, y: top, width, height } = await page.locator(".frame").boundingBox();
    return [left + x * width, top + y * height];
  };
  const result = async (page, name) => {
    const { map, json } = await save(page, name);
    return { map: await readMap(map.path), json: JSON.parse(await readFile(json.path, "utf8")) };
  };
  /** The highest value where `of` says so, of a pixel's centre in shares of the sides. */
  const highest = ({ width, height, values }, of) => {
    let most = 0;
    let at = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const centre = [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height];
      if (values[i] > most && of(centre)) [most, at] = [values[i], centre];
    }
    return { most, at };
  };
  /** An area's four sides, in percent. */
  const sides = (row) => row.locator("input").evaluateAll((inputs) => inputs.map(({ value }) => Number(value)));
  const handle = (page, name) => page.locator(`.handle[data-grip="${name}"]`);
  const middleOf = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox();
    return [x + width / 2, y + height / 2];
  };
  /** Drags from where something is to a point of the picture, in shares of its sides; `before` happens at the end of the way. */
  const drag = async (page, from, to, before = async () => {}) => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...(await placeOf(page, to)), { steps: 5 });
    await before();
    await page.mouse.up();
  };
  const near = (found, wanted, message) =>
    assert.ok(
      found.length === wanted.length && found.every((value, i) => Math.abs(value - wanted[i]) <= 100 * DRAWN),
      `${message}: ${found}, not ${wanted}`,
    );
  const said = (page) => page.locator('#region-tools > [role="status"]').textContent();
  /** A polygon by keys, with corners at (50, 50), (80, 50), (80, 80) and (50, 80) percent. */
  const square = async (page) => {
    await tool(page, "ignore-polygon").focus();
    await page.keyboard.press("Enter");
    await canvas(page).waitFor();
    await page.keyboard.press(" ");
    for (const key of [undefined, "ArrowRight", "ArrowDown", "ArrowLeft"]) {
      for (let step = 0; key && step < 3; step++) await page.keyboard.press(`Shift+${key}`);
      await page.keyboard.press(" ");
    }
    await page.keyboard.press("Enter");
    await canvas(page).waitFor({ state: "detached" });
  };
  const corners = (page) => page.locator('.handle[data-grip^="corner-"]');
  const inRectangle = ({ x, y, width, height }) => ([u, v]) => u >= x && u < x + width && v >= y && v < y + height;
  /** Whether a point is in a triangle: on one side of all of its edges, and not within `margin` of them. */
  const inTriangle = (corners, margin) => ([u, v]) => {
    const sides = corners.map(([ax, ay], i) => {
      const [bx, by] = corners[(i + 1) % 3];
      return ((bx - ax) * (v - ay) - (by - ay) * (u - ax)) / Math.hypot(bx - ax, by - ay);
    });
    return sides.every((side) => side > margin) || sides.every((side) => side < -margin);
  };

  test("a rectangle and an ignored polygon are what counts, after another run that the page announces", async () => {
    const { page, seen, close } = await begin();
    const whole = await result(page, FIRST);
    assert.equal(whole.json.region, undefined);
    await outdated(page, 0);
    // The half with the highest value of the lower three quarters: the hint lies over the uppermost.
    const { most, at } = highest(whole.map, ([, v]) => v > 0.25);
    assert.ok(most > 0.01, `at most ${most}`);
    const right = at[0] >= 0.5;

    await tool(page, "inspect-rectangle").click();
    await canvas(page).waitFor();
    assert.equal(await canvas(page).evaluate((canvas) => getComputedStyle(canvas).cursor), "crosshair");
    // From below the picture to above it: what is drawn ends at its edges.
    const [middle, bottom] = await placeOf(page, [0.5, 1]);
    const [edge, top] = await placeOf(page, [right ? 1 : 0, 0]);
    await page.mouse.move(middle, bottom + 6);
    await page.mouse.down();
    await page.mouse.move(edge + (right ? 6 : -6), top - 6, { steps: 5 });
    await page.mouse.up();
    await canvas(page).waitFor({ state: "detached" });
    assert.equal(await drawn(page).count(), 1);

    // Nothing has run, and the page says what will.
    await page.getByText("1 result is of another region. Inspecting it again runs the networks").waitFor();
    await page.locator(".findings").getByText("Found with another region").waitFor();
    await page.getByText(/^(49|50|51)(\.\d)? % of this picture is inspected\.$/).waitFor();
    assert.equal(await page.locator(`li[data-name="${FIRST}"]`).getAttribute("data-state"), "done");
    assert.deepEqual((await result(page, FIRST)).map.values, whole.map.values);

    await button(page, "Inspect this one again").click();
    await outdated(page, 0);
    await finished(page, FIRST);
    await page.locator(".findings").getByText("Only 1 drawn area was inspected.").waitFor();
    const half = await result(page, FIRST);
    assert.equal(half.json.region.ignore.length, 0);
    const [{ rectangle }] = half.json.region.inspect;
    assert.ok(Math.abs(rectangle.width - 0.5) < DRAWN && Math.abs(rectangle.height - 1) < 1e-9, JSON.stringify(rectangle));
    assert.ok(Math.abs(rectangle.x - (right ? 0.5 : 0)) < DRAWN && Math.abs(rectangle.y) < 1e-9, JSON.stringify(rectangle));
    assert.equal(highest(half.map, (centre) => !inRectangle(rectangle)(centre)).most, 0);
    const peak = highest(half.map, ([, v]) => v > 0.25);
    assert.ok(peak.most > 0.01, `at most ${peak.most}`);

    // A triangle around the highest value, drawn on the zoomed picture.
    const within = (share) => Math.min(Math.max(share, 0.01), 0.99);
    const [u, v] = peak.at;
    const corners = [[u - 0.08, v - 0.06], [u + 0.08, v - 0.06], [u, v + 0.1]].map((corner) => corner.map(within));
    await tool(page, "ignore-polygon").click();
    await canvas(page).waitFor();
    await page.mouse.move(...(await placeOf(page, peak.at)));
    await page.mouse.wheel(0, -200);
    await page.locator(".stage--zoomed").waitFor();
    // Dragging moves the picture, and puts no corner.
    const before = await page.locator(".frame").boundingBox();
    const [x, y] = await placeOf(page, peak.at);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 40, y + 20, { steps: 3 });
    await page.mouse.move(x, y, { steps: 3 });
    await page.mouse.up();
    const back = await page.locator(".frame").boundingBox();
    assert.ok(Math.abs(back.width - before.width) < 1e-6);
    assert.equal(await page.locator(".regions .draft").count(), 0);
    for (const corner of [...corners, corners[0]]) {
      await page.mouse.click(...(await placeOf(page, corner)));
      // Two clicks in short order would be a double click.
      await page.waitForTimeout(450);
    }
    await canvas(page).waitFor({ state: "detached" });
    assert.equal(await drawn(page).count(), 2);
    await outdated(page, 1);
    await button(page, "Inspect this one again").click();
    await outdated(page, 0);
    await finished(page, FIRST);
    const less = await result(page, FIRST);
    const [{ polygon }] = less.json.region.ignore;
    assert.equal(polygon.length, 3);
    polygon.forEach((corner, i) =>
      corner.forEach((share, axis) => assert.ok(Math.abs(share - corners[i][axis]) < DRAWN, JSON.stringify(polygon))),
    );
    assert.equal(highest(less.map, (centre) => !inRectangle(rectangle)(centre)).most, 0);
    assert.equal(highest(less.map, inTriangle(polygon, 1 / SIDE)).most, 0);
    assert.ok(highest(half.map, inTriangle(polygon, 1 / SIDE)).most > 0.01);

    // All of it is there after a reload, and no result is of another region.
    await kept(page);
    await page.reload();
    await finished(page, FIRST);
    await show(page, FIRST);
    assert.equal(await drawn(page).count(), 2);
    await page.getByRole("button", { name: "Draw region" }).click();
    await outdated(page, 0);
    const again = await result(page, FIRST);
    assert.deepEqual(again.json.region, less.json.region);
    assert.deepEqual(again.map.values, less.map.values);

    // Taken back to the region of a result, that is the newest again.
    await areas(page);
    await rows(page).filter({ hasText: "Ignore polygon" }).getByRole("button", { name: /^Delete/ }).click();
    await outdated(page, 1);
    await button(page, "Undo").click();
    await outdated(page, 0);

    // One layer, that can be hidden.
    await page.locator(".regions > g").first().waitFor();
    await page.keyboard.press("8");
    await page.waitForFunction(() => getComputedStyle(document.querySelector(".regions > g")).display === "none");
    await page.keyboard.press("8");
    await page.waitForFunction(() => getComputedStyle(document.querySelector(".regions > g")).display === "inline");
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("an area for all counts for every picture, also for those to come, and is exported", async () => {
    const { page, seen, close } = await begin([FIRST, SECOND]);
    await tools(page).getByRole("radio", { name: "all pictures" }).check();
    await areas(page);
    const form = page.locator(".region-add");
    await form.getByRole("combobox", { name: "Inspect or ignore" }).selectOption("ignore");
    for (const [side, percent] of [["Left, %", 0], ["Top, %", 0], ["Width, %", 100], ["Height, %", 40]]) {
      await form.getByRole("spinbutton", { name: side }).fill(`${percent}`);
      await form.getByRole("spinbutton", { name: side }).press("Tab");
    }
    await form.getByRole("button", { name: /^Add rectangle/ }).click();
    await page.getByText("2 results are of another region").waitFor();
    await page.getByText("60 % of this picture is inspected.").waitFor({ state: "attached" });
    await button(page, "Inspect 2 pictures again").click();
    await outdated(page, 0);
    await choose(page, [join(dist, "samples", THIRD)]);
    const ignored = { rectangle: { x: 0, y: 0, width: 1, height: 0.4 } };
    for (const name of [FIRST, SECOND, THIRD]) {
      await finished(page, name);
      const { map, json } = await result(page, name);
      assert.deepEqual(json.region, { inspect: [], ignore: [ignored] }, name);
      assert.equal(highest(map, ([, v]) => v < 0.4).most, 0, name);
    }
    assert.ok(highest((await result(page, SECOND)).map, ([, v]) => v >= 0.4).most > 0);
    await outdated(page, 0);

    // This one's own area is for it alone; handed to all, the others are of another region.
    await show(page, SECOND);
    await tools(page).getByRole("radio", { name: "this picture" }).check();
    await form.getByRole("combobox", { name: "Inspect or ignore" }).selectOption("inspect");
    await form.getByRole("button", { name: /^Add rectangle/ }).click();
    await outdated(page, 1);
    const own = page.locator(".region-list .region-area[data-scope=picture]");
    await own.getByRole("button", { name: "For all" }).click();
    await outdated(page, 3);
    assert.equal(await own.count(), 0);
    await button(page, "Undo").click();
    await outdated(page, 1);

    await page.locator("summary", { hasText: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "JSON", exact: true }).click();
    const batch = JSON.parse(await readFile(await (await download).path(), "utf8"));
    // What the results are of, not what was drawn since.
    for (const entry of batch.entries) assert.deepEqual(entry.region, { inspect: [], ignore: [ignored] });
    await page.keyboard.press("Escape");

    const { items, head } = await kept(page);
    assert.deepEqual(head.region.ignore, [{ rectangle: ignored.rectangle }]);
    assert.equal(items.filter(({ region }) => region.inspect.length > 0).length, 1);
    await page.locator("summary", { hasText: "Clear" }).click();
    await page.getByRole("button", { name: "Delete them" }).click();
    await page.getByRole("button", { name: "Try all twelve" }).waitFor();
    const empty = await kept(page);
    assert.deepEqual([empty.items, empty.head.region], [[], { inspect: [], ignore: [] }]);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("everything can be done by keys", async () => {
    const { page, close } = await begin();
    const values = (row) => row.locator("input").evaluateAll((inputs) => inputs.map(({ value }) => Number(value)));
    await tool(page, "ignore-rectangle").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.classList.contains("canvas"));
    const said = () => page.locator('#region-tools > [role="status"]').textContent();
    // The first press shows where the keys point at: the middle.
    await page.keyboard.press(" ");
    assert.equal(await said(), "50 % from the left, 50 % from the top");
    await page.keyboard.press(" ");
    for (const key of ["Shift+ArrowRight", "Shift+ArrowRight", "ArrowRight", "Shift+ArrowUp"]) await page.keyboard.press(key);
    assert.equal(await said(), "71 % from the left, 40 % from the top");
    await page.keyboard.press("Enter");
    await canvas(page).waitFor({ state: "detached" });
    // The focus is where it was, and the picture is the same.
    await page.waitForFunction(() => document.activeElement.dataset.tool === "ignore-rectangle");
    await page.locator(`.picture[alt="${FIRST}"]`).waitFor();
    await areas(page);
    assert.deepEqual(await values(rows(page).first()), [50, 40, 21, 10]);

    const name = rows(page).first().getByRole("button", { name: /^Ignore rectangle/ });
    await name.focus();
    for (const key of ["ArrowLeft", "Shift+ArrowDown"]) await page.keyboard.press(key);
    assert.deepEqual(await values(rows(page).first()), [49, 50, 21, 10]);
    assert.equal(await name.getAttribute("aria-pressed"), "true");
    // Moves in a row are one change.
    await button(page, "Undo").click();
    assert.deepEqual(await values(rows(page).first()), [50, 40, 21, 10]);
    await rows(page).first().getByRole("spinbutton", { name: "Width, %" }).fill("30");
    await rows(page).first().getByRole("spinbutton", { name: "Width, %" }).press("Tab");
    assert.deepEqual(await values(rows(page).first()), [50, 40, 30, 10]);

    // A polygon: corners by Space, the last taken back, closed by Enter.
    await tool(page, "inspect-polygon").focus();
    await page.keyboard.press("Enter");
    await canvas(page).waitFor();
    await page.keyboard.press(" ");
    for (const keys of [[], ["Shift+ArrowRight"], ["Shift+ArrowDown"], ["Shift+ArrowLeft"]]) {
      for (const key of keys) await page.keyboard.press(key);
      await page.keyboard.press(" ");
    }
    assert.equal(await said(), "4 corners.");
    await page.keyboard.press("Backspace");
    assert.equal(await said(), "3 corners.");
    await page.keyboard.press("Enter");
    await canvas(page).waitFor({ state: "detached" });
    await rows(page).filter({ hasText: "Inspect polygon of 3 corners" }).waitFor();
    // (50, 50), (60, 50), (60, 60): half a hundredth, without the rectangle, which ends at 50 %.
    await page.getByText("0.5 % of this picture is inspected.").waitFor({ state: "attached" });

    // Escape leaves, and what was begun is gone.
    await tool(page, "ignore-polygon").focus();
    await page.keyboard.press("Enter");
    await canvas(page).waitFor();
    await page.keyboard.press(" ");
    await page.keyboard.press(" ");
    await page.locator(".regions .draft").waitFor({ state: "attached" });
    await page.keyboard.press("Escape");
    await canvas(page).waitFor({ state: "detached" });
    assert.equal(await page.locator(".regions .draft").count(), 0);
    assert.equal(await drawn(page).count(), 2);

    await rows(page).first().getByRole("button", { name: /^(Inspect|Ignore)/ }).focus();
    await page.keyboard.press("Delete");
    await page.waitForFunction(() => document.querySelectorAll(".regions g.area").length === 1);
    await page.waitForFunction(() => document.activeElement.matches(".region-areas > summary"));
    await close();
  });

  test("what is of no use is refused with what to do", async () => {
    const { page, close } = await begin();
    await tool(page, "inspect-rectangle").click();
    const spot = await placeOf(page, [0.5, 0.6]);
    await page.mouse.click(...spot);
    await page.mouse.click(...spot);
    await page.getByText("This rectangle has no area. Draw it from one corner to the opposite one.").waitFor();
    // The first of two clicks stays: the second may be elsewhere.
    await page.mouse.click(...(await placeOf(page, [0.7, 0.8])));
    await canvas(page).waitFor({ state: "detached" });
    assert.equal(await drawn(page).count(), 1);

    await areas(page);
    const width = rows(page).first().getByRole("spinbutton", { name: "Width, %" });
    await width.fill("99");
    await width.press("Tab");
    await page.getByText(/^This area reaches beyond the picture\./).waitFor();
    assert.notEqual(await width.inputValue(), "99");

    await tool(page, "ignore-rectangle").click();
    const [left, bottom] = await placeOf(page, [0, 1]);
    const [right, top] = await placeOf(page, [1, 0]);
    await page.mouse.move(left - 5, bottom + 5);
    await page.mouse.down();
    await page.mouse.move(right + 5, top - 5, { steps: 4 });
    await page.mouse.up();
    await page.getByText("Nothing of this picture is left to inspect. Delete an ignored area").waitFor();
    assert.ok(await button(page, "Inspect this one again").isDisabled());

    // A picture that meets such a region for the first time says so, too.
    await rows(page).filter({ hasText: "Ignore rectangle" }).getByRole("button", { name: "For all" }).click();
    await choose(page, [join(dist, "samples", SECOND)]);
    await finished(page, SECOND, "failed");
    await show(page, SECOND);
    await page.locator(".findings").getByText("its region leaves nothing to inspect. Delete an ignored area").waitFor();
    await button(page, "Undo").click();
    await page.locator(".findings").getByRole("button", { name: "Try again" }).click();
    await finished(page, SECOND);
    await close();
  });

  test("a drawn area is dragged by itself, its corners and its edges", async () => {
    const { page, seen, close } = await begin();
    await areas(page);
    await page.locator(".region-add").getByRole("button", { name: /^Add rectangle/ }).click();
    const row = rows(page).first();
    assert.deepEqual(await sides(row), [25, 25, 50, 50]);
    assert.equal(await page.locator(".handle").count(), 8);
    await button(page, "Inspect this one again").click();
    await outdated(page, 0);
    await finished(page, FIRST);

    // Nothing changes while it is dragged, and Escape puts it back; what the pointer does after that is nothing.
    const before = await page.locator(".frame").boundingBox();
    await drag(page, await placeOf(page, [0.5, 0.4]), [0.6, 0.5], async () => {
      near(await sides(row), [35, 35, 50, 50], "dragged");
      await outdated(page, 0);
      await page.keyboard.press("Escape");
      assert.deepEqual(await sides(row), [25, 25, 50, 50]);
      await page.mouse.move(...(await placeOf(page, [0.3, 0.3])), { steps: 3 });
    });
    assert.deepEqual(await sides(row), [25, 25, 50, 50]);
    assert.deepEqual(await page.locator(".frame").boundingBox(), before);
    await outdated(page, 0);
    assert.equal(await page.locator("li .row-outdated").count(), 0);
    const verdict = await page.locator(`li[data-name="${FIRST}"] .verdict`).boundingBox();

    await drag(page, await placeOf(page, [0.5, 0.4]), [0.6, 0.3]);
    near(await sides(row), [35, 15, 50, 50], "the whole");
    await outdated(page, 1);
    assert.equal(await said(page), "The area is changed. Undo takes it back.");
    // The list says so, too, and finds it.
    const mark = page.locator(`li[data-name="${FIRST}"] .row-outdated`);
    await mark.waitFor();
    assert.equal(await mark.textContent(), "Outdated");
    assert.match(await mark.getAttribute("title"), /another region/);
    assert.deepEqual(await page.locator(`li[data-name="${FIRST}"] .verdict`).boundingBox(), verdict);
    await page.getByLabel("Filter", { exact: true }).selectOption({ label: "Outdated (1)" });
    await page.locator(`li[data-name="${FIRST}"]`).waitFor();
    await page.getByLabel("Filter", { exact: true }).selectOption({ label: "All (1)" });
    await drag(page, await middleOf(handle(page, "corner-2")), [0.95, 0.9]);
    near(await sides(row), [35, 15, 60, 75], "the lower right corner");
    await drag(page, await middleOf(handle(page, "corner-0")), [0.2, 0.3]);
    near(await sides(row), [20, 30, 75, 60], "the upper left corner");
    // Anywhere between two corners.
    await drag(page, await placeOf(page, [0.4, 0.3]), [0.9, 0.5]);
    near(await sides(row), [20, 50, 75, 40], "the upper edge");
    await drag(page, await middleOf(handle(page, "edge-1")), [0.6, 0.1]);
    near(await sides(row), [20, 50, 40, 40], "the right edge");
    // Never beyond the picture, nor turned over.
    await drag(page, await middleOf(handle(page, "edge-3")), [-0.01, 0.7]);
    near(await sides(row), [0, 50, 60, 40], "to the picture's edge");
    await drag(page, await middleOf(handle(page, "edge-2")), [0.3, 0.2]);
    const [, top, , height] = await sides(row);
    assert.ok(Math.abs(top - 50) < 100 * DRAWN && height === 0.1, `${top}, ${height}`);

    // One change each.
    for (const wanted of [[0, 50, 60, 40], [20, 50, 40, 40], [20, 50, 75, 40], [20, 30, 75, 60], [35, 15, 60, 75], [35, 15, 50, 50]]) {
      await button(page, "Undo").click();
      near(await sides(row), wanted, "undone");
    }
    await button(page, "Undo").click();
    assert.deepEqual(await sides(row), [25, 25, 50, 50]);
    await outdated(page, 0);
    assert.equal(await mark.count(), 0);

    // Cursors, and targets that fingers hit.
    const cursors = await page.locator(".handle").evaluateAll((all) => all.map((one) => [one.dataset.grip, getComputedStyle(one).cursor]));
    assert.deepEqual(Object.fromEntries(cursors), {
      "corner-0": "nwse-resize", "edge-0": "ns-resize", "corner-1": "nesw-resize", "edge-1": "ew-resize",
      "corner-2": "nwse-resize", "edge-2": "ns-resize", "corner-3": "nesw-resize", "edge-3": "ew-resize",
    });
    for (const one of await page.locator(".handle").all()) {
      const { width, height } = await one.boundingBox();
      assert.ok(width >= 24 && height >= 24, `${width} × ${height}`);
    }

    // Handles follow the zoom, also while one is held, and the picture is moved where no area is.
    const spot = await placeOf(page, [0.25, 0.25]);
    await drag(page, spot, [0.2, 0.2], () => page.mouse.wheel(0, -200));
    await page.locator(".stage--zoomed").waitFor();
    const follows = async (at) => {
      const [x, y] = await middleOf(handle(page, "corner-0"));
      const [u, v] = await placeOf(page, at);
      assert.ok(Math.hypot(x - u, y - v) < 1.5, `${[x, y]}, not ${[u, v]}`);
    };
    await page.mouse.move(...(await placeOf(page, [0.1, 0.5])));
    const now = await sides(row);
    await follows([now[0] / 100, now[1] / 100]);
    const still = await page.locator(".frame").boundingBox();
    const [x, y] = await placeOf(page, [0.15, 0.5]);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y + 10, { steps: 3 });
    await page.mouse.up();
    const moved = await page.locator(".frame").boundingBox();
    assert.ok(Math.hypot(moved.x - still.x, moved.y - still.y) > 5, "the picture was not moved");
    assert.deepEqual(await sides(row), now);
    await follows([now[0] / 100, now[1] / 100]);

    // A click chooses an area, the tools' end hides the handles.
    await page.keyboard.press("0");
    await row.getByRole("button", { name: /^Inspect rectangle/ }).click();
    await page.locator(".handle").first().waitFor({ state: "detached" });
    await page.mouse.click(...(await placeOf(page, [0.5, 0.5])));
    await page.locator(".handle").first().waitFor();
    await page.getByRole("button", { name: "Draw region" }).click();
    await page.locator(".handle").first().waitFor({ state: "detached" });
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("a polygon gets corners and loses them", async () => {
    const { page, seen, close } = await begin();
    await square(page);
    await areas(page);
    assert.equal(await corners(page).count(), 4);
    const listed = (count) => rows(page).filter({ hasText: `Ignore polygon of ${count} corners` }).waitFor();
    await drag(page, await middleOf(handle(page, "edge-1")), [0.95, 0.65]);
    await listed(5);
    const [x, y] = await middleOf(handle(page, "corner-2"));
    const [u, v] = await placeOf(page, [0.95, 0.65]);
    assert.ok(Math.hypot(x - u, y - v) < 2, `${[x, y]}, not ${[u, v]}`);
    // It has the keys.
    await page.waitForFunction(() => document.activeElement.dataset.grip === "corner-2");
    await page.mouse.dblclick(x, y);
    await listed(4);
    assert.equal(await page.locator(".stage--zoomed").count(), 0, "a double click on a handle zooms nothing");
    await handle(page, "corner-0").focus();
    await page.keyboard.press("Delete");
    await listed(3);
    assert.equal(await said(page), "3 corners.");
    await page.keyboard.press("Delete");
    assert.equal(await said(page), "A polygon keeps at least three corners.");
    await listed(3);
    await page.keyboard.press("Control+z");
    await listed(4);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("handles are for keys, too", async () => {
    const { page, close } = await begin();
    await areas(page);
    await page.locator(".region-add").getByRole("button", { name: /^Add rectangle/ }).click();
    const row = rows(page).first();
    await page.locator(".stage").focus();
    const names = [];
    for (let at = 0; at < 8; at++) {
      await page.keyboard.press("Tab");
      names.push(await page.evaluate(() => document.activeElement.getAttribute("aria-label")));
    }
    assert.deepEqual(names, [
      "Upper left corner", "Upper edge", "Upper right corner", "Right edge",
      "Lower right corner", "Lower edge", "Lower left corner", "Left edge",
    ]);
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await said(page), "Left edge: 14 % from the left");
    assert.deepEqual(await sides(row), [14, 25, 61, 50]);
    await page.keyboard.press("ArrowUp");
    assert.deepEqual(await sides(row), [14, 25, 61, 50]);
    await handle(page, "corner-2").focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await said(page), "Lower right corner: 75 % from the left, 76 % from the top");
    assert.deepEqual(await sides(row), [14, 25, 61, 51]);
    await page.locator(`.picture[alt="${FIRST}"]`).waitFor();
    // Moves of one handle in a row are one change.
    await page.keyboard.press("Control+z");
    assert.deepEqual(await sides(row), [14, 25, 61, 50]);
    await page.keyboard.press("Control+z");
    assert.deepEqual(await sides(row), [25, 25, 50, 50]);
    // One out of sight is brought into it.
    await page.locator(".stage").focus();
    for (let times = 0; times < 5; times++) await page.keyboard.press("+");
    await page.keyboard.press("Tab");
    const stage = await page.locator(".stage").boundingBox();
    const [x, y] = await middleOf(handle(page, "corner-0"));
    assert.ok(x >= stage.x && x <= stage.x + stage.width && y >= stage.y && y <= stage.y + stage.height, `${[x, y]}`);
    assert.deepEqual(await page.locator(".stage").evaluate(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]), [0, 0]);
    await page.keyboard.press("Escape");
    await page.locator(".handle").first().waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement.classList.contains("stage"));
    await page.keyboard.press("0");

    await square(page);
    await handle(page, "edge-0").focus();
    await page.keyboard.press("Enter");
    await rows(page).filter({ hasText: "Ignore polygon of 5 corners" }).waitFor();
    await page.waitForFunction(() => document.activeElement.dataset.grip === "corner-1");
    await page.keyboard.press("Shift+ArrowUp");
    assert.equal(await said(page), "Corner 2 of 5: 65 % from the left, 40 % from the top");
    await close();
  });

  test("a finger drags a handle, a second one puts it back and zooms", async () => {
    const { page, close } = await open(browser, `${site.address}?engine=cpu`, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole("button", { name: "gear, whole" }).click();
    await page.locator(".picture").waitFor({ state: "visible" });
    await page.locator(".zoom-figure", { hasText: "%" }).waitFor();
    await page.getByRole("button", { name: "Draw region" }).tap();
    await areas(page);
    await page.locator(".region-add").getByRole("button", { name: /^Add rectangle/ }).click();
    const row = rows(page).first();
    const session = await page.context().newCDPSession(page);
    const touch = (type, ...points) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    const from = (await middleOf(handle(page, "corner-0"))).map(Math.round);
    const to = (await placeOf(page, [0.1, 0.15])).map(Math.round);
    await touch("touchStart", from);
    await touch("touchMove", [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2].map(Math.round));
    await touch("touchMove", to);
    await touch("touchEnd");
    const found = await sides(row);
    assert.ok(Math.abs(found[0] - 10) < 1.5 && Math.abs(found[1] - 15) < 1.5, `${found}`);
    assert.ok(Math.abs(found[0] + found[2] - 75) < 0.2 && Math.abs(found[1] + found[3] - 75) < 0.2, `${found}`);
    const [x, y] = (await middleOf(handle(page, "corner-2"))).map(Math.round);
    await touch("touchStart", [x, y]);
    await touch("touchMove", [x - 20, y - 20]);
    assert.notDeepEqual(await sides(row), found);
    await touch("touchStart", [x - 20, y - 20], [x - 80, y - 20]);
    assert.deepEqual(await sides(row), found);
    await touch("touchMove", [x, y - 20], [x - 100, y - 20]);
    await touch("touchEnd");
    await page.locator(".stage--zoomed").waitFor();
    assert.deepEqual(await sides(row), found);
    await close();
  });

  test("fingers draw, and two of them zoom", async () => {
    const { page, close } = await open(browser, `${site.address}?engine=cpu`, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole("button", { name: "gear, whole" }).click();
    await page.locator(".picture").waitFor({ state: "visible" });
    await page.locator(".zoom-figure", { hasText: "%" }).waitFor();
    await page.getByRole("button", { name: "Draw region" }).tap();
    await tool(page, "ignore-rectangle").tap();
    await canvas(page).waitFor();
    const session = await page.context().newCDPSession(page);
    const touch = (type, ...points) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    const whole = await page.locator(".frame").boundingBox();
    const [x, y] = (await placeOf(page, [0.5, 0.8])).map(Math.round);
    await touch("touchStart", [x - 30, y]);
    await touch("touchStart", [x - 30, y], [x + 30, y]);
    await touch("touchMove", [x - 60, y], [x + 60, y]);
    await touch("touchEnd");
    await page.locator(".stage--zoomed").waitFor();
    assert.ok((await page.locator(".frame").boundingBox()).width > 1.5 * whole.width);
    assert.equal(await page.locator(".regions .draft").count(), 0, "the first finger began a rectangle");
    const [a, b] = [[x - 40, y - 10], [x + 40, y + 10]];
    const { x: left, width } = await page.locator(".frame").boundingBox();
    await touch("touchStart", a);
    await touch("touchMove", [x, y]);
    await touch("touchMove", b);
    await touch("touchEnd");
    await canvas(page).waitFor({ state: "detached" });
    await areas(page);
    const [at, , across] = await rows(page).first().locator("input").evaluateAll((inputs) => inputs.map(({ value }) => Number(value)));
    assert.ok(Math.abs(at - ((a[0] - left) / width) * 100) < 0.5, `${at} %`);
    assert.ok(Math.abs(across - (80 / width) * 100) < 0.5, `${across} %`);
    await close();
  });

  test("IS-Net's mask is a layer", async () => {
    const { page, close } = await begin();
    await page.keyboard.press("7");
    const layer = page.locator("canvas[data-layer=dichotomous].layer--shown");
    await layer.waitFor();
    assert.equal(await page.getByRole("button", { name: "IS-Net mask", exact: true }).getAttribute("aria-pressed"), "true");
    // It marks some of the picture, not all of it.
    const share = await layer.evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let marked = 0;
      for (let i = 3; i < data.length; i += 4) marked += data[i] > 0;
      return (4 * marked) / data.length;
    });
    assert.ok(share > 0.01 && share < 0.99, `${share}`);
    await kept(page);
    await page.reload();
    await finished(page, FIRST);
    await show(page, FIRST);
    await layer.waitFor();
    await close();
  });

  test("has nothing that axe-core finds fault with while regions are drawn", async () => {
    const { page, close } = await begin();
    await areas(page);
    await page.locator(".region-add").getByRole("button", { name: /^Add rectangle/ }).click();
    await page.locator(".handle").first().waitFor();
    await page.locator(`li[data-name="${FIRST}"] .row-outdated`).waitFor({ state: "attached" });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), []);
    }
    await tool(page, "ignore-polygon").click();
    await canvas(page).waitFor();
    for (const [colorScheme, width] of [["light", 1400], ["dark", 1400], ["dark", 360], ["light", 360]]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      assert.deepEqual(await violations(page), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide at ${width}`);
      // A target is at least 24 px high.
      const small = await page.evaluate(() =>
        [...document.querySelectorAll("#region-tools button, #region-tools select, #region-tools summary, .canvas-bar button")]
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 24)
          .map((element) => element.outerHTML),
      );
      assert.deepEqual(small, []);
    }
    await close();
  });
});
