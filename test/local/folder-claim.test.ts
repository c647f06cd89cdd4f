// The claim that keeps two SESamis out of one folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { claimFolder, FolderTakenError } from "../../local/start/folder-claim.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sesami-claim-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const refusalOf = (claiming: Promise<unknown>): Promise<unknown> =>
  claiming.then(
    () => "not refused",
    (error: unknown) => error,
  );

it("refuses who comes second, and says where the first is as soon as that is known", async () => {
  const claim = await claimFolder(folder);

  const early = await refusalOf(claimFolder(folder));
  claim.tell("http://127.0.0.1:4280");
  const late = await refusalOf(claimFolder(join(folder, "../", folder.slice(folder.lastIndexOf("/")))));
  await claim.release();

  expect(early).toBeInstanceOf(FolderTakenError);
  expect(String(early)).toContain("is being started");
  expect(String(late)).toContain("runs already, at http://127.0.0.1:4280, with its state in ");
});

it("leaves other folders alone, and the folder free after its release", async () => {
  const claim = await claimFolder(folder);
  const beside = await claimFolder(join(folder, "not-there-yet"));
  await claim.release();

  const again = await claimFolder(folder);

  await beside.release();
  await again.release();
});

it("is void once its process was killed", async () => {
  const module = JSON.stringify(join(import.meta.dirname, "../../local/start/folder-claim.ts"));
  const script = `const { claimFolder } = await import(${module});
    await claimFolder(${JSON.stringify(folder)}); console.log("held"); setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  await once(child.stdout, "data");
  const held = await refusalOf(claimFolder(folder));
  child.kill("SIGKILL");
  await once(child, "exit");

  const claim = await claimFolder(folder);

  expect(held).toBeInstanceOf(FolderTakenError);
  await claim.release();
});
