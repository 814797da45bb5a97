/** What an argument's type says of its properties, and what is wrong with a value of it: judged as the server judges. */

/** One thing that is wrong with one property of an argument. */
export interface Violation {
  /** Names and positions that lead to the value, joined by dots: `paymentMethods.0.cardNumber`; empty: the argument. */
  readonly path: string;
  /** What is wrong, without the property's name: `must not be less than 0`. */
  readonly message: string;
  /** The same as a sentence that names the property: `price must not be less than 0`. */
  readonly sentence: string;
}

/** What a rule bounds, for the attributes of a form's fields. */
export interface Limits {
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

/** One rule of a property. */
export interface Rule {
  /** The predicate of the sentence about a value that it refuses, which may depend on the value. */
  readonly message: string | ((value: unknown) => string);
  readonly accepts: (value: unknown) => boolean;
  /** The whole sentence about a property, where its name does not stand before the predicate. */
  readonly sentence?: (name: string) => string;
  readonly limits?: Limits;
}

export type Kind =
  | "string" | "integer" | "number" | "boolean" | "id" | "uuid" | "decimal" | "timestamp" | "date" | "time"
  | "array" | "object" | "map" | "any";

/** What a property may hold. */
export interface Field {
  readonly kind: Kind;
  readonly required?: true;
  readonly nullable?: true;
  /** The values that it may have: what a form offers for selection. */
  readonly choices?: readonly (string | number | boolean)[];
  /** Rules that are judged here, before anything is sent. */
  readonly rules?: readonly Rule[];
  /** Rules that the server alone judges, as its metadata spells them. */
  readonly atServer?: readonly string[];
  /** What an array's elements or a map's values are. */
  readonly element?: Field;
  /** Which properties an object has. */
  readonly type?: () => ObjectType;
  /** The rules of a map's names. */
  readonly names?: readonly Rule[];
  readonly documentation?: string;
  /** What the service's team says about showing it: a label, a kind of input, … */
  readonly ui?: Readonly<Record<string, string | number | boolean>>;
}

/** A type of arguments, or of what is in them. */
export interface ObjectType<Names extends string = string> {
  readonly name: string;
  readonly fields: { readonly [name in Names]: Field };
  /** Properties that its other uses have, such as `_id` of something that is to be created. */
  readonly elsewhere?: readonly string[];
  /** Of a part of what is updated: without this property it is new, needs some properties and may not have others. */
  readonly part?: { readonly identity: string; readonly needed: readonly string[]; readonly foreign: readonly string[] };
}

/** Makes a type whose properties are looked at when they are needed first: types may hold each other. */
export function objectType<Names extends string>(
  name: string,
  make: () => { readonly [name in Names]: Field },
  more: Omit<ObjectType, "name" | "fields"> = {},
): ObjectType<Names> {
  let fields: { readonly [name in Names]: Field } | undefined;
  return {
    name,
    get fields() {
      return (fields ??= make());
    },
    ...more,
  };
}

/** How the server says that a value is of the wrong kind. */
const EXPECTED: { readonly [kind in Kind]: string } = {
  string: "a string",
  integer: "an integer number",
  number: "a number conforming to the specified constraints",
  boolean: "a boolean value",
  id: "a string of 1 to 24 hexadecimal digits",
  uuid: "a UUID",
  decimal: "a decimal number in a string",
  timestamp: "an ISO 8601 timestamp with time zone",
  date: "an ISO 8601 date",
  time: "an ISO 8601 time",
  array: "an array",
  object: "an object",
  map: "an object",
  any: "any value",
};

/** More are not listed, by the server either. */
const MOST_VIOLATIONS = 100;

const MISSING = "should not be null or undefined";

/** Returns everything that is wrong with an argument, in the order in which the server lists it. */
export function violationsOf(type: ObjectType, argument: unknown): Violation[] {
  const found: Found[] = [];
  if (isObject(argument)) judgeObject(argument, type, [], found);
  else found.push({ steps: [], message: "it must be a JSON object", sentence: "it must be a JSON object" });
  return found
    .slice(0, MOST_VIOLATIONS)
    .map(({ steps, message, sentence }) => ({ path: steps.join("."), message, sentence }));
}

/** Returns what an answer says of violations in one text: `paymentMethods: 0: cardNumber must be a credit card, …`. */
export function textOf(violations: readonly Violation[]): string {
  return violations
    .map(({ path, sentence }) => {
      const steps = path === "" ? [] : path.split(".");
      if (!sentence.startsWith("property ")) steps.pop();
      return [...steps, sentence].join(": ");
    })
    .join(", ");
}

/** Returns the bounds of a property, the narrowest of all its rules. */
export function limitsOf(field: Field): Limits {
  const limits: { -readonly [name in keyof Limits]: Limits[name] } = {};
  for (const rule of field.rules ?? []) {
    for (const [name, bound] of Object.entries(rule.limits ?? {}) as [keyof Limits, never][]) {
      const known = limits[name];
      const narrower = typeof known !== "number" || (name.startsWith("min") ? bound > known : bound < known);
      if (narrower) limits[name] = bound;
    }
  }
  return limits;
}

interface Found {
  readonly steps: readonly (string | number)[];
  readonly message: string;
  readonly sentence: string;
}

type Steps = readonly (string | number)[];
type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function judgeObject(value: Members, type: ObjectType, steps: Steps, found: Found[]): void {
  const sent = Object.keys(value).filter((name) => value[name] !== undefined);
  for (const name of sent) {
    if (Object.hasOwn(type.fields, name)) continue;
    if (type.elsewhere?.includes(name)) refuse([...steps, name], "is not allowed", found);
    else {
      const message = `property ${name} should not exist`;
      found.push({ steps, message, sentence: message });
    }
  }
  const isNew = type.part !== undefined && !sent.includes(type.part.identity);
  for (const [name, field] of Object.entries(type.fields)) {
    if (sent.includes(name)) judge(value[name], field, [...steps, name], found);
    else if (field.required) refuse([...steps, name], MISSING, found);
  }
  if (isNew && type.part !== undefined) {
    for (const name of Object.keys(type.fields)) {
      if (type.part.needed.includes(name) && !sent.includes(name)) refuse([...steps, name], MISSING, found);
      else if (type.part.foreign.includes(name) && sent.includes(name)) refuse([...steps, name], "is not allowed", found);
    }
  }
}

function judge(value: unknown, field: Field, steps: Steps, found: Found[]): void {
  if (value === null) {
    if (!field.nullable && field.kind !== "any") refuse(steps, MISSING, found);
    return;
  }
  const before = found.length;
  judgeKind(value, field, steps, found);
  if (found.length > before) return;
  if (field.choices !== undefined && !field.choices.includes(value as string)) {
    refuse(steps, `must be one of the following values: ${field.choices.join(", ")}`, found);
    return;
  }
  for (const rule of field.rules ?? []) {
    if (!rule.accepts(value)) refuseBy(rule, steps, value, found);
  }
}

function refuse(steps: Steps, message: string, found: Found[]): void {
  const last = steps.at(-1);
  found.push({ steps, message, sentence: last === undefined ? message : `${last} ${message}` });
}

function refuseBy(rule: Rule, steps: Steps, value: unknown, found: Found[]): void {
  const message = messageOf(rule, value);
  const name = String(steps.at(-1) ?? "");
  found.push({ steps, message, sentence: rule.sentence?.(name) ?? `${name} ${message}` });
}

function messageOf(rule: Rule, value: unknown): string {
  return typeof rule.message === "string" ? rule.message : rule.message(value);
}

function judgeKind(value: unknown, field: Field, steps: Steps, found: Found[]): void {
  if (field.kind === "array" && Array.isArray(value)) {
    const tooLong = field.rules?.find((rule) => rule.limits?.maxItems !== undefined && !rule.accepts(value));
    if (tooLong !== undefined) refuseBy(tooLong, steps, value, found);
    else if (field.element !== undefined) {
      const element = field.element;
      value.forEach((item: unknown, index) => judge(item === undefined ? null : item, element, [...steps, index], found));
    }
  } else if (field.kind === "object" && isObject(value)) {
    if (field.type !== undefined) judgeObject(value, field.type(), steps, found);
  } else if (field.kind === "map" && isObject(value)) {
    judgeEntries(value, field, steps, found);
  } else if (!isOfKind(value, field.kind)) {
    refuse(steps, `must be ${EXPECTED[field.kind]}`, found);
  } else if (typeof value === "string" && field.kind !== "any") {
    if (value.includes("\0")) refuse(steps, "must not contain NUL characters", found);
    else if (/\p{Surrogate}/u.test(value)) refuse(steps, "must not contain lone surrogates", found);
  }
}

function judgeEntries(value: Members, field: Field, steps: Steps, found: Found[]): void {
  for (const [name, entry] of Object.entries(value)) {
    for (const rule of field.names ?? []) {
      if (!rule.accepts(name)) refuse(steps, `property name ${name} ${messageOf(rule, name)}`, found);
    }
    if (field.element !== undefined && entry !== undefined) judge(entry, field.element, [...steps, name], found);
  }
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case "integer":
      return Number.isInteger(value);
    case "number":
      return Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
    case "id":
      return typeof value === "string" && /^[0-9a-f]{1,24}$/.test(value);
    case "uuid":
      return typeof value === "string" && /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(value);
    case "decimal":
      return typeof value === "string" && /^[0-9+.eE-]+$/.test(value);
    case "any":
      return true;
    case "string":
    case "timestamp":
    case "date":
    case "time":
      return typeof value === "string";
    default:
      return false;
  }
}
