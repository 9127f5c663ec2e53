import { FluxError } from '../error.ts';
import { runStack } from '../stack/run.ts';
import type { Evolution } from './evolve.ts';
import { type Genome, genes, hasOperand } from './genome.ts';
import type { Milestone } from './individual.ts';
import type { Target } from './target.ts';

/**
 * The winner of a search as a program file: source, one case that is checked when it runs, and how
 * it came to be.
 */
export function winnerFile({ winner, ...search }: Evolution, target: Target): string {
  if (winner === undefined) {
    throw new FluxError({
      code: 'flux/evolve-no-winner',
      message: `no program solves ${target.name}`,
      hint: 'search longer or with another seed',
    });
  }
  const example = target.cases.at(-1) ?? { in: [], out: 0 };
  const { stack, steps } = runStack(winner.bytecode, { stack: example.in });
  const { generation, island, instructions, instructionsFound, heldOutPassed, heldOut } = winner;
  const count = (value: number): string => value.toLocaleString('en');
  return `---
machine: stack
start: { stack: [${example.in.join(', ')}] }
expect: { stack: [${stack.join(', ')}], steps: ${steps}, ending: halt }
evolved: { target: ${target.name}, seed: ${search.seed}, generations: ${search.generations}, evaluations: ${search.evaluations} }
---
# ${target.name}

## ${capital(target.about)}

The inputs lie on the stack, the last on top; the result is the top of the stack. Found by
\`datum evolve\` in generation ${count(generation)} on island ${island} after ${count(search.evaluations)} evaluated programs, as
${instructionsFound} instructions that were simplified to ${instructions}. It is right in all ${search.cases} cases of the search
and in ${heldOutPassed} of the ${heldOut} held-out ones, which the search never saw.

\`\`\`flux
${winner.assembly.trimEnd()}
\`\`\`

## Lineage

${winner.lineage.length === 0 ? 'It was among the programs its island began with.' : winner.lineage.map(milestoneLine).join('\n')}
`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const milestoneLine = ({ generation, solved, operators, genome }: Milestone): string =>
  `- generation ${generation}: ${solved} cases by ${operators.join(' and ')}: \`${printGenome(genome)}\``;

/**
 * A genome on one line; the operand of a jump is the index of an instruction.
 *
 * @example
 * printGenome({ codes: [2, 6], operands: [0, 0] }); // => 'DUP; ADD'
 */
export const printGenome = ({ codes, operands }: Genome): string =>
  codes
    .map((code, at) => (hasOperand(code) ? `${genes[code]} ${operands[at]}` : genes[code]))
    .join('; ');
