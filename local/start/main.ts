// `npm start`: SESami on this machine, with a login, a key and mail to look at. `--fresh` forgets what was there.
import { rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { inspect, parseArgs } from "node:util";
import { laptopRegion, operatorAccountId, startLaptop, type Laptop, type LaptopOptions } from "../laptop.ts";
import { openState } from "../state.ts";
import { buildWhatIsStale, projectRoot } from "./build.ts";
import { demoLogin, demoOf, prepareDemo, sendDemoMail } from "./demo.ts";
import { claimFolder, FolderTakenError } from "./folder-claim.ts";
import { findFreePort } from "./ports.ts";
import { reloadOnSave } from "./reload.ts";

const usualFolder = join(projectRoot, ".sesami");
const wantedPorts = { dashboard: 4280, api: 4281, aws: 4282 };

const say = (line: string): void => console.log(line);
const note = (line: string): void => console.log(`  ${line}`);

const usage = `npm start -- [--fresh] [--verbose] [--folder PATH]

  --fresh     forget everything that was there
  --verbose   show every line that functions write
  --folder    keep state elsewhere than in .sesami`;

function parseArguments(): { isFresh: boolean; isVerbose: boolean; folder: string } {
  try {
    const { values } = parseArgs({
      options: {
        fresh: { type: "boolean" },
        verbose: { type: "boolean" },
        folder: { type: "string" },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      say(usage);
      process.exit(0);
    }
    const folder = resolve(values.folder ?? usualFolder);
    return { isFresh: values.fresh ?? false, isVerbose: values.verbose ?? false, folder };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return process.exit(2);
  }
}

async function findPorts(): Promise<typeof wantedPorts> {
  const taken = (port: number, instead: number) => note(`port ${port} is taken, using ${instead}`);
  return {
    dashboard: await findFreePort(wantedPorts.dashboard, taken),
    api: await findFreePort(wantedPorts.api, taken),
    aws: await findFreePort(wantedPorts.aws, taken),
  };
}

/** Unless told otherwise only what somebody would look for: warnings and errors of functions. */
const showFunctionLog =
  (isVerbose: boolean) =>
  ({ functionName, line }: { functionName: string; line: string }): void => {
    if (isVerbose || /"level":"(warn|error)"|Error/.test(line)) note(`${functionName}: ${line}`);
  };

/** For the operator's commands (`npm run redrive`, `aws`) in another shell. */
function operatorShell({ cloud }: Laptop): string {
  const { accessKeyId, secretAccessKey } = cloud.identity.rootCredentials(operatorAccountId);
  return [
    `AWS_ENDPOINT_URL=${cloud.url} AWS_REGION=${laptopRegion}`,
    `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
  ].join(" ");
}

/** What to type to begin anew in this folder. */
const freshStart = (folder: string): string =>
  `npm start -- --fresh${folder === usualFolder ? "" : ` --folder ${folder}`}`;

function announce(laptop: Laptop, apiKey: string, folder: string): void {
  say(`
SESami is ready:  ${laptop.dashboardUrl}

  Sign in with    ${demoLogin.email}  /  ${demoLogin.password}
  Inbox           ${laptop.inboxUrl}   (all mail that was sent; open it there, click its links)
  API             ${laptop.apiUrl}
  API key         ${apiKey}

Send a mail, then open it in the inbox and watch the dashboard:

  curl ${laptop.apiUrl}/mail \\
    -H "Authorization: Bearer ${apiKey}" -H "Content-Type: application/json" \\
    -d '{"from":"hello@shop.example","to":"you@people.example","subject":"Hello","html":"<p>Read <a href=\\"https://shop.example/\\">this</a></p>"}'

The operator's commands (npm run redrive, aws sqs …) work on it in a shell with

  export ${operatorShell(laptop)}

Ctrl-C stops it; what is there stays in ${relative(process.cwd(), folder) || "."}/ (${freshStart(folder)} forgets it).
`);
}

/** Somebody may take a port between the look and the start: then others are looked for. */
async function startOnFreePorts(options: Omit<LaptopOptions, "ports">, attempts = 3): Promise<Laptop> {
  try {
    return await startLaptop({ ...options, ports: await findPorts() });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || attempts === 1) throw error;
    return startOnFreePorts(options, attempts - 1);
  }
}

async function main(): Promise<void> {
  const { isFresh, isVerbose, folder } = parseArguments();
  const claim = await claimFolder(folder);
  if (isFresh) rmSync(join(folder, "state"), { recursive: true, force: true });
  say("Starting SESami on this machine …");
  const built = await buildWhatIsStale(folder, note);
  const state = openState(join(folder, "state"));
  const laptop = await startOnFreePorts({
    built,
    state,
    log: (line, error) => note(error === undefined ? line : `${line}: ${inspect(error)}`),
    onFunctionLog: showFunctionLog(isVerbose),
  });
  claim.tell(laptop.dashboardUrl);
  const stopReloading = reloadOnSave({ functions: laptop.functions, reload: laptop.cloud.functions.reload, log: note });

  let stoppingSinceMs: number | undefined;
  const stop = async () => {
    // One Ctrl-C may arrive twice, from the terminal and from npm; a person's second one means it.
    if (stoppingSinceMs !== undefined && Date.now() - stoppingSinceMs > 1000) process.exit(130);
    if (stoppingSinceMs !== undefined) return;
    stoppingSinceMs = Date.now();
    say("\nStopping …");
    stopReloading();
    await laptop.stop();
    await claim.release();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());

  const options = demoOf(laptop, state);
  const { apiKey, isNew } = await prepareDemo(options);
  announce(laptop, apiKey, folder);
  if (!isNew) return;
  try {
    await sendDemoMail(options, apiKey);
    note("demo mail was sent: people open and click it now");
  } catch (error) {
    if (stoppingSinceMs === undefined) throw error;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof FolderTakenError ? error.message : error);
  process.exit(1);
});
