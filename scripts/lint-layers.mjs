// The import rules of the architecture as a lint plugin: who may import whom, and a domain without a clock.
// The table below is the architecture; test/fixtures/lint holds files that must fail it.
import { dirname, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

/** Layer → the layers it may import. `lambdas/*` stands for one folder per function: none may import another. */
const mayImport = {
  "shared/domain": [],
  "shared/contract": ["shared/domain"],
  "shared/store": ["shared/domain", "shared/contract"],
  "shared/aws": ["shared/domain", "shared/contract"],
  "lambdas/runtime": ["shared"],
  "lambdas/*": ["shared", "lambdas/runtime"],
  infra: ["shared/contract"],
  web: ["shared/contract"],
  local: ["shared/contract"],
};

const layerOf = (file) => {
  const path = relative(root, file).replaceAll("\\", "/");
  const [top, folder] = path.split("/");
  if (top === "lambdas" && folder !== "runtime") return { name: `lambdas/${folder}`, rule: "lambdas/*" };
  const name = Object.keys(mayImport).find((layer) => path.startsWith(`${layer}/`));
  return name && { name, rule: name };
};

const isWithin = (layer, allowed) => allowed.some((name) => layer === name || layer.startsWith(`${name}/`));

const checkImport = (context, node) => {
  const specifier = node.source?.value;
  if (typeof specifier !== "string" || !specifier.startsWith(".")) return;
  const from = layerOf(context.filename);
  const to = layerOf(resolve(dirname(context.filename), specifier));
  if (!to || from?.name === to.name) return;
  if (!from) {
    if (to.name === "local" && !/^(cli|bench|test)\//.test(relative(root, context.filename)))
      context.report({ node, message: "nothing but tests, benchmarks and the command line imports local" });
    return;
  }
  if (!isWithin(to.name, mayImport[from.rule]))
    context.report({ node, message: `${from.name} may not import ${to.name}` });
};

const layers = {
  create: (context) => {
    const check = (node) => checkImport(context, node);
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

const noClock = {
  create: (context) => ({
    NewExpression: (node) => {
      if (node.callee.name === "Date" && node.arguments.length === 0)
        context.report({ node, message: "the domain has no clock: take the time as an argument" });
    },
  }),
};

export default { meta: { name: "house" }, rules: { layers, "no-clock": noClock } };
