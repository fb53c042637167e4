// What `bench.mjs` measures, in headless Chromium, without the other packages: serves
// `page.html` with the package to the browser that `CHROME` names, and prints what it found.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";

const PATIENCE_MS = 300_000;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const CORE = new URL("../../", import.meta.url);

const server = createServer((request, response) => {
  if (request.method === "POST") {
    let said = "";
    request.on("data", (some) => (said += some));
    request.on("end", () => {
      response.end();
      if (request.url === "/found") console.log(said);
      end(request.url === "/found" ? null : said);
    });
    return;
  }
  try {
    const file = new URL(`.${request.url}`, CORE);
    const whole = readFileSync(file);
    // A page that is isolated from others is given a finer clock.
    response.writeHead(200, {
      "content-type": TYPES[extname(file.pathname)] ?? "text/plain; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    });
    response.end(whole);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));

const profile = mkdtempSync(join(tmpdir(), "septet-bench-"));
const page = `http://127.0.0.1:${server.address().port}/benches/peers/page.html`;
const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`];
const browser = spawn(process.env.CHROME ?? "chromium", [...flags, page], { stdio: "ignore" });
browser.on("error", (error) => end(error.message));
browser.on("exit", () => end("the browser ended early"));
const patience = setTimeout(() => end("the browser took too long"), PATIENCE_MS);

let ended = false;
function end(failure) {
  if (ended) return;
  ended = true;
  clearTimeout(patience);
  if (failure !== null) {
    console.error(failure);
    process.exitCode = 1;
  }
  const clear = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  if (browser.exitCode === null && browser.pid !== undefined) {
    browser.on("exit", clear);
    browser.kill();
  } else {
    clear();
  }
  server.close();
  server.closeAllConnections();
}
