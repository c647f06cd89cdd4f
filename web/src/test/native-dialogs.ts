// The native dialog, which jsdom has no methods of: shown, it is open; closed, it says so.
import { onTestFinished } from "vitest";

/** Until the test is over. */
export function givesNativeDialogs(): void {
  const { prototype } = HTMLDialogElement;
  Object.assign(prototype, {
    showModal(this: HTMLDialogElement) {
      this.open = true;
    },
    close(this: HTMLDialogElement) {
      this.open = false;
      this.dispatchEvent(new Event("close"));
    },
  });
  onTestFinished(() => {
    Reflect.deleteProperty(prototype, "showModal");
    Reflect.deleteProperty(prototype, "close");
  });
}
