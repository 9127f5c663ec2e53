import { isJsonObject, type Json, type JsonObject } from '../../base/index.ts';
import type { Operation } from '../operation.ts';

const stubs = new WeakMap<Operation, Json | undefined>();

/** The smallest answer an operation's output schema allows; `undefined` where none can be made up. */
export function stubOf(operation: Operation): Json | undefined {
  if (!stubs.has(operation)) {
    const schema = operation.output.json;
    stubs.set(operation, stub(schema, { root: schema, depth: 0 }));
  }
  return stubs.get(operation);
}

interface At {
  readonly root: Json;
  readonly depth: number;
}

const depthMax = 32;

const formats: Readonly<Record<string, string>> = {
  'date-time': '1970-01-01T00:00:00Z',
  date: '1970-01-01',
  time: '00:00:00Z',
  email: 'nobody@example.com',
  uri: 'https://example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
};

function stub(schema: Json | undefined, at: At): Json | undefined {
  if (at.depth > depthMax || !isJsonObject(schema)) return undefined;
  const inner: At = { ...at, depth: at.depth + 1 };
  for (const key of ['const', 'default'] as const) {
    if (schema[key] !== undefined) return schema[key];
  }
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as Json | undefined;
  if (typeof schema['$ref'] === 'string') return stub(resolve(schema['$ref'], at.root), inner);
  const branches = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(branches)) return firstStub(branches, inner);
  switch (schema['type']) {
    case 'object':
      return objectStub(schema, inner);
    case 'array':
      return arrayStub(schema, inner);
    case 'string':
      return textStub(schema);
    case 'number':
    case 'integer':
      return numberStub(schema);
    case 'boolean':
      return false;
    default:
      // No type at all: anything goes.
      return schema['type'] === 'null' || Object.keys(schema).length <= 1 ? null : undefined;
  }
}

function firstStub(branches: readonly Json[], at: At): Json | undefined {
  for (const branch of branches) {
    const found = stub(branch, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectStub(schema: JsonObject, at: At): Json | undefined {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : [];
  const made = new Map<string, Json>();
  for (const key of required) {
    const value = stub(properties[key], at);
    if (value === undefined) return undefined;
    made.set(key, value);
  }
  return Object.fromEntries(made);
}

function arrayStub(schema: JsonObject, at: At): Json | undefined {
  const fixed = Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as Json[]) : [];
  const length = Math.max(fixed.length, Number(schema['minItems'] ?? 0));
  const items = Array.from({ length }, (_, index) => stub(fixed[index] ?? schema['items'], at));
  return items.some((item) => item === undefined) ? undefined : (items as readonly Json[]);
}

function textStub(schema: JsonObject): string {
  const format = schema['format'];
  const known = typeof format === 'string' ? formats[format] : undefined;
  return known ?? '-'.repeat(Number(schema['minLength'] ?? 0));
}

function numberStub(schema: JsonObject): number {
  const least = Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? 0);
  const above = schema['exclusiveMinimum'] === undefined ? least : least + 1;
  return Math.min(Math.max(0, above), Number(schema['maximum'] ?? Number.POSITIVE_INFINITY));
}

/** A reference inside the schema itself: `#` or `#/$defs/name`. */
function resolve(pointer: string, root: Json): Json | undefined {
  let value: Json | undefined = root;
  for (const step of pointer.split('/').slice(1)) {
    value = isJsonObject(value) ? value[step] : undefined;
  }
  return value;
}
