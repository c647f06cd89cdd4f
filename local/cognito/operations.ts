// The user pool API as browsers call it: what each operation reads and answers.
// Shapes: Amazon Cognito user pools API reference.
import * as v from "valibot";
import { AwsError, unsupported } from "../protocol.ts";
import { notAuthorized, poolNameOf, type PoolClient, type User, type UserPool } from "./pool.ts";
import { triggerEvent, userAttributes, type InvokeTrigger, type Sessions } from "./sessions.ts";
import { startChallenge, type Challenge } from "./srp.ts";

export interface OperationDeps {
  pool: UserPool;
  sessions: Sessions;
  sendCode: (user: User, code: string, purpose: "confirm" | "reset") => void;
  invokeTrigger: InvokeTrigger;
  /** Sign-ins under way, by their secret block. */
  challenges: Map<string, { user: User; challenge: Challenge }>;
}

const attributeList = v.optional(v.array(v.object({ Name: v.string(), Value: v.optional(v.string(), "") })), []);
const parameters = v.optional(v.record(v.string(), v.string()), {});

export const operationInput = {
  SignUp: v.object({ ClientId: v.string(), Username: v.string(), Password: v.string(), UserAttributes: attributeList }),
  ConfirmSignUp: v.object({ ClientId: v.string(), Username: v.string(), ConfirmationCode: v.string() }),
  ResendConfirmationCode: v.object({ ClientId: v.string(), Username: v.string() }),
  ForgotPassword: v.object({ ClientId: v.string(), Username: v.string() }),
  ConfirmForgotPassword: v.object({
    ClientId: v.string(),
    Username: v.string(),
    ConfirmationCode: v.string(),
    Password: v.string(),
  }),
  InitiateAuth: v.object({ ClientId: v.string(), AuthFlow: v.string(), AuthParameters: parameters }),
  RespondToAuthChallenge: v.object({ ClientId: v.string(), ChallengeName: v.string(), ChallengeResponses: parameters }),
  GetTokensFromRefreshToken: v.object({ ClientId: v.string(), RefreshToken: v.string() }),
  RevokeToken: v.object({ ClientId: v.string(), Token: v.string() }),
  GlobalSignOut: v.object({ AccessToken: v.string() }),
  GetUser: v.object({ AccessToken: v.string() }),
  UpdateUserAttributes: v.object({ AccessToken: v.string(), UserAttributes: attributeList }),
  ChangePassword: v.object({ AccessToken: v.string(), PreviousPassword: v.string(), ProposedPassword: v.string() }),
  DeleteUser: v.object({ AccessToken: v.string() }),
} as const;

export type OperationName = keyof typeof operationInput;
type Input<Name extends OperationName> = v.InferOutput<(typeof operationInput)[Name]>;
export type Operations = { [Name in OperationName]: (input: Input<Name>, client: PoolClient) => unknown };

const deliveryDetails = (email: string) => ({
  AttributeName: "email",
  DeliveryMedium: "EMAIL",
  Destination: email.replace(/^(.).*@(.).*$/, "$1***@$2***"),
});

function writableAttributes(
  given: readonly { Name: string; Value: string }[],
  client: PoolClient,
): Record<string, string> {
  for (const { Name } of given)
    if (
      Name === "email_verified" ||
      Name === "sub" ||
      (client.writeAttributes && !client.writeAttributes.includes(Name))
    )
      throw notAuthorized("A client attempted to write unauthorized attribute");
  return Object.fromEntries(given.map(({ Name, Value }) => [Name, Value]));
}

export function createOperations({ pool, sessions, sendCode, invokeTrigger, challenges }: OperationDeps): Operations {
  const mailCode = (user: User, purpose: "confirm" | "reset") => {
    sendCode(user, pool.issueCode(user, purpose), purpose);
    return { CodeDeliveryDetails: deliveryDetails(user.email) };
  };
  const authenticated = async (tokens: Promise<unknown>) => ({
    AuthenticationResult: await tokens,
    ChallengeParameters: {},
  });

  const startSrp = (user: User | undefined, clientKeyHex: string) => {
    if (!user) throw notAuthorized();
    const account = { poolName: poolNameOf(pool.settings.poolId), userId: user.userId };
    const challenge = startChallenge(account, user.password, clientKeyHex);
    if (!challenge) throw new AwsError("InvalidParameterException", "SRP_A is not a usable key.");
    challenges.set(challenge.secretBlock, { user, challenge });
    return {
      ChallengeName: "PASSWORD_VERIFIER",
      ChallengeParameters: {
        SALT: user.password.salt,
        SECRET_BLOCK: challenge.secretBlock,
        SRP_B: challenge.publicKeyHex,
        USERNAME: user.userId,
        USER_ID_FOR_SRP: user.userId,
      },
    };
  };

  return {
    SignUp: (input, client) => {
      const { email = input.Username, ...attributes } = writableAttributes(input.UserAttributes, client);
      if (!/^[^\s@]+@[^\s@]+$/.test(email))
        throw new AwsError("InvalidParameterException", "Username should be an email.");
      const user = pool.addUser(email, input.Password, attributes);
      return { UserConfirmed: false, UserSub: user.userId, ...mailCode(user, "confirm") };
    },
    ConfirmSignUp: async (input, client) => {
      const user = pool.getUser(input.Username);
      if (user.confirmed) throw notAuthorized("User cannot be confirmed. Current status is CONFIRMED");
      pool.takeCode(user, "confirm", input.ConfirmationCode);
      user.confirmed = true;
      const { postConfirmation } = pool.settings.triggers;
      if (postConfirmation) {
        const event = triggerEvent(pool, user, client.clientId, "PostConfirmation_ConfirmSignUp", {});
        await invokeTrigger(postConfirmation, event, pool.settings.arn);
      }
      return {};
    },
    ResendConfirmationCode: (input) => mailCode(pool.getUser(input.Username), "confirm"),
    ForgotPassword: (input, client) => {
      const user = client.hidesExistence ? pool.findUser(input.Username) : pool.getUser(input.Username);
      return user ? mailCode(user, "reset") : { CodeDeliveryDetails: deliveryDetails(input.Username) };
    },
    ConfirmForgotPassword: (input) => {
      const user = pool.findUser(input.Username);
      if (!user) throw new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.");
      pool.takeCode(user, "reset", input.ConfirmationCode);
      pool.setPassword(user, input.Password);
      user.confirmed = true;
      return {};
    },
    InitiateAuth: (input, client) => {
      const given = input.AuthParameters;
      if (input.AuthFlow === "REFRESH_TOKEN_AUTH" || input.AuthFlow === "REFRESH_TOKEN")
        return authenticated(sessions.refresh(given["REFRESH_TOKEN"] ?? "", client));
      if (!client.authFlows.includes(`ALLOW_${input.AuthFlow}`))
        throw new AwsError("InvalidParameterException", `${input.AuthFlow} flow not enabled for this client`);
      return startSrp(pool.findUser(given["USERNAME"] ?? ""), given["SRP_A"] ?? "");
    },
    RespondToAuthChallenge: (input, client) => {
      const given = input.ChallengeResponses;
      const secretBlock = given["PASSWORD_CLAIM_SECRET_BLOCK"] ?? "";
      const pending = challenges.get(secretBlock);
      challenges.delete(secretBlock);
      const answer = { timestamp: given["TIMESTAMP"] ?? "", signature: given["PASSWORD_CLAIM_SIGNATURE"] ?? "" };
      if (input.ChallengeName !== "PASSWORD_VERIFIER" || !pending?.challenge.accepts(answer)) throw notAuthorized();
      return authenticated(sessions.begin(pending.user, client));
    },
    GetTokensFromRefreshToken: (input, client) => authenticated(sessions.refresh(input.RefreshToken, client)),
    RevokeToken: (input) => {
      sessions.revoke(input.Token);
      return {};
    },
    GlobalSignOut: (input) => {
      sessions.endAll(sessions.userOf(input.AccessToken));
      return {};
    },
    GetUser: (input) => {
      const user = sessions.userOf(input.AccessToken);
      const { "cognito:user_status": _status, ...attributes } = userAttributes(user);
      return {
        Username: user.userId,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      };
    },
    UpdateUserAttributes: (input, client) => {
      if (input.UserAttributes.some(({ Name }) => Name === "email")) throw unsupported("a change of a user's address");
      const user = sessions.userOf(input.AccessToken);
      Object.assign(user.attributes, writableAttributes(input.UserAttributes, client));
      return { CodeDeliveryDetailsList: [] };
    },
    ChangePassword: (input) => {
      const user = sessions.userOf(input.AccessToken);
      if (!pool.hasPassword(user, input.PreviousPassword)) throw notAuthorized();
      pool.setPassword(user, input.ProposedPassword);
      return {};
    },
    DeleteUser: (input) => {
      const user = sessions.userOf(input.AccessToken);
      sessions.endAll(user);
      pool.users.delete(user.userId);
      return {};
    },
  };
}
