// One operation of the API, folded until somebody wants to know.
import { For, Show } from "solid-js";
import type { OpenApiDocument } from "../../../../shared/contract/openapi/document.ts";
import {
  bodyRows,
  callerText,
  curlFor,
  parameterRows,
  type DescribedOperation,
  type FieldRow,
} from "../../lib/api-description.ts";
import type { Tone } from "../../lib/status.ts";
import { Badge } from "../badge.tsx";
import { Copyable } from "../copy.tsx";
import { WithCode } from "./with-code.tsx";

const tones: Record<string, Tone> = { GET: "info", POST: "good", PUT: "warn", DELETE: "bad" };

function Fields(props: { title: string; rows: FieldRow[] }) {
  return (
    <Show when={props.rows.length > 0}>
      <div class="overflow-x-auto">
        <table class="w-full text-left">
          <caption class="pb-1 text-left font-medium">{props.title}</caption>
          <thead class="sr-only">
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>
              {(row) => (
                <tr class="border-t border-line align-top">
                  <th scope="row" class="py-1.5 pr-4 font-normal whitespace-nowrap">
                    <code class="font-mono text-[13px]">{row.name}</code>{" "}
                    <Show when={row.isRequired}>
                      <span class="block text-xs text-muted">required</span>
                    </Show>
                  </th>
                  <td class="max-w-48 py-1.5 pr-4 text-muted">{row.type}</td>
                  <td class="min-w-56 py-1.5">
                    <WithCode text={row.description} />
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </Show>
  );
}

function Answers(props: { operation: DescribedOperation }) {
  return (
    <div>
      <h3 class="pb-1 font-medium">Answers</h3>
      <dl class="grid grid-cols-[auto_1fr] gap-x-4">
        <For each={Object.entries(props.operation.responses)}>
          {([status, answer]) => (
            <>
              <dt class="border-t border-line py-1.5 tabular-nums">{status}</dt>
              <dd class="border-t border-line py-1.5">
                <WithCode text={answer.description} />
              </dd>
            </>
          )}
        </For>
      </dl>
    </div>
  );
}

export function OperationCard(props: { operation: DescribedOperation; document: OpenApiDocument; apiUrl: string }) {
  return (
    <li>
      <details class="group">
        <summary class="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 px-5 py-3.5 -outline-offset-2">
          <span class="w-16 shrink-0">
            <Badge look={{ word: props.operation.method, tone: tones[props.operation.method] ?? "plain" }} />
          </span>
          <code class="font-mono text-[13px] break-all">{props.operation.path}</code>
          <span class="text-sm text-muted">{props.operation.summary}</span>
        </summary>
        <div class="space-y-5 border-t border-line px-5 py-4 text-sm">
          <div class="max-w-prose space-y-1">
            <Show when={props.operation.description}>
              {(description) => (
                <p>
                  <WithCode text={description()} />
                </p>
              )}
            </Show>
            <p class="text-muted">{callerText(props.operation)}</p>
          </div>
          <Fields title="Parameters" rows={parameterRows(props.operation, props.document)} />
          <Fields title="Body" rows={bodyRows(props.operation, props.document)} />
          <Copyable name={`curl command of ${props.operation.summary}`} text={curlFor(props.operation, props.apiUrl)} />
          <Answers operation={props.operation} />
        </div>
      </details>
    </li>
  );
}
