// Whom a bulk goes to: a CSV file, or what is pasted.
import { createSignal, Show } from "solid-js";
import { type BulkPartProps, readRecipientFile } from "../../lib/bulk-draft.ts";
import { messageOf } from "../../lib/http.ts";
import { showCount, showSize } from "../../lib/number.ts";
import { Button, buttonClass, FormError } from "../form.tsx";
import { Icon } from "../icon.tsx";
import { Area } from "../templates/template-form.tsx";

const countLines = (text: string): number => text.split("\n").filter((line) => line.trim() !== "").length;

export function RecipientsInput(props: BulkPartProps) {
  const [error, setError] = createSignal<string>();
  const choose = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    if (!file) return;
    setError(undefined);
    try {
      props.onChange({ file: await readRecipientFile(file) });
    } catch (failure) {
      setError(messageOf(failure));
    }
    // So that the same file can be chosen again after it was changed.
    input.value = "";
  };

  return (
    <fieldset class="space-y-3">
      <legend class="text-sm font-medium">Recipients</legend>
      <p class="text-sm text-muted">
        A CSV whose header row names a column <code>email</code>; the other columns fill in <code>{"{{name}}"}</code>{" "}
        and the like. Up to 10,000 rows, separated by commas, semicolons or tabs.
      </p>
      <Show
        when={props.draft.file}
        fallback={
          <>
            <label class={`${buttonClass("plain")} cursor-pointer focus-within:outline-2 focus-within:outline-accent`}>
              <Icon name="list" /> Choose a CSV file…
              <input
                class="sr-only"
                type="file"
                name="file"
                accept=".csv,.tsv,.txt,text/csv,text/plain"
                onChange={(event) => void choose(event.currentTarget)}
              />
            </label>
            <Area
              label="or paste them"
              name="recipients"
              rows={6}
              placeholder={"email,name\nada@people.example,Ada\ngrace@people.example,Grace"}
              value={props.draft.pasted}
              onInput={(pasted) => props.onChange({ pasted })}
              hint="Also from a spreadsheet, or addresses alone, one to a line."
            />
          </>
        }
      >
        {(file) => (
          <div class="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-raised px-3 py-2 text-sm">
            <div class="min-w-0">
              <p class="font-medium wrap-anywhere">{file().name}</p>
              <p class="text-muted tabular-nums">
                {showSize(file().sizeBytes)}, {showCount(countLines(file().text))} lines
                <Show when={file().isWindows}>
                  . It is not in UTF-8, and read as Windows-1252: check that letters like é look right.
                </Show>
              </p>
            </div>
            <Button look="plain" onClick={() => props.onChange({ file: undefined })}>
              Remove
            </Button>
          </div>
        )}
      </Show>
      <FormError message={error()} />
    </fieldset>
  );
}
