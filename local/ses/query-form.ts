// Reading the parameters of the query protocol, and writing its XML.
import { AwsError, escapeXml } from "../protocol.ts";
import type { MessageTag } from "./message-tags.ts";

export const element = (name: string, value: string | number): string =>
  `<${name}>${escapeXml(String(value))}</${name}>`;

/** @throws AwsError `ValidationError`. */
export function getParameter(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null) throw new AwsError("ValidationError", `Missing required parameter ${name}.`);
  return value;
}

export const findParameter = (form: URLSearchParams, name: string): string | undefined => form.get(name) ?? undefined;

/** `Prefix.member.1`, `Prefix.member.2`, … */
export function listMembers(form: URLSearchParams, prefix: string): string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = form.get(`${prefix}.member.${index}`);
    if (value === null) return values;
    values.push(value);
  }
}

/** `Tags.member.1.Name`, `Tags.member.1.Value`, … */
export function listTags(form: URLSearchParams): MessageTag[] {
  const tags: MessageTag[] = [];
  for (let index = 1; form.has(`Tags.member.${index}.Name`); index += 1)
    tags.push({
      Name: form.get(`Tags.member.${index}.Name`) ?? "",
      Value: form.get(`Tags.member.${index}.Value`) ?? "",
    });
  return tags;
}
