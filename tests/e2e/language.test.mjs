// The languages of the built site, in a real Chromium. SPOTCHECK_DIST may name another folder than dist/.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { PATIENCE, finished, launch, open, ready } from "./support/browser.mjs";
import { violations } from "./support/axe.mjs";
import { serve } from "./support/server.mjs";

const dist = process.env.SPOTCHECK_DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));
const TITLE = {
  en: "Drop pictures of a thing that should be whole",
  de: "Bilder eines Teils ablegen, das fehlerfrei sein soll",
};

describe("the page's language", { timeout: 4 * PATIENCE }, () => {
  let browser, site;

  before(async () => {
    browser = await launch();
    site = await serve(dist);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });

  const begin = (locale, query = "") => open(browser, `${site.address}?engine=cpu${query}`, { locale });
  /** Waits until the page without pictures speaks a language, and says that it does. */
  const speaks = async (page, language) => {
    await page.getByRole("heading", { name: TITLE[language] }).waitFor();
    await page.locator(`html[lang="${language}"]`).waitFor();
  };

  test("is the first of the browser's that there is, else English", async () => {
    for (const [locale, language] of [["de-AT", "de"], ["en-GB", "en"], ["fr-FR", "en"]]) {
      const { page, seen, close } = await begin(locale);
      await speaks(page, language);
      assert.deepEqual(seen.troubles, []);
      await close();
    }
  });

  test("is what the page's address asks for", async () => {
    const { page, close } = await begin("en-US", "&lang=de");
    await speaks(page, "de");
    await close();
  });

  test("is German from the empty page to the findings", async () => {
    const { page, seen, close } = await begin("de-DE");
    await ready(page, "cpu");
    await speaks(page, "de");
    await page.locator(".strip-text", { hasText: /^Bereit$/ }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole("button", { name: "Zahnrad, fehlerfrei" }).click();
    const { row, verdict } = await finished(page, "gear-whole.jpg");
    // What files and tests read is in no language.
    assert.match(verdict, /^(accept|reject)$/);
    assert.match(await row.locator(".row-score").textContent(), /^[01],\d\d$/);
    await page.locator(".score-figure", { hasText: /^[01],\d\d$/ }).waitFor();
    const said = { accept: "annehmen", reject: "ablehnen" }[verdict];
    assert.equal((await page.locator(".score-verdict .verdict").textContent()).trim(), said);
    await page.getByText("Schwelle 0,50").waitFor();
    await page.locator(".strip-text", { hasText: /^1 Bild · \d annehmen · \d ablehnen$/ }).waitFor();
    await page.locator(".viewer img").first().waitFor({ state: "visible" });
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("changes at once, loses nothing, and is remembered", async () => {
    const { page, seen, close } = await begin("de-DE");
    await ready(page, "cpu");
    await page.getByRole("button", { name: "Zahnrad, fehlerfrei" }).click();
    const { row } = await finished(page, "gear-whole.jpg");
    await page.locator("textarea.decide-note").fill("Grat");
    await page.locator("summary", { hasText: "Einstellungen" }).click();
    await page.getByLabel("Punkte je Seite").fill("16");
    await page.getByLabel("Punkte je Seite").blur();

    await page.getByLabel("Sprache").selectOption({ label: "English" });
    await page.locator('html[lang="en"]').waitFor();
    // The panel is open still, and holds what was typed.
    assert.equal(await page.getByLabel("points per side").inputValue(), "16");
    assert.equal(await page.locator("textarea.decide-note").inputValue(), "Grat");
    assert.match(await row.locator(".row-score").textContent(), /^[01]\.\d\d$/);
    await page.locator(".strip-text", { hasText: /^1 picture · \d accept · \d reject$/ }).waitFor();
    await page.locator("summary", { hasText: "Settings" }).waitFor();
    assert.equal(await page.getByText("Einstellungen").count(), 0);

    await page.reload();
    await ready(page, "cpu");
    await page.locator('html[lang="en"]').waitFor();
    await page.locator("summary", { hasText: "Settings" }).click();
    await page.getByLabel("language", { exact: true }).selectOption({ label: "Deutsch" });
    await page.locator('html[lang="de"]').waitFor();
    await page.locator("summary", { hasText: "Einstellungen" }).waitFor();
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("finds room for German on a narrow screen", async () => {
    const options = { locale: "de-DE", viewport: { width: 390, height: 800 } };
    const { page, close } = await open(browser, `${site.address}?engine=cpu`, options);
    await ready(page, "cpu");
    // What is in a row that moves sideways is as far right as that row.
    const beyond = () =>
      page.evaluate(() => {
        const seen = (element) => element.closest(".layers, .sight, .heat") ?? element;
        return [...document.querySelectorAll("button, summary, input, select")]
          .filter((element) => element.checkVisibility() && !element.classList.contains("unseen"))
          .filter((element) => seen(element).getBoundingClientRect().right > innerWidth + 0.5)
          .map((element) => element.outerHTML.slice(0, 120));
      });
    assert.deepEqual(await beyond(), []);
    await page.getByRole("button", { name: "Zahnrad, fehlerfrei" }).click();
    await finished(page, "gear-whole.jpg");
    for (const pane of ["Bild", "Befund", "Liste"]) {
      await page.getByRole("navigation", { name: "Teile der Seite" }).getByRole("button", { name: pane }).click();
      assert.deepEqual(await beyond(), []);
    }
    await close();
  });
});
