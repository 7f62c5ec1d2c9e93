// The same question from a shell, from TypeScript and from Python; each prints the answer's data as JSON.

import { language } from "../texts.js";

/** Texts by title: the operation, its variables, and three ways to ask it. `secret`: whether a key is needed. */
export function snippets(query, variables, secret) {
  const address = `${location.origin}/graphql`;
  const values = JSON.stringify(variables, null, 2);
  const body = JSON.stringify({ query: query.replaceAll(/\s+/g, " ").trim(), variables });
  const quoted = body.replaceAll("'", `'\\''`);
  const template = query.replaceAll(/[`\\]|\$\{/g, (found) => `\\${found}`);
  const bearer = secret ? ` \\\n  -H "Authorization: Bearer $ROADSHOW_KEY"` : "";
  return {
    GraphQL: `${query}\n# ${JSON.stringify(variables)}\n`,
    curl: `curl -s ${address} \\\n  -H 'Content-Type: application/json' \\\n  -H 'Accept-Language: ${language}'${bearer} \\\n  -d '${quoted}'\n`,
    TypeScript: `const query = \`${template}\`;
const variables = ${values};

const response = await fetch("${address}", {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    "Accept-Language": "${language}",${secret ? "\n    Authorization: `Bearer ${process.env.ROADSHOW_KEY}`," : ""}
  },
  body: JSON.stringify({ query, variables }),
});
const { data, errors }: { data?: unknown; errors?: { message: string }[] } = await response.json();
if (errors) throw new Error(errors[0].message);
console.log(JSON.stringify(data, null, 2));
`,
    Python: `import json
import os
import urllib.request

query = """
${query}"""
variables = json.loads(r"""
${values}
""")

request = urllib.request.Request(
    "${address}",
    json.dumps({"query": query, "variables": variables}).encode(),
    {
        "Content-Type": "application/json",
        "Accept-Language": "${language}",${secret ? `\n        "Authorization": f"Bearer {os.environ['ROADSHOW_KEY']}",` : ""}
    },
)
answer = json.load(urllib.request.urlopen(request))
if "errors" in answer:
    raise SystemExit(answer["errors"][0]["message"])
print(json.dumps(answer["data"], indent=2))
`,
  };
}
