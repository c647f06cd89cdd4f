import { useSearchParams } from "@solidjs/router";
import { EventFilters, type FilterValues } from "../../components/events/event-filters.tsx";
import { EventPages } from "../../components/events/event-pages.tsx";
import { Page } from "../../components/page.tsx";
import { Loaded, Skeleton } from "../../components/states.tsx";
import { oneOf, periodOf } from "../../lib/address-bar.ts";
import { listEvents } from "../../lib/api.ts";

export default function Events() {
  const [parameters, setParameters] = useSearchParams();
  const filter = (): FilterValues => ({
    status: oneOf(parameters["status"]),
    verdict: oneOf(parameters["verdict"]),
    recipient: oneOf(parameters["recipient"]),
    messageId: oneOf(parameters["messageId"]),
    q: oneOf(parameters["q"]),
    tag: oneOf(parameters["tag"]),
    ...periodOf(parameters),
  });

  return (
    <Page title="Events">
      <EventFilters value={filter()} onChange={(change) => setParameters({ ...change })} />
      <Loaded queries={[listEvents.key]} fallback={<Skeleton rows={8} />}>
        <EventPages filter={filter()} />
      </Loaded>
    </Page>
  );
}
