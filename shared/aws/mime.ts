// One mail as the bytes that SES takes: headers, encodings and parts are nodemailer's work.
// Imported by its path: the whole of nodemailer would bring its SMTP transports into the bundle.
import MailComposer from "nodemailer/lib/mail-composer";

/** One address as it shall stand in a header. */
export interface Mailbox {
  /** ASCII: the domain in its IDNA form. */
  address: string;
  name?: string;
}

export interface MimeMail {
  from: Mailbox;
  to: Mailbox;
  subject: string;
  html?: string | undefined;
  text?: string | undefined;
  replyTo?: Mailbox[] | undefined;
}

/** The mail as MIME. SES writes its own Message-ID over nodemailer's. */
export function composeMime({ from, to, subject, html, text, replyTo }: MimeMail): Promise<Uint8Array> {
  const composer = new MailComposer({
    from: header(from),
    to: header(to),
    subject,
    ...(html === undefined ? {} : { html }),
    ...(text === undefined ? {} : { text }),
    ...(replyTo ? { replyTo: replyTo.map(header) } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

const header = ({ name = "", address }: Mailbox) => ({ name, address });
