// What people read of a mail: its HTML in a frame that can do nothing, or its text.
import { createSignal, Match, Show, Switch } from "solid-js";
import { toMailDocument } from "../../lib/mail-document.ts";
import { Segmented } from "../segmented.tsx";

interface Bodies {
  html?: string;
  text?: string;
}

const choices = [
  { value: "html", name: "HTML" },
  { value: "text", name: "Text" },
] as const;

export function MailBodies(props: { bodies: Bodies }) {
  const [wanted, setWanted] = createSignal<"html" | "text">("html");
  const shown = () => (props.bodies.html === undefined ? "text" : props.bodies.text ? wanted() : "html");
  return (
    <div class="space-y-3">
      <Show when={props.bodies.html !== undefined && props.bodies.text}>
        <Segmented label="Part of the mail" choices={choices} chosen={shown()} onChoose={setWanted} />
      </Show>
      <Switch>
        <Match when={shown() === "html"}>
          {/* Without a single permission: no scripts, no pop-ups, no origin of ours. Mail is written for white. */}
          <iframe
            title="The mail as HTML"
            sandbox=""
            referrerpolicy="no-referrer"
            srcdoc={toMailDocument(props.bodies.html ?? "")}
            class="h-112 w-full rounded-lg border border-line bg-white [color-scheme:light]"
          />
        </Match>
        <Match when={shown() === "text"}>
          <pre
            aria-label="The mail as text"
            tabIndex={0}
            class="max-h-112 overflow-auto rounded-lg border border-line bg-canvas p-4 font-mono text-[13px] whitespace-pre-wrap wrap-anywhere"
          >
            {props.bodies.text}
          </pre>
        </Match>
      </Switch>
    </div>
  );
}
