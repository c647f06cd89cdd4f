import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router";
import { screen, waitFor } from "@solidjs/testing-library";
import { type Component, lazy } from "solid-js";
import { describe, expect, test } from "vitest";
import SignedIn from "../routes/(signed-in).tsx";
import { request } from "../lib/http.ts";
import { startFakeApi } from "./fake-api.ts";
import { renderAlone } from "./render-page.tsx";

/** As Chromium says it. */
const fetchNothing = (): Promise<{ default: Component }> =>
  Promise.reject(new TypeError("Failed to fetch dynamically imported module: https://dashboard.example/settings.js"));

function renderSignedIn(path: string) {
  const history = createMemoryHistory();
  history.set({ value: path });
  renderAlone(() => (
    <MemoryRouter history={history}>
      <Route path="/" component={SignedIn}>
        <Route path="/suppressions" component={() => <p>the page</p>} />
        <Route path="/settings" component={lazy(fetchNothing)} />
      </Route>
      <Route path="/sign-in" component={() => <p>the sign-in page</p>} />
    </MemoryRouter>
  ));
  return history;
}

describe("pages for those who are signed in", () => {
  test("say who that is", async () => {
    startFakeApi({});

    renderSignedIn("/suppressions");

    expect(await screen.findByText("the page")).toBeTruthy();
    expect(screen.getByText("ada@shop.example")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Suppressions" }).getAttribute("aria-current")).toBe("page");
    expect(screen.getByRole("link", { name: "Events" }).getAttribute("aria-current")).toBeNull();
  });

  test("leave the way to others open when one cannot be fetched", async () => {
    startFakeApi({});
    renderSignedIn("/settings");

    const failure = (await screen.findByRole("alert")).textContent;
    screen.getByRole("link", { name: "Suppressions" }).click();

    expect(failure).toContain("The page could not be fetched");
    expect(failure).not.toContain("module");
    expect(await screen.findByText("the page")).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("send everybody else to the sign-in page, and say where they wanted to go", async () => {
    startFakeApi({}, { signedIn: false });

    const history = renderSignedIn("/suppressions?address=a%40customer.example");

    expect(await screen.findByText("the sign-in page")).toBeTruthy();
    await waitFor(() =>
      expect(history.get()).toBe(`/sign-in?next=${encodeURIComponent("/suppressions?address=a%40customer.example")}`),
    );
    expect(screen.queryByText("the page")).toBeNull();
  });

  test("send people to the sign-in page when the API refuses them, whatever was asked", async () => {
    startFakeApi({ "GET /verify-sts": () => ({ status: 401, body: { message: "Unauthorized" } }) });
    const history = renderSignedIn("/suppressions");
    await screen.findByText("the page");

    await request("GET", "/verify-sts").catch(() => {});

    expect(await screen.findByText("the sign-in page")).toBeTruthy();
    await waitFor(() => expect(history.get()).toBe("/sign-in?next=%2Fsuppressions"));
  });
});
