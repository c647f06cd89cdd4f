// Which attachments a mail may have: all but those that SES refuses (SES developer guide, "Unsupported attachment types").
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { attachment } from "../../../shared/contract/api/mail-attachments.ts";

/** The guide's list. */
const unsupported = `
  .ade .adp .app .asp .bas .bat .cer .chm .cmd .com .cpl .crt .csh .der .exe .fxp .gadget .hlp .hta .inf .ins .isp .its .js
  .jse .ksh .lib .lnk .mad .maf .mag .mam .maq .mar .mas .mat .mau .mav .maw .mda .mdb .mde .mdt .mdw .mdz .msc .msh .msh1
  .msh2 .mshxml .msh1xml .msh2xml .msi .msp .mst .ops .pcd .pif .plg .prf .prg .reg .scf .scr .sct .shb .shs .sys .ps1
  .ps1xml .ps2 .ps2xml .psc1 .psc2 .tmp .url .vb .vbe .vbs .vps .vsmacros .vss .vst .vsw .vxd .ws .wsc .wsf .wsh .xnk
`
  .trim()
  .split(/\s+/);

const isTaken = (name: string): boolean => v.safeParse(attachment, { name, content: "YQ==" }).success;

describe("the extensions that SES refuses", () => {
  test.each(unsupported)("%s", (extension) => {
    expect(isTaken(`file${extension}`)).toBe(false);
    expect(isTaken(`Invoice 2026.pdf${extension.toUpperCase()}`)).toBe(false);
    expect(isTaken(`file${extension}. `)).toBe(false);
  });
});

test.each([
  "invoice.pdf",
  "photo.jpeg",
  "table.csv",
  "archive.zip",
  "calendar.ics",
  "data.json",
  "script.js.txt",
  "exe",
  "README",
  "請求書.xlsx",
])("%s is taken", (name) => {
  expect(isTaken(name)).toBe(true);
});

test("a name far too long is refused in time that grows with its length alone", () => {
  expect(isTaken(`${". ".repeat(200_000)}x.pdf`)).toBe(false);
});
