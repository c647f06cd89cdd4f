// Momento by its own client, over gRPC: for Node. The client is large, so this file is imported only where it is used.
import {
  CacheClient,
  CacheDeleteResponse,
  CacheGetResponse,
  CacheSetResponse,
  Configurations,
  type CredentialProvider,
} from "@gomomento/sdk";
import { CacheError, type RemoteCache } from "./remote-cache.ts";

export interface MomentoSdkOptions {
  cacheName: string;
  /** Made from the API key, which names its endpoint: `CredentialProvider.fromString(apiKey)`. */
  credentialProvider: CredentialProvider;
  timeoutMs: number;
}

export interface MomentoSdk extends RemoteCache {
  close: () => void;
}

/** Connects on the first call, not here. */
export function createMomentoSdk({ cacheName, credentialProvider, timeoutMs }: MomentoSdkOptions): MomentoSdk {
  const client = new CacheClient({
    configuration: Configurations.Lambda.latest().withClientTimeoutMillis(timeoutMs),
    credentialProvider,
    defaultTtlSeconds: 60,
  });

  return {
    get: async (key) => {
      const response = await client.get(cacheName, key);
      switch (response.type) {
        case CacheGetResponse.Hit:
          return response.valueUint8Array();
        case CacheGetResponse.Miss:
          return undefined;
        default:
          throw new CacheError(response.errorCode());
      }
    },
    set: async (key, value, ttlSeconds) => {
      const response = await client.set(cacheName, key, value, { ttl: ttlSeconds });
      if (response.type !== CacheSetResponse.Success) throw new CacheError(response.errorCode());
    },
    delete: async (key) => {
      const response = await client.delete(cacheName, key);
      if (response.type !== CacheDeleteResponse.Success) throw new CacheError(response.errorCode());
    },
    close: () => client.close(),
  };
}
