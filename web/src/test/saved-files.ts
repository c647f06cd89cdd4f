// What the dashboard saves as files, kept by the tests of one `describe` instead of on a disk.
import { beforeEach, vi } from "vitest";

export interface SavedFile {
  name: string;
  text: Promise<string>;
}

/** jsdom knows neither addresses of blobs nor downloads. */
export function recordSavedFiles(): SavedFile[] {
  const saved: SavedFile[] = [];
  let made: Blob;
  beforeEach(() => {
    saved.length = 0;
    Object.assign(URL, {
      createObjectURL: (blob: Blob) => {
        made = blob;
        return "blob:1";
      },
      revokeObjectURL: () => {},
    });
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function save(this: HTMLAnchorElement) {
      saved.push({ name: this.download, text: made.text() });
    });
    return () => vi.restoreAllMocks();
  });
  return saved;
}
