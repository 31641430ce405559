// Every view of every version: nothing on the console, nothing asked for, nothing that axe finds, nothing cut off.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { join } from "node:path";
import { begin, contextOf, launch, openReport, SCHEMES, VIEWS, violations, WIDTHS } from "./browser";
import { SHOTS } from "./places";

let browser: Browser;
beforeAll(async () => { browser = await launch(); });
afterAll(async () => { await browser.close(); });

const wide = async (page: { evaluate: (script: string) => Promise<unknown> }): Promise<unknown> =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

test.each(VIEWS)("view %s in light and dark, wide and narrow", async (view) => {
  const context = await contextOf(browser);
  const said: string[] = [];
  const page = await openReport(context, "transcripts", view, said);
  if (view === "review") await begin(page);
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.waitForTimeout(150);
      await page.screenshot({ path: join(SHOTS, `${view || "overview"}-${width}-${scheme}.png`), fullPage: true });
      expect(await violations(page), `${width} ${scheme}`).toEqual([]);
      expect(await wide(page), `${width} ${scheme}`).toBe(0);
    }
  }
  expect(said).toEqual([]);
  await context.close();
});

test.each(["quotes", "sharing", "norsk", "planted.html", "hostile"])("every view of %s opens without a word on the console and asks for nothing", async (name) => {
  const context = await contextOf(browser);
  const said: string[] = [];
  for (const view of VIEWS) {
    const page = await openReport(context, name, view, said);
    if (name === "sharing" || name === "norsk") expect(await violations(page), view).toEqual([]);
    await page.close();
  }
  expect(said).toEqual([]);
  await context.close();
});

test("every part of a review, at each width and in each scheme", async () => {
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      const context = await contextOf(browser, { width, scheme });
      const said: string[] = [];
      const page = await openReport(context, "quotes", "review", said);
      const shot = async (part: string): Promise<void> => {
        await page.screenshot({ path: join(SHOTS, `review-${part}-${width}-${scheme}.png`), fullPage: true });
        expect(await violations(page), `${part} ${width} ${scheme}`).toEqual([]);
        expect(await wide(page), `${part} ${width} ${scheme}`).toBe(0);
      };
      await shot("who");
      await begin(page);
      await page.locator("fieldset.codes input").first().check();
      await page.getByLabel("Reason").fill("It is said twice.");
      await page.getByRole("button", { name: "These codes stand" }).click();
      await page.getByRole("button", { name: "Show what others had" }).click();
      await page.getByRole("button", { name: "Show the machine's view" }).click();
      await page.getByRole("button", { name: "We still differ" }).click(); // needs a reason
      await shot("decided");
      for (const part of ["Clusters", "Codebook", "My decisions"]) {
        await page.locator(".parts").getByRole("button", { name: part }).click();
        if (part === "Codebook") {
          await page.getByRole("option").nth(1).click();
          await page.getByLabel("Split it").check();
        }
        await shot(part.toLowerCase().replace(" ", "-"));
      }
      expect(said).toEqual([]);
      await context.close();
    }
  }
});
