import { render } from "@solidjs/testing-library";
import { expect, test } from "vitest";
import { Reconciliation } from "./reconciliation.tsx";

const found = { checkedAt: "2026-11-23T12:00:00.000Z", acceptedLast24h: 12, withoutSendEvent: 0 };

test("all is well when every accepted mail has its Send event", () => {
  const { container } = render(() => <Reconciliation found={found} />);

  expect(container.textContent).toBe(
    "SES accepted 12 mails from SESami in the last 24 hours; none of them misses its Send event.",
  );
});

test("mails without their Send event are told, and SES's own figures with what they cover", () => {
  const sesReported = { deliveryAttempts: 90, bounces: 4, complaints: 2, rejects: 1, note: "An upper bound." };

  const { container } = render(() => <Reconciliation found={{ ...found, withoutSendEvent: 3, sesReported }} />);

  expect(container.textContent).toContain("; 3 of them have no Send event after an hour. Check the connection.");
  expect(container.textContent).toContain(
    "SES itself counts 90 delivery attempts, 4 bounces, 2 complaints and 1 rejects. An upper bound.",
  );
});
