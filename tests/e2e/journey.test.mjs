// A working day in the built site, in a real Chromium: a folder of 200 pictures is inspected at three widths, light and dark, judged,
// decided by keyboard and exported, with a reload in the middle; and how the page loads. Wants SPOTCHECK_CLI, the path of the
// command line; SPOTCHECK_DIST may name another folder than dist/.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { violations } from "./support/axe.mjs";
import { PATIENCE, launch, open, ready } from "./support/browser.mjs";
import { serve } from "./support/server.mjs";
import { unzip } from "./support/zip.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.SPOTCHECK_DIST ?? join(root, "dist");
const cli = process.env.SPOTCHECK_CLI ?? join(root, "target/debug/spotcheck");

const COUNT = 200;
const SCREENS = [
  { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  { viewport: { width: 1024, height: 768 }, colorScheme: "light" },
  { viewport: { width: 1024, height: 768 }, colorScheme: "dark" },
  { viewport: { width: 390, height: 844 }, colorScheme: "light" },
  { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
];

describe("a working day", { timeout: 6 * PATIENCE }, () => {
  let browser, site, scratch, parts;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), "spotcheck-day-"));
    parts = join(scratch, "parts");
    await run(cli, ["parts", "--split", "unseen", "--seed", "11", "--size", "256", "--count", `${COUNT}`, "--out", parts]);
    browser = await launch();
    site = await serve(dist);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    if (scratch) await rm(scratch, { recursive: true });
  });

  /** From now on each page notes what shifts in it without a person's doing, and which tasks hold it up. */
  const watch = (page) =>
    page.context().addInitScript(() => {
      window.shifts = [];
      window.tasks = [];
      const shift = ({ value, hadRecentInput, sources }) => {
        const what = sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? node?.textContent);
        if (!hadRecentInput) window.shifts.push({ value, what });
      };
      new PerformanceObserver((list) => list.getEntries().forEach(shift)).observe({ type: "layout-shift", buffered: true });
      const task = ({ startTime, duration }) => window.tasks.push({ startTime, duration });
      new PerformanceObserver((list) => list.getEntries().forEach(task)).observe({ type: "longtask", buffered: true });
    });
  const shifts = (page) => page.evaluate(() => window.shifts);
  const now = (page) => page.evaluate(() => performance.now());
  const strip = (page) => page.locator(".strip-text");
  /** Waits until so many of all pictures are through. */
  const through = (page, count) =>
    page.waitForFunction((count) => {
      const text = document.querySelector(".strip-text").textContent;
      return Number(/^(\d+) of /.exec(text)?.[1] ?? (/^\d+ pictures · /.test(text) ? Infinity : 0)) >= count;
    }, count);
  const pane = async (page, name) => {
    const button = page.getByRole("button", { name, exact: true });
    if (await button.isVisible()) await button.click();
  };

  test("shows itself before its code is there, and nothing jumps as that arrives", async () => {
    let release, held;
    const slow = await serve(dist, "/", {
      changed: async (path, bytes) => {
        if (path.endsWith("_bg.wasm")) await held;
        return bytes;
      },
    });
    for (const { viewport, colorScheme } of SCREENS.filter((screen) => screen.colorScheme === "light")) {
      held = new Promise((resolve) => (release = resolve));
      const { page, seen, close } = await open(browser, "about:blank", { viewport, colorScheme });
      await watch(page);
      await page.goto(`${slow.address}?engine=cpu`, { waitUntil: "commit" });
      await page.getByText("Drop pictures of a thing that should be whole").waitFor();
      // With the code still on its way.
      await page.evaluate(
        () =>
          new Promise((resolve) =>
            new PerformanceObserver((list) => list.getEntriesByName("first-contentful-paint").length && resolve()).observe({
              type: "paint",
              buffered: true,
            }),
          ),
      );
      release();
      await ready(page, "cpu");
      assert.deepEqual(await shifts(page), [], `at ${viewport.width}`);
      assert.deepEqual(seen.troubles, []);
      await close();
    }
    await slow.close();
  });

  test("200 pictures are inspected, judged, decided and exported, over a reload", async () => {
    const { page, seen, close } = await open(browser, "about:blank", SCREENS[0]);
    await watch(page);
    await page.goto(`${site.address}?engine=cpu`);
    await ready(page, "cpu");
    await page.locator('[data-files="folder"]').setInputFiles(parts);
    await through(page, 2);
    const taking = await page.evaluate(() => Math.max(0, ...window.tasks.map(({ duration }) => duration)));
    console.log(`the longest task while the page starts and takes ${COUNT} pictures in: ${taking} ms`);
    let begun = await now(page);

    // Whatever the screen, while pictures are inspected.
    for (const [at, screen] of SCREENS.entries()) {
      await page.setViewportSize(screen.viewport);
      await page.emulateMedia({ colorScheme: screen.colorScheme });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `at ${screen.viewport.width} the page is ${wide} pixels too wide`);
      await through(page, 10 * (at + 1));
    }
    // What the page does by itself, and not what the test does in it.
    const busy = async () => (await page.evaluate(() => window.tasks)).filter(({ startTime }) => startTime > begun);
    assert.deepEqual(await busy(), [], "tasks of more than 50 ms");
    assert.deepEqual(await shifts(page), []);
    for (const screen of SCREENS) {
      await page.setViewportSize(screen.viewport);
      await page.emulateMedia({ colorScheme: screen.colorScheme });
      assert.deepEqual(await violations(page), [], `${screen.viewport.width} ${screen.colorScheme}`);
    }
    await page.setViewportSize(SCREENS[0].viewport);

    // A reload in the middle loses nothing.
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.waitForFunction(() => !/ at once|: /.test(document.querySelector(".strip-text").textContent));
    const [, before] = /^(\d+) of 200/.exec(await strip(page).textContent());
    await page.reload();
    await ready(page, "cpu");
    await strip(page).getByText(`${before} of ${COUNT} · paused`).waitFor();
    // From here on pictures are compared with each other, too.
    await page.locator("summary", { hasText: "Settings" }).click();
    await page.getByLabel("Compare the pictures with each other").check();
    await page.keyboard.press("Escape");
    begun = await now(page);
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    await through(page, Infinity);
    await page.locator(`.list li[data-partners="0 32"]`).first().waitFor();
    await page.waitForFunction(() => !/comparing/.test(document.querySelector(".strip-text").textContent));
    assert.deepEqual(await shifts(page), []);
    assert.deepEqual(await busy(), [], "tasks of more than 50 ms while pictures are compared, too");

    // Judged by another threshold.
    const rejected = async () => Number(/(\d+) reject/.exec(await strip(page).textContent())[1]);
    await page.getByRole("spinbutton", { name: "Threshold" }).fill("0.01");
    await page.getByRole("spinbutton", { name: "Threshold" }).press("Enter");
    const many = await rejected();
    await page.getByRole("spinbutton", { name: "Threshold" }).fill("0.99");
    await page.getByRole("spinbutton", { name: "Threshold" }).press("Enter");
    assert.ok((await rejected()) < many);

    // Decided by keyboard alone, from the top, each picture by what its folder says.
    await page.getByLabel("Order", { exact: true }).selectOption("name");
    await page.locator('.list li[aria-posinset="1"] button').click();
    await page.mouse.move(700, 5);
    const decided = {};
    for (let at = 1; at <= COUNT; at++) {
      const name = await page.locator('.list li:has([aria-current="true"])').getAttribute("data-name");
      const good = name.includes("/good/");
      await page.keyboard.press(good ? "a" : "r");
      decided[name] = good ? "accept" : "reject";
      if (at < COUNT) {
        await page.keyboard.press("j");
        await page.locator(`.list li[aria-posinset="${at + 1}"]:has([aria-current="true"])`).waitFor();
      }
    }
    assert.equal(Object.keys(decided).length, COUNT);

    // Out, and all of it is there.
    await page.locator("summary", { hasText: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Everything", exact: true }).click(),
    ]);
    const files = unzip(await readFile(await download.path()));
    const batch = JSON.parse(files["batch.json"]);
    assert.deepEqual(Object.fromEntries(batch.entries.map(({ path, decision }) => [path, decision])), decided);
    for (const folder of ["overlays/", "maps/", "masks/"]) {
      assert.equal(Object.keys(files).filter((path) => path.startsWith(folder)).length, COUNT, folder);
    }
    assert.equal(files["pictures.csv"].toString().trim().split("\n").length, COUNT + 1);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("2,000 pictures scroll smoothly", async () => {
    const { page, close } = await open(browser, `${site.address}?engine=cpu`, SCREENS[0]);
    await ready(page, "cpu");
    const sample = await readFile(join(dist, "samples/gear-whole.jpg"));
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      for (let at = 0; at < 2000; at++) data.items.add(new File([bytes], `${at}.jpg`, { type: "image/jpeg" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, sample.toString("base64"));
    await page.locator('.list li[aria-setsize="2000"]').first().waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await page.waitForFunction(() => !document.querySelector('li[data-state="running"]'));
    // A screenful a frame, down to the end; how long the page's own work for a frame takes.
    const { rows, times } = await page.evaluate(async () => {
      const list = document.querySelector(".list-rows");
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const times = [];
      let rows = 0;
      while (list.scrollTop + list.clientHeight < list.scrollHeight - 1) {
        await frame();
        const start = performance.now();
        list.scrollTop += 600;
        list.dispatchEvent(new Event("scroll"));
        await Promise.resolve();
        list.getBoundingClientRect();
        times.push(performance.now() - start);
        rows = Math.max(rows, list.querySelectorAll("li").length);
      }
      return { rows, times: times.sort((a, b) => a - b) };
    });
    const [median, most] = [times[times.length >> 1], times.at(-1)];
    console.log(`2,000 rows: ${times.length} screenfuls, ${median.toFixed(1)} ms a frame at the median, ${most.toFixed(1)} at most`);
    assert.ok(rows < 50, `${rows} rows are drawn`);
    assert.ok(median < 1000 / 60, `${median} ms a frame`);
    await close();
  });
});
