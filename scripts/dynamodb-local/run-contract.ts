// `npm run test:dynamodb-local`: the contract suite on Amazon's DynamoDB Local, which Maven fetches. Where there is no Java,
// no Maven, or nothing that it could fetch, it says so and is no failure (exit code 0); a failing test is one (1).
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const minJava = 17;
const fetchMs = 240_000;
const startMs = 30_000;
const suiteMs = 300_000;
const mainClass = "software.amazon.dynamodb.services.local.main.ServerRunner";

class Skipped extends Error {}

function assertTools(): void {
  const java = spawnSync("java", ["-version"], { encoding: "utf8" });
  if (java.error) throw new Skipped("there is no java");
  const version = Number(/version "(\d+)/.exec(java.stderr)?.[1]);
  if (!(version >= minJava)) throw new Skipped(`it needs Java ${minJava}, and java is ${java.stderr.split("\n")[0]}`);
  if (spawnSync("mvn", ["--version"]).error) throw new Skipped("there is no mvn");
}

/** From wherever Maven is set up to fetch from. `-U`: asks again for what it once did not get. */
function fetchInto(folder: string): void {
  const pom = join(import.meta.dirname, "pom.xml");
  const goal = ["dependency:copy-dependencies", `-DoutputDirectory=${folder}`, "-DincludeScope=runtime"];
  const { error, status, stdout } = spawnSync("mvn", ["-B", "-q", "-U", "-Dstyle.color=never", "-f", pom, ...goal], {
    encoding: "utf8",
    timeout: fetchMs,
  });
  if (error) throw new Skipped(`Maven did not fetch it: ${error.message}`);
  const reason = stdout.split("\n").find((line) => line.includes("ERROR"));
  if (status !== 0) throw new Skipped(`Maven did not fetch it: ${reason ?? `exit code ${status}`}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function start(folder: string, port: number): ChildProcess {
  const ofJava = ["-cp", join(folder, "*"), `-Dsqlite4java.library.path=${folder}`];
  const ofServer = ["-inMemory", "-disableTelemetry", "-port", String(port)];
  return spawn("java", [...ofJava, mainClass, ...ofServer], { stdio: "ignore" });
}

async function waitUntilItAnswers(server: ChildProcess, endpoint: string): Promise<void> {
  for (const untilMs = performance.now() + startMs; performance.now() < untilMs; await delay(200)) {
    if (server.exitCode !== null) throw new Skipped(`it ended with exit code ${server.exitCode} as it was started`);
    // Any answer will do, also that there is no such page.
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer) return;
  }
  throw new Skipped(`it did not answer within ${startMs / 1000} seconds`);
}

/** Its files one after another: they make tables of the same names. */
const runSuite = (endpoint: string): boolean =>
  spawnSync("vitest", ["run", "--project", "node", "--no-file-parallelism", "test/contract/dynamodb"], {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, DYNAMODB_ENDPOINT: endpoint },
    timeout: suiteMs,
  }).status === 0;

const folder = mkdtempSync(join(tmpdir(), "dynamodb-local-"));
let server: ChildProcess | undefined;
process.once("exit", () => {
  server?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

try {
  assertTools();
  fetchInto(folder);
  const port = await freePort();
  server = start(folder, port);
  const endpoint = `http://127.0.0.1:${port}`;
  await waitUntilItAnswers(server, endpoint);
  process.exitCode = runSuite(endpoint) ? 0 : 1;
} catch (error) {
  if (!(error instanceof Skipped)) throw error;
  console.log(`DynamoDB Local: skipped, ${error.message}.`);
} finally {
  server?.kill("SIGKILL");
}
