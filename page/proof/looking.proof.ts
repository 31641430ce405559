// Looking around: the map by mouse and by keyboard, one choice in every view, and what is not there until asked for.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { across, down } from "../src/map/draw";
import { madeData } from "../tests/made";
import { begin, contextOf, launch, openReport, SCHEMES, violations, WIDTHS } from "./browser";
import { PLANTED, report, SHOTS } from "./places";

let browser: Browser;
beforeAll(async () => { browser = await launch(); });
afterAll(async () => { await browser.close(); });

const data = madeData(60, { clusters: 12 }); // what planted.html holds
const { x, y, words, cluster } = data.segments;
const open = async (view: string, said: string[] = []): Promise<Page> => openReport(await contextOf(browser), "planted.html", view, said);

/** The passage farthest from its neighbour on the map, so that a pointer there can mean no other. */
function lonely(): number {
  const apart = (i: number): number => Math.min(...x.map((_, j) => (i === j ? 9 : Math.hypot((x[i] ?? 0) - (x[j] ?? 0), (y[i] ?? 0) - (y[j] ?? 0)))));
  return x.map((_, i) => i).sort((a, b) => apart(b) - apart(a))[0] ?? 0;
}

async function placeOf(page: Page, segment: number): Promise<[number, number]> {
  const box = await page.locator(".map-box canvas").boundingBox();
  if (box === null) throw new Error("There is no map.");
  const frame = { width: box.width, height: box.height, zoom: 1, dx: 0, dy: 0 };
  return [box.x + across(frame, x[segment] ?? 0), box.y + down(frame, y[segment] ?? 0)];
}

test("on the map hovering shows the words, a click opens the passage, a line around it chooses it", async () => {
  const said: string[] = [];
  const page = await open("map", said);
  const one = lonely();
  const [px, py] = await placeOf(page, one);
  await page.mouse.move(px, py);
  expect(await page.locator(".hover").innerText()).toContain(words[one]);
  await page.keyboard.press("Escape");
  expect(await page.locator(".hover").count()).toBe(0);
  await page.mouse.click(px, py);
  expect(await page.locator(".passage blockquote").innerText()).toBe(words[one]);
  const line: [number, number][] = [[-14, -14], [14, -14], [14, 14], [-14, 14], [-14, -10]];
  await page.mouse.move(px - 14, py - 14);
  await page.mouse.down();
  for (const [dx, dy] of line.slice(1)) await page.mouse.move(px + dx, py + dy, { steps: 4 });
  await page.mouse.up();
  expect(await page.locator(".light").innerText()).toContain("1 passage (drawn around on the map)");
  expect(said).toEqual([]);
  await page.context().close();
});

test("with a finger the map scrolls the page until drawing is asked for", async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await openReport(context, "planted.html", "map");
  const canvas = page.locator(".map-box canvas");
  expect(await canvas.evaluate((element) => getComputedStyle(element).touchAction)).toBe("pan-y");
  await page.getByRole("button", { name: "Draw around" }).tap();
  expect(await canvas.evaluate((element) => getComputedStyle(element).touchAction)).toBe("none");
  await page.getByRole("button", { name: "Draw around" }).tap();
  const one = lonely();
  await canvas.scrollIntoViewIfNeeded();
  await page.touchscreen.tap(...await placeOf(page, one));
  expect(await page.locator(".passage blockquote").innerText()).toBe(words[one]);
  await context.close();
});

test("the list beside the map opens a passage by keyboard alone", async () => {
  const page = await open("map");
  await page.getByRole("listbox").focus();
  for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  expect(await page.locator(".passage blockquote").innerText()).toBe(words[2]);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  expect(await page.locator(".passage blockquote").innerText()).toBe(words.at(-1));
  await page.context().close();
});

test("a choice lights up in every view until it is cleared", async () => {
  const page = await open("map");
  const wanted = cluster.filter((number) => number === 3).length;
  await page.locator(".legend button", { hasText: /^3/ }).click();
  expect(await page.locator(".light").innerText()).toContain(`${wanted} passage`);
  await page.getByRole("link", { name: "Themes × clusters" }).click();
  await page.locator(".cells td.lit").first().waitFor();
  const column = await page.locator(".cells thead th").evaluateAll((heads) => heads.findIndex((head) => head.querySelector("button > span:not(.unseen)")?.textContent === "3"));
  const lit = await page.locator(".cells td.lit").evaluateAll((cells) => [...new Set(cells.map((cell) => (cell as HTMLTableCellElement).cellIndex))]);
  expect(lit).toEqual([column]);
  await page.getByRole("link", { name: "Read", exact: true }).click();
  let chosen = 0;
  for (const choice of await page.locator(".view select option").all()) {
    await page.locator(".view select").selectOption(await choice.getAttribute("value"));
    chosen += await page.locator(".piece.chosen").count();
  }
  expect(chosen).toBe(wanted);
  await page.locator(".light").getByRole("button", { name: "Clear" }).click();
  expect(await page.locator(".piece.chosen").count()).toBe(0);
  await page.context().close();
});

test("a cell opens down to its quotes, and arrow keys go from cell to cell", async () => {
  const page = await open("themes");
  const cell = page.locator("[data-cell]").filter({ hasText: /^[1-9]/ }).first();
  const n = await cell.innerText();
  await cell.click();
  expect(await page.locator(".panel h3").innerText()).toMatch(new RegExp(`: ${n} passage`));
  await page.locator(".passages .row").first().click();
  await page.locator(".passage blockquote").waitFor();
  await page.locator('[data-cell="0-0"]').focus();
  for (const key of ["ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
  expect(await page.evaluate("document.activeElement.dataset.cell")).toBe("1-1");
  await page.getByText("flows", { exact: true }).click();
  await page.locator(".light").getByRole("button", { name: "Clear" }).click();
  await page.locator(".band").first().focus();
  await page.keyboard.press("Enter");
  await page.locator(".band.lit").first().waitFor();
  await page.context().close();
});

test("the machine's view is not in the document before somebody asks for it", async () => {
  const page = await open("map");
  for (const view of ["map", "themes", "read", ""]) {
    await page.goto(`${pathToFileURL(report("planted.html")).href}#/${view}`);
    if (view === "map") await page.locator(".passages .row").first().click();
    if (view === "read") await page.getByLabel("Ann").check();
    expect(await page.content(), view).not.toContain(PLANTED);
  }
  await page.goto(`${pathToFileURL(report("planted.html")).href}#/map`);
  await page.getByRole("button", { name: "The machine's view" }).click();
  expect(await page.content()).toContain(`${PLANTED} name`);
  await page.getByRole("button", { name: "The machine's view" }).click();
  expect(await page.content()).not.toContain(PLANTED);
  await page.context().close();
});

test("what is folded away in the overview is in the document only while it is open; without script it opens as ever", async () => {
  const context = await contextOf(browser);
  const page = await openReport(context, "quotes");
  const folded = page.locator("article details").first();
  expect(await folded.evaluate((details) => details.children.length)).toBe(1);
  await folded.locator("summary").click();
  await expect.poll(async () => folded.evaluate((details) => details.children.length)).toBe(2);
  await folded.locator("summary").click();
  await expect.poll(async () => folded.evaluate((details) => details.children.length)).toBe(1);
  const behind = page.locator("details.behind");
  expect(await behind.evaluate((details) => details.children.length)).toBe(1);
  await page.evaluate("location.hash = '#glance'");
  await expect.poll(async () => page.locator("#glance").isVisible()).toBe(true);
  await behind.locator("> summary").click();
  await expect.poll(async () => behind.evaluate((details) => details.children.length)).toBe(1);
  await page.getByRole("link", { name: "Read", exact: true }).click();
  await expect.poll(async () => page.locator("#parting").count()).toBe(0);
  await page.evaluate("location.hash = '#parting'");
  await expect.poll(async () => page.locator("#parting h2").isVisible()).toBe(true);
  expect(await page.title()).toBe(await page.locator("h1").innerText());
  await page.getByRole("link", { name: "Map", exact: true }).click();
  await expect.poll(async () => page.title()).toMatch(/^Map – /);
  await context.close();
  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(pathToFileURL(report("quotes")).href);
  await plain.locator("article details summary").first().click();
  expect(await plain.locator("article details dl").first().isVisible()).toBe(true);
  expect(await plain.locator("#content section h2").first().isVisible()).toBe(true);
  await plain.context().close();
});

test("whoever opens everything behind the page has seen what it tells of each passage", async () => {
  const context = await contextOf(browser);
  const page = await openReport(context, "quotes");
  await page.locator("details.behind > summary").click();
  await page.locator("#glance").waitFor();
  const ids = await page.locator("details.behind [data-segment]").evaluateAll((found) => found.map((each) => (each as HTMLElement).dataset["segment"] ?? ""));
  expect(ids.length).toBeGreaterThan(0);
  await page.getByRole("link", { name: "Review", exact: true }).click();
  await begin(page);
  const kept = await page.evaluate<string>("JSON.stringify({ ...localStorage })");
  for (const id of ids) expect(kept).toContain(id);
  await context.close();
});

test("the language stays, and the link that skips leads into the open view", async () => {
  const page = await open("map");
  await page.getByRole("button", { name: "Norsk" }).click();
  expect(await page.locator(".view h2").innerText()).toBe("Kart");
  await page.reload();
  expect(await page.locator(".view h2").innerText()).toBe("Kart");
  await page.locator("a.skip").focus();
  await page.keyboard.press("Enter");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Kart");
  expect(page.url()).toMatch(/#\/map$/);
  await page.context().close();
});

const OPENED: [name: string, view: string, act: (page: Page) => Promise<void>][] = [
  ["map-opened", "map", async (page) => {
    await page.locator(".passages .row").nth(1).click();
    for (const name of ["What people coded here", "The machine's view"]) await page.getByRole("button", { name }).click();
    await page.locator(".legend button").nth(2).click();
  }],
  ["themes-opened", "themes", async (page) => {
    await page.locator(".more").first().click();
    await page.locator("[data-cell]:not(:empty), .bars li button").first().click();
    await page.locator(".passages .row").first().click();
  }],
  ["flows", "themes", async (page) => {
    await page.getByText("flows", { exact: true }).click();
    await page.locator(".band").first().press("Enter");
    await page.locator(".band.lit").first().waitFor();
  }],
  ["read-margin", "read", async (page) => {
    for (const box of await page.locator(".choices input").all()) await box.check();
  }],
];

test.each(OPENED)("%s: axe finds nothing and nothing is cut off, at each width and in each scheme", async (name, view, act) => {
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      const context = await contextOf(browser, { width, scheme });
      const page = await openReport(context, "transcripts", view);
      await act(page);
      await page.waitForTimeout(150);
      await page.screenshot({ path: join(SHOTS, `${name}-${width}-${scheme}.png`) });
      expect(await violations(page), `${width} ${scheme}`).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"), `${width} ${scheme}`).toBe(0);
      await context.close();
    }
  }
});
