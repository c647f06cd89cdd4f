import { useSearchParams } from "@solidjs/router";
import { Suspense } from "solid-js";
import { EventFilters, type FilterValues } from "../../components/events/event-filters.tsx";
import { EventPages } from "../../components/events/event-pages.tsx";
import { FirstSteps } from "../../components/first-steps.tsx";
import { Overview } from "../../components/overview/overview.tsx";
import { Page } from "../../components/page.tsx";
import { Loaded, Skeleton } from "../../components/states.tsx";
import { oneOf } from "../../lib/address-bar.ts";
import { getStats, listEvents } from "../../lib/api.ts";

export default function Events() {
  const [parameters, setParameters] = useSearchParams();
  const filter = (): FilterValues => ({
    status: oneOf(parameters["status"]),
    recipient: oneOf(parameters["recipient"]),
    messageId: oneOf(parameters["messageId"]),
    from: oneOf(parameters["from"]),
    to: oneOf(parameters["to"]),
  });

  return (
    <Page title="Events">
      {/* Waits for the first steps, so that they push nothing down. */}
      <Suspense fallback={<Skeleton rows={9} />}>
        <FirstSteps />
        <Loaded queries={[getStats.key]} fallback={<Skeleton rows={9} />}>
          <Overview />
        </Loaded>
        <EventFilters value={filter()} onChange={(change) => setParameters({ ...change })} />
        <Loaded queries={[listEvents.key]} fallback={<Skeleton rows={8} />}>
          <EventPages filter={filter()} />
        </Loaded>
      </Suspense>
    </Page>
  );
}
