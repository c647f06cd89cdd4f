// The title of the browser's tab.
import { createRenderEffect } from "solid-js";

/** The page's own name first: tabs are narrow. */
export function usePageTitle(title: () => string): void {
  createRenderEffect(() => {
    document.title = `${title()} · SESami`;
  });
}
