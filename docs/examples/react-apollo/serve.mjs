// Serves the built app: its pages rendered with data, and its files.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { render } from "./dist/server/server.js";

const ROADSHOW = process.env.ROADSHOW ?? "http://localhost:8000";
const PORT = Number(process.env.PORT ?? 4173);
const FILES = fileURLToPath(new URL("dist/", import.meta.url));
const TYPES = { ".js": "text/javascript", ".css": "text/css" };
const template = await readFile(join(FILES, "index.html"), "utf-8");

async function page(code, language) {
  const url = `${ROADSHOW}/graphql`;
  const { html, state } = await render(url, code, language);
  // Inside a script element, no text may end it.
  const start = JSON.stringify({ url, code, state }).replaceAll("<", "\\u003c");
  return template
    .replace("<!--app-->", () => html)
    .replace("<!--state-->", () => `<script id="start" type="application/json">${start}</script>`);
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  try {
    if (pathname === "/") {
      const html = await page(searchParams.get("place") ?? "320583", request.headers["accept-language"] ?? "en");
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", vary: "Accept-Language" }).end(html);
    } else if (/^\/assets\/[\w.-]+$/.test(pathname)) {
      const file = await readFile(join(FILES, pathname));
      response.writeHead(200, { "content-type": TYPES[extname(pathname)] ?? "application/octet-stream" }).end(file);
    } else {
      response.writeHead(404).end();
    }
  } catch (problem) {
    console.error(problem);
    response.writeHead(problem.code === "ENOENT" ? 404 : 500).end();
  }
});
server.listen(PORT, "localhost", () => console.log(`http://localhost:${PORT}/`));
