import { canonicalize, isEntity, isJsonObject, type Json, ref } from '../../base/index.ts';
import { FactError } from '../error.ts';
import { encodeCell } from '../indexing/cell.ts';
import type { Binding, Entity, Pattern, Variable } from '../log.ts';
import { compareCells, isWithin } from './cell-order.ts';
import type { FactSource } from './source.ts';

/**
 * The bindings of the variables in all patterns together, each once, in the order of their canonical
 * text. Patterns are taken cheapest first: by entity, by value or range where values are indexed, by
 * attribute, and only then by all entities; the log is never scanned.
 *
 * A variable that stands for an entity somewhere is an entity everywhere: a reference joins with what
 * it refers to, and the binding is the entity's name.
 */
export function find(source: FactSource, patterns: readonly Pattern[]): readonly Binding[] {
  for (const pattern of patterns) check(pattern);
  const entityNames = new Set(patterns.flatMap(({ e }) => (isVariable(e) ? [e.var] : [])));
  const left = [...patterns];
  let bindings: readonly Binding[] = [{}];
  const bound = new Set<string>();
  while (left.length > 0) {
    const next = cheapest(source, left, bound);
    left.splice(left.indexOf(next), 1);
    const matcher = { source, pattern: next, entityNames };
    bindings = distinct(bindings.flatMap((binding) => [...matches(matcher, binding)]));
    for (const term of [next.e, next.v]) if (isVariable(term)) bound.add(term.var);
  }
  return bindings;
}

interface Matcher {
  readonly source: FactSource;
  readonly pattern: Pattern;
  readonly entityNames: ReadonlySet<string>;
}

/** True for `{ var: name }`, which therefore cannot be asked for as a value. */
export const isVariable = (term: Json | Variable | undefined): term is Variable =>
  isJsonObject(term) && typeof term['var'] === 'string' && Object.keys(term).length === 1;

function check({ a, e, range, v }: Pattern): void {
  const hasBounds = range !== undefined && (range.from !== undefined || range.below !== undefined);
  if (e !== undefined || a !== undefined || (v !== undefined && !hasBounds)) return;
  throw new FactError({
    code: 'fact/pattern-too-wide',
    message: 'a pattern names neither entity, attribute nor value',
    hint: 'give the pattern an attribute, such as { a: "task/owner" }',
    kind: 'usage',
  });
}

/** Costs are rough numbers of point reads. */
const COST = { point: 1, entity: 20, joined: 8, everything: 1e9, most: 10_000 };

function cheapest(
  source: FactSource,
  patterns: readonly Pattern[],
  bound: ReadonlySet<string>,
): Pattern {
  const costs = patterns.map((pattern) => ({
    pattern,
    cost: patterns.length === 1 ? 0 : costOf(source, pattern, bound),
  }));
  return costs.reduce((best, next) => (next.cost < best.cost ? next : best)).pattern;
}

function costOf(source: FactSource, pattern: Pattern, bound: ReadonlySet<string>): number {
  const { a, e, range, v } = pattern;
  const isKnown = (term: Json | Variable | undefined): boolean =>
    term !== undefined && (!isVariable(term) || bound.has(term.var));
  if (isKnown(e)) return a === undefined ? COST.entity : COST.point;
  if (a === undefined) return COST.everything;
  if (isVariable(v) && bound.has(v.var)) return COST.joined;
  const value = v === undefined || isVariable(v) ? {} : { value: v };
  return source.estimate(a, { ...value, ...(range === undefined ? {} : { range }) }, COST.most);
}

/** The bindings that a pattern adds to one, by the shortest way there is. */
function* matches(matcher: Matcher, binding: Binding): Iterable<Binding> {
  const { entityNames, pattern, source } = matcher;
  const { a } = pattern;
  const wanted = wantedValues(matcher, binding);
  for (const e of candidates(matcher, binding, wanted)) {
    const withEntity = isVariable(pattern.e) ? { ...binding, [pattern.e.var]: e } : binding;
    // The same variable may stand for the entity and the value.
    const values = wanted ?? wantedValues(matcher, withEntity);
    for (const attribute of a === undefined ? source.attributesOf(e) : [a]) {
      for (const value of source.values(e, attribute)) {
        if (!accepts(pattern, values, value)) continue;
        if (!isVariable(pattern.v) || pattern.v.var in withEntity) {
          yield withEntity;
          continue;
        }
        const name = pattern.v.var;
        const joined = entityNames.has(name) ? entityOf(value) : value;
        if (joined !== undefined) yield { ...withEntity, [name]: joined };
      }
    }
  }
}

/** The values a pattern asks for: several for an entity, which may be stated by name or as a reference. */
function wantedValues(
  { entityNames, pattern: { v } }: Matcher,
  binding: Binding,
): readonly Json[] | undefined {
  if (v === undefined) return undefined;
  if (!isVariable(v)) return [v];
  const value = binding[v.var];
  if (value === undefined) return undefined;
  return entityNames.has(v.var) && typeof value === 'string' ? [value, ref(value)] : [value];
}

function candidates(
  { pattern, source }: Matcher,
  binding: Binding,
  wanted: readonly Json[] | undefined,
): Iterable<Entity> {
  const { a, e, range } = pattern;
  const entity = isVariable(e) ? binding[e.var] : e;
  if (typeof entity === 'string') return [entity];
  if (a === undefined) return source.entities();
  const holding = wanted?.map((value) => source.entitiesHolding(a, value));
  if (holding?.every((found) => found !== undefined)) return new Set(holding.flat());
  const within = range === undefined ? undefined : source.entitiesWithin(a, range);
  return within ?? source.entitiesWith(a);
}

function accepts({ range }: Pattern, wanted: readonly Json[] | undefined, value: Json): boolean {
  const cell = encodeCell(value);
  if (range !== undefined && !isWithin(cell, range)) return false;
  return wanted === undefined || wanted.some((one) => compareCells(encodeCell(one), cell) === 0);
}

/** The entity a value names: as a reference, or as text. */
function entityOf(value: Json): Entity | undefined {
  const name = isJsonObject(value) ? value['$ref'] : value;
  return typeof name === 'string' && isEntity(name) ? name : undefined;
}

function distinct(bindings: readonly Binding[]): readonly Binding[] {
  const byText = new Map(bindings.map((binding) => [canonicalize(binding), binding]));
  return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, found]) => found);
}
