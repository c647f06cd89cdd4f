import { A, createAsyncStore, useParams } from "@solidjs/router";
import { Show } from "solid-js";
import { BulkSummary } from "../../../components/bulks/bulk-summary.tsx";
import { Results } from "../../../components/bulks/results.tsx";
import { buttonClass } from "../../../components/form.tsx";
import { Page } from "../../../components/page.tsx";
import { Loaded } from "../../../components/states.tsx";
import { listConnections } from "../../../lib/api.ts";
import { isOver, isRunning } from "../../../lib/bulk.ts";
import { getBulk } from "../../../lib/bulks-api.ts";
import { pollWhileVisible } from "../../../lib/poll.ts";

const runningMs = 1500;
const restingMs = 10_000;
/** A Send event may still settle who is in doubt. */
const overMs = 60_000;

function OneBulk(props: { bulkId: string }) {
  const bulk = createAsyncStore(() => getBulk(props.bulkId));
  const failure = pollWhileVisible(
    () => getBulk.refresh(props.bulkId),
    () => {
      const known = bulk.latest;
      if (!known) return restingMs;
      if (isRunning(known)) return runningMs;
      return isOver(known) ? overMs : restingMs;
    },
  );
  return (
    <Show when={bulk()}>
      {(shown) => (
        <>
          <BulkSummary bulk={shown()} failure={failure()} />
          <Results bulk={shown()} />
        </>
      )}
    </Show>
  );
}

export default function Bulk() {
  const parameters = useParams<{ bulkId: string }>();
  return (
    <Page
      title="Bulk"
      actions={
        <A class={buttonClass("plain")} href="/bulks">
          All bulks
        </A>
      }
    >
      <Show when={parameters.bulkId} keyed>
        {(bulkId) => (
          <Loaded queries={[getBulk.key, listConnections.key]}>
            <OneBulk bulkId={bulkId} />
          </Loaded>
        )}
      </Show>
    </Page>
  );
}
