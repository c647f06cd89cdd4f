// A secret is read once, and again only after a failure.
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { createSecretReader } from "../../../shared/aws/secret.ts";

const answering = (answers: (string | Error)[]) => {
  const asked: unknown[] = [];
  const client = {
    send: async ({ input }: { input: unknown }) => {
      asked.push(input);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return { SecretString: answer };
    },
  } as unknown as SecretsManagerClient;
  return { asked, read: createSecretReader(client, "arn:secret") };
};

test("a secret is asked for once, by many at the same time and ever after", async () => {
  const { read, asked } = answering(["hush"]);

  expect(await Promise.all([read(), read()])).toEqual(["hush", "hush"]);
  expect(await read()).toBe("hush");
  expect(asked).toEqual([{ SecretId: "arn:secret" }]);
});

test("a failure is not remembered", async () => {
  const { read } = answering([new Error("throttled"), "hush"]);

  await expect(read()).rejects.toThrow("throttled");
  expect(await read()).toBe("hush");
});

test("an empty secret is an error, as it would seal nothing", async () => {
  await expect(answering([""]).read()).rejects.toThrow("empty");
});
