import { screen, within } from "@solidjs/testing-library";
import { describe, expect, test } from "vitest";
import { hops } from "../../../../shared/contract/api/connections.ts";
import { renderAlone } from "../../test/render-page.tsx";
import { HopList } from "./hop-list.tsx";

describe("the checks of a connection", () => {
  test("say what is broken, how to mend it, and what was therefore not tried", () => {
    renderAlone(() => (
      <HopList
        hops={[
          { hop: "assumeRole", result: "ok", message: "The role was assumed." },
          { hop: "externalIdEnforced", result: "broken", message: "It works without.", fix: "Add the condition." },
          { hop: "account", result: "skipped", message: "An earlier check failed." },
        ]}
      />
    ));

    const items = within(screen.getByRole("list", { name: "Checks" })).getAllByRole("listitem");

    expect(items.map(({ textContent }) => textContent)).toEqual([
      "OKRole can be assumedThe role was assumed.",
      "BrokenExternal id is enforcedIt works without.Add the condition.",
      "Not triedAccount is the claimed oneAn earlier check failed.",
    ]);
  });

  test("that wait are not called broken", () => {
    renderAlone(() => <HopList hops={[{ hop: "testEvent", result: "waiting", message: "It has not arrived yet." }]} />);

    expect(screen.getByText("Waiting")).toBeTruthy();
    expect(screen.queryByText("Broken")).toBeNull();
  });

  test("each have a name of their own", () => {
    renderAlone(() => <HopList hops={hops.map((hop) => ({ hop, result: "ok", message: "" }))} />);

    const names = screen.getAllByRole("listitem").map(({ textContent }) => textContent);

    expect(new Set(names).size).toBe(hops.length);
  });
});
