// An OpenAPI document and its examples as Python's validators read them: they share no line with ours.
import { spawnSync } from "node:child_process";

const program = `
import json, sys
from openapi_spec_validator import OpenAPIV31SpecValidator
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
asked = json.load(sys.stdin)
document = asked["document"]
faults = [f"{list(error.absolute_path)}: {error.message}"[:500] for error in OpenAPIV31SpecValidator(document).iter_errors()]
registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(document))
def accepts(schema, value):
    return Draft202012Validator({"$ref": f"urn:document#/components/schemas/{schema}"}, registry=registry).is_valid(value)
print(json.dumps({"faults": faults, "accepted": [accepts(each["schema"], each["value"]) for each in asked["values"]]}))
`;

/** Python is on this machine, with the validators of OpenAPI and JSON Schema. */
export const hasPythonOpenApi: boolean =
  spawnSync("python3", ["-c", "import openapi_spec_validator, jsonschema, referencing"]).status === 0;

export interface PythonVerdict {
  /** What is wrong with the document. */
  faults: string[];
  /** For each value, whether its component takes it. */
  accepted: boolean[];
}

/** @throws Error with Python's own words */
export function validateWithPython(
  document: unknown,
  values: readonly { schema: string; value: unknown }[],
): PythonVerdict {
  const input = JSON.stringify({ document, values });
  const { status, stdout, stderr } = spawnSync("python3", ["-W", "ignore", "-c", program], { input, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as PythonVerdict;
}
