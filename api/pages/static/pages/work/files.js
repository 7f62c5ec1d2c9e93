// Files of jobs, and files sent for one.

import { Problem, change, key } from "../frame/api.js";
import { download } from "../frame/dom.js";

/** The answer to a request for a job's file, with the reader's key, which no link would send. */
async function fetched({ url }) {
  const answer = await fetch(url, { headers: key() ? { Authorization: `Bearer ${key()}` } : {} });
  if (!answer.ok) throw new Problem(null, await answer.text());
  return answer;
}

/** Save a job's file. */
export const save = async (file) => download(file.name, "", await (await fetched(file)).blob());

/** What a job's file says, as JSON. */
export const readJson = async (file) => (await fetched(file)).json();

/** Send a file to an address of its own; the token that names it from then on. */
export async function send(file) {
  const { upload } = await change("job-upload", { name: file.name });
  const answer = await fetch(upload.url, { method: "PUT", body: file });
  if (!answer.ok) throw new Problem(null, await answer.text());
  return upload.token;
}
