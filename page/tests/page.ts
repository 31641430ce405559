// A whole page around made data, as the report lays it out, for tests in a browser.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PageData } from "../src/data";

const built = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../src/alliance_nlp/reports/templates/${name}`, import.meta.url)), "utf8");
const hash = (text: string): string => `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
const HIDDEN: Record<string, string> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029" };

export function escaped(data: PageData): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (sign) => HIDDEN[sign] ?? sign);
}

export function madePage(data: PageData): string {
  const style = built("page.css") + built("app.css");
  const script = built("page.js") + built("app.js");
  const policy = `default-src 'none'; img-src data:; style-src '${hash(style)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Made page</title><style>${style}</style></head>
<body><a class="skip" href="#content">Skip to the content</a>
<header><p class="kind">Machine suggestions, for people to judge</p><h1>A made study</h1><p class="lead">Made data.</p></header>
<div id="app"></div>
<div class="columns overview"><main id="content"><section id="parting"><h2>Where coders part</h2><article><h3>A passage</h3>
<details><summary>The machine's view</summary><dl><div><dt>machine</dt><dd>sentinel of the machine</dd></div></dl></details>
</article></section></main></div>
<script type="application/json" id="page-data">${escaped(data)}</script>
<script>${script}</script></body></html>`;
}
