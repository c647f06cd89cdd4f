// Attachments of a mail request: names, types and content that SES takes.
import * as v from "valibot";
import { oneLine } from "./mail-fields.ts";

export const maxAttachments = 100;

/** Extensions that SES refuses (SES developer guide, "Unsupported attachment types"). */
const unsupportedExtensions: ReadonlySet<string> = new Set(
  (
    "ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk " +
    "mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msh1xml msh2xml msi " +
    "msp mst ops pcd pif plg prf prg reg scf scr sct shb shs sys ps1 ps1xml ps2 ps2xml psc1 psc2 tmp url vb vbe vbs vps " +
    "vsmacros vss vst vsw vxd ws wsc wsf wsh xnk"
  ).split(" "),
);

/** Dots and spaces at the end do not count: some systems drop them, and then see the extension before. */
const extensionOf = (name: string): string => {
  const shown = name.replace(/(?<![.\s])[.\s]+$/, "");
  return shown
    .slice(shown.lastIndexOf(".") + 1 || shown.length)
    .trim()
    .toLowerCase();
};

/** A file's name has none of them, so none could arrive: programs drop or replace them, each in its own way. */
const pathSeparator = /[/\\]/;

/** They show a name other than it is: `photo\u202Egpj.html` as `photolmth.jpg` (Unicode TR 36, section 2.5). */
const directionOverride = /[\u202A-\u202E\u2066-\u2069]/;

/** `type/subtype`, with parameters like `charset=utf-8` (RFC 2045 section 5.1). */
const mediaType =
  /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:\s*;\s*[\w-]{1,60}=(?:[\w.+-]{1,120}|"[^"\\]{0,120}"))*$/;

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

export const attachment = v.strictObject({
  /** As the recipient's program shows and saves it. */
  name: v.pipe(
    v.string(),
    v.nonEmpty("must not be empty"),
    v.maxLength(255),
    oneLine,
    v.check((name) => !pathSeparator.test(name), "must be a file's name, without / and \\"),
    v.check((name) => !directionOverride.test(name), "must not contain characters that change the direction of text"),
    v.check((name) => !unsupportedExtensions.has(extensionOf(name)), "has an extension that SES does not send"),
  ),
  /** Base64 (RFC 4648 section 4), without line breaks. */
  content: v.pipe(
    v.string(),
    v.check((text) => text.length % 4 === 0 && base64.test(text), "must be base64, without line breaks"),
  ),
  /** A media type; default: by the name's extension. */
  type: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(400),
      oneLine,
      v.regex(mediaType, "must be a media type like application/pdf"),
      v.check(
        (type) => !/^(?:multipart|message)\//i.test(type),
        "must not be a multipart or message type: send it as application/octet-stream",
      ),
    ),
  ),
  /** Shows the attachment in the HTML, where an image's source is `cid:` and this. */
  contentId: v.optional(
    v.pipe(v.string(), v.regex(/^[!-;=?-~]{1,128}$/, "must be printable ASCII without spaces and < >")),
  ),
});

export type MailAttachment = v.InferOutput<typeof attachment>;

export const attachments = v.pipe(
  v.array(attachment),
  v.maxLength(maxAttachments, `takes at most ${maxAttachments} attachments`),
  v.check((given) => {
    const ids = given.flatMap(({ contentId }) => contentId ?? []);
    return new Set(ids).size === ids.length;
  }, "gives one contentId to two attachments"),
);

/** Of base64 without line breaks, once decoded. */
export const decodedSizeBytes = (content: string): number =>
  (content.length / 4) * 3 - (content.endsWith("==") ? 2 : content.endsWith("=") ? 1 : 0);
