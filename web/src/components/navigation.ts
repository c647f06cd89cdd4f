// Which pages the frame leads to. A new page is a line here.

interface PageLink {
  href: string;
  name: string;
  /** Only the address itself, and none below it. */
  end: boolean;
}

interface PageGroup {
  name: string;
  pages: PageLink[];
}

export const navigation: PageGroup[] = [
  {
    name: "Mail",
    pages: [
      { href: "/", name: "Overview", end: true },
      { href: "/events", name: "Events", end: false },
      { href: "/bulks", name: "Bulk mail", end: false },
      { href: "/templates", name: "Templates", end: false },
      { href: "/suppressions", name: "Suppressions", end: false },
    ],
  },
  {
    name: "Setup",
    pages: [
      { href: "/connections", name: "Connections", end: false },
      { href: "/api-keys", name: "API keys", end: false },
      { href: "/api", name: "API", end: true },
      { href: "/settings", name: "Settings", end: false },
    ],
  },
];
