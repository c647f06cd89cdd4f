import { fireEvent, screen, within } from "@solidjs/testing-library";
import { beforeEach, describe, expect, test } from "vitest";
import type { RetentionChangeView } from "../../../shared/contract/api/settings.ts";
import Settings from "../routes/(signed-in)/settings.tsx";
import { failing, startFakeApi } from "./fake-api.ts";
import { renderPage } from "./render-page.tsx";

/** An API that remembers what it is told. */
const remembering = () => {
  let retentionDays = 400;
  const sent: unknown[] = [];
  startFakeApi({
    "GET /settings": () => ({ body: { retentionDays, contentDays: 0 } }),
    "PUT /settings": (_, body) => {
      sent.push(body);
      ({ retentionDays } = body as { retentionDays: number });
      return { body: { retentionDays, contentDays: 0 } };
    },
  });
  return sent;
};

const field = () => screen.findByLabelText<HTMLInputElement>("Days to keep what belongs to a mail");
const type = async (value: string) => fireEvent.input(await field(), { target: { value } });

beforeEach(() => {
  // jsdom has no dialogs.
  Object.assign(HTMLDialogElement.prototype, {
    showModal(this: HTMLDialogElement) {
      this.open = true;
    },
    close(this: HTMLDialogElement) {
      this.open = false;
    },
  });
});

describe("the settings", () => {
  test("say how long everything is kept", async () => {
    remembering();

    renderPage(Settings);

    expect((await field()).value).toBe("400");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
  });

  test("take a longer time at once", async () => {
    const sent = remembering();
    renderPage(Settings);

    await type("800");
    screen.getByRole("button", { name: "Save" }).click();

    await expect.poll(() => sent).toEqual([{ retentionDays: 800 }]);
    await expect.poll(async () => (await field()).value).toBe("800");
  });

  test("take a shorter time only after saying what it deletes", async () => {
    const sent = remembering();
    renderPage(Settings);

    await type("90");
    (await screen.findByRole("button", { name: "Save…" })).click();

    const dialog = within(await screen.findByRole("dialog", { name: "Keep mail for 90 days only?" }));
    expect(dialog.getByText(/cannot be brought back/)).toBeTruthy();
    expect(sent).toEqual([]);
    dialog.getByRole("button", { name: "Delete what is older" }).click();
    await expect.poll(() => sent).toEqual([{ retentionDays: 90 }]);
  });

  test.each(["0", "3651", "1.5", ""])("do not take %j days", async (value) => {
    remembering();
    renderPage(Settings);

    await type(value);

    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(true);
    expect(screen.queryByRole("button", { name: "Save…" })).toBeNull();
  });

  test("say why a change was refused", async () => {
    startFakeApi({
      "GET /settings": () => ({ body: { retentionDays: 400, contentDays: 0 } }),
      "PUT /settings": () => failing("Try again in a minute."),
    });
    renderPage(Settings);

    await type("800");
    screen.getByRole("button", { name: "Save" }).click();

    expect(await screen.findByText("Try again in a minute.")).toBeTruthy();
    expect((await field()).value).toBe("800");
  });

  const change: RetentionChangeView = {
    changedAt: "2026-11-23T12:00:00.000Z",
    state: "waiting",
    looked: 0,
    rewritten: 0,
  };
  test.each<[RetentionChangeView, RegExp[]]>([
    [change, [/^Waiting/, /a change back loses nothing/]],
    [
      { ...change, state: "running", lookedAtDaysAfter: "2026-03-01", looked: 1200, rewritten: 30 },
      [/^Running/, /everything after .*2026 is done/, /1,200 events looked at, 30 items/],
    ],
    [{ ...change, state: "done", finishedAt: "2026-11-23T13:00:00.000Z", looked: 5 }, [/^Done/, /2026-11-23T13:00/]],
  ])("tell how far a change is: %o", async (retentionChange, expected) => {
    startFakeApi({ "GET /settings": () => ({ body: { retentionDays: 90, contentDays: 0, retentionChange } }) });

    renderPage(Settings);

    const status = await screen.findByText(/Changed/);
    for (const words of expected) expect(status.closest("[role=status]")?.textContent).toMatch(words);
  });
});
