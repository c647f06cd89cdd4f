// Where AWS is: the one place that turns a validated environment into what every AWS client is given.
import { laptopPatience } from "../contract/patience.ts";

/** What each function's validated environment has. */
export interface AwsEnv {
  AWS_REGION: string;
  /** The laptop cloud's front door, or a test's; absent in AWS. */
  AWS_ENDPOINT_URL?: string | undefined;
}

export interface ClientSettings {
  region: string;
  endpoint?: string;
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: true };
}

/** Limits are so many times longer where an endpoint of a laptop's is set. */
export const patienceWith = ({ AWS_ENDPOINT_URL: endpoint }: Pick<AwsEnv, "AWS_ENDPOINT_URL">): number =>
  endpoint === undefined ? 1 : laptopPatience;

/**
 * Region, endpoint, time limits and retries of a client. The defaults suit calls inside our region: a connection within
 * 2 s, an answer within 5 s, three attempts; SDK clients keep connections alive by themselves.
 * @param options with `timeoutMs` as it is in AWS
 */
export const clientSettings = (
  env: AwsEnv,
  { region = env.AWS_REGION, timeoutMs = 5000, maxAttempts = 3 } = {},
): ClientSettings => ({
  region,
  ...(env.AWS_ENDPOINT_URL === undefined ? {} : { endpoint: env.AWS_ENDPOINT_URL }),
  maxAttempts,
  // Without the last one the SDK only warns of a request that takes too long, and waits on.
  requestHandler: {
    connectionTimeout: Math.min(2000, timeoutMs) * patienceWith(env),
    requestTimeout: timeoutMs * patienceWith(env),
    throwOnRequestTimeout: true,
  },
});
