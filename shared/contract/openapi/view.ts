// Schemas of what we answer. The types of answers come first (shared/contract/api); a schema that says anything else than its
// type does not compile.
import * as v from "valibot";

/** Intersections and interfaces as one plain shape, so that two ways of writing the same type are the same. */
type Plain<Type> = Type extends readonly (infer Item)[]
  ? Plain<Item>[]
  : Type extends object
    ? { -readonly [Key in keyof Type]: Plain<Type[Key]> }
    : Type;

type Same<One, Other> =
  (<Probe>() => Probe extends Plain<One> ? 1 : 2) extends <Probe>() => Probe extends Plain<Other> ? 1 : 2
    ? unknown
    : { "differs from the type of the answer": Plain<One> };

/** The schema of `View`: every member, none else, optional where it is. */
export const viewOf =
  <View>() =>
  <Schema extends v.GenericSchema>(schema: Schema & Same<View, v.InferOutput<Schema>>): Schema =>
    schema;

/** ISO 8601, UTC. */
export const instant = v.pipe(v.string(), v.metadata({ format: "date-time" }));

/** A whole number from 0 on. */
export const total = v.pipe(v.number(), v.integer(), v.minValue(0));

export const pageOf = <Item extends v.GenericSchema>(item: Item) =>
  v.object({ items: v.array(item), cursor: v.optional(v.string()) });
