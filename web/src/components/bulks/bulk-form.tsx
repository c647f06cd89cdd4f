// A bulk, to be written: who sends what to whom, and how they leave.
import { createAsync } from "@solidjs/router";
import { For, Show } from "solid-js";
import { listConnections } from "../../lib/api.ts";
import type { BulkDraft, BulkPartProps } from "../../lib/bulk-draft.ts";
import { Field, SelectField } from "../form.tsx";
import { Segmented } from "../segmented.tsx";
import { Area } from "../templates/template-form.tsx";
import { connectionText } from "./connection-name.tsx";
import { ContentInput } from "./content-input.tsx";
import { RecipientsInput } from "./recipients-input.tsx";
import { TimeField } from "./time-field.tsx";

interface BulkFormProps {
  draft: BulkDraft;
  onChange: (draft: BulkDraft) => void;
}

function Sender(props: BulkPartProps) {
  const connections = createAsync(() => listConnections());
  return (
    <>
      <Field
        label="From"
        name="from"
        required
        autocomplete="off"
        placeholder="Shop <hello@shop.example>"
        value={props.draft.from}
        onInput={(event) => props.onChange({ from: event.currentTarget.value })}
      />
      <Show when={(connections()?.items.length ?? 0) > 1}>
        <SelectField
          label="Connection"
          name="connection"
          onChange={(event) => props.onChange({ connection: event.currentTarget.value })}
        >
          <option value="">The oldest that works</option>
          <For each={connections()?.items}>
            {(connection) => (
              <option
                value={connection.connectionId}
                selected={connection.connectionId === props.draft.connection}
                disabled={connection.state === "pending"}
              >
                {connectionText(connection)} ({connection.state})
              </option>
            )}
          </For>
        </SelectField>
      </Show>
    </>
  );
}

function Leaving(props: BulkPartProps) {
  const isOwn = () => props.draft.content === "own";
  return (
    <div class="grid gap-4 sm:grid-cols-2">
      <SelectField
        label="Unsubscribe"
        name="leaving"
        hint="Each gets a link of their own, and one click in Gmail and others."
        onChange={(event) => props.onChange({ leaving: event.currentTarget.value as BulkDraft["leaving"] })}
      >
        <option value="default" selected={props.draft.leaving === "default"}>
          {isOwn() ? "No link" : "As the template says"}
        </option>
        <option value="list" selected={props.draft.leaving === "list"}>
          From a list
        </option>
        <option value="all" selected={props.draft.leaving === "all"}>
          From everything that can be left
        </option>
      </SelectField>
      <Show when={props.draft.leaving === "list"}>
        <Field
          label="List"
          name="list"
          required
          autocomplete="off"
          placeholder="product-news"
          hint="Lower-case letters, digits, _ and -."
          value={props.draft.list}
          onInput={(event) => props.onChange({ list: event.currentTarget.value })}
        />
      </Show>
    </div>
  );
}

const times = [
  { value: "now", name: "At once" },
  { value: "later", name: "Later" },
] as const;

function When(props: BulkPartProps) {
  return (
    <fieldset class="space-y-3">
      <legend class="mb-2 text-sm font-medium">When</legend>
      <Segmented label="When" choices={times} chosen={props.draft.when} onChoose={(when) => props.onChange({ when })} />
      <Show when={props.draft.when === "later"}>
        <TimeField value={props.draft.scheduledFor} onInput={(scheduledFor) => props.onChange({ scheduledFor })} />
      </Show>
    </fieldset>
  );
}

function More(props: BulkPartProps) {
  return (
    <details class="group">
      <summary class="w-fit cursor-pointer text-sm font-medium">More</summary>
      <div class="space-y-4 pt-4">
        <Field
          label="Name"
          name="name"
          maxLength={200}
          autocomplete="off"
          hint="What the list shows. Without one it is the subject."
          value={props.draft.name}
          onInput={(event) => props.onChange({ name: event.currentTarget.value })}
        />
        <Field
          label="Tags"
          name="tags"
          autocomplete="off"
          placeholder="campaign: winter, team: shop"
          hint="They come back with every event: filter and compare by them."
          value={props.draft.tags}
          onInput={(event) => props.onChange({ tags: event.currentTarget.value })}
        />
        <Area
          label="Data for everyone"
          name="data"
          rows={3}
          placeholder={'{ "shop": "Sesame" }'}
          hint="In JSON; a recipient's own columns go before."
          value={props.draft.data}
          onInput={(data) => props.onChange({ data })}
        />
      </div>
    </details>
  );
}

export function BulkForm(props: BulkFormProps) {
  const change = (part: Partial<BulkDraft>) => props.onChange({ ...props.draft, ...part });
  return (
    <div class="space-y-6">
      <Sender draft={props.draft} onChange={change} />
      <ContentInput draft={props.draft} onChange={change} />
      <RecipientsInput draft={props.draft} onChange={change} />
      <Leaving draft={props.draft} onChange={change} />
      <When draft={props.draft} onChange={change} />
      <More draft={props.draft} onChange={change} />
    </div>
  );
}
