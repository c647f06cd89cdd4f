// Secrets Manager of the laptop cloud, for all its accounts: secrets that templates make, and their versions.
// A secret keeps its value over restarts; it is read by its own account alone.
import type { ResourceProviders } from "../cloudformation/provider.ts";
import type { AwsService } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import { createSecretProviders } from "./providers.ts";
import { createSecretStore } from "./secret-store.ts";
import { createSecretWire } from "./wire.ts";

export interface Secrets {
  /** The wire protocol: GetSecretValue, DescribeSecret, ListSecrets, PutSecretValue. */
  handle: AwsService;
  /** AWS::SecretsManager::Secret. */
  providers: ResourceProviders;
}

/** `clock` gives milliseconds since the epoch. */
export function createSecrets(deps: { state: StateFolder; clock: () => number }): Secrets {
  const store = createSecretStore(deps);
  return { handle: createSecretWire(store), providers: createSecretProviders({ store, clock: deps.clock }) };
}
