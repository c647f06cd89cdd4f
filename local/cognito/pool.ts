// One user pool: its settings from the template, its users, and what may happen to them. No wire format here.
import { randomInt, randomUUID } from "node:crypto";
import { AwsError } from "../protocol.ts";
import { isPassword, makeVerifier, type PasswordVerifier } from "./srp.ts";

export interface PoolSettings {
  poolId: string;
  arn: string;
  accountId: string;
  region: string;
  passwordPolicy: { minLength: number; lower: boolean; upper: boolean; digit: boolean; symbol: boolean };
  triggers: { postConfirmation?: string; preTokenGeneration?: string };
}

export interface PoolClient {
  clientId: string;
  /** Attributes that the client may write; absent: all standard ones. */
  writeAttributes?: string[];
  authFlows: string[];
  hidesExistence: boolean;
}

interface Code {
  value: string;
  purpose: "confirm" | "reset";
  expiresAtMs: number;
  attemptsLeft: number;
}

export interface User {
  userId: string;
  email: string;
  attributes: Record<string, string>;
  confirmed: boolean;
  password: PasswordVerifier;
  createdAtMs: number;
  code?: Code;
}

export const codeLifetimeMs = 24 * 60 * 60_000;
const codeAttempts = 5;

export const notAuthorized = (message = "Incorrect username or password."): AwsError =>
  new AwsError("NotAuthorizedException", message);

export const poolNameOf = (poolId: string): string => poolId.slice(poolId.indexOf("_") + 1);

function assertPassword({ passwordPolicy: policy }: PoolSettings, password: string): void {
  const refuse = (why: string): never => {
    throw new AwsError("InvalidPasswordException", `Password did not conform with policy: ${why}`);
  };
  if (password.length < policy.minLength) refuse("Password not long enough");
  if (policy.lower && !/[a-z]/.test(password)) refuse("Password must have lowercase characters");
  if (policy.upper && !/[A-Z]/.test(password)) refuse("Password must have uppercase characters");
  if (policy.digit && !/\d/.test(password)) refuse("Password must have numeric characters");
  if (policy.symbol && !/[^A-Za-z0-9]/.test(password)) refuse("Password must have symbol characters");
}

export interface UserPool {
  settings: PoolSettings;
  users: Map<string, User>;
  /** By id or address, in any case. */
  findUser: (name: string) => User | undefined;
  getUser: (name: string) => User;
  addUser: (email: string, password: string, attributes: Record<string, string>) => User;
  setPassword: (user: User, password: string) => void;
  hasPassword: (user: User, password: string) => boolean;
  /** A new code takes the place of an older one. */
  issueCode: (user: User, purpose: Code["purpose"]) => string;
  /** Uses the code up. */
  takeCode: (user: User, purpose: Code["purpose"], value: string) => void;
}

export function createPool(settings: PoolSettings, users: Map<string, User>, clock: () => number): UserPool {
  const account = (user: User) => ({ poolName: poolNameOf(settings.poolId), userId: user.userId });
  const findUser = (name: string): User | undefined =>
    users.get(name) ?? [...users.values()].find(({ email }) => email === name.toLowerCase());

  const setPassword = (user: User, password: string): void => {
    assertPassword(settings, password);
    user.password = makeVerifier(account(user), password);
  };

  return {
    settings,
    users,
    findUser,
    getUser: (name) => {
      const user = findUser(name);
      if (!user) throw new AwsError("UserNotFoundException", "User does not exist.");
      return user;
    },
    addUser: (email, password, attributes) => {
      if (findUser(email))
        throw new AwsError("UsernameExistsException", "An account with the given email already exists.");
      const user: User = {
        userId: randomUUID(),
        email: email.toLowerCase(),
        attributes,
        confirmed: false,
        password: { salt: "", verifier: "" },
        createdAtMs: clock(),
      };
      setPassword(user, password);
      users.set(user.userId, user);
      return user;
    },
    setPassword,
    hasPassword: (user, password) => isPassword(account(user), password, user.password),
    issueCode: (user, purpose) => {
      const value = String(randomInt(1_000_000)).padStart(6, "0");
      user.code = { value, purpose, expiresAtMs: clock() + codeLifetimeMs, attemptsLeft: codeAttempts };
      return value;
    },
    takeCode: (user, purpose, value) => {
      const { code } = user;
      if (!code || code.purpose !== purpose || code.expiresAtMs < clock())
        throw new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.");
      if (code.attemptsLeft <= 0)
        throw new AwsError("LimitExceededException", "Attempt limit exceeded, please try after some time.");
      code.attemptsLeft -= 1;
      if (code.value !== value)
        throw new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.");
      delete user.code;
    },
  };
}
