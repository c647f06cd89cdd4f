// The gate of a bulk's portion: who may be mailed.
import type { RecipientEnd } from "../../../shared/domain/bulk-progress.ts";
import { standsAgainst, type Subscription } from "../../../shared/domain/suppression.ts";
import type { Suppressions } from "../../../shared/store/suppressions.ts";
import type { Addressed } from "./bulk-content.ts";
import type { Placed } from "./bulk-run.ts";

/** Who may be mailed, and how it ends for the others. */
export async function admit(
  suppressions: Pick<Suppressions, "findSuppressions">,
  tenantId: string,
  next: readonly Placed[],
  subscription: Subscription | undefined,
) {
  const ends = new Map<number, RecipientEnd>();
  const addressed = next.filter((one): one is Placed & Addressed => "mailbox" in one.address);
  const found = await suppressions.findSuppressions(
    tenantId,
    addressed.map(({ recipient }) => recipient),
  );
  for (const { index, recipient, address } of next) {
    const standing = found.get(recipient)?.reasons.find((reason) => standsAgainst(reason, subscription));
    if ("wrong" in address) ends.set(index, { status: "invalid", code: "invalid_address", message: address.wrong });
    else if (standing) {
      const { reason, list, since } = standing;
      ends.set(index, { status: "suppressed", reason, ...(list === undefined ? {} : { list }), since });
    }
  }
  return { ends, admitted: addressed.filter(({ index }) => !ends.has(index)) };
}
