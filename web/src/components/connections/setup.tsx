// How a connection is finished, or mended: the stack in the customer's account, then the check.
import { For, type JSX } from "solid-js";
import type { ConnectionView } from "../../../../shared/contract/api/connections.ts";
import { Copyable } from "../copy.tsx";
import { buttonClass } from "../form.tsx";
import { Icon } from "../icon.tsx";

function Step(props: { number: number; children: JSX.Element }) {
  return (
    <li class="flex gap-3">
      <span
        aria-hidden="true"
        class="grid size-6 shrink-0 place-items-center rounded-full bg-raised text-xs font-semibold"
      >
        {props.number}
      </span>
      <div class="min-w-0 flex-1 space-y-3 text-sm">{props.children}</div>
    </li>
  );
}

export function Setup(props: { connection: ConnectionView; check: JSX.Element }) {
  const wasThere = () => props.connection.state !== "pending";
  return (
    <ol class="space-y-5 border-t border-line pt-5">
      <Step number={1}>
        <p>
          {wasThere()
            ? `If the stack in account ${props.connection.accountId} is gone, create it again. If it was changed, update it with the parameters below.`
            : `Create the stack in account ${props.connection.accountId}. The page that opens has everything filled in.`}
        </p>
        <a class={buttonClass()} href={props.connection.quickCreateUrl} target="_blank" rel="noreferrer">
          Open CloudFormation <Icon name="external" />
        </a>
        <details>
          <summary class="w-fit cursor-pointer text-muted hover:text-ink">
            {wasThere() ? "The template's parameters" : "Or deploy the template yourself, with these parameters"}
          </summary>
          <div class="mt-3 space-y-3">
            <For each={Object.entries(props.connection.templateParameters)}>
              {([name, value]) => (
                <div class="space-y-1">
                  <p class="text-muted">{name}</p>
                  <Copyable name={name} text={value} />
                </div>
              )}
            </For>
          </div>
        </details>
      </Step>
      <Step number={2}>
        <p>When the stack is complete, check that it works.</p>
        {props.check}
      </Step>
    </ol>
  );
}
