import { fireEvent, screen, waitFor, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import type { ConnectionState, ConnectionView } from "../../../shared/contract/api/connections.ts";
import Connections from "../routes/(signed-in)/connections.tsx";
import { startFakeApi } from "./fake-api.ts";
import { renderPage } from "./render-page.tsx";

const connection = (accountId: string, state: ConnectionState): ConnectionView => ({
  connectionId: `con_${accountId}`,
  accountId,
  region: "eu-west-1",
  state,
  roleArn: `arn:aws:iam::${accountId}:role/sesami`,
  externalId: "external",
  configurationSet: "sesami",
  createdAt: "2026-11-23T08:00:00.000Z",
  quickCreateUrl: "https://console.aws.amazon.com/cloudformation",
  templateParameters: { ExternalId: "external" },
});

describe("the page of connections", () => {
  test("offers the deployment's own region first", async () => {
    startFakeApi({ "GET /connections": () => ({ body: { items: [] } }) });

    renderPage(Connections);

    const region = (await screen.findByLabelText("Region")) as HTMLSelectElement;
    await waitFor(() => expect(region.value).toBe("eu-west-1"));
  });

  test("takes people to the connection that they just made", async () => {
    const items: ConnectionView[] = [connection("111122223333", "verified")];
    startFakeApi({
      "GET /connections": () => ({ body: { items: [...items] } }),
      "POST /connections": () => {
        items.push(connection("222222222222", "pending"));
        return { status: 201, body: items[1] };
      },
    });
    renderPage(Connections);

    fireEvent.input(await screen.findByLabelText("AWS account id"), { target: { value: " 222222222222 " } });
    screen.getByRole("button", { name: "Connect" }).click();

    const card = await screen.findByRole("article", { name: "Connection 222222222222" });
    await waitFor(() => expect(document.activeElement).toBe(card));
    expect(within(card).getByRole("link", { name: "Open CloudFormation" })).toBeTruthy();
    expect(within(card).getAllByRole("button", { name: "Check connection" })).toHaveLength(1);
  });

  test("says why an account was not connected, and keeps what was typed", async () => {
    const error = { code: "conflict", message: "The account is connected already." };
    startFakeApi({
      "GET /connections": () => ({ body: { items: [] } }),
      "POST /connections": () => ({ status: 409, body: { error } }),
    });
    renderPage(Connections);
    const account = (await screen.findByLabelText("AWS account id")) as HTMLInputElement;

    fireEvent.input(account, { target: { value: "222222222222" } });
    screen.getByRole("button", { name: "Connect" }).click();

    expect(await screen.findByText("The account is connected already.")).toBeTruthy();
    expect(account.value).toBe("222222222222");
  });

  test("shows the hops of a check, and the state that came of it", async () => {
    let state: ConnectionState = "pending";
    startFakeApi({
      "GET /connections": () => ({ body: { items: [connection("222222222222", state)] } }),
      "GET /verify-sts": () => {
        state = "broken";
        const hops = [{ hop: "assumeRole", result: "broken", message: "Access denied.", fix: "Create the stack." }];
        return { body: { connection: connection("222222222222", state), hops } };
      },
    });
    renderPage(Connections);

    (await screen.findByRole("button", { name: "Check connection" })).click();

    const checks = await screen.findByRole("list", { name: "Checks" });
    expect(checks.textContent).toContain("Create the stack.");
    const heading = screen.getByRole("heading", { name: /222222222222/ });
    expect(await within(heading).findByText("Broken")).toBeTruthy();
  });

  test("shows what mends a connection that broke: the stack and its parameters", async () => {
    startFakeApi({ "GET /connections": () => ({ body: { items: [connection("222222222222", "broken")] } }) });

    renderPage(Connections);

    const card = await screen.findByRole("article", { name: "Connection 222222222222" });
    expect(within(card).getByText(/If the stack in account 222222222222 is gone, create it again/)).toBeTruthy();
    expect(within(card).getByRole("link", { name: "Open CloudFormation" })).toBeTruthy();
    expect(within(card).getByText("ExternalId")).toBeTruthy();
    expect(within(card).getAllByRole("button", { name: "Check connection" })).toHaveLength(1);
  });
});
