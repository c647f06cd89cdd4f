// Where functions remember the sessions of customers' roles: each for itself, or together in Momento, sealed.
import { CfnOutput, CfnParameter, Stack } from "aws-cdk-lib";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { CredentialCacheEnv } from "../../shared/contract/env.ts";

export type CacheKind = CredentialCacheEnv["SESAMI_CACHE"];

/** @throws Error for another word */
export function parseCacheKind(given: unknown = "memory"): CacheKind {
  if (given === "memory" || given === "momento") return given;
  throw new Error(`-c cache=${String(given)}: it is "memory" or "momento".`);
}

export class CredentialCache extends Construct {
  readonly environment: CredentialCacheEnv;
  private readonly secrets: Secret[] = [];

  constructor(scope: Construct, id: string, kind: CacheKind) {
    super(scope, id);
    if (kind === "memory") {
      this.environment = { SESAMI_CACHE: "memory" };
      return;
    }
    const stack = Stack.of(this);
    const seal = this.secret("Seal", "Key that sessions are sealed with before they leave for Momento");
    // Of Momento's own making: the operator puts it here, and until then Momento refuses us, which costs no send.
    const key = this.secret("MomentoApiKey", "API key of Momento, to be put here by the operator");
    const name = new CfnParameter(stack, "MomentoCache", { default: "sesami", description: "Name of Momento's cache" });
    const endpoint = new CfnParameter(stack, "MomentoEndpoint", {
      default: "",
      description: "Host of Momento's cell, or the URL of its HTTP API; empty for an API key that names its own",
    });
    this.environment = {
      SESAMI_CACHE: "momento",
      MOMENTO_CACHE: name.valueAsString,
      MOMENTO_KEY_ARN: key.secretArn,
      CACHE_SEAL_ARN: seal.secretArn,
      MOMENTO_ENDPOINT: endpoint.valueAsString,
    };
    new CfnOutput(stack, "MomentoApiKeySecret", { value: key.secretName });
  }

  /** A function that has the environment reads its secrets. */
  grantRead(grantee: IGrantable): void {
    for (const secret of this.secrets) secret.grantRead(grantee);
  }

  private secret(id: string, description: string): Secret {
    const secret = new Secret(this, id, {
      description,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    this.secrets.push(secret);
    return secret;
  }
}
