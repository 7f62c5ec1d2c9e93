// What the tests of all clients share: a fetch that keeps what went over the wire, a WebSocket, and checks.
import assert from "node:assert/strict";
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket;

export const site = JSON.parse(process.argv[2]);

export function recorded() {
  const calls = [];
  async function recording(url, options = {}) {
    const response = await fetch(url, options);
    calls.push({ method: options.method ?? "GET", url: String(url), body: options.body, response });
    return response;
  }
  return { calls, fetch: recording };
}

// Clients tell on the console what they can't do with a schema.
const warnings = [];
for (const name of ["warn", "error"]) console[name] = (...words) => warnings.push(words.join(" "));

export async function until(holds, what) {
  for (let waited = 0; waited < 120_000; waited += 20) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`it did not happen: ${what}`);
}

export async function run(checks) {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
    } catch (problem) {
      process.stdout.write(`${name}: ${problem.stack ?? JSON.stringify(problem)}\n`);
      process.exit(1);
    }
  }
  process.stdout.write(`${JSON.stringify({ passed: Object.keys(checks), warnings })}\n`, () => process.exit(0));
}
