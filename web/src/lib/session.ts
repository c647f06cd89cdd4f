// Who is signed in: all that the dashboard asks of Amplify, configured on first use.
import { query } from "@solidjs/router";
import { Amplify } from "aws-amplify";
import {
  confirmResetPassword,
  confirmSignUp as confirmUser,
  fetchAuthSession,
  resendSignUpCode,
  resetPassword as requestReset,
  signIn as startSession,
  signOut as endSession,
  signUp as createUser,
} from "aws-amplify/auth";
import { getConfig } from "./config.ts";

let configured: Promise<void> | undefined;

/** A failure is forgotten, so that a retry asks again. */
const configure = (): Promise<void> =>
  (configured ??= getConfig()
    .then(({ userPoolId, userPoolClientId, userPoolEndpoint }) =>
      Amplify.configure({
        Auth: { Cognito: { userPoolId, userPoolClientId, ...(userPoolEndpoint ? { userPoolEndpoint } : {}) } },
      }),
    )
    .catch((error: unknown) => {
      configured = undefined;
      throw error;
    }));

/** The ID token, refreshed when it is about to end; undefined when nobody is signed in. */
export async function findIdToken(): Promise<string | undefined> {
  await configure();
  const session = await fetchAuthSession();
  return session.tokens?.idToken?.toString();
}

export interface SignedInPerson {
  email: string;
}

/** Who is signed in in this browser, if anybody; the API may still refuse them. */
export async function findPerson(): Promise<SignedInPerson | undefined> {
  await configure();
  const session = await fetchAuthSession();
  const claims = session.tokens?.idToken?.payload;
  return claims && { email: typeof claims["email"] === "string" ? claims["email"] : "" };
}

/** What comes next after a sign-in attempt that was not refused. */
export type SignInStep = "done" | "confirm";

export async function signIn(email: string, password: string): Promise<SignInStep> {
  await configure();
  // An old session of somebody else's would be refused as "already signed in".
  await endSession();
  query.clear();
  const { nextStep } = await startSession({ username: email, password });
  return nextStep.signInStep === "CONFIRM_SIGN_UP" ? "confirm" : "done";
}

export async function signUp(email: string, password: string): Promise<void> {
  await configure();
  await createUser({ username: email, password, options: { userAttributes: { email } } });
}

export async function confirmSignUp(email: string, code: string): Promise<void> {
  await configure();
  await confirmUser({ username: email, confirmationCode: code });
}

export async function resendCode(email: string): Promise<void> {
  await configure();
  await resendSignUpCode({ username: email });
}

export async function requestPasswordReset(email: string): Promise<void> {
  await configure();
  await requestReset({ username: email });
}

export async function resetPassword(email: string, code: string, password: string): Promise<void> {
  await configure();
  await confirmResetPassword({ username: email, confirmationCode: code, newPassword: password });
}

/** On every device; what this browser remembers of the person's data goes, too. */
export async function signOut(): Promise<void> {
  await configure();
  await endSession({ global: true });
  query.clear();
}
