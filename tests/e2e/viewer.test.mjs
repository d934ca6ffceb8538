// The viewer of the built site in a real Chromium: zoom, compare, loupe, layers, colours. SPOTCHECK_DIST may name another
// folder than dist/.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readFile } from "node:fs/promises";

import { PATIENCE, choose, finished, launch, open, save } from "./support/browser.mjs";
import { violations } from "./support/axe.mjs";
import { readMap } from "./support/map.mjs";
import { serve } from "./support/server.mjs";

const dist = process.env.SPOTCHECK_DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));

// Two pictures of 512 × 512; the truth of the first is known.
const FIRST = "toy-brick-scratch.jpg";
const SECOND = "circuit-board-hole.jpg";
const SIDE = 512;
// Half a step of four decimals, and of the 16-bit PNG.
const ROUNDING = 5e-5 + 1e-5;

describe("the viewer", { timeout: 4 * PATIENCE }, () => {
  let browser, site, page, seen, map, findings, second;

  before(async () => {
    browser = await launch();
    site = await serve(dist);
    ({ page, seen } = await open(browser, `${site.address}?engine=cpu`, { viewport: { width: 1400, height: 880 } }));
    await page.getByRole("button", { name: "toy brick, a scratch" }).click();
    await finished(page, FIRST);
    await choose(page, [join(dist, "samples", SECOND)]);
    await finished(page, SECOND);
    second = await readMap((await save(page, SECOND)).map.path);
    const saved = await save(page, FIRST);
    map = await readMap(saved.map.path);
    findings = JSON.parse(await readFile(saved.json.path, "utf8"));
  });

  after(async () => {
    assert.deepEqual(seen?.troubles, []);
    await browser?.close();
    await site?.close();
  });

  beforeEach(async () => {
    await page.locator(`li[data-name="${FIRST}"] button`).first().click();
    await page.mouse.move(2, 2);
    await page.keyboard.press("0");
  });

  const frame = () => page.locator(".frame").boundingBox();
  const highest = ({ values }) => values.reduce((most, value) => Math.max(most, value), 0);
  const peak = () => {
    const at = map.values.indexOf(highest(map));
    return { x: at % map.width, y: Math.floor(at / map.width), value: map.values[at] };
  };
  /** Where on the page a pixel of the picture is seen. */
  const placeOf = async ({ x, y }) => {
    const { x: left, y: top, width, height } = await frame();
    return [left + ((x + 0.5) / SIDE) * width, top + ((y + 0.5) / SIDE) * height];
  };
  const told = (name) => page.locator(`.loupe [data-value="${name}"]`).textContent();
  const pressed = (name) => page.getByRole("button", { name, exact: true }).getAttribute("aria-pressed");

  test("zooms with the wheel towards the pointer, up to 32 times, and back to all of the picture", async () => {
    const whole = await frame();
    const pointer = { x: Math.round(whole.x + 0.3 * whole.width), y: Math.round(whole.y + 0.72 * whole.height) };
    const under = ({ x, y, width, height }) => [((pointer.x - x) / width) * SIDE, ((pointer.y - y) / height) * SIDE];
    const [x, y] = under(whole);
    await page.mouse.move(pointer.x, pointer.y);
    let before = whole;
    for (let turn = 0; turn < 4; turn++) {
      await page.mouse.wheel(0, -240);
      await page.waitForFunction((width) => document.querySelector(".frame").getBoundingClientRect().width > width + 1, before.width);
      before = await frame();
      const now = under(before);
      assert.ok(Math.hypot(now[0] - x, now[1] - y) < 0.1, `${now}, not ${[x, y]}`);
    }
    for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(0, -400);
    await page.locator(".zoom-figure", { hasText: "3200 %" }).waitFor();
    assert.ok(Math.abs((await frame()).width - 32 * SIDE) < 1);
    const rendering = await page.locator(".picture").evaluate((img) => getComputedStyle(img).imageRendering);
    assert.equal(rendering, "pixelated");
    for (let turn = 0; turn < 24; turn++) await page.mouse.wheel(0, 400);
    await page.locator(".stage:not(.stage--zoomed)").waitFor();
    assert.deepEqual(await frame(), whole);
  });

  test("zooms by keys, buttons and a double click, and never loses the picture", async () => {
    const whole = await frame();
    await page.keyboard.press("+");
    assert.ok(Math.abs((await frame()).width / whole.width - 1.5) < 1e-3);
    await page.keyboard.press("-");
    assert.deepEqual(await frame(), whole);
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "Zoom in" }).click();
    const middle = [whole.x + whole.width / 2, whole.y + whole.height / 2];
    for (let i = 0; i < 3; i++) {
      await page.mouse.move(...middle);
      await page.mouse.down();
      await page.mouse.move(middle[0] + 300, middle[1] + 300, { steps: 3 });
      await page.mouse.up();
    }
    const dragged = await frame();
    assert.ok(Math.abs(dragged.x - whole.x) < 0.01 && Math.abs(dragged.y - whole.y) < 0.01, JSON.stringify(dragged));
    await page.getByRole("button", { name: "Fit" }).click();
    assert.deepEqual(await frame(), whole);
    await page.mouse.dblclick(...middle);
    // Fitted it is larger than 1:1 already.
    await page.locator(".zoom-figure", { hasText: /^200 %$/ }).waitFor();
    await page.waitForTimeout(500);
    await page.mouse.dblclick(...middle);
    await page.locator(".stage:not(.stage--zoomed)").waitFor();
  });

  test("zooms with two fingers, and moves with one", async () => {
    const { page, close } = await open(browser, `${site.address}?engine=cpu`, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole("button", { name: "gear, whole" }).click();
    await page.locator(".picture").waitFor({ state: "visible" });
    await page.locator(".zoom-figure", { hasText: "%" }).waitFor();
    const box = () => page.locator(".frame").boundingBox();
    const whole = await box();
    const session = await page.context().newCDPSession(page);
    const touch = (type, ...points) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    const [x, y] = [Math.round(whole.x + whole.width / 2), Math.round(whole.y + whole.height / 2)];
    await touch("touchStart", [x - 30, y]);
    await touch("touchStart", [x - 30, y], [x + 30, y]);
    await touch("touchMove", [x - 60, y], [x + 60, y]);
    await touch("touchEnd");
    await page.locator(".stage--zoomed").waitFor();
    const pinched = await box();
    assert.ok(Math.abs(pinched.width / whole.width - 2) < 0.02, `${pinched.width} of ${whole.width}`);
    await touch("touchStart", [x, y]);
    await touch("touchMove", [x + 20, y + 10]);
    await touch("touchMove", [x + 40, y + 20]);
    await touch("touchEnd");
    const moved = await box();
    assert.ok(Math.abs(moved.x - pinched.x - 40) < 2 && Math.abs(moved.y - pinched.y - 20) < 2, JSON.stringify({ pinched, moved }));
    await close();
  });

  test("keeps the zoom for the next picture of the same size", async () => {
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    const before = await frame();
    await page.locator(`li[data-name="${SECOND}"] button`).first().click();
    await page.locator(".picture[alt='circuit-board-hole.jpg']").waitFor();
    assert.deepEqual(await frame(), before);
  });

  test("compares the bare picture with the layers on Space, in step with the zoom", async () => {
    await page.keyboard.press(" ");
    const divider = page.getByRole("slider", { name: /^Divider/ });
    assert.equal(await divider.getAttribute("aria-valuenow"), "50");
    const apart = async () => {
      const edge = await page.locator(".overlays").evaluate((overlays) => {
        const [bare] = getComputedStyle(overlays).clipPath.match(/[\d.]+(?=%\))/);
        const { left, width } = overlays.getBoundingClientRect();
        return left + (width * bare) / 100;
      });
      const { x, width } = await divider.boundingBox();
      return Math.abs(edge - (x + width / 2));
    };
    assert.ok((await apart()) < 0.5);
    await divider.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
    assert.equal(await divider.getAttribute("aria-valuenow"), "60");
    assert.ok((await apart()) < 0.5);
    // The arrows were the divider's.
    await page.locator(`.picture[alt="${FIRST}"]`).waitFor();
    await page.keyboard.press("+");
    await page.locator(".stage--zoomed").waitFor();
    assert.ok((await apart()) < 0.5);
    const { x, y, width, height } = await divider.boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 - 120, y + height / 2, { steps: 4 });
    await page.mouse.up();
    assert.ok((await apart()) < 0.5);
    assert.ok(Number(await divider.getAttribute("aria-valuenow")) < 50);
    await page.keyboard.press(" ");
    await divider.waitFor({ state: "detached" });
    assert.equal(await page.locator(".overlays").evaluate((overlays) => getComputedStyle(overlays).clipPath), "none");
  });

  test("tells under the loupe what the saved map has there", async () => {
    await page.keyboard.press("l");
    const colours = await page.locator(".picture").evaluate((img) => {
      const canvas = new OffscreenCanvas(img.naturalWidth, img.naturalHeight);
      const context = canvas.getContext("2d");
      context.drawImage(img, 0, 0);
      return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
    });
    const check = async ({ x, y }) => {
      await page.locator('.loupe [data-value="place"]', { hasText: new RegExp(`^${x}, ${y}$`) }).waitFor();
      await page.locator('.loupe [data-value="map"]', { hasText: /\d/ }).waitFor();
      const at = y * map.width + x;
      assert.ok(Math.abs(Number(await told("map")) - map.values[at]) <= ROUNDING, `${await told("map")}, not ${map.values[at]}`);
      assert.equal(await told("rgb"), colours.slice(4 * at, 4 * at + 3).join(" "));
    };
    const most = peak();
    assert.ok(most.value > 0.05, `at most ${most.value}`);
    for (const pixel of [most, { x: 3, y: 500 }, { x: 511, y: 0 }]) {
      await page.mouse.move(...(await placeOf(pixel)));
      await check(pixel);
    }
    // The corner is background; the middle is in the only component.
    assert.equal(await told("component"), "–");
    const middle = { x: SIDE / 2, y: SIDE / 2 };
    await page.mouse.move(...(await placeOf(middle)));
    await check(middle);
    assert.equal(findings.components.length, 1);
    assert.equal(await told("component"), "#1");

    await page.mouse.move(...(await placeOf(most)));
    await check(most);
    await page.locator(".stage").focus();
    for (const [key, dx, dy] of [["ArrowRight", 1, 0], ["ArrowDown", 0, 1], ["Shift+ArrowLeft", -10, 0], ["ArrowUp", 0, -1]]) {
      await page.keyboard.press(key);
      most.x = Math.min(Math.max(most.x + dx, 0), SIDE - 1);
      most.y = Math.min(Math.max(most.y + dy, 0), SIDE - 1);
      await check(most);
    }
    assert.match(await page.locator(".ground [role=status]").textContent(), new RegExp(`^${most.x}, ${most.y}; map `));
    // Zoomed, it stays on its pixel, and in sight.
    for (let i = 0; i < 8; i++) await page.keyboard.press("+");
    for (let i = 0; i < 30; i++) await page.keyboard.press("Shift+ArrowDown");
    const stage = await page.locator(".stage").boundingBox();
    const [, y] = await placeOf({ x: most.x, y: Math.min(most.y + 300, SIDE - 1) });
    assert.ok(y > stage.y && y < stage.y + stage.height, `${y}`);
    await page.keyboard.press("l");
    await page.locator(".loupe").waitFor({ state: "detached" });
  });

  test("repaints in other colours and on other scales, and inspects nothing again", async () => {
    const before = seen.requests.filter((address) => !address.startsWith("blob:")).length;
    const scale = page.getByRole("combobox", { name: "Scale" });
    const { x, y, value } = peak();
    /** Waits for the heatmap's colour at the map's highest pixel. */
    const painted = async (wanted) => {
      await page.waitForFunction(
        ({ x, y, wanted }) => {
          const canvas = document.querySelector("canvas[data-layer=heatmap]");
          const found = canvas.getContext("2d").getImageData(x, y, 1, 1).data;
          return [0, 1, 2].every((i) => Math.abs(found[i] - wanted[i]) <= 2);
        },
        { x, y, wanted },
      );
    };
    const end = () => page.locator('.legend [data-value="top"]').textContent();
    assert.equal(await end(), "1");
    await page.getByLabel("Colours").selectOption("gray");
    const level = Math.round(value * 255);
    await painted([level, level, level]);
    await scale.selectOption("picture");
    await painted([255, 255, 255]);
    assert.ok(Math.abs(Number(await end()) - value) <= 6e-4, await end());
    await scale.selectOption("batch");
    const most = Math.max(value, highest(second));
    const shade = Math.round((value / most) * 255);
    await painted([shade, shade, shade]);
    assert.ok(Math.abs(Number(await end()) - most) <= 6e-4, await end());
    assert.equal(await page.getByRole("img", { name: /^Scale of the heatmap/ }).getAttribute("aria-label"), `Scale of the heatmap, from 0 to ${await end()}`);
    // The ends of matplotlib's viridis and cividis.
    await scale.selectOption("picture");
    await page.getByLabel("Colours").selectOption("viridis");
    await painted([253, 231, 37]);
    await page.getByLabel("Colours").selectOption("cividis");
    await painted([254, 232, 56]);
    for (const name of [FIRST, SECOND]) assert.equal(await page.locator(`li[data-name="${name}"]`).getAttribute("data-state"), "done");
    assert.equal(seen.requests.filter((address) => !address.startsWith("blob:")).length, before);
    await scale.selectOption("fixed");
    await page.getByLabel("Colours").selectOption("inferno");
  });

  test("switches layers by keys, and remembers them until the tab is closed", async () => {
    const canvas = (layer) => page.locator(`canvas[data-layer="${layer}"].layer--shown`);
    const drawn = (layer) => page.locator(`.squares [data-layer="${layer}"]`);
    await canvas("heatmap").waitFor();
    await page.keyboard.press("h");
    await canvas("heatmap").waitFor({ state: "detached" });
    await page.keyboard.press("1");
    await canvas("heatmap").waitFor();
    await page.keyboard.press("2");
    await canvas("foreground").waitFor();
    await page.keyboard.press("4");
    await drawn("tiles").waitFor();
    assert.equal(await drawn("components").isVisible(), false);
    await page.keyboard.press("5");
    await drawn("components").waitFor();
    await page.keyboard.press("4");
    await drawn("tiles").waitFor({ state: "hidden" });
    await page.keyboard.press("6");
    await page.locator("img.layer[data-layer=truth]").waitFor();
    await page.getByLabel("Opacity").fill("35");
    await page.getByLabel("Colours").selectOption("magma");

    await page.reload();
    await page.locator(`li[data-name="${FIRST}"] button`).first().click();
    await canvas("foreground").waitFor();
    await drawn("components").waitFor();
    for (const [name, on] of [["Heatmap", true], ["Foreground", true], ["SAM masks", false], ["Tiles", false], ["Components", true], ["Truth", true]])
      assert.equal(await pressed(name), String(on), name);
    assert.equal(await page.getByLabel("Opacity").inputValue(), "35");
    await page.waitForFunction(() => document.querySelector(".heat select").value === "magma");
    assert.equal(await page.locator("canvas[data-layer=heatmap]").evaluate((canvas) => canvas.style.opacity), "0.35");
  });

  test("has nothing that axe-core finds fault with while it compares and magnifies", async () => {
    await page.keyboard.press(" ");
    await page.keyboard.press("l");
    await page.locator(".loupe").waitFor();
    for (const [colorScheme, width] of [["light", 1400], ["dark", 1400], ["dark", 360], ["light", 360]]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      assert.deepEqual(await violations(page), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} px too wide at ${width}`);
    }
  });
});
