// A reviewer's work comes back equal to what was clicked; nothing is lost on the way.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { begin, contextOf, launch, openReport } from "./browser";
import { python } from "./places";
import { dataOf, said, Worker } from "./work";

let browser: Browser;
beforeAll(async () => { browser = await launch(); });
afterAll(async () => { await browser.close(); });

interface Taken {
  conflicts: string[];
  decisions: { kind: string; by: string; segment?: string; code?: string[]; note?: string; settles?: number[]; to?: unknown; cluster?: number }[];
}

function takeIn(ledger: string, ...files: string[]): Taken {
  return JSON.parse(execFileSync(python(), ["proof/make_reports.py", "import", ledger, ...files], { encoding: "utf8" })) as Taken;
}

test("twenty decisions with undo, reload, a second tab and export come back as they were clicked", async () => {
  const context = await contextOf(browser);
  const talk: string[] = [];
  const data = dataOf("quotes");
  const page = await openReport(context, "quotes", "review", talk);
  await begin(page, "Åse K.");
  const worker = new Worker(page, data);
  const progress = page.locator(".progress");

  await worker.agree(["Much Waiting"], "She says so.");
  await worker.next();
  await worker.agree(["Much Trust", "Little Trust"]);
  await worker.next();
  await worker.agree([], "Small talk.");
  await worker.next();
  await worker.say("differ", "Bo reads it as trust, I do not.");
  await worker.next();
  await worker.agree(["Little Everyday life"], "wrong key");
  await worker.undo();
  await worker.agree(["Much Everyday life"], "<b>right</b> & “odd” \u202e signs");
  await worker.say("memo", "Come back to this one.");
  await expect.poll(() => progress.innerText()).toMatch(/^5 of \d+ /);

  await worker.page.getByLabel("Reason", { exact: true }).fill("not said yet");
  await page.reload();
  await expect.poll(() => progress.innerText()).toMatch(/^5 of \d+ /);
  expect(await page.getByText("Who decides?").count()).toBe(0); // asked once
  expect(await page.getByLabel("Reason", { exact: true }).inputValue()).toBe("not said yet");

  const other = new Worker(await openReport(context, "quotes", "review", talk), data);
  await other.next();
  await other.agree(["Little Waiting"], "from the second tab");
  await expect.poll(() => progress.innerText()).toMatch(/^6 of \d+ /); // seen at once in the first
  worker.clicked.push(...other.clicked);
  await page.bringToFront();
  await worker.next();
  await worker.press("Show the machine's view");
  await worker.agree(["Much Trust"], "after a look", "machine");
  const segment = await worker.segment();
  const suggested = data.machine?.names[data.machine.sets[data.segments.id.indexOf(segment)]?.[0] ?? -1] ?? "";
  await worker.reason("It fits.");
  await worker.press("Accept");
  worker.clicked.push({ kind: "accept", segment, code: [suggested], note: "It fits.", after: "machine" });
  await worker.reason("On second thoughts it does not.");
  await worker.press("Reject");
  worker.clicked.push({ kind: "reject", segment, code: [suggested], note: "On second thoughts it does not.", after: "machine" });
  for (let i = 0; i < 4; i += 1) {
    await worker.next();
    await worker.agree(["Little Trust"], `reading ${i}`);
  }

  await worker.part("Clusters");
  const cluster = data.clusters[0];
  const same = { cluster: cluster?.number ?? -1, members: cluster?.members ?? "" };
  await page.getByLabel("Which code is this cluster?").selectOption(data.codes[2]?.id ?? "");
  await worker.reason("The same words.");
  await worker.press("It is the same as this code");
  worker.clicked.push({ kind: "accept", ...same, code: [data.codes[2]?.id ?? ""], note: "The same words." });
  await page.getByLabel("Which code is this cluster?").selectOption(data.codes[3]?.id ?? "");
  await worker.press("It is not this code");
  worker.clicked.push({ kind: "reject", ...same, code: [data.codes[3]?.id ?? ""], note: "" });

  await worker.part("Codebook");
  await page.getByRole("option").nth(0).click();
  await page.getByLabel("New name").fill("The long wait");
  await worker.press("Propose it");
  worker.clicked.push({ kind: "rename", theme: "Waiting", to: "The long wait", note: "" });
  await page.getByRole("option").nth(4).click();
  await page.getByLabel("Merge it with others").check();
  await worker.tick(["Little Trust"]);
  await page.getByLabel("Code", { exact: true }).fill("Any trust");
  await worker.reason("Nobody can tell them apart.");
  await worker.press("Propose it");
  const made = { theme: "Trust", essence: "", definition: "" };
  worker.clicked.push({ kind: "merge", code: ["Trust/Much Trust", "Trust/Little Trust"], to: [{ ...made, code: "Any trust" }], note: "Nobody can tell them apart." });
  await page.getByRole("option").nth(7).click();
  await page.getByLabel("Split it").check();
  await page.getByLabel("Code", { exact: true }).nth(0).fill("At home");
  await page.getByLabel("Code", { exact: true }).nth(1).fill("At work");
  await page.getByLabel("Definition").nth(1).fill("What happens at work.");
  await worker.press("Propose it");
  const home = { theme: "Everyday life", essence: "" };
  worker.clicked.push({ kind: "split", code: ["Everyday life/Much Everyday life"], to: [
    { ...home, code: "At home", definition: "" }, { ...home, code: "At work", definition: "What happens at work." },
  ], note: "" });

  expect(worker.clicked.length).toBeGreaterThanOrEqual(18);
  await worker.undo(); // and the split once more
  await page.getByLabel("Code", { exact: true }).nth(0).fill("At home");
  await page.getByLabel("Code", { exact: true }).nth(1).fill("At work");
  await worker.press("Propose it");
  worker.clicked.push({ kind: "split", code: ["Everyday life/Much Everyday life"], to: [
    { ...home, code: "At home", definition: "" }, { ...home, code: "At work", definition: "" },
  ], note: "" });

  const first = await worker.save();
  expect(first.name).toMatch(/^proposals-Åse-K-\d{4}-\d\d-\d\d\.json$/);
  expect(said(first.file)).toEqual(worker.clicked);
  expect([first.file.by, first.file.role, first.file.study.key]).toEqual(["Åse K.", "coder", data.study.key]);
  expect(first.file.saw.map(({ segment: seen, what }) => [seen, what])).toEqual([[segment, "machine"]]);

  // afterwards it is a decision: no undo, and what is said anew names what it takes the place of
  expect(await page.getByRole("button", { name: "Undo my last" }).isDisabled()).toBe(true);
  await worker.part("My decisions");
  expect(await page.getByRole("button", { name: /^Undo:/ }).count()).toBe(0);
  await page.locator(".said li").filter({ hasText: "Merge" }).getByRole("button", { name: "Take back" }).click();
  await page.locator(".said").getByLabel("Reason", { exact: true }).fill("Too early.");
  await page.locator(".said button.main").click();
  const second = await worker.save();
  const merge = first.file.proposals.find((one) => one.kind === "merge");
  expect(second.file.proposals.at(-1)).toMatchObject({ kind: "memo", note: "Too early.", replaces: [merge?.id] });
  expect(second.file.proposals.slice(0, -1)).toEqual(first.file.proposals);
  expect(talk).toEqual([]);

  const folder = mkdtempSync(join(tmpdir(), "proof-"));
  const names = [first, second].map(({ path }, i) => {
    const to = join(folder, `proposals-${i}.json`);
    copyFileSync(path, to);
    return to;
  });
  const ledger = join(folder, "decisions.jsonl");
  const taken = takeIn(ledger, names[0] ?? "").decisions.filter((one) => one.kind !== "saw suggestions");
  expect(taken.map(({ kind, segment: at, code, note }) => ({ kind, segment: at, code: code ?? [], note: note ?? "" }))).toEqual(
    worker.clicked.map(({ kind, segment: at, code, note }) => ({ kind, segment: at, code: code ?? [], note })),
  );
  expect(new Set(taken.map((one) => one.by))).toEqual(new Set(["Åse K."]));
  expect(takeIn(ledger, names[0] ?? "").decisions.filter((one) => one.kind !== "saw suggestions")).toEqual(taken);
  const again = takeIn(ledger, names[1] ?? "").decisions;
  expect(again.at(-1)).toMatchObject({ kind: "memo", note: "Too early.", settles: [taken.findIndex((one) => one.kind === "merge") + 1] });
  await context.close();
});

test("a file opened on another machine goes on there", async () => {
  const data = dataOf("quotes");
  const home = await contextOf(browser);
  const worker = new Worker(await openReport(home, "quotes", "review"), data);
  await begin(worker.page);
  await worker.agree(["Much Waiting"]);
  const { path } = await worker.save();
  const away = await contextOf(browser);
  const page = await openReport(away, "quotes", "review");
  await page.locator("input[type=file]").setInputFiles({ name: "p.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await page.getByText("It is not a file of proposals that this page can read.").waitFor();
  await page.locator("input[type=file]").setInputFiles(path);
  await page.getByText(/^You decide as KL/).waitFor();
  expect(await page.locator(".progress").innerText()).toMatch(/^1 of /);
  await home.close();
  await away.close();
});

test("two reviewers' files go into one ledger, and where they contradict one another neither is dropped", async () => {
  const data = dataOf("quotes");
  const files: string[] = [];
  let segment = "";
  for (const [by, code] of [["KL", "Much Trust"], ["MR", "Little Trust"]] as const) {
    const context = await contextOf(browser); // another computer
    const worker = new Worker(await openReport(context, "quotes", "review"), data);
    await begin(worker.page, by);
    segment = await worker.segment();
    await worker.agree([code], `as ${by} reads it`);
    await worker.next();
    await worker.agree(["Much Waiting"], "alike");
    const path = join(mkdtempSync(join(tmpdir(), "proof-")), `proposals-${by}.json`);
    copyFileSync((await worker.save()).path, path);
    files.push(path);
    await context.close();
  }
  const ledger = join(mkdtempSync(join(tmpdir(), "proof-")), "decisions.jsonl");
  const { decisions, conflicts } = takeIn(ledger, ...files);
  expect(decisions.filter((one) => one.kind === "agree")).toHaveLength(4);
  expect(conflicts).toHaveLength(1);
  expect(conflicts[0]).toContain(segment);
});

test("what the overview showed counts as seen by whoever reads on, and only that", async () => {
  const data = dataOf("quotes");
  const context = await contextOf(browser);
  const page = await openReport(context, "quotes");
  const shown = page.locator("#parting [data-segment]");
  await shown.first().scrollIntoViewIfNeeded();
  const [first, last] = [await shown.first().getAttribute("data-segment"), await shown.last().getAttribute("data-segment")];
  await page.locator("#parting summary").first().click();
  await page.waitForTimeout(300);
  await page.getByRole("link", { name: "Review", exact: true }).click();
  await begin(page);
  const worker = new Worker(page, data);
  await worker.agree(["Much Waiting"]);
  const { file } = await worker.save();
  const saw = file.saw.map((one) => `${one.what} ${one.segment}`);
  expect(saw).toContain(`others ${first ?? ""}`);
  expect(saw).toContain(`machine ${first ?? ""}`);
  expect(saw).not.toContain(`others ${last ?? ""}`);
  await context.close();
});

test("a page on a newer state of the ledger says what of one's work was made before, and what it names that is gone", async () => {
  const context = await contextOf(browser);
  const page = await openReport(context, "planted.html", "review");
  await begin(page);
  const worker = new Worker(page, dataOf("planted.html"));
  await worker.tick(["Waiting lists"]);
  await worker.press("These codes stand");
  await page.close();
  const later = await openReport(context, "later.html", "review");
  await later.getByText(/1 of your proposals was made on an earlier state of the ledger \(0 decisions then, 7 now\)/).waitFor();
  await later.getByText("code Waiting/Essence/Waiting lists").waitFor();
  await context.close();
});

test("a full storage is said, nothing is lost while the page is open, and leaving warns", async () => {
  const data = dataOf("quotes");
  const context = await contextOf(browser);
  const worker = new Worker(await openReport(context, "quotes", "review"), data);
  await begin(worker.page);
  await worker.page.evaluate(`(() => { for (let n = 4 << 20; n > 0; n >>= 1) try { localStorage.setItem("full" + n, "x".repeat(n)); localStorage.setItem("again" + n, "x".repeat(n)); } catch {} })()`);
  await worker.agree(["Much Waiting"], "kept in memory");
  await worker.page.getByText("This browser's storage is full.").waitFor();
  const asked = new Promise<string>((tell) => worker.page.once("dialog", (dialog) => { tell(dialog.type()); void dialog.dismiss(); }));
  await worker.page.close({ runBeforeUnload: true });
  expect(await asked).toBe("beforeunload");
  expect(said((await worker.save()).file)).toEqual(worker.clicked);
  await context.close();
});

test("a review by keyboard alone", async () => {
  const context = await contextOf(browser);
  const page = await openReport(context, "quotes");
  const data = dataOf("quotes");
  const key = page.keyboard;
  const focused = async (): Promise<string> => page.evaluate<string>(`(() => {
    const at = document.activeElement;
    return [at.tagName, at.getAttribute("role") ?? at.type ?? "", (at.labels?.[0] ?? at).textContent.trim(), at.getAttribute("aria-label") ?? ""].join("|");
  })()`);
  const tabTo = async (wanted: RegExp, keyName = "Tab"): Promise<void> => {
    for (let i = 0; i < 80; i += 1) {
      if (wanted.test(await focused())) return;
      await key.press(keyName);
    }
    throw new Error(`No ${String(wanted)} within 80 steps; the focus is on ${await focused()}.`);
  };
  await tabTo(/^A\|.*\|Review\|/);
  await key.press("Enter");
  await tabTo(/Your name or initials/);
  await key.type("MR");
  await key.press("Enter"); // as what is not assumed
  await expect.poll(focused).toMatch(/radio\|researcher/);
  await key.press("ArrowDown");
  await key.press("Enter");
  await expect.poll(focused).toMatch(/^H3/); // the passage to decide on
  await tabTo(/listbox/, "Shift+Tab");
  const worker = new Worker(page, data);
  const first = await worker.segment();
  await key.press("m"); // what was seen cannot be taken back: a single stroke asks first
  expect(await page.locator(".told").innerText()).toMatch(/Press M again/);
  expect(await page.getByRole("button", { name: "Show the machine's view" }).count()).toBe(1);
  await key.press("Enter"); // to the passage
  await tabTo(/\|Little Trust\|/);
  await key.press("Space");
  await tabTo(/^TEXTAREA/);
  await key.type("By hand.");
  await key.press("Control+Enter");
  await expect.poll(focused).toMatch(/Next open passage/);
  await key.press("Enter");
  await expect.poll(() => worker.segment()).not.toBe(first);
  const second = await worker.segment();
  await expect.poll(focused).toMatch(/^H3/); // the new passage has the focus: no key before that, nobody is so fast
  await key.press("Escape"); // back to the list
  await expect.poll(focused).toMatch(/listbox/);
  await key.press("n");
  await expect.poll(() => page.locator(".progress").innerText()).toMatch(/^2 of /);
  await key.press("ArrowDown");
  const third = await worker.segment();
  expect(third).not.toBe(second);
  await key.press("n");
  await key.press("u");
  await expect.poll(() => page.locator(".progress").innerText()).toMatch(/^2 of /);
  await tabTo(/^BUTTON.*Save my decisions/, "Shift+Tab");
  const waiting = page.waitForEvent("download");
  await key.press("Enter");
  const path = await (await waiting).path();
  const { readFileSync } = await import("node:fs");
  const file = JSON.parse(readFileSync(path, "utf8")) as Parameters<typeof said>[0];
  expect(said(file)).toEqual([
    { kind: "agree", segment: first, code: ["Trust/Little Trust"], note: "By hand." }, { kind: "agree", segment: second, code: [], note: "" },
  ]);
  // single keys switched off do nothing
  await tabTo(/^SUMMARY/);
  await key.press("Enter");
  await tabTo(/Single keys in the list/);
  await key.press("Space");
  await tabTo(/listbox/, "Shift+Tab");
  await key.press("n");
  await expect.poll(() => page.locator(".progress").innerText()).toMatch(/^2 of /);
  await context.close();
});

test("ten thousand passages: few rows in the document, a step through the list and a filter at once", async () => {
  const context = await contextOf(browser);
  const page = await openReport(context, "many.html", "review");
  await begin(page);
  await page.getByLabel("Which passages").selectOption("all");
  await page.getByRole("listbox").focus();
  expect(await page.locator("[role=option]").count()).toBeLessThan(80);
  await page.keyboard.press("End");
  await expect.poll(() => page.locator("[role=option][aria-selected=true]").getAttribute("aria-posinset")).toBe("10000");
  const start = Date.now();
  for (let i = 0; i < 10; i += 1) await page.keyboard.press("ArrowUp");
  await expect.poll(() => page.locator("[role=option][aria-selected=true]").getAttribute("aria-posinset")).toBe("9990");
  expect((Date.now() - start) / 10, "milliseconds a step").toBeLessThan(250);
  await context.close();
});
