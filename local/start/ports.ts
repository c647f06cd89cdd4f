// Finds a port that is free, beginning with the one that people know by heart.
import { createServer } from "node:net";

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

const attempts = 20;

/** `wanted` or the next free one above it, with steps of ten so that neighbours keep their places. 0 stays 0: any. */
export async function findFreePort(wanted: number, onTaken: (port: number, instead: number) => void): Promise<number> {
  if (wanted === 0) return 0;
  for (let step = 0; step < attempts; step += 1) {
    const port = wanted + 10 * step;
    if (await isFree(port)) {
      if (port !== wanted) onTaken(wanted, port);
      return port;
    }
  }
  throw new Error(`No port is free: ${wanted} and ${attempts - 1} above it are taken.`);
}
