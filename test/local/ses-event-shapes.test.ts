// Holds every event that the laptop's SES publishes to the JSON paths and types of real and documented ones.
// The samples lie outside the project; without them this says so and is skipped.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { CreateTemplateCommand, SendRawEmailCommand, SendTemplatedEmailCommand } from "@aws-sdk/client-ses";
import { describe, expect, it } from "vitest";
import { rawMail, startSesLaptop } from "./ses-laptop.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Event = { [key: string]: Json };

const folder = new URL("../../../shared/ses-events/", import.meta.url);
const isThere = existsSync(folder);

const eventTypes = [
  "Send",
  "Delivery",
  "Bounce",
  "Complaint",
  "Reject",
  "Open",
  "Click",
  "Rendering Failure",
  "DeliveryDelay",
  "Subscription",
];

/**
 * In every authentic sample of their type, but optional in AWS's words: a templated mail's Send may come before its
 * subject is rendered; a bounce without a delivery status notification has none of its fields.
 */
const documentedAsOptional = new Set([
  "mail.commonHeaders.subject",
  "bounce.reportingMTA",
  "bounce.bouncedRecipients[].action",
  "bounce.bouncedRecipients[].status",
]);

/** Every event-publishing event inside a value, in whatever envelope. */
function listEvents(value: Json): Event[] {
  if (typeof value === "string") {
    try {
      const inner = JSON.parse(value) as Json;
      return typeof inner === "object" ? listEvents(inner) : [];
    } catch {
      return [];
    }
  }
  if (Array.isArray(value)) return value.flatMap(listEvents);
  if (value === null || typeof value !== "object") return [];
  if (typeof value["eventType"] === "string" && "mail" in value) return [value];
  return Object.values(value).flatMap(listEvents);
}

/** Maps whose keys are the sender's; AWS's own tags keep their names. */
const ownKey = (path: string, key: string): string => {
  if (path === "mail.tags" && !key.startsWith("ses:")) return "*";
  return path === "click.linkTags" ? "*" : key;
};

const typeOf = (value: Json): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** `bounce.bouncedRecipients[].status string`, once each. */
function pathsOf(value: Json, path = ""): Set<string> {
  const paths = new Set([`${path} ${typeOf(value)}`]);
  const children: [string, Json][] = Array.isArray(value)
    ? value.map((item) => [`${path}[]`, item])
    : value !== null && typeof value === "object"
      ? Object.entries(value).map(([key, item]) => [`${path}${path && "."}${ownKey(path, key)}`, item])
      : [];
  for (const [childPath, child] of children) for (const found of pathsOf(child, childPath)) paths.add(found);
  return paths;
}

const listPaths = (event: Event): string[] => [...pathsOf(event)];
const withoutType = (path: string) => path.split(" ")[0] ?? "";
/** What the event's own envelope in a sample's file adds. */
const sesMembers = (event: Event): Event =>
  Object.fromEntries(
    Object.entries(event).filter(
      ([key, value]) => key === "eventType" || (typeof value === "object" && value !== null),
    ),
  );

interface Sample {
  event: Event;
  /** Captured from SES, or AWS's own example; else another project's fixture. */
  isAuthentic: boolean;
}

function readSamples(): Sample[] {
  const sources = readFileSync(new URL("SOURCES.md", folder), "utf8").split("\n");
  return readdirSync(new URL("corpus/", folder)).flatMap((file) => {
    const row = sources.find((line) => line.startsWith(`| ${file} |`)) ?? "";
    const isAuthentic = / (captured|AWS documentation) \|$/.test(row) || row.includes("recorded from AWS");
    const content = JSON.parse(readFileSync(new URL(`corpus/${file}`, folder), "utf8")) as Json;
    return listEvents(content).map((event) => ({ event: sesMembers(event), isAuthentic }));
  });
}

/** One of each type, at least, from the laptop. */
async function publishAllTypes(): Promise<Event[]> {
  const laptop = await startSesLaptop();
  const html = '<a href="https://shop.example/a" ses:tags="part:top;">a</a><a href="https://shop.example/b">b</a>';
  const headers = ["X-SES-LIST-MANAGEMENT-OPTIONS: customers; topic=offers", "Reply-To: help@shop.example"];
  const Destinations = [
    "ada@example.com",
    "delay@laptop.example",
    ...["bounce", "ooto", "complaint", "suppressionlist"].map((part) => `${part}@simulator.amazonses.com`),
  ];
  const common = { ConfigurationSetName: "sesami", Tags: [{ Name: "campaign", Value: "spring" }] };
  await laptop.v1.send(
    new SendRawEmailCommand({ RawMessage: { Data: rawMail({ html, headers }) }, Destinations, ...common }),
  );
  const virus = String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
  await laptop.v1.send(new SendRawEmailCommand({ RawMessage: { Data: rawMail({ text: virus }) }, ...common }));
  await laptop.v1.send(new CreateTemplateCommand({ Template: { TemplateName: "hello", SubjectPart: "{{name}}" } }));
  await laptop.v1.send(
    new SendTemplatedEmailCommand({
      Source: "news@shop.example",
      Destination: { ToAddresses: ["ada@example.com"] },
      Template: "hello",
      TemplateData: "{}",
      ...common,
    }),
  );
  await laptop.ses.drain();

  const reply = await fetch(`${laptop.url}/inbox/api/messages?to=ada@example.com`);
  const { messages } = (await reply.json()) as {
    messages: { id: string; openPixelUrl: string; links: { url: string }[] }[];
  };
  const [letter] = messages;
  for (const url of [letter?.openPixelUrl, ...(letter?.links ?? []).map((link) => link.url)])
    await fetch(url ?? "", { redirect: "manual" });
  await fetch(`${laptop.url}/inbox/mail/${letter?.id}/unsubscribe`, { method: "POST", redirect: "manual" });
  await laptop.ses.drain();
  await laptop.close();
  return laptop.events.map(({ detail }) => JSON.parse(JSON.stringify(detail)) as Event);
}

describe.skipIf(!isThere)(
  `events have the shapes of the samples${isThere ? "" : " (skipped: no sample folder)"}`,
  async () => {
    const samples = isThere ? readSamples() : [];
    const published = isThere ? await publishAllTypes() : [];
    // SES writes tags and common headers alike for every type, and few samples have them all.
    const alikeForAll = samples
      .flatMap(({ event }) => [...pathsOf(event)])
      .filter((path) => /^mail\.(tags|commonHeaders)\b/.test(path));

    it.each(eventTypes)(
      "%s has no path or type that no sample has, and all that every authentic sample has",
      (type) => {
        const ofType = samples.filter(({ event }) => event["eventType"] === type);
        const emitted = published.filter((event) => event["eventType"] === type);
        const authentic = ofType.filter(({ isAuthentic }) => isAuthentic).map(({ event }) => listPaths(event));
        const ownObject = ofType
          .flatMap(({ event }) => [...pathsOf(event)])
          .filter((path) => !path.startsWith("mail."));
        const known = new Set([...authentic.flat(), ...ownObject, ...alikeForAll]);
        const named = authentic.map((paths) => paths.map(withoutType));
        const inAll = (named[0] ?? []).filter(
          (path) => !documentedAsOptional.has(path) && named.every((paths) => paths.includes(path)),
        );
        const emittedPaths = emitted.map((event) => pathsOf(event));

        expect(ofType.length).toBeGreaterThan(0);
        expect(emitted.length).toBeGreaterThan(0);
        expect(inAll.length).toBeGreaterThan(10);
        for (const paths of emittedPaths) {
          expect([...paths].filter((path) => !known.has(path))).toEqual([]);
          const names = new Set([...paths].map(withoutType));
          expect(inAll.filter((path) => !names.has(path))).toEqual([]);
        }
      },
    );
  },
);
