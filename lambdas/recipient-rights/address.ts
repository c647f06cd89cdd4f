// The address in the path of these routes.
import { normalizeAddress } from "../../shared/domain/address.ts";
import type { ApiRequest } from "../runtime/http.ts";
import { invalidInput } from "../runtime/input.ts";

/** @throws AppError `invalid_request` */
export function parseAddress({ pathParameters }: Pick<ApiRequest, "pathParameters">): string {
  const address = normalizeAddress(pathParameters["address"] ?? "");
  if (address === undefined)
    throw invalidInput([{ path: "path.address", message: "must be one address like ada@shop.example" }]);
  return address;
}
