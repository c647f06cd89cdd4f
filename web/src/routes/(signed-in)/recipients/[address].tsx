import { A, useParams } from "@solidjs/router";
import { Show } from "solid-js";
import { buttonClass } from "../../../components/form.tsx";
import { Page } from "../../../components/page.tsx";
import { OutcomeList } from "../../../components/recipients/outcome-list.tsx";
import { Rights } from "../../../components/recipients/rights.tsx";
import { Standing } from "../../../components/recipients/standing.tsx";
import { Empty, Loaded, Skeleton } from "../../../components/states.tsx";
import { findErasure, getRecipient, listSuppressions } from "../../../lib/api.ts";

export default function Recipient() {
  const parameters = useParams<{ address: string }>();
  /** The router hands over a path as it is written. */
  const address = () => decodeURIComponent(parameters.address);
  return (
    <Show when={address()} keyed>
      {(shown) => (
        <Page
          title={shown}
          actions={
            <A class={buttonClass("plain")} href={`/events?recipient=${encodeURIComponent(shown)}`}>
              All events
            </A>
          }
        >
          <Show
            when={shown.includes("@")}
            fallback={<Empty title="This is no address">An address is written like ada@shop.example.</Empty>}
          >
            <Loaded queries={[listSuppressions.key]} fallback={<Skeleton rows={1} />}>
              <Standing address={shown} />
            </Loaded>
            <Loaded queries={[getRecipient.key]}>
              <OutcomeList address={shown} />
            </Loaded>
            <Loaded queries={[findErasure.key]} fallback={<Skeleton rows={2} />}>
              <Rights address={shown} />
            </Loaded>
          </Show>
        </Page>
      )}
    </Show>
  );
}
