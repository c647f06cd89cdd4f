// A bulk as it is being written, and what of it goes to the API. What is wrong with it the API says.
import type { SendBulkRequest } from "../../../shared/contract/api/bulk.ts";
import { instantOf } from "./time.ts";

export interface BulkDraft {
  /** Empty: the API's choice. */
  connection: string;
  from: string;
  content: "template" | "own";
  templateId: string;
  /** Empty: the newest. */
  version: string;
  subject: string;
  html: string;
  text: string;
  /** Pasted: CSV, or addresses. */
  pasted: string;
  /** Goes before what is pasted. */
  file: RecipientFile | undefined;
  leaving: "default" | "all" | "list";
  list: string;
  when: "now" | "later";
  /** Of a field for a day and a time, in the reader's own time. */
  scheduledFor: string;
  name: string;
  /** `name: value`, separated by commas or lines. */
  tags: string;
  /** JSON, for everyone. */
  data: string;
}

/** Of a part of the form. */
export interface BulkPartProps {
  draft: BulkDraft;
  onChange: (change: Partial<BulkDraft>) => void;
}

export interface RecipientFile {
  name: string;
  text: string;
  sizeBytes: number;
  /** It was no UTF-8, and is read as what Windows programs write in Western Europe. */
  isWindows: boolean;
}

export const emptyBulk: BulkDraft = {
  connection: "",
  from: "",
  content: "template",
  templateId: "",
  version: "",
  subject: "",
  html: "",
  text: "",
  pasted: "",
  file: undefined,
  leaving: "default",
  list: "",
  when: "now",
  scheduledFor: "",
  name: "",
  tags: "",
  data: "",
};

/** What cannot be put into a request. */
export class DraftError extends Error {}

const pieces = (line: string): string[] =>
  line
    .split(/[,;\t]/)
    .map((piece) => piece.trim())
    .filter(Boolean);

/** Addresses one below or behind the other, without a header row; all else is CSV, and the API says what is wrong with it. */
export function recipientsOf(text: string): Pick<SendBulkRequest, "csv" | "recipients"> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const isList = pieces(lines[0] ?? "").every((piece) => piece.includes("@"));
  return isList ? { recipients: lines.flatMap(pieces) } : { csv: text };
}

/** @throws DraftError */
function tagsOf(text: string): Record<string, string> {
  const tags = text.split(/[,\n]/).filter((tag) => tag.trim() !== "");
  return Object.fromEntries(
    tags.map((tag) => {
      const [name = "", ...value] = tag.split(":").map((part) => part.trim());
      if (value.length !== 1) throw new DraftError(`A tag is written name: value, unlike “${tag.trim()}”.`);
      return [name, value[0] ?? ""];
    }),
  );
}

/** @throws DraftError */
function dataOf(text: string): Record<string, unknown> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = undefined;
  }
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new DraftError('The data for everyone are no JSON object: { "shop": "Sesame" }');
  return data as Record<string, unknown>;
}

function contentOf(draft: BulkDraft): Partial<SendBulkRequest> {
  if (draft.content === "template") {
    if (draft.templateId === "") throw new DraftError("Choose a template, or write the mail yourself.");
    const { templateId: id, version } = draft;
    return { template: version === "" ? id : { id, version: Number(version) } };
  }
  const { subject, html, text } = draft;
  if (html === "" && text === "") throw new DraftError("The mail needs HTML or text.");
  return { subject, ...(html === "" ? {} : { html }), ...(text === "" ? {} : { text }) };
}

/** @throws DraftError */
function timeOf({ when, scheduledFor }: BulkDraft): Pick<SendBulkRequest, "scheduledAt"> {
  if (when === "now") return {};
  const scheduledAt = instantOf(scheduledFor);
  if (scheduledAt === undefined) throw new DraftError("Choose the day and the time when it is to be sent.");
  return { scheduledAt };
}

/** @throws DraftError */
export function toBulkRequest(draft: BulkDraft): SendBulkRequest {
  const recipients = draft.file?.text ?? draft.pasted;
  if (recipients.trim() === "") throw new DraftError("Choose a CSV file, or paste recipients.");
  const leaving = { default: undefined, all: true as const, list: { list: draft.list.trim() } }[draft.leaving];
  return {
    from: draft.from,
    ...contentOf(draft),
    ...recipientsOf(recipients),
    ...timeOf(draft),
    ...(draft.connection === "" ? {} : { connection: draft.connection }),
    ...(leaving === undefined ? {} : { unsubscribe: leaving }),
    ...(draft.name.trim() === "" ? {} : { name: draft.name }),
    ...(draft.tags.trim() === "" ? {} : { tags: tagsOf(draft.tags) }),
    ...(draft.data.trim() === "" ? {} : { data: dataOf(draft.data) }),
  };
}

/** Spreadsheets on Windows save CSV in the code page of the country: 1252 nearly everywhere west of it. */
export async function readRecipientFile(file: File): Promise<RecipientFile> {
  const bytes = await file.arrayBuffer();
  const about = { name: file.name, sizeBytes: bytes.byteLength };
  try {
    return { ...about, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), isWindows: false };
  } catch {
    return { ...about, text: new TextDecoder("windows-1252").decode(bytes), isWindows: true };
  }
}

const fieldNames: Record<string, string> = {
  csv: "Recipients",
  recipients: "Recipients",
  from: "From",
  subject: "Subject",
  html: "HTML",
  text: "Text",
  template: "Template",
  unsubscribe: "Unsubscribe",
  tags: "Tags",
  data: "Data for everyone",
  name: "Name",
  connection: "Connection",
  scheduledAt: "When",
};

/** `recipients[4].data` → `Recipient 5`: the field as the form calls it. */
export function fieldName(path: string): string {
  const recipient = /^recipients\[(\d+)\]/.exec(path)?.[1];
  if (recipient !== undefined) return `Recipient ${Number(recipient) + 1}`;
  return fieldNames[/^\w+/.exec(path)?.[0] ?? ""] ?? path;
}
