// The table of operations: everything that docs say of a route derives from its row here.
import { bulkOperations } from "./operations/bulk.ts";
import { mailOperations } from "./operations/mail.ts";
import { readingOperations } from "./operations/reading.ts";
import { templateOperations } from "./operations/templates.ts";
import { tenantOperations } from "./operations/tenant.ts";
import type { Operation } from "./operation.ts";

export const operations: readonly Operation[] = [
  ...mailOperations,
  ...bulkOperations,
  ...readingOperations,
  ...templateOperations,
  ...tenantOperations,
];
