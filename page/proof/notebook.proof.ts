// A page below a notebook's cell: a closed frame that works alone.
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contextOf, launch, SCHEMES, violations, WIDTHS } from "./browser";
import { report } from "./places";

let browser: Browser;
beforeAll(async () => { browser = await launch(); });
afterAll(async () => { await browser.close(); });

test.each(WIDTHS.flatMap((width) => SCHEMES.map((scheme) => ({ width, scheme }))))("pages of a hostile study in a notebook, $width px, $scheme", async (look) => {
  const context = await contextOf(browser, look);
  const page = await context.newPage();
  const said: string[] = [];
  const address = pathToFileURL(report("notebook.html")).href;
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("request", (request) => { if (request.url() !== address && !/^(data|blob|about):/.test(request.url())) said.push(`asked for: ${request.url()}`); });
  await page.goto(address);
  const [, whole, map] = page.frames();
  if (whole === undefined || map === undefined) throw new Error("There should be two frames.");
  await map.locator("canvas").waitFor();
  expect(await map.evaluate("document.body.dataset.view")).toBe("map");
  expect(await whole.evaluate("document.body.dataset.view")).toBe("overview");
  for (const view of ["map", "themes", "disagreements", "review", "read", "overview"]) {
    await whole.locator(`nav.tabs a[href="#/${view === "overview" ? "" : view}"]`).click();
    await expect.poll(() => whole.evaluate("document.body.dataset.view")).toBe(view);
    if (view === "review") expect(await whole.locator("main").textContent()).toContain("A notebook keeps nothing");
  }
  await whole.locator("nav a[href^='#']:not(nav.tabs a)").first().click(); // a place in the overview
  await expect.poll(() => whole.evaluate("location.hash.length")).toBeGreaterThan(2);
  for (const frame of [page.mainFrame(), whole, map]) expect(await frame.evaluate("window.ran")).toBeUndefined();
  await expect(whole.evaluate("localStorage")).rejects.toThrow();
  await expect(whole.evaluate("parent.document.title")).rejects.toThrow();
  expect(await violations(page)).toEqual([]);
  expect(page.url()).toBe(address);
  expect(said).toEqual([]);
  await context.close();
});
