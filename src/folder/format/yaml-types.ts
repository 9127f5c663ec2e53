import type { ScalarTag, Tags } from 'yaml';

/** What PyYAML's resolver takes for something other than text (YAML 1.1, without `y` and `n`). */
const PATTERNS = {
  bool: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  int: /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  float:
    /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  null: /^(?:~|null|Null|NULL|)$/,
  timestamp:
    /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
  special: /^(?:<<|=|[!&*])$/,
} as const;

/** True for plain text that a reader would take for a number, a flag, a date, … */
export const isOtherThanText = (text: string): boolean =>
  Object.values(PATTERNS).some((pattern) => pattern.test(text));

type Scalar = string | number | boolean | null;

/** What plain text is read as, in the order in which it is tried. */
const READERS = {
  null: () => null,
  bool: (text: string) => /^(?:yes|true|on)$/i.test(text),
  int: readInt,
  float: readFloat,
} as const;
const NAMES = ['null', 'bool', 'int', 'float'] as const;

/** Plain text as PyYAML reads it, but dates stay text. */
export function plainScalar(text: string): Scalar {
  const name = NAMES.find((each) => PATTERNS[each].test(text));
  return name === undefined ? text : READERS[name](text);
}

/** The same for the YAML library. */
export const YAML_TAGS: Tags = [
  ...NAMES.map(
    (name): ScalarTag => ({
      tag: `tag:yaml.org,2002:${name}`,
      default: true,
      test: PATTERNS[name],
      resolve: READERS[name],
    }),
  ),
  'merge',
];

function readInt(text: string): number {
  const digits = text.replaceAll('_', '');
  const sign = digits.startsWith('-') ? -1 : 1;
  const size = digits.replace(/^[-+]/, '');
  if (size.includes(':')) return sign * sexagesimal(size);
  if (size.startsWith('0b')) return sign * Number.parseInt(size.slice(2), 2);
  if (size.startsWith('0x')) return sign * Number.parseInt(size.slice(2), 16);
  return sign * (size.length > 1 && size.startsWith('0') ? Number.parseInt(size, 8) : Number(size));
}

function readFloat(text: string): number {
  const digits = text.replaceAll('_', '').toLowerCase();
  const sign = digits.startsWith('-') ? -1 : 1;
  const size = digits.replace(/^[-+]/, '');
  if (size === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (size === '.nan') return Number.NaN;
  return sign * (size.includes(':') ? sexagesimal(size) : Number(size));
}

const sexagesimal = (text: string): number =>
  text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
