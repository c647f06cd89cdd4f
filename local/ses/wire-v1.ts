// SES v1 over the wire: query parameters in, XML out.
import { randomUUID } from "node:crypto";
import { unsupported, xmlReply, type AwsCall, type AwsReply, type Caller } from "../protocol.ts";
import { element } from "./query-form.ts";
import { createV1AccountOperations } from "./v1-account.ts";
import type { WireDeps } from "./v1-operation.ts";
import { createV1SendOperations } from "./v1-send.ts";

const namespace = "http://ses.amazonaws.com/doc/2010-12-01/";

/** @throws AwsError in v1's names. */
export function createWireV1(deps: WireDeps): (call: AwsCall, caller: Caller) => Promise<AwsReply> {
  const operations = { ...createV1SendOperations(deps), ...createV1AccountOperations(deps) };
  return async (call, caller) => {
    const form = new URLSearchParams(call.body.toString("utf8"));
    const name = form.get("Action") ?? "";
    await deps.faults?.(name);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) throw unsupported(`the SES operation ${name}`);
    const account = deps.accounts.accountOf(caller.accountId, call.region);
    const result = await operation({ caller, region: call.region, account, form });
    return xmlReply(
      `<${name}Response xmlns="${namespace}"><${name}Result>${result}</${name}Result>` +
        `<ResponseMetadata>${element("RequestId", randomUUID())}</ResponseMetadata></${name}Response>`,
    );
  };
}
