// Holds a bulk, lets it go on, gives it another time, or ends it.
import { useAction } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import type { BulkView } from "../../../../shared/contract/api/bulk.ts";
import { isOver, isRunning } from "../../lib/bulk.ts";
import { steerBulk } from "../../lib/bulks-api.ts";
import { messageOf } from "../../lib/http.ts";
import { showCount } from "../../lib/number.ts";
import { ConfirmDialog } from "../confirm-dialog.tsx";
import { Button, FormError } from "../form.tsx";
import { Reschedule } from "./reschedule.tsx";

export function Steering(props: { bulk: BulkView }) {
  const steer = useAction(steerBulk);
  const [error, setError] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const move = async (how: "pause" | "resume") => {
    setBusy(true);
    setError(undefined);
    try {
      await steer(props.bulk.id, how);
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Show when={!isOver(props.bulk)}>
      <div class="flex flex-wrap items-center gap-2">
        <Show when={isRunning(props.bulk) && props.bulk.counts.waiting > 0}>
          <Button look="plain" disabled={busy()} onClick={() => void move("pause")}>
            Pause
          </Button>
        </Show>
        <Show when={props.bulk.status === "paused"}>
          <Button disabled={busy()} onClick={() => void move("resume")}>
            Resume
          </Button>
        </Show>
        <Show when={props.bulk.status === "scheduled" && props.bulk.scheduledAt}>
          {(scheduledAt) => <Reschedule bulkId={props.bulk.id} scheduledAt={scheduledAt()} />}
        </Show>
        <ConfirmDialog
          trigger="Cancel…"
          title={`Cancel “${props.bulk.name}”?`}
          confirm="Cancel the rest"
          dismiss="Leave it"
          onConfirm={() => steer(props.bulk.id, "cancel")}
        >
          <p>
            The {showCount(props.bulk.counts.waiting)} recipients who still wait get no mail. Who has been sent to has
            been sent to. This cannot be undone; to hold it for a while, pause it.
          </p>
        </ConfirmDialog>
        <FormError message={error()} />
      </div>
    </Show>
  );
}
