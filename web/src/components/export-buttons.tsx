// Fetches something long part by part, says how far it is, and saves it as a file. After a failure it goes on from there.
import { createSignal, type JSX, onCleanup, Show } from "solid-js";
import { fetchRest, type FetchedPart, type FetchedSoFar, nothingYet, saveFile } from "../lib/export-file.ts";
import { messageOf } from "../lib/http.ts";
import { showSize } from "../lib/number.ts";
import { Button, FormError } from "./form.tsx";
import { Icon } from "./icon.tsx";

export interface ExportKind {
  /** On the button. */
  name: string;
  fileName: () => string;
  type: string;
  fetchPart: (
    cursor: string | undefined,
    options: { signal: AbortSignal; onBytes: (bytes: number) => void },
  ) => Promise<FetchedPart>;
  /** Makes one whole of the parts; default: one behind the other. */
  join?: (parts: readonly Blob[]) => Promise<readonly Blob[]>;
}

interface Run {
  kind: ExportKind;
  soFar: FetchedSoFar;
  bytes: number;
  failure?: string;
}

export function ExportButtons(props: { kinds: ExportKind[]; label?: JSX.Element }) {
  const [run, setRun] = createSignal<Run>();
  let life: AbortController | undefined;
  const stop = () => {
    life?.abort();
    setRun(undefined);
  };
  onCleanup(() => life?.abort());

  const start = async (kind: ExportKind, from: FetchedSoFar) => {
    life?.abort();
    const { signal } = (life = new AbortController());
    const update = (change: Partial<Run>) => {
      if (!signal.aborted) setRun((now) => now && { ...now, ...change });
    };
    setRun({ kind, soFar: from, bytes: 0 });
    try {
      const { parts } = await fetchRest(from, {
        fetchPart: (cursor, onBytes) => kind.fetchPart(cursor, { signal, onBytes }),
        onPart: (soFar) => update({ soFar }),
        onBytes: (bytes) => update({ bytes }),
      });
      if (signal.aborted) return;
      saveFile(kind.fileName(), (await kind.join?.(parts)) ?? parts, kind.type);
      setRun(undefined);
    } catch (error) {
      update({ failure: messageOf(error) });
    }
  };

  return (
    <div class="flex flex-wrap items-center gap-2">
      <Show
        when={run()}
        fallback={
          <>
            {props.label}
            {props.kinds.map((kind) => (
              <Button look="plain" onClick={() => void start(kind, nothingYet)}>
                <Icon name="download" /> {kind.name}
              </Button>
            ))}
          </>
        }
      >
        {(current) => (
          <>
            <Show
              when={current().failure}
              fallback={
                <p role="status" class="text-sm text-muted tabular-nums">
                  Exporting… {showSize(current().bytes)}
                </p>
              }
            >
              <FormError message={current().failure} />
              <Button look="plain" onClick={() => void start(current().kind, current().soFar)}>
                Go on
              </Button>
            </Show>
            <Button look="quiet" onClick={stop}>
              Cancel
            </Button>
          </>
        )}
      </Show>
    </div>
  );
}
