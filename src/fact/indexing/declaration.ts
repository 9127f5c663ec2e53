import type { DatabaseSync } from 'node:sqlite';
import type { Json } from '../../base/index.ts';
import type { Attribute, Fact } from '../log.ts';
import { type AttributeRow, type AttributeTable, isGuardedByNature } from './attribute-table.ts';
import { decodeCell } from './cell.ts';
import type { Dictionary } from './dictionary.ts';
import {
  ONE,
  OPERATION_COLUMNS,
  type Operation,
  type OperationColumns,
  operationOf,
} from './operation.ts';
import type { OperationTable } from './operation-table.ts';
import type { PairTable } from './pair-table.ts';
import { prepare } from './query.ts';
import { statedValue, type ValueTable } from './value-table.ts';

/** What may be declared of an attribute, each as a fact on `attr:<attribute>`. */
export const DECLARATIONS = Object.freeze({
  cardinality: 'attribute/cardinality',
  unique: 'attribute/unique',
  indexed: 'attribute/indexed',
  guarded: 'attribute/guarded',
  private: 'attribute/private',
});

/** What the entities that carry declarations begin with. */
export const DECLARATION_PREFIX = 'attr:';
const NAMES: ReadonlySet<Attribute> = new Set(Object.values(DECLARATIONS));

/** The entity that carries an attribute's declarations. */
export const declarationEntity = (attribute: Attribute): string =>
  `${DECLARATION_PREFIX}${attribute}`;

/** The attribute that a fact declares something of. */
export const declaredBy = ({ a, e }: Pick<Fact, 'a' | 'e'>): Attribute | undefined =>
  NAMES.has(a) && e.startsWith(DECLARATION_PREFIX) ? e.slice(DECLARATION_PREFIX.length) : undefined;

type Declared = Pick<AttributeRow, 'many' | 'unique' | 'indexed' | 'guarded' | 'private'>;

export interface DeclarationTables {
  readonly dictionary: Dictionary;
  readonly attributes: AttributeTable;
  readonly operations: OperationTable;
  readonly pairs: PairTable;
  readonly values: ValueTable;
  /** Whether a writer counts for guarded attributes, which declarations are. */
  trusted(writer: number): boolean;
}

/** Keeps the attribute table to what the facts declare. */
export class Declarations {
  readonly #tables: DeclarationTables;
  readonly #operations;

  constructor(db: DatabaseSync, tables: DeclarationTables) {
    this.#tables = tables;
    this.#operations = prepare<[number, number], OperationColumns>(
      db,
      `select ${OPERATION_COLUMNS} from ix_op where e = ? and a = ?`,
    );
  }

  used(attribute: AttributeRow): boolean {
    return this.#tables.pairs.has(attribute.n);
  }

  /** Reads anew what is declared of an attribute; what changes holds from position `k` on. */
  update(name: Attribute, k: number): void {
    const { attributes } = this.#tables;
    const row = attributes.intern(name);
    const declared = this.#declared(name);
    const { many } = declared;
    const cards =
      many === row.many ? row.cards : [...row.cards, { k: this.used(row) ? k : 0, many }];
    const next: AttributeRow = { ...row, ...declared, cards };
    attributes.save(next);
    const listed = (one: AttributeRow): boolean => one.indexed || one.unique;
    if ((listed(next) && !listed(row)) || (next.guarded && !row.guarded)) this.#list(next);
  }

  /** Whether other writers are trusted now than when the declarations were read. */
  differ(): boolean {
    return [...this.#tables.attributes.all()].some((row) => {
      const declared = this.#declared(row.name);
      return (
        declared.many !== row.many ||
        declared.unique !== row.unique ||
        declared.indexed !== row.indexed ||
        declared.guarded !== row.guarded ||
        declared.private !== row.private
      );
    });
  }

  /** Cardinality and uniqueness as they were first declared, the rest as it was last. */
  #declared(name: Attribute): Declared {
    const first = (a: Attribute): Json | undefined => this.#value(name, a, (all) => all[0]);
    const last = (a: Attribute): Json | undefined => this.#value(name, a, (all) => all.at(-1));
    return {
      many: first(DECLARATIONS.cardinality) === 'many',
      unique: first(DECLARATIONS.unique) === true,
      indexed: last(DECLARATIONS.indexed) === true,
      guarded: last(DECLARATIONS.guarded) === true || isGuardedByNature(name),
      // Whoever says so: to seal too much harms less than to write in clear.
      private: this.#anyone(name, DECLARATIONS.private),
    };
  }

  /** Whether the newest word of any writer, trusted or not, is true. */
  #anyone(name: Attribute, a: Attribute): boolean {
    const newest = new Map(this.#stated(name, a).map((operation) => [operation.writer, operation]));
    return [...newest.values()].some((operation) => {
      const cell = operation.retract ? null : statedValue(operation);
      return cell !== null && decodeCell(cell) === true;
    });
  }

  /** Of the operations that count, in order, the value of one; nothing when it is a retract. */
  #value(
    name: Attribute,
    a: Attribute,
    pick: (operations: readonly Operation[]) => Operation | undefined,
  ): Json | undefined {
    const picked = pick(this.#stated(name, a).filter(({ writer }) => this.#tables.trusted(writer)));
    const cell = picked === undefined || picked.retract ? null : statedValue(picked);
    return cell === null ? undefined : decodeCell(cell);
  }

  #stated(name: Attribute, a: Attribute): readonly Operation[] {
    const { attributes, dictionary, operations } = this.#tables;
    const e = dictionary.find(declarationEntity(name));
    const attribute = attributes.find(a);
    if (e === undefined || attribute === undefined) return [];
    return operations.slot({ e, a: attribute.n, b: 0, key: ONE });
  }

  /** Makes every value ever stated findable. */
  #list(attribute: AttributeRow): void {
    for (const e of this.#tables.pairs.entities(attribute.n)) {
      const lone = this.#tables.operations.lone.operations(e, attribute.n);
      const others = this.#operations.all(e, attribute.n).map(operationOf);
      for (const operation of [...lone, ...others]) {
        const value = statedValue(operation);
        if (!operation.retract && value !== null) this.#tables.values.add({ ...operation, value });
      }
    }
  }
}
