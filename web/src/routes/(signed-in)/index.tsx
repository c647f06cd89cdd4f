import { useSearchParams } from "@solidjs/router";
import { createMemo, Suspense } from "solid-js";
import { FirstSteps } from "../../components/first-steps.tsx";
import { Comparison } from "../../components/overview/comparison.tsx";
import { ConnectionNotices } from "../../components/overview/connection-notices.tsx";
import { countedFor, countings, figuresOf } from "../../components/overview/figures.ts";
import { LatestEvents } from "../../components/overview/latest-events.tsx";
import { Overview } from "../../components/overview/overview.tsx";
import { Page } from "../../components/page.tsx";
import { defaultPeriod, PeriodPicker, toPeriodFilter } from "../../components/period-picker.tsx";
import { Segmented } from "../../components/segmented.tsx";
import { Loaded, Skeleton } from "../../components/states.tsx";
import { oneOf, periodOf, wordOf } from "../../lib/address-bar.ts";
import { getStats, listEvents } from "../../lib/api.ts";
import { periodWords, showDayAndYear } from "../../lib/time.ts";

const countingChoices = [
  { value: "mail", name: "Mail sent", title: "By when the mail was sent" },
  { value: "events", name: "Events", title: "By when things happened" },
] as const;

const whoseChoices = [
  { value: "all", name: "All", title: "Every open and click, machines' among them" },
  { value: "persons", name: "Persons only", title: "Only opens and clicks that count as a person's" },
] as const;

export default function Start() {
  const [parameters, setParameters] = useSearchParams();
  const period = createMemo(() => periodOf(parameters));
  const counting = () => wordOf(parameters["count"], countings) ?? "mail";
  const whose = () => wordOf(parameters["by"], countedFor) ?? "all";
  const figures = createMemo(() => figuresOf(counting(), whose()));
  const periodText = () => {
    const { from, to, period: name } = period();
    if (!from && !to) return periodWords[name ?? defaultPeriod].long;
    return [from && `from ${showDayAndYear(from)}`, to && `until ${showDayAndYear(to)}`].filter(Boolean).join(" ");
  };

  return (
    <Page title="Overview">
      {/* Waits for the first steps, so that they push nothing down. */}
      <Suspense fallback={<Skeleton rows={9} />}>
        <FirstSteps />
        <ConnectionNotices />
        <div class="flex flex-wrap items-center justify-between gap-3">
          <PeriodPicker value={period()} onChange={(change) => setParameters({ ...change })} />
          <div class="flex flex-wrap gap-3">
            <Segmented
              label="Count"
              choices={countingChoices}
              chosen={counting()}
              onChoose={(choice) => setParameters({ count: choice === "mail" ? undefined : choice })}
            />
            <Segmented
              label="Opens and clicks"
              choices={whoseChoices}
              chosen={whose()}
              onChoose={(choice) => setParameters({ by: choice === "all" ? undefined : choice })}
            />
          </div>
        </div>
        <Loaded queries={[getStats.key]} fallback={<Skeleton rows={9} />}>
          <Overview filter={toPeriodFilter(period())} period={periodText()} counting={counting()} figures={figures()} />
        </Loaded>
        <Comparison
          split={oneOf(parameters["split"])}
          onSplit={(split) => setParameters({ split })}
          period={period()}
          figures={figures()}
        />
        <Loaded queries={[listEvents.key]} fallback={<Skeleton rows={8} />}>
          <LatestEvents />
        </Loaded>
      </Suspense>
    </Page>
  );
}
