import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

/**
 * How long what must come may take: much longer than on the slowest machine, for no test asks how fast something is. Only
 * what never comes waits so long.
 */
const patience = { testTimeout: 900_000, hookTimeout: 900_000, expect: { poll: { timeout: 180_000 } } };

export default defineConfig({
  test: {
    reporters: ["default"],
    projects: [
      {
        test: {
          name: "node",
          environment: "node",
          include: ["test/{unit,contract,handlers,infra,local,chaos}/**/*.test.ts"],
          ...patience,
        },
      },
      {
        plugins: [solid()],
        test: {
          name: "web",
          environment: "jsdom",
          include: ["web/src/**/*.test.{ts,tsx}"],
          setupFiles: ["web/src/test/patience.ts"],
          // Numbers and times are written as the reader's language has them.
          env: { LC_ALL: "en_US.UTF-8" },
          ...patience,
        },
      },
      {
        test: {
          name: "e2e",
          environment: "node",
          include: ["test/e2e/**/*.test.ts"],
          ...patience,
          fileParallelism: false,
        },
      },
    ],
  },
});
