// The one host that SNS is reached at from here, and asking it. Its address is never a setting: what vouches for a
// message must come from SNS itself.
import { AppError } from "../contract/error.ts";

export interface SnsAnswer {
  status: number;
  body: string;
}

/** A GET of SNS. Rejects with AppError `unavailable` when it does not answer. */
export type GetFromSns = (url: string) => Promise<SnsAnswer>;

/** SNS waits 15 s for our answer to its own request, this one and more included (SNS developer guide, HTTP/S). */
const timeoutMs = 4000;

/** @param region checked before: of a connection, `eu-west-1` */
export const snsOrigin = (region: string): string =>
  `https://sns.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;

/** Whether it is a signing certificate's address at SNS in this region, to the letter: no port, user, query or other path. */
export function isCertificateUrl(unverifiedUrl: string, region: string): boolean {
  const origin = `${snsOrigin(region)}/`;
  return (
    unverifiedUrl.startsWith(origin) &&
    /^SimpleNotificationService-[0-9a-f]+\.pem$/.test(unverifiedUrl.slice(origin.length))
  );
}

/** Follows no redirect: it could lead off the host. */
export const getFromSns: GetFromSns = async (url) => {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, body: await response.text() };
  } catch (cause) {
    throw new AppError("unavailable", "Amazon SNS could not be asked: deliver this again.", { cause });
  }
};
