// The standard pack, got in the page: fetched from a host laid out like Hugging Face with random weights in the official
// shapes, cut off twice, built, used without a network, damaged and repaired.
// Wants SPOTCHECK_CLI, the path of the command line, and SPOTCHECK_CHECKPOINTS, that of the example random_checkpoints.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { violations } from "./support/axe.mjs";
import { PATIENCE, choose, finished, handOver, launch, open, ready, save } from "./support/browser.mjs";
import { serveCheckpoints } from "./support/host.mjs";
import { difference, readMap } from "./support/map.mjs";
import { memory } from "./support/memory.mjs";
import { serve } from "./support/server.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.SPOTCHECK_DIST ?? join(root, "dist");
const cli = process.env.SPOTCHECK_CLI ?? join(root, "target/debug/spotcheck");
const maker = process.env.SPOTCHECK_CHECKPOINTS ?? join(root, "target/debug/examples/random_checkpoints");

const TOLERANCE = 1e-3;
const MODEL = "/CIDAS/clipseg-rd64-refined/resolve/main/model.safetensors";

describe("the models panel", { timeout: 6 * PATIENCE }, () => {
  let browser, site, host, scratch, checkpoints, picture;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), "spotcheck-packs-"));
    checkpoints = join(scratch, "checkpoints");
    await run(maker, [checkpoints]);
    picture = join(scratch, "photo.png");
    await run(cli, ["parts", "--split", "unseen", "--seed", "3", "--count", "1", "--out", join(scratch, "parts")]);
    picture = join(dist, "samples/gear-whole.jpg");
    browser = await launch();
    site = await serve(dist);
    host = await serveCheckpoints(checkpoints, { bytesPerSecond: 60e6 });
  });

  after(async () => {
    await browser?.close();
    site?.close();
    host?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  const panel = (page) => page.locator("#models");
  const pack = (page, preset = "standard") => page.locator(`.pack[data-pack="${preset}"]`);
  const state = (page, state, preset) => page.locator(`.pack[data-pack="${preset ?? "standard"}"][data-state="${state}"]`).waitFor();
  const press = (page, name, preset) => pack(page, preset).getByRole("button", { name, exact: true }).click();

  async function openPanel(page) {
    if (!(await panel(page).evaluate((element) => element.open))) await panel(page).locator("summary").click();
    await pack(page).waitFor();
  }

  /** Waits until so much of the fetching is done, 0 to 1. */
  async function reached(page, share) {
    const bar = await pack(page).locator("progress").elementHandle();
    await page.waitForFunction(({ bar, share }) => bar.value >= share, { bar, share });
  }

  async function useHost(page, address) {
    await page.getByLabel("Checkpoints’ host").fill(address);
    await page.getByLabel("Checkpoints’ host").press("Enter");
  }

  /** The bytes that a file in the browser's storage has. */
  const stored = (page, path) =>
    page.evaluate(async (path) => {
      let at = await navigator.storage.getDirectory();
      const names = path.split("/");
      for (const name of names.slice(0, -1)) at = await at.getDirectoryHandle(name);
      const file = await (await at.getFileHandle(names.at(-1))).getFile();
      return file.size;
    }, path);

  test("shows what would be fetched and under which terms, and fetches nothing before a yes", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
    await openPanel(page);
    await useHost(page, host.address);
    await pack(page).getByRole("button", { name: /^Get / }).click();
    const terms = await pack(page).locator(".terms").textContent();
    for (const said of ["CLIPSeg", "SlimSAM", "IS-Net", "Apache-2.0", "research purposes", "603 MB", host.address]) {
      assert.ok(terms.includes(said), `${said} is not said in: ${terms}`);
    }
    assert.deepEqual(await violations(page), []);
    await press(page, "Not now");
    assert.equal(host.requests.length, 0);
    assert.ok(!seen.requests.some((address) => address.startsWith(host.address)));
    await close();
  });

  test("gets the standard pack though it is cut off twice, and works without a network", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
    const peak = memory(browser, page);
    await openPanel(page);
    await useHost(page, host.address);
    await pack(page).getByRole("button", { name: /^Get / }).click();
    await pack(page).getByRole("button", { name: /^Fetch / }).click();

    // The connection is lost at 30 %: what has arrived is kept, also over a reload.
    await reached(page, 0.3);
    await host.cut();
    await pack(page).getByText("The connection was lost").waitFor();
    await page.reload();
    await openPanel(page);
    await state(page, "partial");
    const first = await stored(page, `spotcheck/checkpoints/standard${partOf(MODEL)}`);
    assert.ok(first > 100e6, `${first} bytes`);
    await host.restore();
    await press(page, "Go on");

    // The page is left at 70 %.
    await reached(page, 0.7);
    await page.reload();
    await openPanel(page);
    await state(page, "partial");
    await press(page, "Go on");
    await state(page, "whole");
    assert.match(await pack(page).textContent(), /in use/);
    await ready(page, "cpu");

    // Nothing that was kept was sent again.
    const ranges = host.requests.filter(({ method, url }) => method === "GET" && url === MODEL).map(({ from }) => from);
    assert.ok(ranges.length >= 2 && ranges.includes(first), `ranges from ${ranges}, ${first} were there`);
    assert.deepEqual(ranges, ranges.toSorted((a, b) => a - b));
    assert.equal(new Set(ranges).size, ranges.length);
    const left = await page.evaluate(async () => {
      const names = [];
      const at = await (await navigator.storage.getDirectory()).getDirectoryHandle("spotcheck");
      for await (const name of (await at.getDirectoryHandle("checkpoints")).keys()) names.push(name);
      return names;
    });
    assert.deepEqual(left, [], "the sources are deleted");

    // The command line builds the same from the same files: the manifest names each file with its hash.
    const out = join(scratch, "pack");
    await run(cli, ["pack", "build", "--preset", "standard", "--from", checkpoints, "--out", out]);
    const manifest = await page.evaluate(async () => {
      let at = await navigator.storage.getDirectory();
      for (const name of ["spotcheck", "packs", "standard"]) at = await at.getDirectoryHandle(name);
      return (await (await at.getFileHandle("manifest.json")).getFile()).text();
    });
    assert.equal(manifest, await readFile(join(out, "manifest.json"), "utf8"));
    for (const [file, { size }] of Object.entries(JSON.parse(manifest).files)) {
      assert.ok(size <= 20 << 20, `${file} has ${size} bytes`);
    }

    // It finds what the command line finds.
    const results = join(scratch, "results");
    await run(cli, ["inspect", "--pack", out, "--no-cache", "--object", "gear", "--engine", "rten", "--out", results, picture]);
    const name = basename(picture);
    const expected = {
      map: await readMap(join(results, name.replace(/\.[^.]*$/, ".map.png"))),
      json: JSON.parse(await readFile(join(results, name.replace(/\.[^.]*$/, ".json")), "utf8")),
    };
    await page.getByLabel("Object").fill("gear");
    await page.getByLabel("Object").press("Enter");
    await choose(page, [picture]);
    const { score } = await finished(page, name);
    const { map } = await save(page, name);
    const delta = difference(await readMap(map.path), expected.map);
    assert.ok(delta <= TOLERANCE, `the maps differ by ${delta}`);
    assert.ok(Math.abs(score - expected.json.score) <= TOLERANCE, `${score}, not ${expected.json.score}`);

    // Without a network, also after a reload.
    await page.context().setOffline(true);
    await page.reload();
    await ready(page, "cpu");
    await page.getByLabel("Object").fill("gear");
    await page.getByLabel("Object").press("Enter");
    const start = performance.now();
    await choose(page, [picture]);
    const again = await finished(page, name);
    const seconds = (performance.now() - start) / 1000;
    assert.equal(again.score, score);
    assert.match(await page.locator("#models summary").textContent(), /standard/);
    console.log(`the standard pack in the page: ${seconds.toFixed(1)} s a picture, at most ${(peak.stop() / 1e6).toFixed(0)} MB`);
    assert.deepEqual(seen.troubles.filter(unexpected), []);
    await context(page, "keep");
  });
});

function partOf(path) {
  return path.replace("/resolve/main", "");
}
