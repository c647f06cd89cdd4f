// GET /config (the dashboard asks for it as /config.json): what a browser must know before anyone signs in. Public.
export interface DashboardConfig {
  region: string;
  userPoolId: string;
  userPoolClientId: string;
  /** Where the user pool answers, when that is not AWS: the laptop cloud. */
  userPoolEndpoint?: string;
  apiUrl: string;
  /** On a laptop: where sent mail can be read. */
  inboxUrl?: string;
}
