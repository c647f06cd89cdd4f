// POST /mail with Momento as the second tier of the credential cache, by both adapters: well, it saves the call of STS;
// down, slow or wrong, it costs no send.
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from "vitest";
import { createSeal, type Seal } from "../../shared/aws/seal.ts";
import { createSealedCredentialTier } from "../../shared/aws/sealed-credential-tier.ts";
import type { CredentialTier } from "../../shared/aws/connection-credentials.ts";
import { startDynamoDb, type LocalDynamoDb } from "../support/dynamodb.ts";
import { setUpMail, type MailSetup } from "../support/mail-setup.ts";
import { momentoServers, type MomentoServer } from "../support/momento-servers.ts";

let dynamodb: LocalDynamoDb;
let tables = 0;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});

afterAll(() => dynamodb.stop());

describe.each(momentoServers)("a process that has just begun, with Momento by %s,", (_, start) => {
  let momento: MomentoServer;
  let setup: MailSetup;
  let seal: Seal;
  /** Of the new process: the first one may still wait for Momento's answer when Momento goes. */
  let faults: string[];

  /** Patient enough for the slowest machine, where a test is not about patience. */
  const openTier = (onFault: (reason: string) => void, patienceMs = 60_000): CredentialTier =>
    createSealedCredentialTier({
      open: async () => ({ cache: momento.cache, seal }),
      patienceMs,
      writePatienceMs: 60_000,
      pauseMs: 60_000,
      onFault,
    });

  const sendFromNewProcess = (patienceMs?: number) =>
    setup.send(
      {},
      {},
      { sender: setup.newSender({ ownTiers: [openTier((reason) => faults.push(reason), patienceMs)] }) },
    );

  beforeEach(async () => {
    momento = await start(60_000);
    seal = await createSeal("a secret of the deployment");
    faults = [];
    setup = await setUpMail(dynamodb, await dynamodb.createDirectoryTable(`MailCache${(tables += 1)}`), [
      openTier(() => {}),
    ]);
    await setup.connect();
    // The first process has asked STS and filled the cache.
    expect((await setup.send()).status).toBe(202);
    await expect.poll(() => momento.keys()).toHaveLength(1);
    expect(setup.assumed).toHaveLength(1);
  });

  afterEach(async () => {
    await setup.stop();
    await momento.stop();
  });

  test("takes the session that another has left, and asks no STS", async () => {
    const { status } = await sendFromNewProcess();

    expect(status).toBe(202);
    expect(setup.assumed).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  const ways: [how: string, breakIt: () => Promise<void> | void, isFault: boolean, patienceMs?: number][] = [
    ["is down", () => momento.stop(), true],
    ["does not answer", () => momento.hang(), true, 100],
    ["refuses the API key", () => momento.refuse(), true],
    ["takes no more requests", () => momento.failNext(), true],
    ["holds bytes that are nobody's", () => momento.spoil(new Uint8Array([1, 2, 3])), false],
    [
      "holds what another deployment has sealed",
      async () => {
        const [name = ""] = momento.keys();
        const stranger = await createSeal("a secret of another deployment");
        momento.spoil(await stranger.seal(nameOf(name), new TextEncoder().encode("{}")));
      },
      false,
    ],
  ];

  test.each(ways)("sends all the same when it %s", async (_how, breakIt, isFault, patienceMs) => {
    await breakIt();

    const { status, body } = await sendFromNewProcess(patienceMs);

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([{ status: "sent" }]);
    expect(setup.assumed).toHaveLength(2);
    expect(faults).toHaveLength(isFault ? 1 : 0);
  });

  test("is not held up by a session in the cache that AWS has ended, and replaces it there", async () => {
    const ended = (await storedKeyId()) ?? expect.fail("nothing was put");
    setup.cloud.identity.expireSession(ended);

    const { status, body } = await sendFromNewProcess();

    expect(status).toBe(202);
    expect(body.recipients).toMatchObject([{ status: "sent" }]);
    expect(setup.assumed).toHaveLength(2);
    await expect.poll(async () => [undefined, ended].includes(await storedKeyId())).toBe(false);
    await sendFromNewProcess();
    expect(setup.assumed).toHaveLength(2);
  });

  /** The access key of the session that Momento holds. */
  async function storedKeyId(): Promise<string | undefined> {
    const [name] = momento.keys();
    const sealed = name && (await momento.cache.get(nameOf(name)));
    const plain = sealed && (await seal.open(nameOf(name), sealed));
    return plain && (JSON.parse(new TextDecoder().decode(plain)) as { accessKeyId: string }).accessKeyId;
  }
});

/** Momento's servers put the cache's name before the key. */
const nameOf = (key: string): string => key.replace(/^sesami\//, "");
