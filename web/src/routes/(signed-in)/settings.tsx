import { createAsync } from "@solidjs/router";
import { Show } from "solid-js";
import { Page } from "../../components/page.tsx";
import { ContentForm } from "../../components/settings/content-form.tsx";
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

function Content() {
  const settings = createAsync(() => getSettings());
  return (
    <Show when={settings()}>
      {(shown) => (
        <section aria-labelledby="content" class="max-w-3xl space-y-5 rounded-xl border border-line bg-surface p-5">
          <div>
            <h2 id="content" class="font-semibold">
              Content of mail
            </h2>
            <p class="mt-1 text-sm text-muted">
              Subject, HTML and text of mail that is sent through SESami can be kept and seen on the page of a message,
              by people who sign in and by no app. Whoever erases a recipient erases the content of their mail, too.
            </p>
          </div>
          <ContentForm contentDays={shown().contentDays} retentionDays={shown().retentionDays} />
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
        <Content />
      </Loaded>
    </Page>
  );
}
