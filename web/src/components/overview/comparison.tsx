// Chooses by what the figures are compared: the configuration set, or a tag whose name people know.
import { createSignal, Show } from "solid-js";
import { getStats } from "../../lib/api.ts";
import type { PeriodChoice } from "../../lib/address-bar.ts";
import { controlClass } from "../form.tsx";
import { toPeriodFilter } from "../period-picker.tsx";
import { Segmented } from "../segmented.tsx";
import { Loaded, Skeleton } from "../states.tsx";
import type { Figure } from "./figures.ts";
import { SplitTable } from "./split-table.tsx";

const tagPrefix = "tag:";

const choices = [
  { value: "nothing", name: "Nothing" },
  { value: "configurationSet", name: "Configuration set" },
  { value: "tag", name: "Tag" },
] as const;

interface ComparisonProps {
  /** `configurationSet`, `tag:<name>`, or undefined. */
  split: string | undefined;
  onSplit: (split: string | undefined) => void;
  period: PeriodChoice;
  figures: readonly Figure[];
}

export function Comparison(props: ComparisonProps) {
  const isTag = () => props.split?.startsWith(tagPrefix) ?? false;
  const [wantsTag, setWantsTag] = createSignal(isTag());
  const chosen = () => {
    if (isTag() || wantsTag()) return "tag";
    return props.split === "configurationSet" ? "configurationSet" : "nothing";
  };
  const choose = (choice: (typeof choices)[number]["value"]) => {
    setWantsTag(choice === "tag");
    props.onSplit(choice === "configurationSet" ? choice : undefined);
  };
  const nameTag = (name: string) => props.onSplit(name ? `${tagPrefix}${name}` : undefined);
  const period = () =>
    Object.fromEntries(Object.entries(props.period).filter((entry): entry is [string, string] => Boolean(entry[1])));

  return (
    <section aria-labelledby="comparison" class="space-y-4 rounded-xl border border-line bg-surface p-5">
      <div class="flex flex-wrap items-center gap-3">
        <h2 id="comparison" class="text-sm font-semibold">
          Compare by
        </h2>
        <Segmented label="Compare by" choices={choices} chosen={chosen()} onChoose={choose} />
        <Show when={chosen() === "tag"}>
          <form class="w-full sm:w-52" onSubmit={(event) => event.preventDefault()}>
            <input
              class={controlClass}
              name="tag"
              autocomplete="off"
              aria-label="Name of the tag"
              placeholder="Name of the tag: campaign"
              value={props.split?.slice(tagPrefix.length) ?? ""}
              onChange={(event) => nameTag(event.currentTarget.value.trim())}
            />
          </form>
        </Show>
      </div>
      <Show when={props.split} keyed>
        {(split) => (
          <Loaded queries={[getStats.key]} fallback={<Skeleton rows={3} />}>
            <SplitTable filter={{ ...toPeriodFilter(props.period), split }} period={period()} figures={props.figures} />
          </Loaded>
        )}
      </Show>
    </section>
  );
}
