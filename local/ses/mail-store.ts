// The mails that the laptop cloud keeps: SES messages with what became of them, and system mails. Newest first out,
// oldest forgotten first.
import type { StateFolder } from "../state.ts";
import type { SesMessage, SystemMail } from "./message.ts";

export interface MailStore {
  add: (message: SesMessage) => void;
  addSystemMail: (mail: SystemMail) => void;
  findMessage: (messageId: string) => SesMessage | undefined;
  findByToken: (trackingToken: string) => SesMessage | undefined;
  /** Oldest first. */
  listMessages: () => SesMessage[];
  listSystemMails: () => SystemMail[];
  /** To be called after a change of a message. */
  changed: () => void;
}

interface StoredMails {
  messages: SesMessage[];
  systemMails: SystemMail[];
}

const stateName = "ses-mails";
const keptBytes = 16 * 1024 * 1024;
const keptSystemMails = 200;

const sizeOf = ({ sourceText, html = "", text = "" }: SesMessage): number =>
  sourceText.length + html.length + text.length;

/** Keeps the newest `keptMessages`, and fewer where they are large (16 MB in all). */
export function createMailStore(state: StateFolder, keptMessages = 500): MailStore {
  const messages = new Map<string, SesMessage>();
  const byToken = new Map<string, SesMessage>();
  let systemMails: SystemMail[] = [];
  let totalBytes = 0;

  const changed = () => {
    state.save(stateName, (): StoredMails => ({ messages: [...messages.values()], systemMails }));
  };

  const add = (message: SesMessage) => {
    messages.set(message.messageId, message);
    byToken.set(message.trackingToken, message);
    totalBytes += sizeOf(message);
    for (const oldest of messages.values()) {
      if (messages.size <= keptMessages && (totalBytes <= keptBytes || messages.size === 1)) break;
      messages.delete(oldest.messageId);
      byToken.delete(oldest.trackingToken);
      totalBytes -= sizeOf(oldest);
    }
    changed();
  };

  const stored = state.read<StoredMails>(stateName);
  if (stored) {
    for (const message of stored.messages) add(message);
    ({ systemMails } = stored);
  }

  return {
    add,
    addSystemMail: (mail) => {
      systemMails = [...systemMails, mail].slice(-keptSystemMails);
      changed();
    },
    findMessage: (messageId) => messages.get(messageId),
    findByToken: (trackingToken) => byToken.get(trackingToken),
    listMessages: () => [...messages.values()],
    listSystemMails: () => systemMails,
    changed,
  };
}
