// Holds that no call in the pages' scripts passes more or fewer arguments than its function takes: ESLint can't know,
// TypeScript does. Its other findings wait until the scripts have types.
import ts from "typescript";

const WRONG_COUNT = new Set([2554, 2555, 2556, 2575]);

const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => report([problem]) };
const formatting = {
  getCurrentDirectory: ts.sys.getCurrentDirectory,
  getCanonicalFileName: (name) => name,
  getNewLine: () => "\n",
};

function report(found) {
  console.error(ts.formatDiagnostics(found, formatting));
  process.exitCode = 1;
}

const { options, fileNames } = ts.getParsedCommandLineOfConfigFile("jsconfig.json", {}, host);
if (!fileNames.length) throw new Error("jsconfig.json names no files");
const program = ts.createProgram(fileNames, options);
const problems = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
const wrong = problems.filter((problem) => problem.file && WRONG_COUNT.has(problem.code));
if (wrong.length) report(wrong);
