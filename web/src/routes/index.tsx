import { useSearchParams } from "@solidjs/router";
import { EventFilters, type FilterValues } from "../components/events/event-filters.tsx";
import { EventPages } from "../components/events/event-pages.tsx";
import { FirstSteps } from "../components/first-steps.tsx";
import { Layout } from "../components/layout.tsx";
import { Overview } from "../components/overview.tsx";

type Parameters = { [Name in keyof FilterValues]: string };

export default function Events() {
  const [parameters, setParameters] = useSearchParams<Parameters>();
  const filter = (): FilterValues => ({
    status: parameters.status,
    recipient: parameters.recipient,
    messageId: parameters.messageId,
    from: parameters.from,
    to: parameters.to,
  });

  return (
    <Layout title="Events">
      <FirstSteps />
      <Overview />
      <EventFilters value={filter()} onChange={(change) => setParameters({ ...change })} />
      <EventPages filter={filter()} />
    </Layout>
  );
}
