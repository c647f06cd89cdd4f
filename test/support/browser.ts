// A real browser for tests: Chromium from the npm package, which brings its own libraries and fonts for a bare machine.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright-core";

/** Only what a page on this machine needs: no updates, no reports home. */
const launchArguments = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** Unpacks the browser on first use; the package looks at this variable to find its libraries. */
async function findChromium(): Promise<{ executablePath: string; libraryPath: string | undefined }> {
  const before = process.env["AWS_EXECUTION_ENV"];
  process.env["AWS_EXECUTION_ENV"] = "AWS_Lambda_nodejs24.x";
  try {
    const { default: packaged } = await import("@sparticuz/chromium");
    const executablePath = await packaged.executablePath();
    return { executablePath, libraryPath: process.env["LD_LIBRARY_PATH"] };
  } finally {
    if (before === undefined) delete process.env["AWS_EXECUTION_ENV"];
    else process.env["AWS_EXECUTION_ENV"] = before;
  }
}

export interface TestBrowser {
  context: BrowserContext;
  close: () => Promise<void>;
}

/** As patient as other tests are (vitest.config.ts): only what never comes waits so long. */
const patienceMs = 180_000;

export async function openBrowser(options: { colorScheme?: "light" | "dark" } = {}): Promise<TestBrowser> {
  const { executablePath, libraryPath } = await findChromium();
  const profile = mkdtempSync(join(tmpdir(), "sesami-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: launchArguments,
    timeout: patienceMs,
    env: {
      ...(process.env as Record<string, string>),
      ...(libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath }),
    },
    viewport: { width: 1280, height: 900 },
    colorScheme: options.colorScheme ?? "light",
    locale: "en-GB",
    timezoneId: "UTC",
  });
  context.setDefaultTimeout(patienceMs);
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** What a page complains of, to look at when a test fails. */
export function logPage(page: Page, logs: string[]): void {
  page.on("pageerror", (error) => logs.push(`page: ${error.stack ?? error.message}`));
  page.on("console", (message) => logs.push(`console: ${message.text()}`));
  page.on("requestfailed", (request) => logs.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
}

/** Where it is and what it shows, in words. */
export const showPage = async (page: Page): Promise<string> =>
  `At ${page.url()} the page shows:\n${await page.locator("body").innerText()}`;
