import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library";
import { Suspense } from "solid-js";
import { describe, expect, test } from "vitest";
import type { ApiKeyView, CreatedApiKey } from "../../../shared/contract/api/api-keys.ts";
import ApiKeys from "../routes/(signed-in)/api-keys.tsx";
import { startFakeApi } from "./fake-api.ts";
import { givesNativeDialogs } from "./native-dialogs.ts";
import { renderPage } from "./render-page.tsx";

const keyOf = (name: string, number: number): ApiKeyView => ({
  keyId: `key_${number}`,
  name,
  lastFour: "riNP",
  createdAt: "2026-11-23T08:00:00.000Z",
});

/** An API with one key, that makes and revokes others. */
const remembering = () => {
  const items = [keyOf("Shop", 1)];
  const created: CreatedApiKey = { ...keyOf("Newsletter", 2), key: "sk_shownOnce" };
  return startFakeApi({
    "GET /api-keys": () => ({ body: { items: [...items] } }),
    "POST /api-keys": () => {
      items.push(keyOf("Newsletter", 2));
      return { status: 201, body: created };
    },
    "DELETE /api-keys/key_1": () => {
      items.splice(0, 1);
      return { status: 204, body: null };
    },
    "DELETE /api-keys/key_2": () => {
      items.splice(1, 1);
      return { status: 204, body: null };
    },
  });
};

const make = async (name: string): Promise<void> => {
  fireEvent.input(await screen.findByLabelText("Name of the key"), { target: { value: name } });
  screen.getByRole("button", { name: "Make a key" }).click();
  await screen.findByText("sk_shownOnce");
};

const revoke = async (name: string): Promise<void> => {
  const item = (await screen.findByText(name, { selector: "li p" })).closest("li") ?? expect.fail("no such key");
  within(item).getByRole("button", { name: "Revoke" }).click();
  const dialog = await within(item).findByRole("dialog");
  within(dialog).getByRole("button", { name: "Revoke" }).click();
  await waitFor(() => expect(screen.queryByText(name, { selector: "li p" })).toBeNull());
};

describe("the page of API keys", () => {
  test("shows a new key with a command that uses it, and its name in the list", async () => {
    remembering();
    renderPage(ApiKeys);

    await make("Newsletter");

    expect(screen.getByText(/curl .*\/mail/).textContent).toContain("sk_shownOnce");
    expect(await screen.findByText("Newsletter", { selector: "li p" })).toBeTruthy();
  });

  test("stays where it is while the command is prepared", async () => {
    remembering();
    renderPage(() => (
      <Suspense>
        <ApiKeys />
      </Suspense>
    ));
    const form = (await screen.findByLabelText("Name of the key")).closest("form");
    const removed: Node[] = [];
    const observer = new MutationObserver((changes) =>
      removed.push(...changes.flatMap((one) => [...one.removedNodes])),
    );
    observer.observe(document.body, { childList: true, subtree: true });

    await make("Newsletter");
    await screen.findByText(/curl .*\/mail/);

    observer.disconnect();
    expect(removed.filter((node) => node.contains(form))).toEqual([]);
  });

  test("offers a new key no longer once it is revoked", async () => {
    givesNativeDialogs();
    remembering();
    renderPage(ApiKeys);
    await make("Newsletter");

    await revoke("Newsletter");

    await waitFor(() => expect(screen.queryByText("sk_shownOnce")).toBeNull());
  });

  test("goes on offering a new key when another one is revoked", async () => {
    givesNativeDialogs();
    remembering();
    renderPage(ApiKeys);
    await make("Newsletter");

    await revoke("Shop");

    expect(screen.getByText("sk_shownOnce")).toBeTruthy();
  });
});
