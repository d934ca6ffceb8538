// The models panel: the standard pack is fetched from a host that is laid out like Hugging Face, with random weights in the
// official shapes; it is cut off twice, built, used without a network, damaged and repaired.
// Wants SPOTCHECK_CLI, the path of the command line, and SPOTCHECK_CHECKPOINTS, that of the example random_checkpoints.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { violations } from "./support/axe.mjs";
import { PATIENCE, choose, clear, finished, handOver, openProfile, ready, save, worksOffline } from "./support/browser.mjs";
import { serveCheckpoints } from "./support/host.mjs";
import { difference, readMap } from "./support/map.mjs";
import { renderersPeak } from "./support/memory.mjs";
import { flip, list, sha256, size, text } from "./support/opfs.mjs";
import { disc } from "./support/png.mjs";
import { serve } from "./support/server.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.SPOTCHECK_DIST ?? join(root, "dist");
const cli = process.env.SPOTCHECK_CLI ?? join(root, "target/debug/spotcheck");
const maker = process.env.SPOTCHECK_CHECKPOINTS ?? join(root, "target/debug/examples/random_checkpoints");

const TOLERANCE = 1e-3;
const CLIPSEG = "CIDAS/clipseg-rd64-refined";
const SAM = "Zigeng/SlimSAM-uniform-77";
const ISNET = "onnx-community/ISNet-ONNX";
const resolved = (repo, file) => `/${repo}/resolve/main/${file}`;
// The browser tells of every answer that is not there: packs beside the page are looked for, and old names of files.
const unexpected = (trouble) => !/404 \(Not Found\)|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_EMPTY_RESPONSE/.test(trouble);

describe("the models panel", { timeout: 6 * PATIENCE }, () => {
  let site, host, scratch, checkpoints;
  const name = "disc.png";
  let picture;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), "spotcheck-packs-"));
    checkpoints = join(scratch, "checkpoints");
    await run(maker, [checkpoints]);
    // These weights take for the object what is brighter than the rest.
    picture = join(scratch, name);
    await writeFile(picture, disc());
    site = await serve(dist);
    host = await serveCheckpoints(checkpoints, { bytesPerSecond: 60e6 });
  });

  after(async () => {
    await site?.close();
    host?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  const pack = (page, preset = "standard") => page.locator(`.pack[data-pack="${preset}"]`);
  const state = (page, state) => page.locator(`.pack[data-pack="standard"][data-state="${state}"]`).waitFor();
  const press = (page, name) => pack(page).getByRole("button", { name }).click();

  /** Opens the page with a profile that lasts until the tests are over; it is closed after the test, however that ends. */
  async function visit(t, profile, at = site) {
    const visited = await openProfile(join(scratch, profile), `${at.address}?engine=cpu`);
    t.after(() => visited.close());
    return visited;
  }

  async function openPanel(page) {
    const panel = page.locator("#models");
    if (!(await panel.evaluate((element) => element.open))) await panel.locator("summary").click();
    await pack(page).waitFor();
  }

  async function useHost(page, address) {
    await page.getByLabel("Checkpoints’ host").fill(address);
    await page.getByLabel("Checkpoints’ host").press("Enter");
  }

  /** Says yes to fetching the standard pack from a host. */
  async function get(page, address) {
    await openPanel(page);
    await useHost(page, address);
    await press(page, /^Get /);
    await press(page, /^Fetch /);
  }

  /** Waits until so much of the fetching is done, 0 to 1. */
  async function reached(page, share) {
    await page.waitForFunction((share) => document.querySelector('[data-pack="standard"] progress')?.value >= share, share);
  }

  async function inspected(page, object = "disc") {
    await page.getByLabel("Object", { exact: true }).fill(object);
    await page.getByLabel("Object", { exact: true }).press("Enter");
    await choose(page, [picture]);
    const { score } = await finished(page, name);
    const { map, json } = await save(page, name);
    return { score, map: await readMap(map.path), json: JSON.parse(await readFile(json.path, "utf8")) };
  }

  test("shows what would be fetched and under which terms, and fetches nothing before a yes", async (t) => {
    const { page, seen } = await visit(t, "terms");
    await openPanel(page);
    await useHost(page, host.address);
    await press(page, /^Get /);
    const terms = await pack(page).locator(".terms").textContent();
    for (const said of ["CLIPSeg", "SlimSAM", "IS-Net", "Apache-2.0", "research purposes", "605 MB", host.address]) {
      assert.ok(terms.includes(said), `${said} is not said in: ${terms}`);
    }
    assert.deepEqual(await violations(page), []);
    await press(page, "Not now");
    assert.deepEqual(host.requests, []);
    assert.ok(!seen.requests.some((address) => address.startsWith(host.address)));
  });

  test("gets the standard pack though it is cut off twice, and works without a network", async (t) => {
    const { page, seen } = await visit(t, "standard");
    const model = resolved(CLIPSEG, "model.safetensors");
    await get(page, host.address);

    // The connection is lost at 30 %: what has arrived is kept, also over a reload.
    await reached(page, 0.3);
    host.cut();
    await pack(page).getByText("The connection was lost").waitFor();
    await page.reload();
    await openPanel(page);
    await state(page, "partial");
    const there = await size(page, `checkpoints/standard/${CLIPSEG}/model.safetensors`);
    assert.ok(there > 200e6, `${there} bytes`);
    host.restore();
    await press(page, "Go on");

    // The page is left at 70 %.
    await reached(page, 0.7);
    await page.reload();
    await openPanel(page);
    await state(page, "partial");
    await press(page, "Go on");
    await state(page, "whole");
    await pack(page).getByText("in use").waitFor();
    await ready(page, "cpu");

    // Nothing that was kept was sent again, and the sources are gone.
    const ranges = host.requests.filter(({ method, url }) => method === "GET" && url === model).map(({ from }) => from);
    assert.ok(ranges.includes(there), `${there} bytes were there, but asked for were those from ${ranges}`);
    assert.deepEqual(ranges, [...new Set(ranges)].sort((a, b) => a - b));
    assert.deepEqual(await list(page, "checkpoints"), []);

    // The command line builds the same from the same files: the manifest names each with its hash.
    const out = join(scratch, "pack");
    await run(cli, ["pack", "build", "--preset", "standard", "--from", checkpoints, "--out", out]);
    const manifest = await text(page, "packs/standard/manifest.json");
    const native = await readFile(join(out, "manifest.json"), "utf8");
    assert.deepEqual(JSON.parse(manifest).files, JSON.parse(native).files);
    assert.ok(manifest === native, "the manifests differ in what is not about files");
    for (const [file, { size }] of Object.entries(JSON.parse(manifest).files)) {
      assert.ok(size <= 20 << 20, `${file} has ${size} bytes`);
    }

    // It finds what the command line finds.
    const results = join(scratch, "results");
    await run(cli, ["inspect", "--pack", out, "--no-cache", "--object", "disc", "--engine", "rten", "--out", results, picture]);
    const stem = join(results, name.replace(/\.[^.]*$/, ""));
    const expected = JSON.parse(await readFile(`${stem}.json`, "utf8"));
    const first = await inspected(page);
    const delta = difference(first.map, await readMap(`${stem}.map.png`));
    assert.ok(delta <= TOLERANCE, `the maps differ by ${delta}`);
    assert.ok(Math.abs(first.score - expected.score) <= TOLERANCE, `${first.score}, not ${expected.score}`);

    // Without a network, also after a reload; the texts are kept.
    await clear(page);
    await worksOffline(page);
    await page.context().setOffline(true);
    await page.reload();
    await ready(page, "cpu");
    const again = await inspected(page);
    assert.equal(again.score, first.score);
    assert.equal(again.json.pack, "standard");
    assert.ok(again.json.seconds.prompts < 1, `the prompts took ${again.json.seconds.prompts} s`);

    const peak = Math.round(renderersPeak(process.pid) / 1e6);
    console.log(`the standard pack in the page: ${again.json.seconds.total.toFixed(1)} s a picture; ${peak} MB with several reloads`);
    assert.deepEqual(seen.troubles.filter(unexpected), []);
  });

  test("finds, names and repairs a flipped byte", async (t) => {
    const { page } = await visit(t, "standard");
    await ready(page, "cpu");
    const before = host.requests.length;
    const shard = "packs/standard/sam.bin.001";
    const hash = await sha256(page, shard);
    await flip(page, shard, 12_345);
    assert.notEqual(await sha256(page, shard), hash);

    // Whoever opens the pack is told, and not left alone.
    await page.reload();
    await page.locator(".strip-text", { hasText: "sam.bin.001 is damaged" }).waitFor();
    await openPanel(page);
    await press(page, "Check");
    await pack(page).getByText("Damaged: sam.bin.001.").waitFor();
    await press(page, "Repair");
    await pack(page).getByText("Whole").waitFor();
    assert.equal(await sha256(page, shard), hash);
    const asked = new Set(host.requests.slice(before).map(({ url }) => url));
    assert.ok(asked.has(resolved(SAM, "model.safetensors")) && !asked.has(resolved(CLIPSEG, "model.safetensors")), `${[...asked]}`);

    await page.reload();
    await ready(page, "cpu");
    await openPanel(page);
    await pack(page).getByText("in use").waitFor();

    // And deleted, when it is not wanted any more.
    await press(page, "Delete");
    await press(page, "Delete");
    await state(page, "absent");
    assert.deepEqual(await list(page, "packs"), []);
    await page.locator("#models summary").getByText("demo").waitFor();
    await ready(page, "cpu");
  });

  test("counts a connection that has gone silent as lost", async (t) => {
    // An hour in a minute: silence is a minute without a byte.
    const haste = `
      const now = performance.now.bind(performance);
      performance.now = () => 60 * now();
      for (const name of ["setTimeout", "setInterval"]) {
        const plain = self[name];
        self[name] = (callback, milliseconds) => plain(callback, milliseconds / 60);
      }
    `;
    const changed = (path, bytes) => (path.endsWith("_loader.js") ? Buffer.concat([Buffer.from(haste), bytes]) : bytes);
    const hasty = await serve(dist, "/", { changed });
    t.after(() => hasty.close());
    const { page } = await visit(t, "silent", hasty);
    await get(page, host.address);
    await reached(page, 0.2);
    host.hush();
    await pack(page).getByText("The connection was lost").waitFor();
    const before = host.requests.length;
    host.restore();
    await reached(page, 0.3);
    assert.ok(host.requests.slice(before).some(({ from }) => from > 0), "it began anew");
    await press(page, "Pause");
    await state(page, "partial");
  });

  test("takes checkpoints from the disk, where nothing can be fetched", async (t) => {
    const { page } = await visit(t, "given");
    await openPanel(page);
    await useHost(page, "http://127.0.0.1:9");
    const files = [];
    for (const repo of [CLIPSEG, SAM, join(ISNET, "onnx")]) {
      for (const file of await readdir(join(checkpoints, repo), { withFileTypes: true })) {
        if (file.isFile()) files.push(join(checkpoints, repo, file.name));
      }
    }
    await page.locator('[data-files="checkpoints"]').setInputFiles(files);
    await page.getByText(/Recognised: .*isnet\/model\.onnx/).waitFor();
    await handOver(page, "drop", [{ name: "notes.json", mimeType: "application/json", buffer: Buffer.from('{"a":1}') }]);
    await page.getByText(/notes\.json: /).waitFor();
    await press(page, /^Get /);
    await press(page, /^Fetch /);
    await state(page, "whole");
  });

  test("keeps packs in the browser's Cache where there is no private file system", async (t) => {
    // What a worker lacks there: its files cannot be written at once.
    const without = "delete FileSystemFileHandle.prototype.createSyncAccessHandle;\n";
    const changed = (path, bytes) => (path.endsWith("_loader.js") ? Buffer.concat([Buffer.from(without), bytes]) : bytes);
    const old = await serve(dist, "/", { changed });
    t.after(() => old.close());
    const { page } = await visit(t, "cache", old);
    await get(page, host.address);
    await reached(page, 0.2);
    await press(page, "Pause");
    await state(page, "partial");
    await page.reload();
    await openPanel(page);
    await press(page, "Go on");
    await state(page, "whole");
    await ready(page, "cpu");
    await press(page, "Check");
    await pack(page).getByText("Whole").waitFor();
    assert.deepEqual(await page.evaluate(async () => (await (await caches.open("spotcheck")).keys()).filter(({ url }) => url.includes("/checkpoints/")).length), 0);
  });

  test("finds a pack that lies beside the page", async (t) => {
    const beside = await serve(dist, "/", { instead: { "/pack/standard/": join(scratch, "pack") } });
    t.after(() => beside.close());
    const { page } = await visit(t, "beside", beside);
    const before = host.requests.length;
    await openPanel(page);
    await press(page, /^Get /);
    assert.match(await pack(page).locator(".terms").textContent(), /lies beside this page/);
    await press(page, /^Fetch /);
    await state(page, "whole");
    await ready(page, "cpu");
    await press(page, "Check");
    await pack(page).getByText("Whole").waitFor();
    assert.equal(host.requests.length, before);
  });
});
