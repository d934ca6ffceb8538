// The languages of the built site, in a real Chromium. SPOTCHECK_DIST may name another folder than dist/.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { PATIENCE, choose, finished, handOver, launch, open, ready } from "./support/browser.mjs";
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

  test("is that of the still picture, before the page's code is there", async () => {
    for (const { locale, query = "", chosen, language } of [
      { locale: "de-AT", language: "de" },
      { locale: "fr-FR", language: "en" },
      { locale: "en-US", query: "?lang=de", language: "de" },
      { locale: "en-US", chosen: "de", language: "de" },
      { locale: "de-DE", query: "?lang=en", chosen: "de", language: "en" },
      { locale: "de-DE", query: "?lang=tlh", language: "de" },
    ]) {
      const context = await browser.newContext({ locale, serviceWorkers: "block" });
      await context.addInitScript((chosen) => {
        if (chosen) localStorage.setItem("spotcheck.language", chosen);
      }, chosen);
      let go;
      const coming = new Promise((resolve) => (go = resolve));
      await context.route("**/*.wasm", async (route) => {
        await coming;
        await route.continue();
      });
      const page = await context.newPage();
      const said = [];
      page.on("console", (message) => message.type() === "error" && said.push(message.text()));
      // The page's code comes late.
      await page.goto(`${site.address}${query}`, { waitUntil: "commit" });
      // Before the style is there nothing is seen, whatever the document holds.
      await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
      const heading = page.locator(`.still[lang="${language}"] h2`);
      await heading.waitFor();
      assert.equal(await heading.textContent(), TITLE[language]);
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      assert.equal(await page.locator(".still").filter({ visible: true }).locator("h2").count(), 1);
      const description = await page.locator("meta[name=description]").getAttribute("content");
      assert.match(description, language === "de" ? /^Findet/ : /^Finds/);
      const before = await heading.boundingBox();

      go();
      await page.locator(".still").first().waitFor({ state: "detached" });
      await speaks(page, language);
      // What was seen stays where it was.
      assert.deepEqual(await page.getByRole("heading", { name: TITLE[language] }).boundingBox(), before);
      assert.deepEqual(said, []);
      await context.close();
    }
  });

  test("is that of what goes wrong, and of the report; other files are in none", async () => {
    const { page, seen, close } = await begin("de-DE");
    await ready(page, "cpu");
    await choose(page, [
      { name: "leer.png", mimeType: "image/png", buffer: Buffer.alloc(0) },
      { name: "notiz.jpg", mimeType: "image/jpeg", buffer: Buffer.from("kein Bild") },
      { name: "foto.heic", mimeType: "image/heic", buffer: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0") },
    ]);
    await handOver(page, "drop", [{ name: "kaputt.zip", mimeType: "application/zip", buffer: Buffer.from("PK") }]);
    const said = async (name) => (await finished(page, name, "failed")).row.locator(".row-note").textContent();
    assert.equal(await said("leer.png"), "die Datei ist leer.");
    assert.match(await said("notiz.jpg"), /^das ist kein Bild in einem bekannten Format/);
    assert.equal(await said("foto.heic"), "HEIC wird nicht unterstützt: als JPEG oder PNG speichern.");
    await page.getByText(/Datei übergangen|Dateien übergangen|übergangen/).first().click();
    await page.getByText(/kaputt\.zip: sie lässt sich nicht als ZIP-Datei lesen/).waitFor();
    await page.keyboard.press("Escape");

    const exported = async (kind) => {
      const downloads = page.waitForEvent("download");
      await page.locator("#export").getByRole("button", { name: kind, exact: true }).click();
      return readFile(await (await downloads).path(), "utf8");
    };
    await page.locator("#export summary").click();
    const report = await exported("Bericht");
    assert.match(report, /<html lang="de">/);
    for (const text of ["Prüfbericht", "Schwelle", "0,50", "3 Bilder", "die Datei ist leer."]) {
      assert.ok(report.includes(text), `${text} is not in the report`);
    }
    assert.doesNotMatch(report, /the file is empty|Inspection report/);
    const json = JSON.parse(await exported("JSON"));
    assert.ok(json.entries.some(({ error }) => error === "the file is empty."), JSON.stringify(json.entries));
    assert.match(await exported("Tabelle"), /the file is empty\./);
    await page.keyboard.press("Escape");

    // In another language the same is told anew, also of what was kept.
    await page.locator("summary", { hasText: "Einstellungen" }).click();
    await page.getByLabel("Sprache").selectOption({ label: "English" });
    await page.locator('html[lang="en"]').waitFor();
    assert.equal(await said("leer.png"), "the file is empty.");
    await page.reload();
    await ready(page, "cpu");
    assert.equal(await said("foto.heic"), "HEIC is not supported: save it as JPEG or PNG.");
    await page.locator("summary", { hasText: "Settings" }).click();
    await page.getByLabel("language", { exact: true }).selectOption({ label: "Deutsch" });
    await page.locator('html[lang="de"]').waitFor();
    assert.equal(await said("foto.heic"), "HEIC wird nicht unterstützt: als JPEG oder PNG speichern.");
    assert.deepEqual(seen.troubles, []);
    await close();
  });

  test("is that of refusals", async () => {
    const { page, seen, close } = await begin("de-DE");
    await ready(page, "cpu");
    await page.locator("summary", { hasText: "Einstellungen" }).click();
    const points = page.getByLabel("Punkte je Seite");
    const costs = (text) => page.locator(".tuning-costs", { hasText: text }).waitFor();
    for (const [typed, text] of [
      ["0", "Punkte je Seite ist 0: Möglich ist 1 bis 256."],
      ["viele", 'Punkte je Seite ist "viele": Möglich ist nur eine ganze Zahl ab 0.'],
      ["2,5", "Punkte je Seite ist 2,5: Möglich ist nur eine ganze Zahl ab 0."],
    ]) {
      await points.fill(typed);
      await points.blur();
      await costs(text);
    }
    await page.keyboard.press("Escape");

    await page.locator("#models > summary").click();
    await page.locator('[data-files="checkpoints"]').setInputFiles([
      { name: "notizen.json", mimeType: "application/json", buffer: Buffer.from('{"a":1}') },
    ]);
    await page.getByText(/notizen\.json: sie konfiguriert nichts, was hier bekannt ist\. Gebraucht werden/).waitFor();
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
