// `cdk deploy` begins here: reads the configuration, adds the stacks.
// Context: `-c web=false` leaves the dashboard out; `-c alarmEmail=…` sends alarms to an address; `-c cache=momento` lets
// functions share the sessions of customers' roles; `-c projectorWindowSeconds=…` has events wait for others to be counted.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Annotations, App, Tags } from "aws-cdk-lib";
import { parseCacheKind } from "../constructs/credential-cache.ts";
import { parseProjectorWindow } from "../stacks/ingest-stack.ts";
import { addSesami } from "../stacks/sesami.ts";
import { dashboardFolder } from "../stacks/web-stack.ts";

const app = new App({ analyticsReporting: false });
Tags.of(app).add("application", "sesami");

const account = process.env["CDK_DEFAULT_ACCOUNT"];
const region = process.env["CDK_DEFAULT_REGION"];
const isWanted = app.node.tryGetContext("web") !== "false";
const isBuilt = existsSync(join(dashboardFolder, "index.html"));

const { data } = addSesami(app, {
  withWeb: isWanted && isBuilt,
  cache: parseCacheKind(app.node.tryGetContext("cache")),
  projectorWindow: parseProjectorWindow(app.node.tryGetContext("projectorWindowSeconds")),
  ...(account && region ? { env: { account, region } } : {}),
});
if (isWanted && !isBuilt)
  Annotations.of(data).addWarningV2(
    "sesami:no-dashboard",
    "The dashboard is not built, so the web stack is left out: run `npm run build:web` first.",
  );

app.synth();
