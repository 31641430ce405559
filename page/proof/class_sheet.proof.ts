// A student's sheet in a real browser: nothing but the talk, kept and said when it is not, and what it saves is read again.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contextOf, launch, SCHEMES, violations, WIDTHS } from "./browser";
import { FOLDER, python, SHOTS } from "./places";

const KITS = join(FOLDER, "class");
let browser: Browser;
beforeAll(async () => {
  execFileSync(python(), ["proof/make_kits.py", "make", KITS], { stdio: "inherit" });
  browser = await launch();
});
afterAll(async () => { await browser.close(); });

/** Open a sheet as a double click does. What it says or asks for ends up in `said`. */
async function openSheet(context: BrowserContext, path: string, said: string[] = []): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const address = pathToFileURL(join(KITS, path)).href;
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("blob:")) said.push(`asked for: ${request.url()}`);
  });
  await page.goto(address);
  await page.locator("#talk .said").first().waitFor();
  return page;
}

const turnOf = (page: Page, n: number) => page.locator(".said").nth(n);

async function choose(page: Page, n: number, names: string[]): Promise<void> {
  const turn = turnOf(page, n);
  const button = turn.locator("button.open");
  if ((await button.getAttribute("aria-expanded")) === "false") await button.click();
  for (const name of names) await turn.getByRole("checkbox", { name, exact: true }).check();
}

async function save(page: Page): Promise<{ name: string; path: string; text: string }> {
  const waiting = page.waitForEvent("download");
  await page.locator("#export").click();
  const download = await waiting;
  const path = await download.path();
  return { name: download.suggestedFilename(), path, text: readFileSync(path, "utf8") };
}

function collected(study: string, folder: string): { students: Record<string, unknown>[]; troubles: unknown[]; applied: unknown[] } {
  const out = execFileSync(python(), ["proof/make_kits.py", "collect", study, folder], { encoding: "utf8" });
  return JSON.parse(out) as ReturnType<typeof collected>;
}

test("a sheet is whole in each language, width and scheme, without network, and axe finds nothing", async () => {
  for (const [language, path] of [["en", "en/sheets/Ada.html"], ["nb", "nb/ark/Åse.html"]] as const) {
    for (const width of WIDTHS) {
      for (const scheme of SCHEMES) {
        const context = await contextOf(browser, { width, scheme });
        const said: string[] = [];
        const page = await openSheet(context, path, said);
        await page.locator("#meanings").check();
        await choose(page, 1, [language === "en" ? "presence" : "bli lyttet til"]);
        const at = `${language} ${width} ${scheme}`;
        expect(await violations(page), at).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth"), at).toBeLessThanOrEqual(width);
        const small = await page.locator("button:visible, input:visible, summary:visible").evaluateAll((all) =>
          all.filter((one) => { const { width: w, height: h } = one.getBoundingClientRect(); return w < 20 || h < 20; }).length);
        expect(small, `${at}: what is touched is large enough`).toBe(0);
        await page.screenshot({ path: join(SHOTS, `sheet_${language}_${width}_${scheme}.png`) });
        expect(said, at).toEqual([]);
        await context.close();
      }
    }
  }
});

test("by keyboard alone: open, choose, say why, go on, save; 'no code' and codes take each other away", async () => {
  const context = await contextOf(browser);
  const page = await openSheet(context, "nb/ark/Bo.html");
  const first = turnOf(page, 0);
  await first.locator("button.open").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab"); // no code
  await page.keyboard.press("Space");
  expect(await first.locator(".state").innerText()).toBe("ingen kode");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  expect(await first.locator(".state").innerText()).toBe("bli lyttet til");
  for (let i = 0; i < 8; i += 1) await page.keyboard.press("Tab");
  await page.keyboard.type("=fordi");
  await page.keyboard.press("Tab"); // next turn
  await page.keyboard.press("Enter");
  expect(await first.locator("button.open").getAttribute("aria-expanded")).toBe("false");
  expect(await turnOf(page, 1).locator("button.open").evaluate((one) => one === document.activeElement)).toBe(true);
  expect(await turnOf(page, 1).locator("button.open").getAttribute("aria-expanded")).toBe("true");
  await choose(page, 1, ["knapp tid", "tåle motstand"]);
  await choose(page, 2, ["ingen kode"]);
  const { name, text } = await save(page);
  expect(name).toBe("codings-Bo.csv");
  expect(text.split("\r\n").slice(0, 6)).toEqual([
    '\ufeff"coder","transcript","turn","code","note"',
    `"Bo","gruppe_1","2","bli lyttet til","'=fordi"`,
    '"Bo","gruppe_1","4","knapp tid",""',
    '"Bo","gruppe_1","4","tåle motstand",""',
    '"Bo","gruppe_1","5","ingen kode",""',
    '"Bo","gruppe_1","6","",""',
  ]);
  expect(await page.locator("#status").innerText()).toContain("codings-Bo.csv: 3 av 30");
  expect(await page.locator("#copy").inputValue()).toContain('"knapp tid"');
  expect(await page.locator("html").ariaSnapshot()).toContain('group "replikk 4 Ragnhild"');
  await context.close();
});

test("work is there after a reload, in a second tab, and said when it is cleared or cannot be kept", async () => {
  const context = await contextOf(browser);
  const page = await openSheet(context, "en/sheets/Ada.html");
  await choose(page, 0, ["presence"]);
  await page.reload();
  expect(await turnOf(page, 0).locator(".state").innerText()).toBe("presence");
  expect(await page.locator("#status").innerText()).toContain("Kept in this browser: 1 of 36");
  const other = await openSheet(context, "en/sheets/Ada.html");
  await choose(other, 1, ["demanding", "not my trade"]);
  await choose(page, 2, ["no code"]);
  await page.bringToFront();
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  expect(await turnOf(page, 1).locator(".state").innerText()).toBe("demanding + not my trade");
  expect(await page.locator("#trouble").innerText()).toContain("another tab or window");
  await other.reload();
  expect(await other.locator("#progress").innerText()).toBe("3 of 36 turns");
  const another = await openSheet(context, "en/sheets/Bo.html"); // another student on the same computer
  expect(await another.locator("#progress").innerText()).toBe("0 of 36 turns");
  await page.close(); // an open tab would put back what it holds
  await other.evaluate("localStorage.clear()");
  await choose(other, 3, ["no code"]);
  expect(await other.locator("#trouble").innerText()).toContain("was removed from outside");
  await other.reload();
  expect(await other.locator("#progress").innerText()).toBe("4 of 36 turns");
  await other.locator("#forget").click();
  await other.locator("#forget-sure").click();
  expect(await other.locator("#progress").innerText()).toBe("0 of 36 turns");
  await other.reload();
  expect(await other.locator("#progress").innerText()).toBe("0 of 36 turns");
  await context.close();

  const without = await contextOf(browser);
  await without.addInitScript("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });");
  const bare = await openSheet(without, "en/sheets/Ada.html");
  expect(await bare.locator("#trouble").innerText()).toContain("does not keep what you choose");
  await choose(bare, 0, ["presence"]);
  expect((await save(bare)).text).toContain('"6","presence"');
  await without.close();

  const full = await contextOf(browser);
  await full.addInitScript("Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError'); };");
  const stuffed = await openSheet(full, "en/sheets/Ada.html");
  await choose(stuffed, 0, ["presence"]);
  expect(await stuffed.locator("#trouble").innerText()).toContain("before you have saved your codes");
  let asked = false;
  stuffed.on("dialog", (dialog) => { asked = true; void dialog.accept(); });
  await stuffed.close({ runBeforeUnload: true });
  await expect.poll(() => asked).toBe(true);
  await full.close();

  const still = await browser.newContext({ javaScriptEnabled: false });
  const silent = await still.newPage();
  await silent.goto(pathToFileURL(join(KITS, "en/sheets/Ada.html")).href);
  expect(await silent.locator("noscript").innerText()).toContain("needs JavaScript");
  await still.close();
});

test("a hostile talk runs nothing, its codes come back as they are called, and nobody's codes are in the page", async () => {
  const context = await contextOf(browser, { width: 390 });
  const said: string[] = [];
  const page = await openSheet(context, "hostile/sheets/=cmd.html", said);
  const names = await page.evaluate<string[]>("JSON.parse(document.getElementById('sheet-data').textContent).codes.map((c) => c.name)");
  await choose(page, 0, []);
  for (const box of await turnOf(page, 0).getByRole("checkbox").all()) if ((await box.getAttribute("value")) !== "") await box.check();
  await turnOf(page, 0).locator("textarea").fill('"; DROP\n<script>window.ran=1</script>');
  const { name, path } = await save(page);
  expect(name).toBe("codings-=cmd.csv");
  expect(await page.evaluate("window.ran")).toBeUndefined();
  expect(await page.locator("script").count()).toBe(2);
  expect(await page.locator("img, svg, iframe, [onclick], [onerror]").count()).toBe(0);
  expect(said).toEqual([]);
  const home = join(KITS, "hostile/handed_in");
  copyFileSync(path, join(home, name));
  const found = collected(join(KITS, "hostile_study"), home);
  expect(found.students).toMatchObject([{ student: "=cmd", read: 1, applied: names.length }]);
  expect(found.troubles).toMatchObject([{ file: name, row: null }]); // no row says "no code"
  const all = readFileSync(join(KITS, "nb/ark/Åse.html"), "utf8");
  for (const told of ["Bo", "HN", "ÅV", "Ble enige", "Jeg lover aldri smertefri"]) expect(all).not.toContain(`>${told}`);
  expect(all).not.toContain("Jeg lover aldri smertefri");
  await context.close();
});

test("twelve students, half in workbooks and half in browsers, with the slips that people make", async () => {
  const home = join(KITS, "mixed");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  execFileSync(python(), ["proof/make_kits.py", "fill", join(KITS, "en/sheets"), home], { stdio: "inherit" });
  const students = ["Gro", "Hal", "Ida", "Jon", "Kim", "Liv"];
  for (const [at, student] of students.entries()) {
    const context = await contextOf(browser, { width: at % 2 === 0 ? 390 : 1280 });
    const page = await openSheet(context, `en/sheets/${student}.html`);
    for (let n = 0; n < 6 + at; n += 1) {
      if (student === "Hal" && n === 3) await page.reload(); // in the middle of it
      await choose(page, n, (n + at) % 3 === 0 ? ["no code"] : (n + at) % 3 === 1 ? ["presence"] : ["presence", "demanding"]);
    }
    const { name, path } = await save(page);
    copyFileSync(path, join(home, student === "Ida" ? "download.csv" : name)); // renamed on the way
    if (student === "Jon") copyFileSync(path, join(home, "codings-Jon (1).csv")); // saved twice
    if (student === "Kim") copyFileSync(join(KITS, "en/sheets/Kim.html"), join(home, "Kim.html")); // the page as well
    await context.close();
  }
  const { students: found, troubles } = collected("focus_group", home);
  expect(found.map((row) => row["student"])).toEqual(["Ada", "Bo", "Cem", "Dag", "Eva", "Fay", ...students]);
  expect(found.slice(6).map((row) => row["read"])).toEqual([6, 7, 8, 9, 10, 11]);
  expect(troubles).toMatchObject([
    { file: "Eva.xlsx", trouble: expect.stringContaining("no row says 'no code'") as string },
    { file: "Fay.xlsx", row: 4, trouble: expect.stringContaining("'presense' is not in the codebook") as string },
    { file: "Kim.html", trouble: expect.stringContaining("holds no codes") as string },
  ]);
});
