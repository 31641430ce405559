// Words that would like to run, and the machine's view that nobody asked for.
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { begin, contextOf, launch, openReport, VIEWS } from "./browser";
import { PLANTED, report } from "./places";

let browser: Browser;
beforeAll(async () => { browser = await launch(); });
afterAll(async () => { await browser.close(); });

test("a hostile transcript does nothing in any view, and its words are there as words", async () => {
  const context = await contextOf(browser, { width: 390 });
  const said: string[] = [];
  for (const view of VIEWS) {
    const page = await openReport(context, "hostile", view, said);
    if (view === "review") {
      await begin(page, '</script><img src=x onerror="window.ran=1">');
      await page.locator("fieldset.codes input").first().check();
      await page.getByLabel("Reason").fill("<script>window.ran=1</script>{{7*7}}");
      await page.getByRole("button", { name: "These codes stand" }).click();
      await page.getByRole("button", { name: "Show what others had" }).click();
      await page.getByRole("button", { name: "Show the machine's view" }).click();
      await page.locator(".parts").getByRole("button", { name: "My decisions" }).click();
      expect(await page.locator(".said").textContent()).toContain("<script>window.ran=1</script>{{7*7}}");
    }
    expect(await page.evaluate("window.ran")).toBeUndefined();
    expect(await page.locator("script").count(), "scripts in the page").toBe(1);
    expect(await page.locator("img[src='x'], svg[onload], [onclick], [onerror]").count()).toBe(0);
    await page.close();
  }
  expect(said).toEqual([]);
  await context.close();
});

test("with the machine hidden, the document does not hold its view", async () => {
  const context = await contextOf(browser);
  for (const view of VIEWS) {
    const page = await openReport(context, "planted.html", view);
    if (view === "review") await begin(page);
    expect(await page.evaluate("document.documentElement.outerHTML"), view || "overview").not.toContain(PLANTED);
    if (view === "review") {
      await page.getByRole("button", { name: "Show the machine's view" }).click();
      expect(await page.evaluate("document.documentElement.outerHTML")).toContain(PLANTED);
      await page.getByRole("button", { name: "Hide the machine's view" }).click();
      expect(await page.evaluate("document.documentElement.outerHTML")).not.toContain(PLANTED);
    }
    await page.close();
  }
  await context.close();
});

test("a real report keeps the machine's reasons out of the document until somebody asks", async () => {
  const [, json = ""] = /id="page-data">(.*?)<\/script>/s.exec(readFileSync(report("transcripts"), "utf8")) ?? [];
  const data = JSON.parse(json) as { machine: { reasons: (string | null)[] } };
  const reasons = [...new Set(data.machine.reasons.filter((reason) => reason !== null))];
  expect(reasons.length).toBeGreaterThan(0);
  const context = await contextOf(browser);
  for (const view of VIEWS) {
    const page = await openReport(context, "transcripts", view);
    if (view === "review") await begin(page);
    const text = await page.evaluate<string>("document.documentElement.textContent");
    expect(reasons.filter((reason) => text.includes(reason)), view).toEqual([]);
    if (view === "") {
      const folded = page.locator("#parting article details");
      expect(await folded.count()).toBeGreaterThan(0);
      expect(await folded.locator("dl").count(), "folded away in the overview").toBe(0);
      await folded.first().locator("summary").click();
      await folded.first().locator("dl").waitFor();
      await folded.first().locator("summary").click();
      await expect.poll(() => folded.locator("dl").count()).toBe(0);
    }
    await page.close();
  }
  await context.close();
});
