import { screen, within } from "@solidjs/testing-library";
import { expect, test } from "vitest";
import type { Reconciliation as Found } from "../../../../shared/contract/api/connections.ts";
import { renderAlone } from "../../test/render-page.tsx";
import { Reconciliation } from "./reconciliation.tsx";

const found: Found = { checkedAt: "2026-11-23T12:00:00.000Z", acceptedLast24h: 12, withoutSendEvent: 0 };

const figures = (list: HTMLElement) =>
  [...list.querySelectorAll("dl > div")].map(({ firstElementChild, lastElementChild }) => [
    firstElementChild?.textContent,
    lastElementChild?.textContent,
  ]);

const renderSection = (change: Partial<Found>) => {
  renderAlone(() => <Reconciliation found={{ ...found, ...change }} />);
  return screen.getByRole("region", { name: "Are all events here?" });
};

test("all is well when every accepted mail has its Send event", () => {
  const section = renderSection({});

  expect(within(section).getByText("None is missing")).toBeTruthy();
  expect(figures(section)).toEqual([
    ["Accepted by SES, 24 h", "12"],
    ["Without a Send event", "0"],
  ]);
  expect(section.textContent).not.toContain("Check the connection");
});

test("mails without their Send event are told, with what to do", () => {
  const section = renderSection({ withoutSendEvent: 3 });

  expect(within(section).getByText("Some are missing")).toBeTruthy();
  expect(figures(section)).toContainEqual(["Without a Send event", "3"]);
  expect(section.textContent).toContain("Check the connection");
});

test("SES's own figures stand beside, with what they cover", () => {
  const section = renderSection({
    sesReported: { deliveryAttempts: 9000, bounces: 4, complaints: 2, rejects: 1, note: "An upper bound." },
  });

  const list = within(section).getByLabelText("SES's own figures");
  expect(list.textContent).toBe("Delivery attempts9,000Bounces4Complaints2Rejects1");
  expect(section.textContent).toContain("An upper bound.");
});
