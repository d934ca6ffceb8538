// The built site in a real Chromium: the way from a file to a map, on both engines, against the command line.
// Wants SPOTCHECK_CLI, the path of the command line; SPOTCHECK_DIST may name another folder than dist/.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { PATIENCE, choose, finished, handOver, launch, open, ready, save, worksOffline } from "./support/browser.mjs";
import { violations } from "./support/axe.mjs";
import { difference, readMap } from "./support/map.mjs";
import { serve } from "./support/server.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.SPOTCHECK_DIST ?? join(root, "dist");
const cli = process.env.SPOTCHECK_CLI ?? join(root, "target/debug/spotcheck");

// The bar for two engines on the same picture; a step of the 16-bit PNG is 1.5e-5.
const TOLERANCE = 1e-3;

describe("the page", { timeout: 4 * PATIENCE }, () => {
  let browser, site, scratch;
  // A sample and a generated defective part of a kind that the models were never trained on.
  const pictures = [join(dist, "samples/circuit-board-hole.jpg")];
  const expected = new Map();

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), "spotcheck-"));
    const parts = join(scratch, "parts");
    await run(cli, ["parts", "--split", "unseen", "--seed", "3", "--count", "4", "--out", parts]);
    pictures.push(await defective(parts));
    const out = join(scratch, "out");
    await run(cli, ["inspect", "--object", "part", "--engine", "rten", "--out", out, ...pictures]);
    for (const picture of pictures) {
      const stem = basename(picture).replace(/\.[^.]*$/, "");
      expected.set(basename(picture), {
        map: await readMap(join(out, `${stem}.map.png`)),
        json: JSON.parse(await readFile(join(out, `${stem}.json`), "utf8")),
      });
      // Two empty maps would agree, too.
      const highest = expected.get(basename(picture)).map.values.reduce((a, b) => Math.max(a, b));
      assert.ok(highest > 0.01, `${stem}: the command line found nothing, at most ${highest}`);
    }
    browser = await launch();
    site = await serve(dist);
  });

  after(async () => {
    await browser?.close();
    await site?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  async function inspected(engine) {
    const { page, seen, close } = await open(browser, `${site.address}?engine=${engine}`);
    await page.getByLabel("Object", { exact: true }).fill("part");
    await page.getByLabel("Object", { exact: true }).press("Enter");
    await choose(page, pictures);
    const results = new Map();
    for (const name of expected.keys()) {
      const { score, verdict } = await finished(page, name);
      const { map, json } = await save(page, name);
      results.set(name, { score, verdict, map: await readMap(map.path), json: JSON.parse(await readFile(json.path, "utf8")) });
    }
    await ready(page, engine);
    await close();
    return { results, seen };
  }

  const found = {};
  for (const engine of ["cpu", "webgpu"]) {
    test(`finds on the ${engine} engine what the command line finds`, async () => {
      const { results, seen } = await inspected(engine);
      found[engine] = results;
      for (const [name, { map, json }] of expected) {
        const result = results.get(name);
        const delta = difference(result.map, map);
        assert.ok(delta <= TOLERANCE, `${name}: the maps differ by ${delta}`);
        assert.ok(Math.abs(result.score - json.score) <= TOLERANCE, `${name}: ${result.score}, not ${json.score}`);
        assert.equal(result.verdict, json.verdict);
        assert.deepEqual(Object.keys(result.json).sort(), Object.keys(json).sort());
        assert.deepEqual(result.json.components.map(({ rect }) => rect), json.components.map(({ rect }) => rect));
        assert.equal(result.json.engine, engine === "cpu" ? "rten" : "wonnx");
      }
      assert.deepEqual(seen.troubles, []);
      assert.deepEqual(foreign(seen.requests, site.origin), []);
    });
  }

  test("finds the same on both engines", () => {
    for (const [name, cpu] of found.cpu) {
      const gpu = found.webgpu.get(name);
      const delta = difference(cpu.map, gpu.map);
      assert.ok(delta <= TOLERANCE, `${name}: the maps differ by ${delta}`);
      assert.equal(cpu.verdict, gpu.verdict);
    }
  });

  test("has its first result within ten seconds of a cold open, on the CPU", async () => {
    const start = performance.now();
    const { page, close } = await open(browser, `${site.address}?engine=cpu`);
    await page.getByRole("button", { name: "gear, whole" }).click();
    await finished(page, "gear-whole.jpg");
    const seconds = (performance.now() - start) / 1000;
    await close();
    assert.ok(seconds <= 10, `it took ${seconds.toFixed(1)} s`);
  });

  test("says what is wrong with a broken file and goes on with the rest", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
    const cut = (await readFile(pictures[0])).subarray(0, 4000);
    await choose(page, [
      { name: "broken.jpg", mimeType: "image/jpeg", buffer: cut },
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("not a picture") },
      { name: "good.jpg", mimeType: "image/jpeg", buffer: await readFile(pictures[0]) },
    ]);
    const { score } = await finished(page, "good.jpg");
    assert.ok(score > 0 && score < 1, `a score of ${score}`);
    const said = async (name) => (await finished(page, name, "failed")).row.textContent();
    assert.match(await said("broken.jpg"), /JPEG/);
    assert.match(await said("notes.txt"), /not a picture/);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("takes dropped and pasted pictures, those that only the worker can decode, too", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
    const buffer = await readFile(pictures[0]);
    await handOver(page, "drop", [{ name: "dropped.jpg", mimeType: "image/jpeg", buffer }]);
    await handOver(page, "paste", [{ name: "image.png", mimeType: "image/jpeg", buffer }]);
    await handOver(page, "drop", [{ name: "scan.tif", mimeType: "image/tiff", buffer: tiff(64, 48) }]);
    const dropped = await finished(page, "dropped.jpg");
    assert.equal((await finished(page, "pasted.png")).score, dropped.score);
    const { row } = await finished(page, "scan.tif");
    await row.getByRole("button").click();
    // Chromium shows no TIFF, so these pixels are the worker's.
    const shown = await page.locator(".viewer img").elementHandle();
    await page.waitForFunction((img) => img.naturalWidth === 64 && img.naturalHeight === 48, shown);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("has the browser decode what the worker cannot", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
    const fixture = (name) => readFile(new URL(`fixtures/${name}`, import.meta.url));
    await handOver(page, "drop", [
      { name: "gear.avif", mimeType: "image/avif", buffer: await fixture("gear.avif") },
      { name: "gear.png", mimeType: "image/png", buffer: await fixture("gear.png") },
      { name: "phone.heic", mimeType: "image/heic", buffer: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1") },
    ]);
    const [avif, png] = [await finished(page, "gear.avif"), await finished(page, "gear.png")];
    assert.ok(Math.abs(avif.score - png.score) < 0.02, `${avif.score} of AVIF, ${png.score} of the same as PNG`);
    // Chromium has no HEIC.
    const { row } = await finished(page, "phone.heic", "failed");
    assert.match(await row.textContent(), /HEIC is not supported: save it as JPEG or PNG/);
    await avif.row.getByRole("button").click();
    await page.waitForFunction(() => document.querySelector(".viewer img.picture")?.naturalWidth === 160);
    await page.getByRole("button", { name: "Show what each localising prompt marks" }).first().click();
    await page.locator(".prompt-maps figure, .prompt-maps li").first().waitFor();
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("asks the network for nothing once it is ready", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
    await ready(page, "cpu");
    // Until then the browser stores the site's files.
    await worksOffline(page);
    await page.waitForLoadState("networkidle");
    const before = seen.requests.length;
    await page.context().setOffline(true);
    await choose(page, pictures);
    for (const name of expected.keys()) await finished(page, name);
    await save(page, basename(pictures[0]));
    const after = seen.requests.slice(before).filter((address) => !address.startsWith("blob:"));
    assert.deepEqual(after, []);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("has nothing that axe-core finds fault with, light and dark, wide and narrow", async () => {
    const wide = { width: 1400, height: 880 };
    for (const options of [{ viewport: wide, colorScheme: "dark" }, { viewport: { width: 390, height: 800 }, colorScheme: "light" }]) {
      const { page, close } = await open(browser, `${site.address}?engine=cpu`, options);
      await ready(page, "cpu");
      assert.deepEqual(await violations(page), []);
      await choose(page, [pictures[0]]);
      await finished(page, basename(pictures[0]));
      await page.locator(".viewer img").waitFor({ state: "visible" });
      assert.deepEqual(await violations(page), []);
      await close();
    }
  });

  test("shows the truth of its samples, and has none of other pictures", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
    await ready(page, "cpu");
    const truth = page.locator(".layers").getByRole("button", { name: /^Truth/ });
    await page.getByRole("button", { name: "toy brick, a scratch" }).click();
    await truth.click();
    const marked = page.locator(".frame img.layer");
    await marked.waitFor();
    await page.waitForFunction(() => document.querySelector(".frame img.layer")?.naturalWidth === 512);
    await truth.click();
    await marked.waitFor({ state: "detached" });
    assert.ok(seen.requests.some((address) => address.endsWith("toy-brick-scratch.truth.png")));
    await choose(page, [pictures[1]]);
    await page.locator(`li[data-name="${basename(pictures[1])}"] button`).click();
    await truth.waitFor({ state: "hidden" });
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("inspects again when the object gets another name", async () => {
    const { page, close } = await open(browser, `${site.address}?engine=cpu`);
    const name = basename(pictures[0]);
    await choose(page, [pictures[0]]);
    const first = await finished(page, name);
    await page.getByLabel("Object", { exact: true }).fill("circuit board");
    await page.getByLabel("Object", { exact: true }).press("Enter");
    await page.locator(`li[data-name="${name}"]:not([data-state="done"])`).waitFor({ state: "attached" });
    const second = await finished(page, name);
    assert.notEqual(first.score, second.score);
    await close();
  });

  test("can be stopped, and goes on when asked to", async () => {
    const { page, close } = await open(browser, `${site.address}?engine=cpu`);
    const name = basename(pictures[0]);
    await choose(page, pictures);
    await page.locator(`li[data-name="${name}"][data-state="running"]`).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    for (const picture of expected.keys()) await finished(page, picture, "cancelled");
    await page.locator(`li[data-name="${name}"] button`).click();
    await page.getByRole("button", { name: "Inspect", exact: true }).click();
    await finished(page, name);
    await close();
  });

  test("goes on with another worker when one dies", async () => {
    const { page, close } = await open(browser, `${site.address}?engine=cpu`);
    const [first, second] = expected.keys();
    await choose(page, pictures);
    await page.locator(`li[data-name="${first}"][data-state="running"]`).waitFor({ state: "attached" });
    await page.workers()[0].evaluate(() => void setTimeout(() => { throw new Error("a fault for a test"); }));
    const { row } = await finished(page, first, "failed");
    assert.match(await row.textContent(), /a fault for a test/);
    await finished(page, second);
    await close();
  });

  test("works under a sub-path", async (t) => {
    const below = await serve(dist, "/tools/spotcheck/");
    // A server that stays keeps the tests from ending.
    t.after(() => below.close());
    const { page, seen, close } = await open(browser, `${below.address}?engine=cpu`);
    await page.getByRole("button", { name: "battery, a dent" }).click();
    await finished(page, "battery-dent.jpg");
    assert.deepEqual(seen.troubles, []);
    assert.deepEqual(foreign(seen.requests, below.origin), []);
    await close();
  });
});

/** A picture with a defect, in MVTec AD's layout: anything under test/ that is not in the folder "good". */
async function defective(parts) {
  const files = await readdir(parts, { recursive: true });
  const names = files.filter((name) => /test[/\\](?!good)[^/\\]+[/\\][^/\\]+\.png$/.test(name)).sort();
  assert.ok(names.length > 0, `no defective part among ${files}`);
  return join(parts, names[0]);
}

/** An uncompressed RGB TIFF with a bright square on a dark ground. */
function tiff(width, height) {
  const strip = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) strip.fill(x > 20 && x < 44 && y > 12 && y < 36 ? 220 : 40, (y * width + x) * 3, (y * width + x + 1) * 3);
  const [short, long] = [3, 4];
  const bits = 8 + 2 + 10 * 12 + 4;
  const entries = [
    [256, short, 1, width], [257, short, 1, height], [258, short, 3, bits], [259, short, 1, 1], [262, short, 1, 2],
    [273, long, 1, bits + 6], [277, short, 1, 3], [278, short, 1, height], [279, long, 1, strip.length], [284, short, 1, 1],
  ];
  const head = Buffer.alloc(bits + 6);
  head.write("II*\0", "latin1");
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, kind, count, value], i) => {
    const at = 10 + 12 * i;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(kind, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(value, at + 8);
  });
  for (let i = 0; i < 3; i++) head.writeUInt16LE(8, bits + 2 * i);
  return Buffer.concat([head, strip]);
}

function foreign(requests, origin) {
  return requests.filter((address) => !address.startsWith(`${origin}/`) && !address.startsWith(`blob:${origin}/`));
}
