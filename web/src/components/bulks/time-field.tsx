// When a bulk is to be sent: a day and a time of the reader's own.
import { dayTimeOf, findTimeZone } from "../../lib/time.ts";
import { Field } from "../form.tsx";

/** What the API takes, and a little less, as time passes until it is asked. */
const soonestMs = 2 * 60_000;
const latestMs = 30 * 86_400_000 - soonestMs;

export function TimeField(props: { value: string; onInput: (value: string) => void }) {
  const zone = findTimeZone();
  return (
    <Field
      label="Day and time"
      name="scheduledFor"
      type="datetime-local"
      required
      min={dayTimeOf(Date.now() + soonestMs)}
      max={dayTimeOf(Date.now() + latestMs)}
      hint={`In your time zone${zone === undefined ? "" : `, ${zone}`}; within 30 days.`}
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}
