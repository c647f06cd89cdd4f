// The other way for events to come: an SNS topic that posts them.
import { Copyable } from "../copy.tsx";

export function SnsEndpoint(props: { endpoint: string }) {
  return (
    <details class="text-sm">
      <summary class="w-fit cursor-pointer text-muted hover:text-ink">
        Does SES publish to an SNS topic instead?
      </summary>
      <div class="mt-3 space-y-2">
        <p class="text-muted">
          Subscribe this HTTPS address to the topic, without raw message delivery. It confirms itself. Keep it secret.
        </p>
        <Copyable name="SNS endpoint" text={props.endpoint} />
      </div>
    </details>
  );
}
