// A message's tags as short JSON and back. Those that SES sets are on every mail.
import type { Outcome } from "../../domain/outcome.ts";

/** Tags mostly have one value. */
export type ShortTags = Record<string, string | string[] | 0>;

const setTag = "ses:configuration-set";

/**
 * Tags that SES sets on every mail (SES developer guide, "Auto-tags"). Never to be given to another name: items are stored
 * with them.
 */
const shortNames: Record<string, string> = {
  [setTag]: ":c",
  "ses:operation": ":o",
  "ses:source-ip": ":i",
  "ses:source-tls-version": ":t",
  "ses:from-domain": ":d",
  "ses:caller-identity": ":u",
  "ses:outgoing-ip": ":p",
  "ses:outgoing-tls-version": ":q",
};
const longNames = Object.fromEntries(Object.entries(shortNames).map(([long, short]) => [short, long]));

const shortTagName = (name: string): string => shortNames[name] ?? (name.startsWith(":") ? `:${name}` : name);
const longTagName = (name: string): string => longNames[name] ?? (name.startsWith("::") ? name.slice(1) : name);

/** 0 stands for the configuration set, which SES repeats in a tag. */
export const shortTags = ({ tags, configurationSet }: Pick<Outcome, "tags" | "configurationSet">): ShortTags =>
  Object.fromEntries(
    Object.entries(tags).map(([name, values]) => {
      const value = values.length === 1 ? values[0]! : values;
      return [shortTagName(name), name === setTag && value === configurationSet ? 0 : value];
    }),
  );

export const longTags = (tags: ShortTags, configurationSet: string | undefined): Outcome["tags"] =>
  Object.fromEntries(
    Object.entries(tags).map(([name, short]) => {
      const value = short === 0 ? (configurationSet as string) : short;
      return [longTagName(name), typeof value === "string" ? [value] : value];
    }),
  );
