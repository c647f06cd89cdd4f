import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Amplify } from "aws-amplify";
import { confirmSignUp, fetchAuthSession, signIn, signOut, signUp, updateUserAttribute } from "aws-amplify/auth";
import { JwtVerifier } from "aws-jwt-verify";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createUserPools, type UserPools } from "../../local/cognito/user-pools.ts";
import { AwsError } from "../../local/protocol.ts";
import { openState } from "../../local/state.ts";

// The user pool is held to what its clients are: Amplify in the browser, aws-jwt-verify in the authorizer.

const triggered: { triggerSource: string; userName: string }[] = [];
const mails: { to: string; text: string }[] = [];
let pools: UserPools;
let server: Server;
let issuerUrl: string;
let poolId: string;
let clientId: string;
let tenant = "ten_one";

const context = (logicalId: string) => ({
  accountId: "111111111111",
  region: "us-east-1",
  stackName: "Test",
  logicalId,
  generatedName: `Test-${logicalId}`,
  resource: { Type: "" },
  assetPath: () => "",
});

const make = async (type: string, logicalId: string, properties: object): Promise<string> => {
  const created = await pools.providers[type]?.create(properties, context(logicalId));
  return created?.ref ?? expect.fail(`no provider for ${type}`);
};

const listen = (): Promise<void> => {
  // Without a time limit for idle connections: their end would race with a request of a slow test.
  server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    if (request.method === "GET") return pools.answerJwks(request, response);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const call = {
        service: "cognito-idp",
        region: "us-east-1",
        method: "POST",
        path: "/",
        query: new URLSearchParams(),
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks),
      };
      pools.handle(call).then(
        (reply) => response.writeHead(reply.status, reply.headers).end(reply.body),
        (error: unknown) => {
          if (!(error instanceof AwsError)) throw error;
          response.writeHead(error.status, { "content-type": "application/x-amz-json-1.1" });
          response.end(JSON.stringify({ __type: error.code, message: error.message }));
        },
      );
    });
    return undefined;
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
};

beforeAll(async () => {
  pools = createUserPools({
    clock: Date.now,
    state: openState(),
    invoke: async (_, event) => {
      const given = event as { triggerSource: string; userName: string };
      triggered.push({ triggerSource: given.triggerSource, userName: given.userName });
      return {
        ...given,
        response: { claimsOverrideDetails: { claimsToAddOrOverride: { "custom:tenantId": tenant, sub: "forged" } } },
      };
    },
    onMail: (mail) => mails.push(mail),
  });
  poolId = await make("AWS::Cognito::UserPool", "Users", {
    UsernameAttributes: ["email"],
    LambdaConfig: { PostConfirmation: "arn:confirm", PreTokenGeneration: "arn:token" },
    Policies: {
      PasswordPolicy: { MinimumLength: 12, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true },
    },
  });
  clientId = await make("AWS::Cognito::UserPoolClient", "Dashboard", {
    UserPoolId: poolId,
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    PreventUserExistenceErrors: "ENABLED",
    WriteAttributes: ["email"],
  });
  await listen();
  issuerUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Amplify.configure({
    Auth: { Cognito: { userPoolId: poolId, userPoolClientId: clientId, userPoolEndpoint: issuerUrl } },
  });
});

afterAll(
  () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
);

const email = "ada@shop.example";
const password = "Open sesame 1";

describe("a user pool", () => {
  beforeEach(async () => {
    await signOut();
    triggered.length = 0;
  });

  it("refuses a password that its policy does not allow", async () => {
    await expect(signUp({ username: email, password: "short1A" })).rejects.toThrow(/not long enough/);
  });

  it("signs a person up, who can sign in only after confirming with the mailed code", async () => {
    await signUp({ username: email, password, options: { userAttributes: { email } } });
    const before = await signIn({ username: email, password });
    const code = /\d{6}/.exec(mails.at(-1)?.text ?? "")?.[0] ?? "";
    await expect(
      confirmSignUp({ username: email, confirmationCode: code === "000000" ? "111111" : "000000" }),
    ).rejects.toThrow(/Invalid verification code/);
    await confirmSignUp({ username: email, confirmationCode: code });
    const after = await signIn({ username: email, password });

    expect(mails.at(-1)?.to).toBe(email);
    expect(before.nextStep.signInStep).toBe("CONFIRM_SIGN_UP");
    expect(after.isSignedIn).toBe(true);
    expect(triggered.map(({ triggerSource }) => triggerSource)).toEqual([
      "PostConfirmation_ConfirmSignUp",
      "TokenGeneration_Authentication",
    ]);
  });

  it("gives ID tokens that its published keys verify, with the trigger's claims and its own identity", async () => {
    await signIn({ username: email.toUpperCase(), password });
    const token = (await fetchAuthSession()).tokens?.idToken?.toString() ?? "";
    const verifier = JwtVerifier.create({
      issuer: `https://cognito-idp.us-east-1.amazonaws.com/${poolId}`,
      audience: clientId,
      jwksUri: `${issuerUrl}/${poolId}/.well-known/jwks.json`,
    });
    verifier.cacheJwks(
      (await (await fetch(`${issuerUrl}/${poolId}/.well-known/jwks.json`)).json()) as Parameters<
        typeof verifier.cacheJwks
      >[0],
    );

    const claims = await verifier.verify(token);

    expect(claims).toMatchObject({ "custom:tenantId": "ten_one", email, token_use: "id" });
    expect(claims.sub).not.toBe("forged");
  });

  it("asks the trigger again when tokens are refreshed", async () => {
    await signIn({ username: email, password });
    tenant = "ten_two";

    const session = await fetchAuthSession({ forceRefresh: true });

    expect(session.tokens?.idToken?.payload["custom:tenantId"]).toBe("ten_two");
    expect(triggered.at(-1)?.triggerSource).toBe("TokenGeneration_RefreshTokens");
  });

  it("refuses a wrong password and an unknown person in the same words", async () => {
    await expect(signIn({ username: email, password: "Not the password 1" })).rejects.toThrow(
      "Incorrect username or password.",
    );
    await expect(signIn({ username: "nobody@shop.example", password })).rejects.toThrow(
      "Incorrect username or password.",
    );
  });

  it("lets no client write the tenant", async () => {
    await signIn({ username: email, password });

    await expect(
      updateUserAttribute({ userAttribute: { attributeKey: "custom:tenantId", value: "ten_other" } }),
    ).rejects.toThrow(/unauthorized attribute/);
    await expect(
      signUp({
        username: "eve@shop.example",
        password,
        options: { userAttributes: { email: "eve@shop.example", "custom:tenantId": "ten_one" } },
      }),
    ).rejects.toThrow(/unauthorized attribute/);
  });

  it("ends a session at sign-out, for good", async () => {
    await signIn({ username: email, password });
    const { accessToken } = (await fetchAuthSession()).tokens ?? expect.fail("no tokens");
    await signOut({ global: true });

    const answer = await fetch(issuerUrl, {
      method: "POST",
      headers: { "x-amz-target": "AWSCognitoIdentityProviderService.GetUser" },
      body: JSON.stringify({ AccessToken: accessToken.toString() }),
    });

    expect(await answer.json()).toMatchObject({ __type: "NotAuthorizedException" });
  });
});
