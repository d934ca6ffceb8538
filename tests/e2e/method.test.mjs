// The methods in the built site, in a real Chromium: WinCLIP and APRIL-GAN say what the command line's evaluation says, another method
// costs another run, and a pack that lacks one says so. Wants SPOTCHECK_CLI, the path of the command line, and SPOTCHECK_CHECKPOINTS,
// that of the example random_checkpoints; SPOTCHECK_DIST may name another folder than dist/.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { violations } from "./support/axe.mjs";
import { PATIENCE, choose, finished, launch, open, ready, save } from "./support/browser.mjs";
import { kept } from "./support/database.mjs";
import { serve } from "./support/server.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.SPOTCHECK_DIST ?? join(root, "dist");
const cli = process.env.SPOTCHECK_CLI ?? join(root, "target/debug/spotcheck");
const maker = process.env.SPOTCHECK_CHECKPOINTS ?? join(root, "target/debug/examples/random_checkpoints");

/** The CPU engine in a browser differs from the native one by rounding alone. */
const TOLERANCE = 1e-3;
const METHODS = { winclip: "WinCLIP", aprilgan: "APRIL-GAN" };

describe("methods", { timeout: 4 * PATIENCE }, () => {
  let browser, site, scratch, data, pictures;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), "spotcheck-methods-"));
    data = join(scratch, "data");
    await run(cli, ["parts", "--layout", "folder", "--split", "unseen", "--seed", "7", "--size", "192", "--count", "2", "--out", data]);
    const files = (await readdir(data, { recursive: true })).filter((path) => /(good|bad)[/\\][^/\\]*\.png$/.test(path));
    pictures = files.map((path) => join(data, path));
    assert.equal(pictures.length, 2);
    browser = await launch();
    site = await serve(dist);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  /** What the command line's evaluation says of the pictures: scores by the folder and the name, and the object's name. */
  const evaluated = async (method) => {
    const out = join(scratch, method);
    await run(cli, ["evaluate", data, "--dataset", "folder", "--method", method, "--engine", "rten", "--no-cache", "--out", out]);
    const [header, ...rows] = (await readFile(join(out, "results.csv"), "utf8")).trim().split(/\r?\n/).map((line) => line.split(","));
    const cell = (row, column) => row[header.indexOf(column)];
    const scores = Object.fromEntries(rows.map((row) => [cell(row, "path").split("/").slice(-2).join("/"), Number(cell(row, "score"))]));
    return { scores, object: cell(rows[0], "object") };
  };
  const settings = async (page) => {
    const panel = page.locator(".tuning");
    if (!(await panel.evaluate((element) => element.open))) await panel.locator("summary").click();
  };
  const storedTexts = (page) =>
    page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle("spotcheck")).getDirectoryHandle("texts");
      return Array.fromAsync(folder.keys());
    });
  const method = (page, name) => page.locator(`[name="method"][value="${name}"]`);

  for (const name of Object.keys(METHODS)) {
    test(`${METHODS[name]} says what the command line says, after another run, and stays over a reload`, async () => {
      const { scores, object } = await evaluated(name);
      const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
      await ready(page, "cpu");
      await page.getByLabel("Object", { exact: true }).fill(object);
      await page.getByLabel("Object", { exact: true }).press("Enter");
      for (const picture of pictures) {
        // One at a time: they have one name.
        const file = picture.split(/[/\\]/).slice(-2).join("-");
        const buffer = await readFile(picture);
        await choose(page, [{ name: file, mimeType: "image/png", buffer }]);
        await finished(page, file);
      }
      await settings(page);
      await method(page, name).check();
      await page.getByText(`Applying inspects ${pictures.length} pictures again`).waitFor();
      await page.getByRole("button", { name: "Apply" }).click();
      await page.getByText("These are the settings that are used").waitFor();
      assert.deepEqual(await violations(page), []);
      await page.keyboard.press("Escape");
      for (const [path, expected] of Object.entries(scores)) {
        const file = path.replace("/", "-");
        const { score } = await finished(page, file);
        assert.ok(Math.abs(score - expected) < TOLERANCE, `${path}: ${score} on the page, ${expected} by the command line`);
        const { json } = await save(page, file);
        const saved = JSON.parse(await readFile(json.path, "utf8"));
        assert.deepEqual([saved.method, saved.foreground, saved.components.length], [name, "whole_image", 1]);
        await page.getByText(`Method: ${METHODS[name]}.`).waitFor();
        // It tells no words.
        assert.equal(await page.locator(".prompts").count(), 0);
      }
      await kept(page);
      // What the texts of both methods have cost is kept: this program's own in two files, the other's in one.
      assert.equal((await storedTexts(page)).length, 3);
      await page.reload();
      await ready(page, "cpu");
      await page.locator('li[data-state="done"]').nth(1).waitFor({ state: "attached" });
      assert.equal(await page.locator(".row-outdated").count(), 0);
      await settings(page);
      assert.ok(await method(page, name).isChecked());
      // As a page that remembers no method: what is kept is another method's.
      await page.evaluate(() => localStorage.removeItem("spotcheck.method"));
      await page.reload();
      await page.locator(".row-outdated").nth(1).waitFor({ state: "attached" });
      await ready(page, "cpu");
      const first = Object.keys(scores)[0].replace("/", "-");
      await page.locator(`li[data-name="${first}"] button`).click();
      await page.getByText("Found by another method than the one that is chosen now.").waitFor();
      await page.getByRole("button", { name: "Inspect this one again" }).click();
      await page.waitForFunction(() => document.querySelectorAll(".row-outdated").length === 1);
      assert.deepEqual(seen.troubles, []);
      await close();
    });
  }

  test("goes with a link, and a pack that lacks it says so", async () => {
    const [checkpoints, pack] = [join(scratch, "checkpoints"), join(scratch, "pack")];
    await run(maker, [checkpoints]);
    await run(cli, ["pack", "build", "--preset", "standard", "--from", checkpoints, "--out", pack]);
    const other = await serve(dist, "/", { instead: { "/pack/demo/": pack } });
    const shared = encodeURIComponent(JSON.stringify({ method: "aprilgan", top_share: 1 }));
    const { page, close } = await open(browser, `${other.address}?engine=cpu#settings=${shared}`);
    await ready(page, "cpu");
    const lacks = "this pack lacks what APRIL-GAN needs: choose another method or another pack.";
    await page.locator(".tuning-costs", { hasText: lacks }).waitFor();
    assert.ok(await page.getByRole("button", { name: "Apply" }).isDisabled());
    assert.ok(await method(page, "aprilgan").isDisabled());
    assert.ok(await method(page, "winclip").isEnabled());
    assert.equal(await page.locator(".method-lacks:visible").count(), 1);
    await method(page, "vvv").check();
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText("These are the settings that are used").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".tuning").getByRole("button", { name: "Export" }).click(),
    ]);
    assert.deepEqual(JSON.parse(await readFile(await download.path(), "utf8")), { top_share: 1 });
    await method(page, "winclip").check();
    const [again] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".tuning").getByRole("button", { name: "Export" }).click(),
    ]);
    assert.deepEqual(JSON.parse(await readFile(await again.path(), "utf8")), { top_share: 1, method: "winclip" });
    await close();
    await other.close();
  });
});
