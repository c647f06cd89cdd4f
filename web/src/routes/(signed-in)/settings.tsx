import { createAsync } from "@solidjs/router";
import { Show } from "solid-js";
import { Page } from "../../components/page.tsx";
import { RetentionForm } from "../../components/settings/retention-form.tsx";
import { RetentionProgress } from "../../components/settings/retention-progress.tsx";
import { Loaded, Skeleton } from "../../components/states.tsx";
import { getSettings } from "../../lib/api.ts";
import { pollWhileVisible } from "../../lib/poll.ts";

const refreshMs = 5000;

function Retention() {
  const settings = createAsync(() => getSettings());
  const isUnderWay = () => (settings.latest?.retentionChange?.state ?? "done") !== "done";
  pollWhileVisible(() => (isUnderWay() ? getSettings.refresh() : Promise.resolve()), refreshMs);
  return (
    <Show when={settings()}>
      {(shown) => (
        <section aria-labelledby="retention" class="max-w-3xl space-y-5 rounded-xl border border-line bg-surface p-5">
          <div>
            <h2 id="retention" class="font-semibold">
              Retention
            </h2>
            <p class="mt-1 text-sm text-muted">
              Every mail, what became of it and all its events expire together, so many days after the mail was sent.
            </p>
          </div>
          <RetentionForm retentionDays={shown().retentionDays} />
          <Show when={shown().retentionChange}>{(change) => <RetentionProgress change={change()} />}</Show>
        </section>
      )}
    </Show>
  );
}

export default function Settings() {
  return (
    <Page title="Settings">
      <Loaded queries={[getSettings.key]} fallback={<Skeleton rows={4} />}>
        <Retention />
      </Loaded>
    </Page>
  );
}
