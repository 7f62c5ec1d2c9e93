// The client of the API: operations by their id, the reader's language, the key of this tab or the browser's session.

import { language } from "./texts.js";

// sessionStorage: gone with the tab, never sent by itself (so nothing to forge), never in an address. What could
// read it is a script of this origin alone, and the content security policy lets no other run or be asked.
const KEY = "roadshow.key";

export function key() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function storeKey(value) {
  if (value) sessionStorage.setItem(KEY, value);
  else sessionStorage.removeItem(KEY);
}

/**
 * Whether the browser sent a session's cookie for this page, and so sends it with each question; scripts can't read it.
 * A key goes before it. The session may have ended: then its `viewer` is the public.
 */
export const hasSession = "session" in document.documentElement.dataset;

const ENDED = "roadshow.ended";

/** The key of this tab isn't valid any more: forget it, and remember that until it was said. */
function end() {
  storeKey(null);
  sessionStorage.setItem(ENDED, "1");
}

/** Whether a key came to its end without anybody having said so yet; from now on it is said. */
export function takeEnded() {
  const ended = sessionStorage.getItem(ENDED) !== null;
  sessionStorage.removeItem(ENDED);
  return ended;
}

/** What the API refused or could not answer, with a code that `texts` knows in words. */
export class Problem extends Error {
  /** `retryAfter`: seconds after which it is worth asking again, where waiting helps. */
  constructor(code, message, retryAfter = null) {
    super(message);
    this.code = code;
    this.retryAfter = code === "UNAVAILABLE" ? retryAfter : null;
  }
}

/** What this page asked so far: operation to its latest variables. */
export const asked = new Map();

/**
 * The data of the operation `id`. Raises Problem; with `partial`, gives what there is where single fields are refused.
 * `signal` takes the question back.
 */
export async function ask(id, variables = {}, { signal, partial = false, authorization = key() } = {}) {
  asked.set(id, variables);
  const headers = {
    "Content-Type": "application/json",
    Accept: "application/graphql-response+json",
    "Accept-Language": language,
  };
  if (authorization) headers.Authorization = `Bearer ${authorization}`;
  let answer;
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers,
      body: JSON.stringify({ documentId: id, variables }),
      signal,
    });
    answer = await response.json();
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Problem("NETWORK", String(problem));
  }
  if (answer.errors?.length) {
    const first = answer.errors[0];
    const code = first.extensions?.code ?? "INTERNAL";
    if (code === "UNAUTHENTICATED" && authorization && authorization === key()) end();
    if (!partial || !answer.data) throw new Problem(code, first.message, first.extensions?.retryAfter);
  }
  return answer.data;
}

/** All nodes of the connection `name` that the operation `id` gives page by page; `also` is told the data of each page. */
export async function everyNode(id, name, also) {
  const found = [];
  let after = null;
  do {
    const data = await ask(id, { after });
    also?.(data);
    const { edges, pageInfo } = data[name];
    found.push(...edges.map((edge) => edge.node));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return found;
}

/** As `ask`, for a mutation: what its payload's `userErrors` say becomes a Problem. */
export async function change(id, variables) {
  const [payload] = Object.values(await ask(id, variables));
  const [wrong] = payload.userErrors;
  if (wrong) throw Object.assign(new Problem(wrong.code, wrong.message), { field: wrong.field });
  return payload;
}

let viewer;

/** Who asks; the public without a key or a session. */
export function currentViewer() {
  viewer ??=
    key() || hasSession
      ? ask("viewer")
          .then((data) => data.viewer)
          .catch((problem) => {
            if (problem.code !== "UNAUTHENTICATED") throw problem;
            return nobody;
          })
      : Promise.resolve(nobody);
  return viewer;
}

const nobody = { role: "PUBLIC", name: null, account: null, subject: null };
export const STAFF = new Set(["ORGANISER", "ADMIN"]);

/** The newest question wins: while one is under way only the last one asked meanwhile follows it. */
export function latest(work) {
  let running = false;
  let waiting = null;
  return async function run(...given) {
    if (running) {
      waiting = given;
      return;
    }
    running = true;
    try {
      await work(...given);
    } finally {
      running = false;
      if (waiting) {
        const next = waiting;
        waiting = null;
        run(...next);
      }
    }
  };
}

/** Work that is done once, by whoever needs it first; after a failure it is done again. */
export function once(work) {
  let doing = null;
  return () =>
    (doing ??= work().catch((problem) => {
      doing = null;
      throw problem;
    }));
}
