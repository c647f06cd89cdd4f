// One SESami in a folder at a time: two would build over and overwrite each other. The first one answers at a socket of the
// folder's own, so a process that died holds nothing, and the second one can say where the first is.
import { createHash } from "node:crypto";
import { mkdirSync, realpathSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface FolderClaim {
  /** From now on those who come second are told this address. */
  tell: (dashboardUrl: string) => void;
  release: () => Promise<void>;
}

/** The folder is somebody else's. */
export class FolderTakenError extends Error {
  /** @param dashboardUrl undefined while the other one still starts */
  constructor(folder: string, dashboardUrl?: string) {
    super(
      `SESami ${dashboardUrl === undefined ? "is being started" : `runs already, at ${dashboardUrl},`} with its state in ${folder}. ` +
        "Stop it there with Ctrl-C, or give this one a folder of its own: npm start -- --folder PATH",
    );
    this.name = "FolderTakenError";
  }
}

/** Short, whatever the folder's path: the name of a socket has at most some 100 bytes. */
function socketOf(folder: string): string {
  const name = `sesami-${createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 16)}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const listen = (server: Server, socket: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, () => {
      server.off("error", reject);
      resolve();
    });
  });

/** What the one that has the folder says; undefined when nobody answers. */
const ask = (socket: string): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    let answer = "";
    const connection = createConnection(socket);
    connection.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
    connection.once("end", () => resolve(answer));
    connection.once("error", (error) => {
      if (["ECONNREFUSED", "ENOENT"].includes(codeOf(error) ?? "")) resolve(undefined);
      else reject(error);
    });
  });

/**
 * Makes the folder, where it is not there yet, and holds it until released or until this process ends.
 * @throws FolderTakenError
 */
export async function claimFolder(folder: string): Promise<FolderClaim> {
  mkdirSync(folder, { recursive: true });
  const socket = socketOf(folder);
  let dashboardUrl = "";
  const server = createServer((connection) => connection.on("error", () => undefined).end(dashboardUrl));
  try {
    await listen(server, socket);
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE") throw error;
    const answer = await ask(socket);
    if (answer !== undefined) throw new FolderTakenError(folder, answer || undefined);
    // Left behind by one that was killed.
    rmSync(socket, { force: true });
    await listen(server, socket);
  }
  server.unref();
  return {
    tell: (url) => {
      dashboardUrl = url;
    },
    release: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
