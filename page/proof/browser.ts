// A real browser, and everything that a page says or asks for while it is open.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { report } from "./places";

export const VIEWS = ["", "map", "themes", "disagreements", "review", "read"] as const;
export const WIDTHS = [1280, 390] as const;
export const SCHEMES = ["light", "dark"] as const;

export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}

export interface Look {
  width?: number;
  scheme?: "light" | "dark";
}

export async function contextOf(browser: Browser, { width = 1280, scheme = "light" }: Look = {}): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, reducedMotion: "reduce", acceptDownloads: true });
}

/** Open a report at a view. What it says on the console, and whatever it asks for beside itself, ends up in `said`. */
export async function openReport(context: BrowserContext, name: string, view = "", said: string[] = []): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const address = pathToFileURL(report(name)).href;
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const [at] = request.url().split("#");
    if (at !== address && !/^(data|blob):/.test(request.url())) said.push(`asked for: ${request.url()}`);
  });
  await page.goto(view === "" ? address : `${address}#/${view}`);
  await page.locator("nav.tabs").waitFor();
  return page;
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Found {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** What axe finds wrong: rules of WCAG 2.2 A and AA, and what it calls best practice. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<Found[]>(`axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
  }).then((result) => result.violations)`);
  return found.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary.slice(0, 300)}`);
}

export async function begin(page: Page, by = "KL"): Promise<void> {
  await page.getByLabel("Your name or initials").fill(by);
  await page.getByRole("radio", { name: "coder", exact: true }).check();
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await page.locator(".review").waitFor();
}
