// Who is signed in: all that the dashboard asks of Amplify, configured on first use.
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import { getConfig } from "./config.ts";

let configured: Promise<void> | undefined;

const configure = (): Promise<void> =>
  (configured ??= getConfig().then(({ userPoolId, userPoolClientId, userPoolEndpoint }) =>
    Amplify.configure({
      Auth: { Cognito: { userPoolId, userPoolClientId, ...(userPoolEndpoint ? { userPoolEndpoint } : {}) } },
    }),
  ));

/** The ID token, refreshed when it is about to end; undefined when nobody is signed in. */
export async function findIdToken(): Promise<string | undefined> {
  await configure();
  const session = await auth.fetchAuthSession();
  return session.tokens?.idToken?.toString();
}

export async function findEmail(): Promise<string | undefined> {
  await configure();
  const session = await auth.fetchAuthSession();
  const email = session.tokens?.idToken?.payload["email"];
  return typeof email === "string" ? email : undefined;
}

/** What comes next after a sign-in attempt that was not refused. */
export type SignInStep = "done" | "confirm";

export async function signIn(email: string, password: string): Promise<SignInStep> {
  await configure();
  // An old session of somebody else's would be refused as "already signed in".
  await auth.signOut();
  const { nextStep } = await auth.signIn({ username: email, password });
  return nextStep.signInStep === "CONFIRM_SIGN_UP" ? "confirm" : "done";
}

export async function signUp(email: string, password: string): Promise<void> {
  await configure();
  await auth.signUp({ username: email, password, options: { userAttributes: { email } } });
}

export async function confirmSignUp(email: string, code: string): Promise<void> {
  await configure();
  await auth.confirmSignUp({ username: email, confirmationCode: code });
}

export async function resendCode(email: string): Promise<void> {
  await configure();
  await auth.resendSignUpCode({ username: email });
}

export async function requestPasswordReset(email: string): Promise<void> {
  await configure();
  await auth.resetPassword({ username: email });
}

export async function resetPassword(email: string, code: string, password: string): Promise<void> {
  await configure();
  await auth.confirmResetPassword({ username: email, confirmationCode: code, newPassword: password });
}

export async function signOut(): Promise<void> {
  await configure();
  await auth.signOut({ global: true });
}
