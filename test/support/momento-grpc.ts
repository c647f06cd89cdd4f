// Momento's gRPC service in this process, so that its real client can be tested: get, set, delete, and faults on demand.
import { createRequire } from "node:module";
import type { CredentialProvider as Provider } from "@gomomento/sdk";
import { CredentialProvider } from "@gomomento/sdk";

// Both come with the client and are CommonJS; the client itself uses this very copy.
const require = createRequire(import.meta.resolve("@gomomento/sdk"));

interface Call {
  metadata: { getMap: () => Record<string, string> };
  request: { cache_key: Uint8Array; cache_body: Uint8Array; ttl_milliseconds: number };
}
type Callback = (error: { code: number; details: string } | null, reply?: unknown) => void;

interface Grpc {
  Server: new () => {
    addService: (definition: unknown, implementation: Record<string, unknown>) => void;
    bindAsync: (address: string, credentials: unknown, done: (error: Error | null, port: number) => void) => void;
    forceShutdown: () => void;
  };
  ServerCredentials: { createInsecure: () => unknown };
  status: Record<string, number>;
}

interface Messages {
  UnimplementedScsService: { definition: Record<string, unknown> };
  ECacheResult: Record<"Hit" | "Miss" | "Ok", number>;
  _GetResponse: new () => { result: number; cache_body: Uint8Array };
  _SetResponse: new () => { result: number };
  _DeleteResponse: new () => object;
}

export interface MomentoGrpc {
  credentialProvider: Provider;
  /** So many calls, or all, fail with this gRPC status: `UNAVAILABLE`, `RESOURCE_EXHAUSTED`, … */
  fail: (status: string, times?: number) => void;
  /** From now on no call is answered. */
  hang: () => void;
  /** Puts the same bytes under every key that is there. */
  spoil: (value: Uint8Array) => void;
  keys: () => string[];
  stop: () => void;
}

export async function startMomentoGrpc(): Promise<MomentoGrpc> {
  const grpc = require("@grpc/grpc-js") as Grpc;
  const { cache_client: messages } = require("@gomomento/generated-types/dist/cacheclient") as {
    cache_client: Messages;
  };
  const entries = new Map<string, { value: Uint8Array; expiresAtMs: number }>();
  let fault: { status: string; times: number } | undefined;
  let isHanging = false;

  const keyOf = ({ metadata, request }: Call) =>
    `${metadata.getMap()["cache"]}/${Buffer.from(request.cache_key).toString("latin1")}`;

  const answered = (work: (call: Call) => unknown) => (call: Call, callback: Callback) => {
    if (isHanging) return;
    if (!fault) return callback(null, work(call));
    const { status: details } = fault;
    fault.times -= 1;
    if (fault.times === 0) fault = undefined;
    return callback({ code: grpc.status[details] ?? 2, details });
  };

  const server = new grpc.Server();
  server.addService(messages.UnimplementedScsService.definition, {
    ...Object.fromEntries(
      Object.keys(messages.UnimplementedScsService.definition).map((name) => [
        name,
        (_: Call, callback?: Callback) => callback?.({ code: grpc.status["UNIMPLEMENTED"] ?? 12, details: name }),
      ]),
    ),
    Get: answered((call) => {
      const reply = new messages._GetResponse();
      const entry = entries.get(keyOf(call));
      const isHit = entry !== undefined && entry.expiresAtMs > Date.now();
      reply.result = isHit ? messages.ECacheResult.Hit : messages.ECacheResult.Miss;
      if (isHit) reply.cache_body = entry.value;
      return reply;
    }),
    Set: answered((call) => {
      const expiresAtMs = Date.now() + call.request.ttl_milliseconds;
      entries.set(keyOf(call), { value: call.request.cache_body, expiresAtMs });
      const reply = new messages._SetResponse();
      reply.result = messages.ECacheResult.Ok;
      return reply;
    }),
    Delete: answered((call) => {
      entries.delete(keyOf(call));
      return new messages._DeleteResponse();
    }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });

  return {
    credentialProvider: CredentialProvider.forMomentoLocal({ hostname: "127.0.0.1", port }),
    fail: (status, times = Infinity) => {
      fault = { status, times };
    },
    hang: () => {
      isHanging = true;
    },
    spoil: (value) => {
      for (const entry of entries.values()) entry.value = value;
    },
    keys: () => [...entries.keys()],
    stop: () => server.forceShutdown(),
  };
}
