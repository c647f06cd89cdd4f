// Making, listing and revoking API keys. Only a person may: a stolen key cannot make itself a successor.
import * as v from "valibot";
import { authorize } from "../../shared/contract/actor.ts";
import { createApiKeyRequest, type ApiKeyView, type CreatedApiKey } from "../../shared/contract/api/api-keys.ts";
import type { ApiKeys, StoredApiKey } from "../../shared/store/api-keys.ts";
import { sha256Hex } from "../runtime/hash.ts";
import { created, noContent, ok, type ApiRequest, type ApiResponse } from "../runtime/http.ts";
import { parseInput } from "../runtime/input.ts";

export interface ApiKeysDeps {
  keys: ApiKeys;
  clock: () => number;
  newKeyId: () => string;
  /** The part after `sk_`: 43 letters and digits. */
  newSecret: () => string;
}

const keyPath = v.object({
  keyId: v.pipe(v.string(), v.regex(/^key_[a-z0-9]{1,40}$/, "must be a key's id like key_…")),
});

export const listApiKeys =
  ({ keys }: Pick<ApiKeysDeps, "keys">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const tenantId = authorize(request.actor, "keys:write");
    return ok({ items: (await keys.listApiKeys(tenantId)).map(toApiKeyView) });
  };

export const createApiKey =
  ({ keys, clock, newKeyId, newSecret }: ApiKeysDeps) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { name } = parseInput(createApiKeyRequest, request.body, "body");
    const tenantId = authorize(request.actor, "keys:write");
    const key = `sk_${newSecret()}`;
    const stored: StoredApiKey = {
      keyId: newKeyId(),
      name,
      keyHash: await sha256Hex(key),
      lastFour: key.slice(-4),
      createdAt: new Date(clock()).toISOString(),
      createdBy: request.actor.id,
    };
    await keys.createApiKey(tenantId, stored);
    return created({ ...toApiKeyView(stored), key } satisfies CreatedApiKey);
  };

export const revokeApiKey =
  ({ keys }: Pick<ApiKeysDeps, "keys">) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    const { keyId } = parseInput(keyPath, request.pathParameters, "path");
    const tenantId = authorize(request.actor, "keys:write");
    await keys.deleteApiKey(tenantId, keyId);
    return noContent();
  };

const toApiKeyView = ({ keyId, name, lastFour, createdAt }: StoredApiKey): ApiKeyView => ({
  keyId,
  name,
  lastFour,
  createdAt,
});
