// Mail as Python's email package reads it: a second opinion that shares no line with ours, or with any JavaScript.
import { spawnSync } from "node:child_process";

export interface PythonPart {
  type: string;
  disposition: string | null;
  name: string | null;
  contentId: string | null;
  /** Decoded: a text part's text, else base64. */
  content: string;
}

export interface PythonMail {
  headers: [name: string, value: string][];
  to: { name: string; address: string }[];
  cc: { name: string; address: string }[];
  from: { name: string; address: string }[];
  /** What the parser has found wrong, in any part. */
  defects: string[];
  parts: PythonPart[];
}

const program = `
import base64, email, email.header, email.policy, email.utils, json, sys
raw = sys.stdin.buffer.read()
message = email.message_from_bytes(raw, policy=email.policy.default)
defects = []
parts = []
for part in message.walk():
    defects += [type(defect).__name__ for defect in part.defects]
    for name, value in part.items():
        defects += [f"{name}: {defect}" for defect in getattr(value, "defects", ())]
    if part.is_multipart():
        continue
    content = part.get_content()
    parts.append({
        "type": part.get_content_type(),
        "disposition": part.get_content_disposition(),
        "name": part.get_filename(),
        "contentId": part["Content-ID"],
        "content": content if isinstance(content, str) else base64.b64encode(content).decode(),
    })
# By the older interface: the newer one keeps the space between encoded words, against RFC 2047 section 6.2.
encoded = email.message_from_bytes(raw, policy=email.policy.compat32)
def mailboxes(name):
    return [
        {"name": str(email.header.make_header(email.header.decode_header(display))), "address": address}
        for display, address in email.utils.getaddresses(encoded.get_all(name, []))
    ]
print(json.dumps({
    "headers": [[name, str(value)] for name, value in message.items()],
    "to": mailboxes("To"), "cc": mailboxes("Cc"), "from": mailboxes("From"),
    "defects": defects, "parts": parts,
}))
`;

/** Python 3.6 or later is on this machine. */
export const hasPython: boolean =
  spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 6))"]).status === 0;

/** @throws Error with Python's own words */
export function readWithPython(raw: Uint8Array): PythonMail {
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program], { input: raw, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as PythonMail;
}
