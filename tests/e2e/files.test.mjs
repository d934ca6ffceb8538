// Pictures into the built site and results out of it, in a real Chromium: folders, ZIP files, the camera, exports. Wants
// SPOTCHECK_CLI, the path of the command line; SPOTCHECK_DIST may name another folder than dist/.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, sep } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { PATIENCE, choose, finished, handOver, launch, open, save } from "./support/browser.mjs";
import { readMap } from "./support/map.mjs";
import { serve } from "./support/server.mjs";
import { unzip, zip } from "./support/zip.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.SPOTCHECK_DIST ?? join(root, "dist");
const cli = process.env.SPOTCHECK_CLI ?? join(root, "target/debug/spotcheck");

describe("files", { timeout: 4 * PATIENCE }, () => {
  let browser, site, scratch, parts, files;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), "spotcheck-"));
    parts = join(scratch, "parts");
    // MVTec AD's layout.
    await run(cli, ["parts", "--split", "unseen", "--seed", "5", "--count", "4", "--out", parts]);
    const names = await readdir(parts, { recursive: true });
    files = names.filter((name) => name.endsWith(".png")).map((name) => name.split(sep).join("/"));
    browser = await launch(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
    site = await serve(dist);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  const begin = (options) => open(browser, `${site.address}?engine=cpu`, options);
  const isMask = (file) => file.includes("ground_truth/");
  const isDefective = (file) => /test\/(?!good\/)/.test(file);
  const names = (page) => page.locator(".list li").evaluateAll((rows) => rows.map((row) => row.dataset.name).sort());

  test("a folder's labels and masks are taken along", async () => {
    const { page, seen, close } = await begin();
    await writeFile(join(parts, "notes.txt"), "not a picture");
    await page.locator('[data-files="folder"]').setInputFiles(parts);
    const pictures = files.filter((file) => !isMask(file)).map((file) => `parts/${file}`).sort();
    await page.locator(".list li").first().waitFor({ state: "attached" });
    assert.deepEqual(await names(page), pictures);
    await page.getByText("file passed over").or(page.getByText("files passed over")).click();
    await page.getByText(/parts\/notes\.txt: .*ends in \.txt/).waitFor();
    await page.keyboard.press("Escape");
    const broken = pictures.find(isDefective);
    const { row } = await finished(page, broken);
    await row.getByRole("button").click();
    await page.keyboard.press("6");
    const shape = await page.waitForFunction(() => {
      const marks = document.querySelector('img[data-layer="truth"]');
      return marks?.naturalWidth ? [marks.naturalWidth, marks.naturalHeight] : undefined;
    });
    assert.equal((await shape.jsonValue())[0], await page.evaluate(() => document.querySelector("img.picture").naturalWidth));
    for (const picture of pictures) await finished(page, picture);
    await page.locator("summary", { hasText: "Quality" }).click();
    // Of two kinds, as the folders say.
    const counts = await page.locator(".confusion td.figure").allTextContents();
    const [found, missed, mistaken, right] = counts.map(Number);
    const defective = pictures.filter(isDefective).length;
    assert.deepEqual([found + missed, mistaken + right], [defective, pictures.length - defective]);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("a ZIP file is a folder; what is none is said to be none", async () => {
    const { page, seen, close } = await begin();
    const inside = {};
    for (const file of files) inside[`set/${file}`] = await readFile(join(parts, file));
    inside["set/../../outside.png"] = await readFile(join(parts, files[0]));
    await handOver(page, "drop", [
      { name: "parts.zip", mimeType: "application/zip", buffer: zip(inside) },
      { name: "broken.zip", mimeType: "application/zip", buffer: Buffer.from("PK but no more") },
    ]);
    const pictures = files.filter((file) => !isMask(file)).map((file) => `parts.zip/set/${file}`).sort();
    await page.locator(".list li").first().waitFor({ state: "attached" });
    assert.deepEqual(await names(page), pictures);
    await page.getByText("file passed over").click();
    await page.getByText(/broken\.zip: it cannot be read as a ZIP file/).waitFor();
    await finished(page, pictures[0]);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("the camera's frame is inspected", async () => {
    const { page, seen, close } = await begin({ permissions: ["camera"] });
    await page.locator("summary", { hasText: "Camera" }).click();
    await page.waitForFunction(() => document.querySelector("video")?.videoWidth > 0);
    await page.waitForFunction(() => document.activeElement?.textContent === "Inspect this frame");
    await page.keyboard.press("Enter");
    await finished(page, "camera-001.jpg");
    await page.locator("video").click();
    await finished(page, "camera-002.jpg");
    await page.keyboard.press("Escape");
    // The camera is off then.
    await page.waitForFunction(() => !document.querySelector("video").srcObject?.active);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("everything is exported, and holds what the page shows", async () => {
    const { page, seen, close } = await begin();
    const samples = ["battery-dent.jpg", "gear-whole.jpg"];
    await choose(page, samples.map((name) => join(dist, "samples", name)));
    await handOver(page, "drop", [{ name: "=broken.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") }]);
    const shown = {};
    for (const name of samples) shown[name] = await finished(page, name);
    await finished(page, "=broken.jpg", "failed");
    await page.locator(`li[data-name="${samples[1]}"] button`).click();
    await page.keyboard.press("a");
    await page.getByLabel("Note").fill('fine, "really"');
    await page.getByLabel("Note").blur();
    const saved = {};
    for (const name of samples) saved[name] = await readMap((await save(page, name)).map.path);

    const exported = async (kind) => {
      const downloads = page.waitForEvent("download");
      await page.getByRole("button", { name: kind, exact: true }).click();
      return readFile(await (await downloads).path());
    };
    await page.locator("summary", { hasText: "Export" }).click();
    const inside = unzip(await exported("Everything"));
    const stems = samples.map((name) => basename(name, ".jpg"));
    assert.deepEqual(
      Object.keys(inside).sort(),
      [
        ...["pictures.csv", "components.csv", "regions.csv", "batch.json", "coco.json", "report.html"],
        ...stems.flatMap((stem) => [`overlays/${stem}.png`, `maps/${stem}.png`, `masks/${stem}.png`]),
      ].sort(),
    );
    for (const [at, stem] of stems.entries()) {
      const file = join(scratch, `${stem}.png`);
      await writeFile(file, inside[`maps/${stem}.png`]);
      assert.deepEqual(await readMap(file), saved[samples[at]]);
    }
    const batch = JSON.parse(inside["batch.json"]);
    assert.equal(batch.entries.length, 3);
    for (const { name, result, decision, note } of batch.entries.filter((entry) => entry.result)) {
      assert.equal(Math.fround(result.score), Math.fround(shown[name].score));
      assert.equal(result.verdict, shown[name].verdict);
      const mine = name === samples[1];
      assert.deepEqual([decision, note], mine ? ["accept", 'fine, "really"'] : [undefined, undefined]);
    }
    const table = inside["pictures.csv"].toString();
    assert.match(table, /"fine, ""really"""/);
    // A spreadsheet must not take a name for a formula.
    assert.match(table, /'=broken\.jpg/);
    assert.deepEqual(await exported("Table"), inside["pictures.csv"]);
    const report = (await exported("Report")).toString();
    for (const name of samples) assert.ok(report.includes(name), name);
    assert.ok(!/<script/i.test(report));
    assert.equal(JSON.parse(inside["coco.json"]).images.length, 2);
    assert.deepEqual(seen.troubles, []);
    await close();
  });
});
