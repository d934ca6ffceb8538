// A batch in the built site, in a real Chromium: what is kept of it, its order, its verdicts and its settings. SPOTCHECK_DIST may
// name another folder than dist/.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { PATIENCE, choose, clear, finished, launch, open, ready, save } from "./support/browser.mjs";
import { kept } from "./support/database.mjs";
import { readMap } from "./support/map.mjs";
import { serve } from "./support/server.mjs";

const dist = process.env.SPOTCHECK_DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));
const SAMPLES = ["battery-dent", "bottle-cap-whole", "fabric-tear", "gear-whole"];

describe("a batch", { timeout: 4 * PATIENCE }, () => {
  let browser, site;
  const pictures = SAMPLES.map((name) => join(dist, `samples/${name}.jpg`));
  const names = pictures.map((picture) => basename(picture));

  before(async () => {
    browser = await launch();
    site = await serve(dist);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  const begin = () => open(browser, `${site.address}?engine=cpu`);
  const inspectAll = async (page) => {
    await choose(page, pictures);
    const results = [];
    for (const name of names) results.push(await finished(page, name));
    return results.map(({ score, verdict }) => ({ score, verdict }));
  };
  /** The names in the list, from the top. */
  const listed = (page) =>
    page.locator(".list li").evaluateAll((rows) =>
      rows.sort((a, b) => a.ariaPosInSet - b.ariaPosInSet).map((row) => row.dataset.name),
    );

  test("survives a reload in the middle, and goes on where it was", async () => {
    const { page, seen, close } = await begin();
    await choose(page, pictures);
    const first = await finished(page, names[0]);
    await page.locator(`li[data-name="${names[0]}"] button`).click();
    await page.keyboard.press("r");
    await page.getByLabel("Note").fill("a dent at the rim");
    await page.getByLabel("Note").blur();
    await kept(page);
    await page.reload();
    const again = await finished(page, names[0]);
    assert.deepEqual([again.score, again.verdict], [first.score, first.verdict]);
    assert.equal(await again.row.getAttribute("data-decision"), "reject");
    await again.row.getByRole("button").click();
    assert.equal(await page.getByLabel("Note").inputValue(), "a dent at the rim");
    for (const name of names) await finished(page, name);
    assert.equal(await page.locator(".list li").count(), names.length);
    // Its map, too, was kept, and its picture is shown.
    const { map, json } = await save(page, names[0]);
    const highest = (await readMap(map.path)).values.reduce((a, b) => Math.max(a, b));
    assert.ok(highest > 0.01, `at most ${highest}`);
    assert.equal(JSON.parse(await readFile(json.path, "utf8")).path, names[0]);
    await page.waitForFunction(() => document.querySelector(".viewer img.picture")?.naturalWidth === 512);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("is one tab's, and another one is told", async () => {
    const { page, close } = await begin();
    await inspectAll(page);
    const second = await page.context().newPage();
    await second.goto(`${site.address}?engine=cpu`);
    await second.getByText("Another tab keeps its batch").waitFor();
    assert.equal(await second.locator(".list li").count(), 0);
    // As soon as the first is closed, the second has what was kept there.
    await page.close();
    for (const name of names) await second.locator(`li[data-name="${name}"][data-state="done"]`).waitFor({ state: "attached" });
    await second.getByText("Another tab keeps its batch").waitFor({ state: "hidden" });
    await close();
  });

  test("is gone when it is cleared", async () => {
    const { page, close } = await begin();
    await inspectAll(page);
    await clear(page);
    const { items, blobs } = await kept(page);
    assert.deepEqual([items, blobs], [[], []]);
    await page.reload();
    await page.getByRole("button", { name: "Try all twelve" }).waitFor();
    await close();
  });

  test("leaves nothing behind of what is removed while it is being written", async () => {
    const { page, seen, close } = await begin();
    await ready(page, "cpu");
    const sample = (await readFile(pictures[0])).toString("base64");
    // Pressed as soon as the pictures are listed: by then few of them are on the disk.
    const button = await page.getByRole("button", { name: "Delete them", includeHidden: true }).elementHandle();
    await button.evaluate((button) => {
      const press = () => (document.querySelector(".list li") ? button.click() : requestAnimationFrame(press));
      press();
    });
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      for (let at = 0; at < 400; at++) data.items.add(new File([bytes], `${at}.jpg`, { type: "image/jpeg" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, sample);
    await page.getByRole("button", { name: "Try all twelve" }).waitFor();
    // Each look waits for what is being written, and lets the next write begin, were there one.
    for (let look = 0; look < 5; look++) {
      const { items, blobs } = await kept(page);
      assert.deepEqual([items.length, blobs], [0, []]);
    }
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("waits while it is paused, also after a reload", async () => {
    const { page, close } = await begin();
    await choose(page, pictures);
    await page.locator('li[data-state="running"]').first().waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Pause" }).click();
    await page.waitForFunction(() => !document.querySelector('li[data-state="running"]'));
    await kept(page);
    await page.reload();
    await ready(page, "cpu");
    const waiting = page.locator('li[data-state="waiting"]');
    await waiting.first().waitFor({ state: "attached" });
    assert.equal(await page.locator('li[data-state="running"]').count(), 0);
    await page.getByRole("button", { name: "Resume" }).click();
    for (const name of names) await finished(page, name);
    await close();
  });

  test("is listed as the person wants it", async () => {
    const { page, close } = await begin();
    const results = await inspectAll(page);
    // While the pointer is there nothing moves.
    await page.mouse.move(700, 5);
    const byScore = names.toSorted((a, b) => results[names.indexOf(b)].score - results[names.indexOf(a)].score);
    assert.deepEqual(await listed(page), byScore);
    await page.getByLabel("Order", { exact: true }).selectOption("name");
    assert.deepEqual(await listed(page), names.toSorted());
    await page.getByLabel("Search names").fill("WHOLE");
    assert.deepEqual(await listed(page), ["bottle-cap-whole.jpg", "gear-whole.jpg"]);
    await page.getByLabel("Search names").fill("");
    await page.locator(`li[data-name="${names[2]}"] button`).click();
    await page.keyboard.press("u");
    await page.getByLabel("Filter", { exact: true }).selectOption({ label: "Unsure (1)" });
    assert.deepEqual(await listed(page), [names[2]]);
    await close();
  });

  test("is judged by another threshold at once, by other prompts after another run", async () => {
    const { page, seen, close } = await begin();
    const results = await inspectAll(page);
    const scores = results.map(({ score }) => score);
    const ran = () => page.evaluate(() => performance.getEntriesByName("inspection").length);
    const verdicts = () =>
      Promise.all(names.map((name) => page.locator(`li[data-name="${name}"]`).getAttribute("data-verdict")));
    for (const threshold of [0.01, 0.35, 0.99]) {
      await page.getByRole("spinbutton", { name: "Threshold" }).fill(`${threshold}`);
      await page.getByRole("spinbutton", { name: "Threshold" }).press("Enter");
      assert.deepEqual(await verdicts(), scores.map((score) => (score >= threshold ? "reject" : "accept")));
      assert.equal(await page.locator('li[data-state="done"]').count(), names.length);
    }
    // The threshold is a setting like others: it is still there after a reload, and can be put back.
    await page.reload();
    await ready(page, "cpu");
    assert.equal(await page.getByRole("spinbutton", { name: "Threshold" }).inputValue(), "0.99");
    await page.locator("summary", { hasText: "Settings" }).click();
    await page.getByRole("button", { name: "Pack's own" }).click();
    await page.getByText("Applied at once").waitFor();
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText("These are the settings that are used").waitFor();
    assert.equal(await page.getByRole("spinbutton", { name: "Threshold" }).inputValue(), "0.50");

    await page.getByLabel("anomalous states").fill("a [o]\n");
    await page.getByLabel("anomalous states").blur();
    await page.getByText(`Applying inspects ${names.length} pictures again`).waitFor();
    await page.getByLabel("logit scale").fill("many");
    await page.getByLabel("logit scale").blur();
    await page.getByText(/logit scale is "many": it must be a number/).waitFor();
    assert.ok(await page.getByRole("button", { name: "Apply" }).isDisabled());
    await page.getByLabel("logit scale").fill("100");
    await page.getByLabel("logit scale").blur();
    await page.getByRole("button", { name: "Apply" }).click();
    await page.waitForFunction((count) => document.querySelectorAll('li[data-state="done"]').length < count, names.length);
    const other = [];
    for (const name of names) other.push((await finished(page, name)).score);
    assert.notDeepEqual(other, scores);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("takes settings from a link, after a look at them", async () => {
    const changes = encodeURIComponent(JSON.stringify({ top_share: 1, fired_prompts: 2 }));
    const { page, close } = await open(browser, `${site.address}?engine=cpu#settings=${changes}`);
    await ready(page, "cpu");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText("These are the settings that are used").waitFor();
    await page.keyboard.press("Escape");
    await choose(page, [pictures[0]]);
    await finished(page, names[0]);
    // Two prompts on either side.
    await page.waitForFunction(() => document.querySelectorAll(".prompts tbody tr").length === 4);
    await close();
  });
});
