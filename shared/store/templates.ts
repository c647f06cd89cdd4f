// Templates in the Directory table: made, changed by new versions, read, deleted. The items: template-items.ts.
import {
  DeleteCommand,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { AppError } from "../contract/error.ts";
import { isConditionFailed, failedConditions } from "./condition.ts";
import { batchWrite, type Item, type Key } from "./dynamo-batch.ts";
import { orUnavailable, realWaiting, type Waiting } from "./dynamo-retry.ts";
import {
  headKey,
  isSameContent,
  toHead,
  toTemplate,
  versionKey,
  versionOf,
  versionsPartition,
  type StoredTemplate,
  type TemplateChange,
  type TemplateHead,
} from "./template-items.ts";
import { createTemplateMemory } from "./template-memory.ts";

export type { StoredTemplate, TemplateContent, TemplateHead } from "./template-items.ts";

export type Templates = ReturnType<typeof createTemplates>;

/** Of one template: enough for a new one each working day of three years. */
export const maxVersions = 800;

/** Where a list's next page begins: the sort key of the last item. */
export interface TemplatePosition {
  after: string;
}

export interface TemplatePage<One> {
  items: One[];
  position?: TemplatePosition;
}

const noTemplate = (templateId: string): AppError => new AppError("not_found", `There is no template ${templateId}.`);
const noVersion = (templateId: string, version: number): AppError =>
  new AppError("not_found", `The template ${templateId} has no version ${version}.`);

const changedMeanwhile = (templateId: string, cause?: unknown): AppError =>
  new AppError("conflict", `The template ${templateId} has been changed since: look at its newest version first.`, {
    cause,
  });

export function createTemplates({
  client,
  tableName,
  waiting = realWaiting,
}: {
  client: DynamoDBDocumentClient;
  tableName: string;
  waiting?: Waiting;
}) {
  const remember = createTemplateMemory();

  const read = async (Key: Key): Promise<Item | undefined> =>
    (await orUnavailable(client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true })))).Item;

  /** Consistent: a template just made, changed or deleted is so for everyone. @throws AppError `not_found` */
  async function getHead(tenantId: string, templateId: string): Promise<TemplateHead> {
    const item = await read(headKey(tenantId, templateId));
    if (!item || item["isLeaving"]) throw noTemplate(templateId);
    return toHead(item);
  }

  /**
   * The newest version, or the one that is named. The same object as long as it is remembered.
   * @throws AppError `not_found` for another tenant's too; `unavailable`
   */
  async function getTemplate(tenantId: string, templateId: string, version?: number): Promise<StoredTemplate> {
    const { version: newest } = await getHead(tenantId, templateId);
    const wanted = version ?? newest;
    if (wanted > newest) throw noVersion(templateId, wanted);
    const key = versionKey(tenantId, templateId, wanted);
    return remember(`${key.pk} ${key.sk}`, async () => {
      const item = await read(key);
      if (!item) throw noVersion(templateId, wanted);
      return toTemplate(item);
    });
  }

  /** Version 1 of a new template. */
  async function createTemplate(
    tenantId: string,
    templateId: string,
    { content, atIso, by }: TemplateChange,
  ): Promise<StoredTemplate> {
    const template = versionOf(templateId, 1, { content, atIso, by });
    const head: TemplateHead = { templateId, name: content.name, version: 1, createdAt: atIso, updatedAt: atIso };
    await orUnavailable(
      client.send(
        new TransactWriteCommand({
          TransactItems: [
            putNew(tableName, { ...headKey(tenantId, templateId), ...head }),
            putNew(tableName, { ...versionKey(tenantId, templateId, 1), ...template }),
          ],
        }),
      ),
    );
    return template;
  }

  /**
   * The next version; the newest as it is when it already says the same.
   * @param ifVersion what must still be the newest; absent: whatever it is
   * @throws AppError `not_found`, `unavailable`; `conflict` when another version came in between, or there are too many
   */
  async function changeTemplate(
    tenantId: string,
    templateId: string,
    change: TemplateChange,
    ifVersion?: number,
  ): Promise<StoredTemplate> {
    const newest = await getTemplate(tenantId, templateId);
    if (ifVersion !== undefined && ifVersion !== newest.version) throw changedMeanwhile(templateId);
    if (isSameContent(newest, change.content)) return newest;
    if (newest.version >= maxVersions)
      throw new AppError("conflict", `The template ${templateId} has ${maxVersions} versions: make a new one of it.`);
    const template = versionOf(templateId, newest.version + 1, change);
    try {
      await orUnavailable(
        client.send(
          new TransactWriteCommand({
            TransactItems: [
              {
                Update: {
                  TableName: tableName,
                  Key: headKey(tenantId, templateId),
                  UpdateExpression: "SET #version = :next, #name = :name, updatedAt = :at",
                  ConditionExpression: "#version = :newest AND attribute_not_exists(isLeaving)",
                  ExpressionAttributeNames: { "#version": "version", "#name": "name" },
                  ExpressionAttributeValues: {
                    ":next": template.version,
                    ":newest": newest.version,
                    ":name": template.name,
                    ":at": change.atIso,
                  },
                },
              },
              putNew(tableName, { ...versionKey(tenantId, templateId, template.version), ...template }),
            ],
          }),
        ),
      );
    } catch (error) {
      throw failedConditions(error).length > 0 ? changedMeanwhile(templateId, error) : error;
    }
    return template;
  }

  /**
   * With all its versions. Gone for everyone at once; a deletion that broke off is finished by the next.
   * @throws AppError `not_found`, `unavailable`
   */
  async function deleteTemplate(tenantId: string, templateId: string): Promise<void> {
    const Key = headKey(tenantId, templateId);
    try {
      await orUnavailable(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key,
            UpdateExpression: "SET isLeaving = :yes",
            ConditionExpression: "attribute_exists(pk)",
            ExpressionAttributeValues: { ":yes": true },
          }),
        ),
      );
    } catch (error) {
      throw isConditionFailed(error) ? noTemplate(templateId) : error;
    }
    const partition = versionsPartition(tenantId, templateId);
    for (let page: TemplatePage<Item> | undefined; ;) {
      page = await query({ partition, prefix: "VERSION#", limit: 100, position: page?.position });
      await batchWrite(
        { client, tableName },
        page.items.map(({ pk, sk }) => ({ remove: { pk, sk } as Key })),
        waiting,
      );
      if (!page.position) break;
    }
    await orUnavailable(client.send(new DeleteCommand({ TableName: tableName, Key })));
  }

  /** Newest made first, for ids tell when. */
  async function listTemplates(tenantId: string, options: PageOptions): Promise<TemplatePage<TemplateHead>> {
    const page = await query({ partition: `TENANT#${tenantId}`, prefix: "TEMPLATE#", ...options });
    return { ...page, items: page.items.filter((item) => !item["isLeaving"]).map(toHead) };
  }

  /**
   * Newest first.
   * @throws AppError `not_found`
   */
  async function listVersions(
    tenantId: string,
    templateId: string,
    options: PageOptions,
  ): Promise<TemplatePage<StoredTemplate>> {
    await getHead(tenantId, templateId);
    const page = await query({ partition: versionsPartition(tenantId, templateId), prefix: "VERSION#", ...options });
    return { ...page, items: page.items.map(toTemplate) };
  }

  interface PageOptions {
    limit: number;
    position?: TemplatePosition | undefined;
  }

  async function query({
    partition,
    prefix,
    limit,
    position,
  }: PageOptions & { partition: string; prefix: string }): Promise<TemplatePage<Item>> {
    const { Items = [], LastEvaluatedKey } = await orUnavailable(
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
          ExpressionAttributeValues: { ":pk": partition, ":sk": prefix },
          ...(position ? { ExclusiveStartKey: { pk: partition, sk: position.after } } : {}),
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
        }),
      ),
    );
    return { items: Items, ...(LastEvaluatedKey ? { position: { after: LastEvaluatedKey["sk"] as string } } : {}) };
  }

  return { getTemplate, createTemplate, changeTemplate, deleteTemplate, listTemplates, listVersions, getHead };
}

const putNew = (tableName: string, item: Item) => ({
  Put: { TableName: tableName, Item: item, ConditionExpression: "attribute_not_exists(pk)" },
});
