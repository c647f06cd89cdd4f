// Small line drawings, so that no status depends on which glyphs a font has. They only add to words: never read aloud.
import type { Sign } from "../lib/status.ts";

/** Paths on a grid of 16, drawn as lines. */
const paths: Record<Sign | "external" | "search" | "download", string> = {
  arrow: "M4.5 11.5l7-7M6 4.5h5.5V10",
  check: "M3.5 8.5l3 3 6-6.5",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM6.2 8a1.8 1.8 0 103.6 0 1.8 1.8 0 10-3.6 0z",
  pointer: "M3 3l3.8 10 1.7-4.5L13 6.8z",
  return: "M6 3L2.5 6.5 6 10M3 6.5h6.5a3.3 3.3 0 010 6.5H8",
  flag: "M4 14V2.5h8l-2 3 2 3H4",
  ban: "M2.5 8a5.5 5.5 0 1011 0 5.5 5.5 0 10-11 0zM4.2 4.2l7.6 7.6",
  warning: "M8 2.5l6 11H2zM8 6.5v3M8 11.5v.1",
  clock: "M2.5 8a5.5 5.5 0 1011 0 5.5 5.5 0 10-11 0zM8 5v3.2l2 1.3",
  list: "M3 4.5h10M3 8h10M3 11.5h6",
  cross: "M4.5 4.5l7 7m0-7l-7 7",
  dash: "M4 8h8",
  link: "M6.5 9.5l3-3M7 5l1.5-1.5a2.8 2.8 0 014 4L11 9M9 11l-1.5 1.5a2.8 2.8 0 01-4-4L5 7",
  person: "M5.5 5a2.5 2.5 0 105 0 2.5 2.5 0 10-5 0zM3 13.5c.5-3 2.3-4.5 5-4.5s4.5 1.5 5 4.5",
  image: "M2.5 3.5h11v9h-11zM2.5 10.5l3-3 3 3 2-2 3 3M10.5 6v.1",
  shield: "M8 2.5l5 1.8v3.4c0 3-2 5-5 6-3-1-5-3-5-6V4.3z",
  machine: "M3 5.5h10v7H3zM8 5.5V3M6 8.5v.1M10 8.5v.1M6 10.5h4",
  question: "M5.7 6a2.3 2.3 0 114 1.6C8.8 8.4 8 8.7 8 9.7M8 12.3v.1",
  download: "M8 2.5v7.5M4.5 7L8 10.5 11.5 7M3 13.5h10",
  external: "M6.5 4h-3v8.5H12v-3M9 3.5h3.5V7M12.3 3.7L7.5 8.5",
  search: "M2.5 7a4.5 4.5 0 109 0 4.5 4.5 0 10-9 0zM10.3 10.3l3.2 3.2",
};

export function Icon(props: { name: keyof typeof paths; class?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      class={`shrink-0 ${props.class ?? "size-3.5"}`}
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={paths[props.name]} />
    </svg>
  );
}
