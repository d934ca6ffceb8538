// Takes pictures of the built site's main states, light and dark, wide and narrow, and prints the name of each file:
// `cargo xtask shots [FOLDER]`. SPOTCHECK_DIST may name another folder than dist/.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { choose, finished, launch, open, ready } from "./support/browser.mjs";
import { serve } from "./support/server.mjs";

const dist = process.env.SPOTCHECK_DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));
const folder = process.argv[2] ?? fileURLToPath(new URL("../../target/shots", import.meta.url));

const SCREENS = {
  wide: { width: 1440, height: 900 },
  tablet: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};
const SAMPLES = [
  ...["battery-dent", "bottle-cap-missing-piece", "bottle-cap-whole", "circuit-board-hole", "fabric-tear", "gear-whole"],
  ...["gears-discoloured", "saucer-crack", "tablets-whole", "toy-brick-scratch", "wooden-block-stain"],
];

await mkdir(folder, { recursive: true });
const [browser, site] = [await launch(), await serve(dist)];
for (const [screen, viewport] of Object.entries(SCREENS)) {
  for (const colorScheme of ["light", "dark"]) {
    const { page, close } = await open(browser, `${site.address}?engine=cpu`, { viewport, colorScheme });
    const shoot = async (state) => {
      // Where the pointer rests nothing shall light up.
      await page.mouse.move(viewport.width / 2, 2);
      const path = join(folder, `${state}-${screen}-${colorScheme}.png`);
      await page.screenshot({ path });
      console.log(path);
    };
    const pane = async (name) => {
      const button = page.getByRole("button", { name, exact: true });
      if (await button.isVisible()) await button.click();
    };
    const popup = async (name, state) => {
      const summary = page.locator("summary", { hasText: name });
      await summary.click();
      await shoot(state);
      await page.keyboard.press("Escape");
    };
    await ready(page, "cpu");
    await shoot("empty");
    await choose(page, SAMPLES.map((name) => join(dist, `samples/${name}.jpg`)));
    // Only rows that can be seen are there.
    await pane("List");
    for (const name of SAMPLES) await finished(page, `${name}.jpg`);
    await page.locator('li[data-name="bottle-cap-missing-piece.jpg"] button').click();
    await page.keyboard.press("r");
    await page.waitForFunction(() => document.querySelector(".layer--shown"));
    await shoot("result");
    await page.keyboard.press("Space");
    await shoot("compare");
    await page.keyboard.press("Space");
    await popup("Settings", "settings");
    await popup("Quality", "quality");
    await popup("Export", "export");
    await popup("Suggest", "suggest");
    if (screen === "phone") {
      await pane("List");
      await shoot("list");
      await pane("Findings");
      await shoot("findings");
    }
    await close();
  }
}
await browser.close();
await site.close();
