import type { z } from 'zod';
import { deepFreeze, hashOf, type Json, type Sha256 } from '../base/index.ts';
import { SpecError } from './error.ts';
import { issuesOf, type SpecIssue } from './issue.ts';
import { printPath } from './path.ts';
import { hashable, schemaJson } from './schema-json.ts';

/** What {@link Spec.check} answers. */
export type Checked<Out> =
  | { readonly ok: true; readonly value: Out }
  | { readonly ok: false; readonly issues: readonly SpecIssue[] };

/** A named boundary contract: what may pass, and the hash that says which contract it was. */
export interface Spec<In = unknown, Out = In> {
  readonly name: string;
  readonly schema: z.ZodType<Out, In>;
  /** The contract as JSON Schema 2020-12. */
  readonly json: Json;
  /** SHA-256 over the canonical text of {@link json}; equal for equal contracts, whatever their name. */
  readonly hash: Sha256;
  /** The value as the contract reads it (defaults filled in); throws `spec/invalid` with every issue. */
  parse(value: unknown): Out;
  /** As {@link parse}, with the issues as data. */
  check(value: unknown): Checked<Out>;
}

/**
 * Names a Zod schema as a contract over JSON data.
 *
 * @example
 * const port = defineSpec('serve/port', z.int().min(1).max(65_535));
 * port.parse(80); // => 80
 * port.hash.length; // => 64
 */
export function defineSpec<In, Out>(name: string, schema: z.ZodType<Out, In>): Spec<In, Out> {
  if (!NAME.test(name)) {
    throw new SpecError({
      code: 'spec/bad-name',
      message: `${JSON.stringify(name)} is not a name for a spec`,
      hint: 'use letters, digits, hyphens and dots with slashes between, such as serve/port',
      kind: 'usage',
    });
  }
  return new ZodSpec(name, schema);
}

const NAME = /^[a-z][\w.-]*(?:\/[\w.-]+)*$/i;

class ZodSpec<In, Out> implements Spec<In, Out> {
  readonly name: string;
  readonly schema: z.ZodType<Out, In>;
  #json: Json | undefined;
  #hash: Sha256 | undefined;

  constructor(name: string, schema: z.ZodType<Out, In>) {
    this.name = name;
    this.schema = schema;
  }

  get json(): Json {
    this.#json ??= deepFreeze(schemaJson(this.name, this.schema));
    return this.#json;
  }

  get hash(): Sha256 {
    this.#hash ??= hashOf(hashable(this.json));
    return this.#hash;
  }

  check(value: unknown): Checked<Out> {
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return { ok: true, value: parsed.data };
    return { ok: false, issues: issuesOf(parsed.error.issues, value) };
  }

  parse(value: unknown): Out {
    const checked = this.check(value);
    if (checked.ok) return checked.value;
    throw invalid(this.name, checked.issues);
  }
}

function invalid(name: string, issues: readonly SpecIssue[]): SpecError {
  const [first] = issues;
  const rest = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const where = first === undefined ? '' : `${printPath(first.path)}: ${first.problem}`;
  return new SpecError(
    {
      code: 'spec/invalid',
      message: `${name}: ${where}${rest}`,
      hint: first?.fix ?? 'pass a value that the contract accepts',
      kind: 'usage',
      data: { spec: name, issues: issues.length },
    },
    issues,
  );
}
