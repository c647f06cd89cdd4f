// Message tags: from parameters, or from the X-SES-MESSAGE-TAGS header where the parameters hold none.
import { AwsError } from "../protocol.ts";

export interface MessageTag {
  Name?: string;
  Value?: string;
}

const tagText = /^[\w-]{1,256}$/;
/** The only names with a colon that a sender may use (SES developer guide, "Fine-grained feedback"). */
const feedbackIdTag = /^ses:feedback-id-[ab]$/;
const maxTags = 50;

/** @throws AwsError `InvalidParameterValue`. */
export function parseTags(tags: MessageTag[]): Record<string, string[]> {
  if (tags.length > maxTags) throw new AwsError("InvalidParameterValue", `More than ${maxTags} message tags.`);
  const parsed = new Map<string, string[]>();
  for (const { Name: name = "", Value: value = "" } of tags) {
    if (!tagText.test(name) && !feedbackIdTag.test(name)) throw invalid("name", name);
    if (!tagText.test(value)) throw invalid("value", value);
    if (parsed.has(name)) throw new AwsError("InvalidParameterValue", `Duplicate message tag name <${name}>.`);
    parsed.set(name, [value]);
  }
  return Object.fromEntries(parsed);
}

const invalid = (what: string, text: string): AwsError =>
  new AwsError(
    "InvalidParameterValue",
    `Invalid tag ${what} <${text}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`,
  );

/** `name1=value1, name2=value2`. Unlike in parameters, SES passes over what it cannot use. */
export function parseHeaderTags(value: string | undefined): Record<string, string[]> {
  const pairs = (value ?? "").split(",").map((pair) => pair.split("=").map((part) => part.trim()));
  const parsed = new Map<string, string[]>();
  for (const [name = "", text = ""] of pairs)
    if ((tagText.test(name) || feedbackIdTag.test(name)) && tagText.test(text)) parsed.set(name, [text]);
  return Object.fromEntries(parsed);
}
