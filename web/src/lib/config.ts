// Where everything is: asked once from the dashboard's own address, before anything else.
import type { DashboardConfig } from "../../../shared/contract/api/config.ts";

let loading: Promise<DashboardConfig> | undefined;

async function fetchConfig(): Promise<DashboardConfig> {
  const response = await fetch("/config.json");
  if (!response.ok) throw new Error("The dashboard's configuration could not be loaded. Is the API deployed?");
  return (await response.json()) as DashboardConfig;
}

/** The same answer for everybody; a failure is forgotten, so that a retry asks again. */
export function getConfig(): Promise<DashboardConfig> {
  loading ??= fetchConfig().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}
