// A sentence in which `code` is marked with backticks.
import { For } from "solid-js";

export function WithCode(props: { text: string }) {
  const parts = () => props.text.split("`").map((text, index) => ({ text, isCode: index % 2 === 1 }));
  return (
    <For each={parts()}>
      {({ text, isCode }) => (isCode ? <code class="font-mono text-[13px]">{text}</code> : <>{text}</>)}
    </For>
  );
}
