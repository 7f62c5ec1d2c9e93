// Runs TypeScript texts, given as JSON by name on standard input, each as a module; prints what each printed, by name.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const typescript = createRequire(pathToFileURL(join(process.argv[2], "package.json")))("typescript");
const options = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 };
const folder = await mkdtemp(join(tmpdir(), "typescript-"));
const printed = {};
try {
  for (const [name, source] of Object.entries(JSON.parse(await text(process.stdin)))) {
    const { outputText, diagnostics } = typescript.transpileModule(source, {
      compilerOptions: options,
      reportDiagnostics: true,
    });
    if (diagnostics.length) throw new Error(`${name}: ${diagnostics.map((each) => each.messageText).join("; ")}`);
    const path = join(folder, `${name}.mjs`);
    await writeFile(path, outputText);
    const log = console.log;
    console.log = (line) => void (printed[name] = line);
    await import(pathToFileURL(path));
    console.log = log;
  }
} finally {
  await rm(folder, { recursive: true });
}
process.stdout.write(JSON.stringify(printed));
