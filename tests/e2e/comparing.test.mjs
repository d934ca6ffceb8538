// Good references, pictures that are compared with each other, scores in spreads, and the method, in the built site in a real Chromium.
// The page is held against the library, which has the whole batch in memory and in full precision. Wants SPOTCHECK_CLI, the path of the
// command line, and SPOTCHECK_JOIN, that of the example join; SPOTCHECK_DIST may name another folder than dist/.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { violations } from "./support/axe.mjs";
import { PATIENCE, choose, finished, launch, open, ready, save } from "./support/browser.mjs";
import { kept } from "./support/database.mjs";
import { difference, readMap } from "./support/map.mjs";
import { serve } from "./support/server.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.SPOTCHECK_DIST ?? join(root, "dist");
const cli = process.env.SPOTCHECK_CLI ?? join(root, "target/debug/spotcheck");
const joiner = process.env.SPOTCHECK_JOIN ?? join(root, "target/debug/examples/join");

/** As many pictures as a batch needs to be compared with each other. */
const COUNT = 20;
/** Half precision changes a joined map by less than 1e-3; the CPU engine in a browser differs by less than that from the native one. */
const TOLERANCE = 2e-3;
// So high that all rows of the list are drawn.
const SCREEN = { viewport: { width: 1440, height: 1500 } };

describe("pictures that are compared", { timeout: 6 * PATIENCE }, () => {
  let browser, site, scratch, files, names;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), "spotcheck-comparing-"));
    const drawn = join(scratch, "drawn");
    await run(cli, ["parts", "--split", "unseen", "--seed", "5", "--size", "160", "--count", `${COUNT}`, "--out", drawn]);
    const pictures = (await readdir(drawn, { recursive: true })).filter((path) => /[/\\]test[/\\].*\.png$/.test(path)).sort();
    assert.equal(pictures.length, COUNT);
    names = pictures.map((_, at) => `part-${String(at + 1).padStart(2, "0")}.png`);
    files = names.map((name) => join(scratch, name));
    for (const [at, path] of pictures.entries()) await copyFile(join(drawn, path), files[at]);
    browser = await launch();
    site = await serve(dist);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  const begin = () => open(browser, `${site.address}?engine=cpu`, SCREEN);
  const row = (page, name) => page.locator(`li[data-name="${name}"]`);
  /** The page's joined scores, once each of these pictures has so many partners: good ones and others. */
  const joined = async (page, some, partners) => {
    const scores = {};
    for (const name of some) {
      await page.locator(`li[data-name="${name}"][data-partners="${partners}"]`).waitFor({ state: "attached" });
      scores[name] = Number(await row(page, name).getAttribute("data-score"));
    }
    return scores;
  };
  const partnersOf = (page, name) => row(page, name).getAttribute("data-partners");
  /** What the library says: scores by name, and the folder of its maps. */
  const library = async (some, ...more) => {
    const maps = await mkdtemp(join(scratch, "maps-"));
    const { stdout } = await run(joiner, ["--maps", maps, ...more, ...some]);
    return { maps, ...JSON.parse(stdout) };
  };
  const near = (found, expected, what) =>
    assert.ok(Math.abs(found - expected) < TOLERANCE, `${what}: ${found} on the page, ${expected} by the library`);
  const inspectAll = async (page, some = files) => {
    await choose(page, some);
    const scores = {};
    for (const file of some) {
      const name = file.slice(scratch.length + 1);
      scores[name] = (await finished(page, name)).score;
    }
    return scores;
  };
  const select = async (page, name) => {
    await row(page, name).getByRole("button").click();
    await page.locator(".findings-name", { hasText: name }).waitFor();
  };
  const setTogether = async (page, on) => {
    await page.locator("summary", { hasText: "Settings" }).click();
    const field = page.getByLabel("Compare the pictures with each other");
    assert.notEqual(await field.isChecked(), on, "it was so before");
    await field.setChecked(on);
    await page.keyboard.press("Escape");
  };
  const exported = async (page, button) => {
    await page.locator("summary", { hasText: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button, exact: true }).click(),
    ]);
    await page.keyboard.press("Escape");
    return readFile(await download.path(), "utf8");
  };

  test("good references: the others are held against them, over a reload, until they are unmarked", async () => {
    const { page, seen, close } = await begin();
    const [first, second] = names;
    const some = files.slice(0, 6);
    const zero = await inspectAll(page, some);
    await select(page, first);
    await page.keyboard.press("g");
    const rest = names.slice(1, 6);
    const scores = await joined(page, rest, "1 0");
    const one = await library(some, "--good", files[0]);
    assert.ok(one.half_precision > 0 && one.half_precision < 1e-3, `${one.half_precision}`);
    console.log(`half precision changes joined maps by up to ${one.half_precision}`);
    for (const name of rest) near(scores[name], one.pictures[name].joined, name);
    // A good one is not held against itself, and is shown as good.
    assert.deepEqual([one.pictures[first].joined, await partnersOf(page, first)], [null, null]);
    assert.equal(await row(page, first).getAttribute("data-good"), "true");
    near(Number(await row(page, first).getAttribute("data-score")), zero[first], first);

    // Its map, too, and its file says what took part.
    const { map, json } = await save(page, second);
    const distance = difference(await readMap(map.path), await readMap(join(one.maps, `${second}.png`)));
    assert.ok(distance < TOLERANCE, `${distance}`);
    const file = JSON.parse(await readFile(json.path, "utf8"));
    near(file.score, one.pictures[second].joined, "the file's score");
    near(file.zero_shot_score, one.pictures[second].zero_shot, "the file's zero-shot score");
    assert.deepEqual(file.partners, { good: 1, others: 0 });

    // By the prompts alone, and back.
    await page.getByRole("button", { name: /^By the prompts alone:/ }).click();
    for (const name of rest) near(Number(await row(page, name).getAttribute("data-score")), zero[name], name);
    await page.getByRole("button", { name: /^With 1 good picture:/ }).click();
    assert.deepEqual(await joined(page, rest, "1 0"), scores);

    // A second one, by the button; the first is then held against nothing, the others against both.
    await page.getByRole("button", { name: "Good reference", exact: true }).click();
    const others = names.slice(2, 6);
    const both = await joined(page, others, "2 0");
    const two = await library(some, "--good", files[0], "--good", files[1]);
    for (const name of others) near(both[name], two.pictures[name].joined, name);
    assert.deepEqual(await violations(page), []);

    await kept(page);
    await page.reload();
    assert.deepEqual(await joined(page, others, "2 0"), both);
    assert.equal(await row(page, second).getAttribute("data-good"), "true");
    await ready(page, "cpu");
    for (const name of [first, second]) {
      await select(page, name);
      await page.keyboard.press("g");
    }
    for (const name of rest) {
      await page.locator(`li[data-name="${name}"]:not([data-partners])`).waitFor({ state: "attached" });
      near(Number(await row(page, name).getAttribute("data-score")), zero[name], name);
    }
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("a batch: each picture is held against the others, in the list, the exports and over a reload", async () => {
    const { page, seen, close } = await begin();
    await ready(page, "cpu");
    const zero = await inspectAll(page, files.slice(0, COUNT - 1));
    // One too few.
    assert.equal(await page.locator("li[data-partners]").count(), 0);
    await page.evaluate(() => {
      window.tasks = [];
      new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
        type: "longtask",
      });
    });
    Object.assign(zero, await inspectAll(page, files.slice(COUNT - 1)));
    // The object has no name: whether all show one thing, only the person knows.
    assert.equal(await page.locator("li[data-partners]").count(), 0);
    await setTogether(page, true);
    const scores = await joined(page, names, `0 ${COUNT - 1}`);
    assert.deepEqual(await page.evaluate(() => window.tasks), [], "tasks of more than 50 ms");
    const all = await library(files, "--together");
    assert.ok(all.half_precision < 1e-3, `${all.half_precision}`);
    console.log(`half precision changes joined maps by up to ${all.half_precision}`);
    for (const name of names) near(scores[name], all.pictures[name].joined, name);
    const { map } = await save(page, names[3]);
    const distance = difference(await readMap(map.path), await readMap(join(all.maps, `${names[3]}.png`)));
    assert.ok(distance < TOLERANCE, `${distance}`);
    assert.deepEqual(await violations(page), []);

    // Both scores are in what is exported, with what took part and the z-scores.
    const batch = JSON.parse(await exported(page, "JSON"));
    assert.equal(batch.method, "VVV");
    const z = robustZ(names.map((name) => scores[name]));
    for (const { name, result } of batch.entries) {
      near(result.score, scores[name], name);
      near(result.zero_shot, zero[name], name);
      assert.deepEqual(result.partners, { good: 0, others: COUNT - 1 });
      assert.ok(Math.abs(result.z - z(scores[name])) < 1e-3 * Math.max(1, Math.abs(result.z)), `${name}: ${result.z}`);
    }
    const [header, ...rows] = (await exported(page, "Table")).replace("\ufeff", "").trim().split("\r\n").map((line) => line.split(","));
    assert.equal(rows.length, COUNT);
    for (const cells of rows) {
      const of = (column) => cells[header.indexOf(column)];
      near(Number(of("zero_shot_score")), zero[of("name")], of("name"));
      assert.deepEqual([of("method"), of("good_pictures"), of("other_pictures")], ["VVV", "0", `${COUNT - 1}`]);
      assert.ok(Math.abs(of("z") - z(scores[of("name")])) < 1e-3 * Math.max(1, Math.abs(of("z"))), of("z"));
    }
    const report = await exported(page, "Report");
    assert.match(report, /By the prompts alone/);

    // After a reload it is there at once.
    await kept(page);
    await page.reload();
    assert.deepEqual(await joined(page, names, `0 ${COUNT - 1}`), scores);
    // Not compared with each other: the prompts alone count, and again.
    await ready(page, "cpu");
    await setTogether(page, false);
    await page.waitForFunction(() => !document.querySelector("li[data-partners]"));
    for (const name of names) near(Number(await row(page, name).getAttribute("data-score")), zero[name], name);
    await setTogether(page, true);
    assert.deepEqual(await joined(page, names, `0 ${COUNT - 1}`), scores);

    // One that is removed leaves nothing behind, and the others are too few.
    await select(page, names[0]);
    await page.keyboard.press("x");
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.waitForFunction(() => !document.querySelector("li[data-partners]"));
    const { blobs } = await kept(page);
    assert.equal(blobs.filter((key) => key.endsWith(" features")).length, COUNT - 1);
    assert.ok(blobs.every((key) => key.split(" ")[0] !== "1"), blobs.join());
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("a batch of an object with a name is compared by itself, until the person wants otherwise", async () => {
    const { page, seen, close } = await begin();
    await ready(page, "cpu");
    await page.getByLabel("Object", { exact: true }).fill("part");
    await page.getByLabel("Object", { exact: true }).press("Enter");
    await choose(page, files);
    const scores = await joined(page, names, `0 ${COUNT - 1}`);
    const all = await library(files, "--together", "--object", "part");
    for (const name of names) near(scores[name], all.pictures[name].joined, name);
    await setTogether(page, false);
    await page.waitForFunction(() => !document.querySelector("li[data-partners]"));
    // A wish is remembered; what would be so anyway is none.
    const wish = () => page.evaluate(() => localStorage.getItem("spotcheck.together"));
    assert.equal(await wish(), "no");
    await kept(page);
    await page.reload();
    await ready(page, "cpu");
    for (const name of names) near(Number(await row(page, name).getAttribute("data-score")), all.pictures[name].zero_shot, name);
    assert.equal(await page.locator("li[data-partners]").count(), 0);
    await setTogether(page, true);
    assert.deepEqual(await joined(page, names, `0 ${COUNT - 1}`), scores);
    assert.equal(await wish(), null);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("scores in spreads: the threshold stays where it is, and means the same for any batch", async () => {
    const { page, seen, close } = await begin();
    const threshold = page.getByRole("spinbutton", { name: "Threshold" });
    const told = page.getByLabel("How scores are told");
    const seven = await inspectAll(page, files.slice(0, 7));
    assert.ok(await told.isDisabled(), "of seven, the middle and the spread say nothing");
    const scores = { ...seven, ...(await inspectAll(page, files.slice(7, 12))) };
    const z = robustZ(Object.values(scores));
    const verdicts = () =>
      page.locator(".list li").evaluateAll((rows) => Object.fromEntries(rows.map(({ dataset }) => [dataset.name, dataset.verdict])));
    const before = await verdicts();
    await told.selectOption("spreads");
    assert.deepEqual(await verdicts(), before);
    assert.ok(Math.abs((await threshold.inputValue()) - z(0.5)) < 1e-2, await threshold.inputValue());
    await threshold.fill("1.5");
    await threshold.press("Enter");
    const expected = Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, z(score) >= 1.5 ? "reject" : "accept"]));
    assert.deepEqual(await verdicts(), expected);
    const [some] = Object.keys(scores);
    const sign = z(scores[some]) < 0 ? "\u2212" : "+";
    const figure = await row(page, some).locator(".row-score").textContent();
    assert.ok(figure === "0.0" || figure === `${sign}${Math.abs(z(scores[some])).toFixed(1)}`, figure);
    assert.deepEqual(await violations(page), []);
    await kept(page);
    await page.reload();
    await ready(page, "cpu");
    await page.waitForFunction(() => document.querySelectorAll('li[data-state="done"]').length === 12);
    assert.equal(await threshold.inputValue(), "1.50");
    assert.deepEqual(await verdicts(), expected);
    await told.selectOption("score");
    assert.deepEqual(await verdicts(), expected);
    assert.deepEqual(seen.troubles, []);
    await close();
  });
});

/** How many robust spreads a score stands above the middle of all: by the median and 1.4826 times the median absolute deviation. */
function robustZ(scores) {
  const median = (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    const half = sorted.length / 2;
    return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
  };
  const middle = median(scores);
  const spread = 1.4826 * median(scores.map((score) => Math.abs(score - middle)));
  return (score) => (score - middle) / spread;
}
