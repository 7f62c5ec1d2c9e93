// A job to its end.

import { Problem, ask } from "../frame/api.js";

const UNDER_WAY = new Set(["QUEUED", "RUNNING"]);
/** Milliseconds between two looks: at first, and at most. */
const SOON = 250;
const LATE = 2000;

/**
 * The job once it has ended; `told` hears how it stands meanwhile. Raises Problem unless it succeeded.
 *
 * @param {string} id
 * @param {(job: { progress: number | null, message: string | null }) => void} told
 */
export async function ended(id, told) {
  for (let wait = SOON; ; wait = Math.min(LATE, wait * 1.4)) {
    const { job } = await ask("job", { id });
    if (!job) throw new Problem("NOT_FOUND", id);
    told(job);
    if (job.state === "SUCCEEDED") return job;
    if (!UNDER_WAY.has(job.state)) throw new Problem(job.state, job.error ?? job.state);
    await new Promise((done) => setTimeout(done, wait));
  }
}
