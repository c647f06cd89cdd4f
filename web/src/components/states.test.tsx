import { screen } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { describe, expect, test } from "vitest";
import { renderAlone } from "../test/render-page.tsx";
import { Empty, Failure, Freshness, Skeleton } from "./states.tsx";

describe("what stands where there is nothing to show", () => {
  test("a skeleton tells a screen reader that something is loading", () => {
    renderAlone(() => <Skeleton />);

    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
  });

  test("an empty state says what there could be", () => {
    renderAlone(() => <Empty title="No keys yet">An app has a key of its own.</Empty>);

    expect(screen.getByText("No keys yet")).toBeTruthy();
    expect(screen.getByText("An app has a key of its own.")).toBeTruthy();
  });

  test("a failure is announced with its message, and can be retried", () => {
    let retries = 0;
    renderAlone(() => <Failure error={new Error("The API cannot be reached.")} retry={() => (retries += 1)} />);

    screen.getByRole("button", { name: "Try again" }).click();

    expect(screen.getByRole("alert").textContent).toContain("The API cannot be reached.");
    expect(retries).toBe(1);
  });

  test("what is shown is called live only while its refresh works", () => {
    const [failure, setFailure] = createSignal<Error>();
    renderAlone(() => <Freshness failure={failure()} />);
    const status = screen.getByRole("status");
    expect(status.textContent).toBe("Live");

    setFailure(new Error("The API cannot be reached."));

    expect(status.textContent).toBe("Not refreshed: The API cannot be reached.");
  });
});
