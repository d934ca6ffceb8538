import { chromium } from "playwright-core";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // WebGPU without a graphics card.
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
];

/** Slow machines: a software adapter needs minutes for what a graphics card does in a second. */
export const PATIENCE = 240_000;

/** A browser; `more` are switches for it. */
export function launch(more = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...FLAGS, ...more] });
}

/** A fresh page, with nothing cached; it notes its requests and whatever goes wrong in it. */
export async function open(browser, address, options = {}) {
  return openIn(await browser.newContext({ acceptDownloads: true, ...options }), address);
}

/**
 * A page of a browser of its own whose profile is in a folder: what it stores is on the disk, as with people, and not in
 * memory.
 */
export async function openProfile(folder, address, options = {}) {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: FLAGS, acceptDownloads: true, ...options });
  return openIn(context, address);
}

async function openIn(context, address) {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const seen = { requests: [], troubles: [] };
  context.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") seen.troubles.push(message.text());
  });
  page.on("pageerror", (error) => seen.troubles.push(String(error)));
  context.on("weberror", (error) => seen.troubles.push(String(error.error())));
  await page.goto(address);
  return { page, seen, close: () => context.close() };
}

/** Waits until the page says that pictures can be inspected, by the engine named. */
export async function ready(page, engine) {
  await page.locator(`[data-engine="${engine}"]`).waitFor({ state: "attached" });
}

/** Waits until the page says that it opens again without a network: all its files are stored. */
export async function worksOffline(page) {
  await page.getByText("Works offline").waitFor({ state: "attached" });
}

/** Puts files into the page as a person does who chooses them. */
export function choose(page, files) {
  return page.locator('[data-files="pictures"]').setInputFiles(files);
}

/** Drops or pastes files, each with name, mimeType and buffer, as the browser tells a page of it: `kind` is the event's name. */
export async function handOver(page, kind, files) {
  const plain = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString("base64") }));
  // The still first picture takes nothing: the page does, once its code is there.
  await page.locator("input[type=file]").first().waitFor({ state: "attached" });
  await page.evaluate(
    ({ kind, plain }) => {
      const data = new DataTransfer();
      for (const { name, mimeType, base64 } of plain) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { type: mimeType }));
      }
      const event =
        kind === "paste"
          ? new ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
    },
    { kind, plain },
  );
}

/** Deletes the batch, as a person does who begins anew: pictures and results would be there again after a reload. */
export async function clear(page) {
  await page.locator("summary", { hasText: "Clear" }).click();
  await page.getByRole("button", { name: "Delete them" }).click();
  await page.getByRole("button", { name: "Try all twelve" }).waitFor();
}

/** The list's row of a picture, once its inspection is over. */
export async function finished(page, name, state = "done") {
  const row = page.locator(`li[data-name="${name}"][data-state="${state}"]`);
  await row.waitFor({ state: "attached" });
  return {
    row,
    score: Number(await row.getAttribute("data-score")),
    verdict: await row.getAttribute("data-verdict"),
  };
}

/** Saves a picture's raw map and JSON through the page's buttons. */
export async function save(page, name) {
  await page.locator(`li[data-name="${name}"] button`).click();
  await page.locator(".findings-name", { hasText: name }).waitFor();
  const download = async (button) => {
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button }).click(),
    ]);
    return { name: file.suggestedFilename(), path: await file.path() };
  };
  return { map: await download("Save raw map (16-bit PNG)"), json: await download("Save JSON") };
}
