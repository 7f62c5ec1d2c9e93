// The audit of graphql-http against the server at process.argv[2]; prints one JSON line.
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2], fetchFn: fetch });
const rows = [];
for (const result of results) {
  rows.push({
    name: result.name,
    status: result.status,
    reason: result.status === "ok" ? undefined : result.reason,
  });
}
console.log(JSON.stringify(rows));
