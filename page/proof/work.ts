// A reviewer at work: what was clicked, and what the file should say of it.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import type { PageData } from "../src/data";
import type { Proposal, Proposals } from "../src/review/proposals";
import { report } from "./places";

export function dataOf(name: string): PageData {
  const [, json = ""] = /id="page-data">(.*?)<\/script>/s.exec(readFileSync(report(name), "utf8")) ?? [];
  return JSON.parse(json) as PageData;
}

export type Clicked = Omit<Proposal, "id" | "at" | "replaces">;

export class Worker {
  readonly clicked: Clicked[] = [];

  constructor(readonly page: Page, private readonly data: PageData) {}

  /** The passage that is open, found by its words. */
  async segment(): Promise<string> {
    const text = await this.page.locator(".decide blockquote").innerText();
    return this.data.segments.id[this.data.segments.words.indexOf(text.trim())] ?? "none";
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name: new RegExp(`^${name}(:|$)`) }).first().click();
  }

  async reason(note: string): Promise<void> {
    await this.page.getByLabel("Reason", { exact: true }).fill(note);
  }

  async tick(names: string[]): Promise<void> {
    for (const name of names) await this.page.getByRole("checkbox", { name, exact: true }).check();
  }

  async agree(names: string[], note = "", after?: Clicked["after"]): Promise<void> {
    const segment = await this.segment();
    const code = this.data.codes.filter((one) => names.includes(one.name)).map((one) => one.id);
    await this.tick(names);
    await this.reason(note);
    await this.press(names.length > 0 ? "These codes stand" : "No code fits");
    this.clicked.push({ kind: "agree", segment, code, note, ...(after === undefined ? {} : { after }) });
  }

  async say(kind: "differ" | "memo", note: string): Promise<void> {
    const segment = await this.segment();
    await this.reason(note);
    await this.press(kind === "differ" ? "We still differ" : "Only a memo");
    this.clicked.push({ kind, segment, note });
  }

  async next(): Promise<void> {
    await this.press("Next open passage");
  }

  async undo(): Promise<void> {
    await this.press("Undo my last");
    this.clicked.pop();
  }

  async part(name: string): Promise<void> {
    await this.page.locator(".parts").getByRole("button", { name }).click();
  }

  async save(): Promise<{ file: Proposals; path: string; name: string }> {
    const waiting = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name: /^Save my decisions/ }).click();
    const download = await waiting;
    const path = await download.path();
    return { file: JSON.parse(readFileSync(path, "utf8")) as Proposals, path, name: download.suggestedFilename() };
  }
}

/** What a file says, without what differs from one run to the next. */
export function said(file: Proposals): Clicked[] {
  return file.proposals.map((proposal) => {
    const { id, at, replaces, ...rest } = proposal;
    if (id === "" || at === "" || replaces?.length === 0) throw new Error("a proposal without id or time");
    return rest;
  });
}
