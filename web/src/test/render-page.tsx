// Components on a page of their own, gone when the test is over.
import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router";
import { cleanup, render } from "@solidjs/testing-library";
import type { Component, JSX } from "solid-js";
import { onTestFinished } from "vitest";

// The router scrolls up on a new page; jsdom can only complain.
globalThis.scrollTo = () => {};

export function renderAlone(children: () => JSX.Element): void {
  onTestFinished(cleanup);
  render(children);
}

/** A page at its address, without the frame around it. Answers the address bar. */
export function renderPage(page: Component, path = "/", pattern = path.split("?")[0] ?? "/") {
  const history = createMemoryHistory();
  history.set({ value: path });
  renderAlone(() => (
    <MemoryRouter history={history}>
      <Route path={pattern} component={page} />
    </MemoryRouter>
  ));
  return history;
}

/** For a component that has links. */
export const renderInRouter = (children: () => JSX.Element) => renderPage(() => <>{children()}</>);
