// The user pools of the laptop cloud: made from templates, called by browsers, kept over restarts.
import type { IncomingMessage, ServerResponse } from "node:http";
import { stableId } from "../cloudformation/stable-id.ts";
import type { ResourceProviders } from "../cloudformation/provider.ts";
import { parseBody, parseInput, templateBoolean, templateNumber } from "../json-input.ts";
import { AwsError, jsonReply, targetOperation, unsupported, type AwsService } from "../protocol.ts";
import type { StateFolder } from "../state.ts";
import * as v from "valibot";
import { createOperations, operationInput, type OperationName, type Operations } from "./operations.ts";
import { createPool, type PoolClient, type PoolSettings, type User, type UserPool } from "./pool.ts";
import { createSessions, type Grant, type IssuedTokens, type Sessions } from "./sessions.ts";
import { jwksOf, makeSigningKey, type SigningKey } from "./tokens.ts";

export interface UserPoolsDeps {
  clock: () => number;
  state: StateFolder;
  /** Runs a trigger as the user pool. */
  invoke: (functionArn: string, event: unknown, origin: { service: string; sourceArn: string }) => Promise<unknown>;
  /** Delivers a mail of the user pool itself: a code. */
  onMail: (mail: { to: string; subject: string; text: string }) => void;
}

export interface UserPools {
  handle: AwsService;
  providers: ResourceProviders;
  /** Where the public keys of every pool are: `/<pool id>/.well-known/jwks.json`. */
  answerJwks: (request: IncomingMessage, response: ServerResponse) => void;
  poolIds: () => string[];
  /** What an operator does with AdminCreateUser and AdminSetUserPassword; an existing user stays as it is. */
  addConfirmedUser: (poolId: string, email: string, password: string) => void;
  /** What an operator does with AdminInitiateAuth: a real sign-in, trigger included. */
  signIn: (poolId: string, email: string, password: string) => Promise<IssuedTokens>;
}

interface RunningPool {
  pool: UserPool;
  sessions: Sessions;
  key: SigningKey;
  clients: Map<string, PoolClient>;
  operations: Operations;
  grants: Map<string, Grant>;
}

interface SavedPool {
  key: SigningKey;
  users: User[];
  grants: [string, Grant][];
}

const poolProperties = v.looseObject({
  Policies: v.optional(
    v.object({
      PasswordPolicy: v.object({
        MinimumLength: v.optional(templateNumber, 8),
        RequireLowercase: v.optional(templateBoolean, false),
        RequireUppercase: v.optional(templateBoolean, false),
        RequireNumbers: v.optional(templateBoolean, false),
        RequireSymbols: v.optional(templateBoolean, false),
      }),
    }),
  ),
  LambdaConfig: v.optional(
    v.strictObject({ PostConfirmation: v.optional(v.string()), PreTokenGeneration: v.optional(v.string()) }),
    {},
  ),
  UsernameAttributes: v.optional(v.array(v.literal("email", "a user pool here signs in by e-mail"))),
});

const clientProperties = v.looseObject({
  UserPoolId: v.string(),
  ExplicitAuthFlows: v.optional(v.array(v.string()), []),
  PreventUserExistenceErrors: v.optional(v.string()),
  WriteAttributes: v.optional(v.array(v.string())),
  GenerateSecret: v.optional(v.literal(false, "a client with a secret is not supported")),
});

const mailTexts = {
  confirm: (code: string) => ({ subject: "Your verification code", text: `Your confirmation code is ${code}` }),
  reset: (code: string) => ({ subject: "Your password reset code", text: `Your password reset code is ${code}` }),
};

export function createUserPools({ clock, state, invoke, onMail }: UserPoolsDeps): UserPools {
  const pools = new Map<string, RunningPool>();

  const save = ({ pool, key, grants }: RunningPool): void =>
    state.save(`user-pool-${pool.settings.poolId}`, (): SavedPool => ({
      key,
      users: [...pool.users.values()],
      grants: [...grants],
    }));

  const invokeTrigger = async (functionArn: string, event: unknown, poolArn: string): Promise<unknown> => {
    try {
      return await invoke(functionArn, event, { service: "cognito-idp.amazonaws.com", sourceArn: poolArn });
    } catch (error) {
      throw new AwsError(
        "UserLambdaValidationException",
        `A trigger failed: ${error instanceof Error ? error.message : error}`,
      );
    }
  };

  const startPool = (settings: PoolSettings): RunningPool => {
    const saved = state.read<SavedPool>(`user-pool-${settings.poolId}`);
    const key = saved?.key ?? makeSigningKey();
    const grants = new Map(saved?.grants);
    const pool = createPool(settings, new Map(saved?.users.map((user) => [user.userId, user])), clock);
    const sessions = createSessions({ pool, key, grants, invokeTrigger, clock });
    const sendCode = (user: User, code: string, purpose: "confirm" | "reset") =>
      onMail({ to: user.email, ...mailTexts[purpose](code) });
    const operations = createOperations({ pool, sessions, sendCode, invokeTrigger, challenges: new Map() });
    return { pool, sessions, key, grants, operations, clients: new Map() };
  };

  const getPool = (poolId: string): RunningPool => {
    const running = pools.get(poolId);
    if (!running) throw new AwsError("ResourceNotFoundException", `User pool ${poolId} does not exist.`);
    return running;
  };

  /** Calls with an access token name no client: their token's pool is asked. */
  const poolOfCall = (input: { ClientId?: string; AccessToken?: string }) => {
    for (const running of pools.values()) {
      const client = running.clients.get(input.ClientId ?? clientOfToken(input.AccessToken));
      if (client) return { running, client };
    }
    throw new AwsError("ResourceNotFoundException", "User pool client does not exist.");
  };

  const handle: AwsService = async (call) => {
    const name = targetOperation(call);
    if (!(name in operationInput)) throw unsupported(`the user pool operation ${name}`);
    const operation = name as OperationName;
    const input = parseInput(operationInput[operation], parseBody(call), {
      what: name,
      code: "InvalidParameterException",
    });
    const { running, client } = poolOfCall(input);
    const run = running.operations[operation] as (given: typeof input, client: PoolClient) => unknown;
    try {
      return jsonReply(await run(input, client), "1.1");
    } finally {
      save(running);
    }
  };

  const providers: ResourceProviders = {
    "AWS::Cognito::UserPool": {
      create: (properties, { accountId, region, generatedName }) => {
        const given = parseInput(poolProperties, properties, {
          what: "AWS::Cognito::UserPool",
          code: "ValidationError",
        });
        const policy = given.Policies?.PasswordPolicy;
        const poolId = `${region}_${stableId(generatedName, 9)}`;
        const arn = `arn:aws:cognito-idp:${region}:${accountId}:userpool/${poolId}`;
        const { PostConfirmation, PreTokenGeneration } = given.LambdaConfig;
        const running = startPool({
          poolId,
          arn,
          accountId,
          region,
          passwordPolicy: {
            minLength: policy?.MinimumLength ?? 8,
            lower: policy?.RequireLowercase ?? true,
            upper: policy?.RequireUppercase ?? true,
            digit: policy?.RequireNumbers ?? true,
            symbol: policy?.RequireSymbols ?? true,
          },
          triggers: {
            ...(PostConfirmation ? { postConfirmation: PostConfirmation } : {}),
            ...(PreTokenGeneration ? { preTokenGeneration: PreTokenGeneration } : {}),
          },
        });
        pools.set(poolId, running);
        save(running);
        const providerName = `cognito-idp.${region}.amazonaws.com/${poolId}`;
        return {
          ref: poolId,
          attributes: {
            Arn: arn,
            UserPoolId: poolId,
            ProviderName: providerName,
            ProviderURL: `https://${providerName}`,
          },
        };
      },
    },
    "AWS::Cognito::UserPoolClient": {
      create: (properties, { generatedName }) => {
        const given = parseInput(clientProperties, properties, {
          what: "AWS::Cognito::UserPoolClient",
          code: "ValidationError",
        });
        const clientId = stableId(generatedName, 26);
        getPool(given.UserPoolId).clients.set(clientId, {
          clientId,
          authFlows: given.ExplicitAuthFlows,
          hidesExistence: given.PreventUserExistenceErrors === "ENABLED",
          ...(given.WriteAttributes ? { writeAttributes: given.WriteAttributes } : {}),
        });
        return { ref: clientId, attributes: { ClientId: clientId, Name: generatedName } };
      },
    },
  };

  return {
    handle,
    providers,
    answerJwks: (request, response) => {
      const running = pools.get(request.url?.split("/")[1] ?? "");
      response.writeHead(running ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(running ? jwksOf(running.key) : { message: "User pool does not exist." }));
    },
    poolIds: () => [...pools.keys()],
    addConfirmedUser: (poolId, email, password) => {
      const running = getPool(poolId);
      if (running.pool.findUser(email)) return;
      running.pool.addUser(email, password, {}).confirmed = true;
      save(running);
    },
    signIn: async (poolId, email, password) => {
      const running = getPool(poolId);
      const user = running.pool.getUser(email);
      const [client] = running.clients.values();
      if (!client || !running.pool.hasPassword(user, password))
        throw new AwsError("NotAuthorizedException", "Incorrect username or password.");
      const tokens = await running.sessions.begin(user, client);
      save(running);
      return tokens;
    },
  };
}

/** Only to find the pool; the pool then verifies the token. */
function clientOfToken(unverifiedToken: string | undefined): string {
  try {
    const claims = JSON.parse(Buffer.from(unverifiedToken?.split(".")[1] ?? "", "base64url").toString()) as {
      client_id?: string;
    };
    return claims.client_id ?? "";
  } catch {
    return "";
  }
}
