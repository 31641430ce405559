// 10,000 passages on the map of the page and in a page of Plotly, in one run: npm run bench
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import type { PageData } from "../src/data";
import { madeData } from "../tests/made";
import { escaped, madePage } from "../tests/page";

const N = 10_000;
const ROUNDS = 7;
interface Times { first: number; filter: number }

/** The same points, words and colours as Plotly draws them: WebGL, one trace a cluster. */
function plotlyPage(data: PageData): string {
  const plotly = readFileSync(createRequire(import.meta.url).resolve("plotly.js-dist-min"), "utf8");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Plotly</title><script>${plotly}</script></head>
<body><div id="plot" style="width:1200px;height:640px"></div><script type="application/json" id="d">${escaped(data)}</script><script>
const data = JSON.parse(document.getElementById("d").textContent), s = data.segments;
const traces = (keep) => [-1, ...data.clusters.map((c) => c.number)].map((number) => {
  const at = s.cluster.flatMap((c, i) => (c === number && keep(i) ? [i] : []));
  return { type: "scattergl", mode: "markers", name: String(number), x: at.map((i) => s.x[i]), y: at.map((i) => s.y[i]), text: at.map((i) => s.words[i]), hoverinfo: "text", marker: { size: 6 } };
});
const layout = { dragmode: "lasso", hovermode: "closest", margin: { l: 20, r: 20, t: 20, b: 20 } };
window.drawn = 0;
Plotly.newPlot("plot", traces(() => true), layout).then(() => { window.drawn += 1; });
window.filterBySession = (session) => Plotly.react("plot", traces((i) => s.session[i] === session), layout).then(() => { window.drawn += 1; });
</script></body></html>`;
}

// Counts how often the map was drawn, and keeps the time at which the first picture was on the screen.
const WATCH = `(() => {
  const old = CanvasRenderingContext2D.prototype.setTransform;
  let ours = 0;
  CanvasRenderingContext2D.prototype.setTransform = function (...given) { if (this.canvas.isConnected) ours += 1; return old.apply(this, given); };
  window.pictures = () => window.drawn ?? ours;
  window.onScreen = (before) => new Promise((done) => {
    const look = () => window.pictures() > before ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))) : requestAnimationFrame(look);
    look();
  });
  window.first = window.onScreen(0);
})()`;

async function timed(browser: Browser, address: string, filter: string): Promise<Times> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("pageerror", (error) => { throw error; });
  await page.addInitScript(WATCH);
  await page.goto(address);
  const first = await page.evaluate<number>("window.first");
  await page.waitForTimeout(300);
  const took = await page.evaluate<number>(`(async () => { const n = window.pictures(), t = performance.now(); ${filter}; return (await window.onScreen(n)) - t; })()`);
  await page.close();
  return { first, filter: took };
}

const OURS = `const select = document.querySelector(".filters select"); select.value = "1"; select.dispatchEvent(new Event("change", { bubbles: true }))`;
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

const folder = mkdtempSync(join(tmpdir(), "page-bench-"));
const data = madeData(N, { clusters: 21, words: "quotes" });
const ours = join(folder, "ours.html"), theirs = join(folder, "plotly.html");
writeFileSync(ours, madePage(data));
writeFileSync(theirs, plotlyPage(data));
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const found: { page: Times[]; plotly: Times[] } = { page: [], plotly: [] };
for (let round = 0; round < ROUNDS; round += 1) { // one after the other, so that both meet the same load
  found.page.push(await timed(browser, `file://${ours}#/map`, OURS));
  found.plotly.push(await timed(browser, `file://${theirs}`, "window.filterBySession(1)"));
}
const row = (what: keyof Times): Record<string, number | string> => {
  const [a, b] = [median(found.page.map((times) => times[what])), median(found.plotly.map((times) => times[what]))];
  return { what, n: N, rounds: ROUNDS, page_ms: Math.round(a), plotly_ms: Math.round(b), ratio: Math.round((100 * a) / b) / 100 };
};
const rows = [row("first"), row("filter")];
const about = { chromium: browser.version(), page_bytes: readFileSync(ours).length, plotly_bytes: readFileSync(theirs).length };
await browser.close();
console.log(JSON.stringify({ ...about, rows }, null, 2));
