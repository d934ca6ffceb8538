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

import { PATIENCE, choose, finished, launch, open, ready, save } from "./support/browser.mjs";
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
    site?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  async function inspected(engine) {
    const { page, seen, close } = await open(browser, `${site.address}?engine=${engine}`);
    await page.getByLabel("Object").fill("part");
    await page.getByLabel("Object").press("Enter");
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

  test("asks the network for nothing once it is ready", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
    await ready(page, "cpu");
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

  test("inspects again when the object gets another name", async () => {
    const { page, close } = await open(browser, `${site.address}?engine=cpu`);
    const name = basename(pictures[0]);
    await choose(page, [pictures[0]]);
    const first = await finished(page, name);
    await page.getByLabel("Object").fill("circuit board");
    await page.getByLabel("Object").press("Enter");
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
    await page.getByRole("button", { name: "Cancel" }).click();
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

  test("works under a sub-path", async () => {
    const below = await serve(dist, "/tools/spotcheck/");
    const { page, seen, close } = await open(browser, `${below.address}?engine=cpu`);
    await page.getByRole("button", { name: "tablet, a dent" }).click();
    await finished(page, "tablet-dent.jpg");
    assert.deepEqual(seen.troubles, []);
    assert.deepEqual(foreign(seen.requests, below.origin), []);
    await close();
    below.close();
  });
});

/** A picture with a defect, in MVTec AD's layout: anything under test/ that is not in the folder "good". */
async function defective(parts) {
  const files = await readdir(parts, { recursive: true });
  const names = files.filter((name) => /test[/\\](?!good)[^/\\]+[/\\][^/\\]+\.png$/.test(name)).sort();
  assert.ok(names.length > 0, `no defective part among ${files}`);
  return join(parts, names[0]);
}

function foreign(requests, origin) {
  return requests.filter((address) => !address.startsWith(`${origin}/`) && !address.startsWith(`blob:${origin}/`));
}
