// The built site without a network, and a new version of it, in a real Chromium. SPOTCHECK_DIST may name another folder
// than dist/.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFile, cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { PATIENCE, clear, finished, launch, open, ready, worksOffline } from "./support/browser.mjs";
import { serve } from "./support/server.mjs";

const dist = process.env.SPOTCHECK_DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));

const UNDER = "/tools/spotcheck/";
const GEAR = "samples/gear-whole.jpg";
const NEXT_TITLE = "Spotcheck, the next version";

describe("offline", { timeout: 4 * PATIENCE }, () => {
  let browser, folder, site;

  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  // A site of its own for each test: they change it.
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spotcheck-site-"));
    await cp(dist, folder, { recursive: true });
    site = await serve(folder, UNDER);
  });
  afterEach(async () => {
    await site.close();
    await rm(folder, { recursive: true });
  });

  test("every file of the built site is listed with its hash", async () => {
    const { files } = await listOf(dist);
    assert.deepEqual(files, await hashes(dist));
    for (const file of ["index.html", "spotcheck-worker_bg.wasm", "pack/demo/manifest.json", GEAR]) assert.ok(file in files, file);
  });

  test("can be installed: its manifest and icons are what they say", async () => {
    const { page, seen, close } = await open(browser, site.address);
    const found = await page.evaluate(async () => {
      const address = document.querySelector('link[rel="manifest"]').href;
      const manifest = await (await fetch(address)).json();
      const icons = manifest.icons.map(async ({ src, sizes }) => {
        const image = new Image();
        image.src = new URL(src, address);
        await image.decode();
        return [sizes, `${image.naturalWidth}x${image.naturalHeight}`];
      });
      return { start: new URL(manifest.start_url, address).href, icons: await Promise.all(icons) };
    });
    assert.equal(found.start, site.address);
    assert.deepEqual(found.icons.map(([sizes]) => sizes), ["192x192", "512x512", "512x512"]);
    for (const [said, is] of found.icons) assert.equal(is, said);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("lets no script run but its own, and talks to no other host", async () => {
    const { page, close } = await open(browser, site.address);
    const refused = await page.evaluate(() => {
      const told = new Promise((resolve) => {
        const refused = new Set();
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
          refused.add(effectiveDirective);
          if (refused.size === 2) resolve([...refused].sort());
        });
      });
      const script = document.createElement("script");
      script.textContent = "globalThis.ran = true";
      document.head.append(script);
      fetch("https://example.com/").catch(() => {});
      return told;
    });
    assert.deepEqual(refused, ["connect-src", "script-src-elem"]);
    assert.equal(await page.evaluate(() => globalThis.ran), undefined);
    await close();
  });

  test("opens and inspects without a network after one visit", async () => {
    const { page, seen, close } = await open(browser, `${site.address}?engine=cpu`);
    const online = await inspectGear(page);
    await clear(page);
    await worksOffline(page);
    await site.close();

    const left = [];
    const note = (request) => {
      const address = request.url();
      // Browsers look for a newer service worker whenever the page is opened; the page does not.
      if (!address.startsWith("blob:") && address !== `${site.address}sw.js`) left.push(address);
    };
    const answered = [];
    page.context().on("requestfailed", note);
    page.context().on("response", (response) => {
      if (response.fromServiceWorker()) answered.push(response.url());
      else note(response.request());
    });
    await page.goto(`${site.address}?engine=cpu`);
    await ready(page, "cpu");
    const offline = await inspectGear(page);
    assert.ok(offline.score > 0 && offline.score < 1, `a score of ${offline.score}`);
    assert.deepEqual(offline, online);
    await worksOffline(page);
    await page.reload();
    await ready(page, "cpu");
    assert.deepEqual(left, []);
    assert.ok(answered.includes(`${site.address}?engine=cpu`) && answered.includes(site.address + GEAR), `${answered}`);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("answers for the site's own files only", async () => {
    const { page, close } = await open(browser, site.address);
    await worksOffline(page);
    const asked = async (path, options) => {
      const before = site.asked.length;
      await page.evaluate(async ([path, options]) => (await fetch(path, options)).arrayBuffer(), [path, options]);
      return site.asked.slice(before);
    };
    assert.deepEqual(await asked(GEAR), []);
    assert.deepEqual(await asked(GEAR, { headers: { range: "bytes=0-9" } }), [`GET ${UNDER}${GEAR}`]);
    assert.deepEqual(await asked(GEAR, { method: "POST" }), [`POST ${UNDER}${GEAR}`]);
    assert.deepEqual(await asked("pack/other/manifest.json"), [`GET ${UNDER}pack/other/manifest.json`]);
    assert.deepEqual(await asked("constructor"), [`GET ${UNDER}constructor`]);
    await close();
  });

  test("says nothing of offline use when a file cannot be stored, and works all the same", async () => {
    await publish(folder);
    await copyFile(join(dist, GEAR), join(folder, GEAR));
    const { page, seen, close } = await open(browser, "about:blank");
    const warned = page.waitForEvent("console", (message) => /kept for use offline/.test(message.text()));
    await page.goto(`${site.address}?engine=cpu`);
    assert.equal((await warned).type(), "warning");
    await inspectGear(page);
    assert.equal(await page.getByText("Works offline").count(), 0);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("takes a new version once no page is open, and leaves open ones whole until then", async () => {
    const { page: first, seen, close } = await visit(browser, `${site.address}?engine=cpu`);
    const old = (await listOf(folder)).files;
    await publish(folder);
    const next = (await listOf(folder)).files;

    const before = site.asked.length;
    const second = await first.context().newPage();
    await second.goto(`${site.address}?engine=cpu`);
    assert.equal(await outcome(second), "installed");
    assert.equal(await second.title(), "Spotcheck");
    // What is the same in both versions is not fetched again.
    assert.deepEqual(
      site.asked.slice(before).sort(),
      ["index.html", GEAR, "sw.js"].map((path) => `GET ${UNDER}${path}`),
    );
    assert.notEqual(next[GEAR], old[GEAR]);
    for (const page of [first, second]) assert.equal(await hashOf(page, GEAR), old[GEAR]);
    const { score } = await inspectGear(first);
    assert.ok(score > 0 && score < 1, `a score of ${score}`);
    // A reload of one of two pages does not take the version away from the other.
    await second.reload();
    await ready(second, "cpu");
    assert.equal(await second.title(), "Spotcheck");
    assert.equal(await hashOf(first, GEAR), old[GEAR]);
    assert.deepEqual(seen.troubles, []);

    // A page of the same origin that is none of the site's.
    const watcher = await first.context().newPage();
    await watcher.goto(site.origin);
    await first.close();
    await second.close();
    await watcher.evaluate(async (scope) => {
      const registration = await navigator.serviceWorker.getRegistration(scope);
      const worker = registration.waiting ?? registration.active;
      while (worker.state !== "activated") {
        await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
      }
    }, site.address);
    const third = await watcher.context().newPage();
    await site.close();
    await third.goto(`${site.address}?engine=cpu`);
    await ready(third, "cpu");
    assert.equal(await third.title(), NEXT_TITLE);
    assert.equal(await hashOf(third, GEAR), next[GEAR]);
    assert.equal(await stored(third), new Set(Object.values(next)).size);
    await close();
  });

  test("keeps its version while the new one is incomplete, and takes that at a reload", async () => {
    const { page, seen, close } = await visit(browser, `${site.address}?engine=cpu`);
    const old = (await listOf(folder)).files;
    await publish(folder);
    const next = (await listOf(folder)).files;
    const brokenOff = () => rm(join(folder, GEAR));
    const mixed = () => copyFile(join(dist, GEAR), join(folder, GEAR));
    for (const fault of [brokenOff, mixed]) {
      await fault();
      // The second time it would be taken.
      for (const _ of [1, 2]) {
        await page.reload();
        assert.equal(await outcome(page), "redundant", fault.name);
        assert.equal(await page.title(), "Spotcheck");
        assert.equal(await hashOf(page, GEAR), old[GEAR]);
      }
    }

    await publish(folder);
    await page.reload();
    assert.equal(await outcome(page), "installed");
    assert.equal(await page.title(), "Spotcheck");
    await page.reload();
    await page.waitForFunction((title) => document.title === title, NEXT_TITLE);
    await ready(page, "cpu");
    assert.equal(await hashOf(page, GEAR), next[GEAR]);
    assert.deepEqual(seen.troubles, []);
    await close();
  });
});

/** Inspects the sample on an open page. */
async function inspectGear(page) {
  await page.getByRole("button", { name: "gear, whole" }).click();
  const { score, verdict } = await finished(page, "gear-whole.jpg");
  return { score, verdict };
}

/** The list of files in a site's service worker, and the script around it. */
async function listOf(folder) {
  const script = await readFile(join(folder, "sw.js"), "utf8");
  const [line, json] = script.match(/^const FILES = (.*);$/m);
  return { files: JSON.parse(json), line, script };
}

/** The SHA-256 of each file but the service worker, as the list has them. */
async function hashes(folder) {
  const files = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join("/");
    if (entry.isFile() && name !== "sw.js") files[name] = createHash("sha256").update(await readFile(path)).digest("hex");
  }
  return files;
}

/** Puts a new version of the site into its folder: another title, and another picture under a sample's name. */
async function publish(folder) {
  const page = await readFile(join(dist, "index.html"), "utf8");
  await writeFile(join(folder, "index.html"), page.replace("<title>Spotcheck<", `<title>${NEXT_TITLE}<`));
  const picture = await readFile(join(dist, GEAR));
  // JPEG readers stop at the picture's end.
  await writeFile(join(folder, GEAR), Buffer.concat([picture, Buffer.from("the next version")]));
  const { script, line } = await listOf(folder);
  const list = JSON.stringify(await hashes(folder));
  await writeFile(join(folder, "sw.js"), script.replace(line, () => `const FILES = ${list};`));
}

/** Opens the site's page; from now on each of its pages notes the next version that the browser finds. */
async function visit(browser, address) {
  const opened = await open(browser, address);
  await worksOffline(opened.page);
  await opened.page.context().addInitScript(() => {
    window.nextVersion = navigator.serviceWorker?.getRegistration().then((registration) => {
      const found = () => registration?.installing ?? registration?.waiting;
      if (!registration || found()) return found();
      return new Promise((resolve) => registration.addEventListener("updatefound", () => resolve(found()), { once: true }));
    });
  });
  return opened;
}

/** Waits until a page's browser has found a new version and stored it, or failed to: "installed" or "redundant". */
async function outcome(page) {
  return page.evaluate(async () => {
    const worker = await window.nextVersion;
    while (worker.state === "installing") {
      await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
    }
    return worker.state;
  });
}

/** The SHA-256 of what a page gets for a path. */
async function hashOf(page, path) {
  const bytes = await page.evaluate(async (path) => [...new Uint8Array(await (await fetch(path)).arrayBuffer())], path);
  return createHash("sha256").update(Buffer.from(bytes)).digest("hex");
}

/** How many files the site stores. */
function stored(page) {
  return page.evaluate(async () => {
    const counts = (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).length);
    return (await Promise.all(counts)).reduce((a, b) => a + b, 0);
  });
}
