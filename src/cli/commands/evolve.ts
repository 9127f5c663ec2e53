import { availableParallelism } from 'node:os';
import type { JsonObject } from '../../base/index.ts';
import {
  type Evolution,
  evolve,
  evolveDefaults,
  namedTargets,
  type Progress,
  printGenome,
  readTarget,
  type Target,
  toHex,
  type Winner,
  winnerFile,
} from '../../flux/index.ts';
import { defineCommand, type Invocation, type Report } from '../command.ts';
import { usageError } from '../error.ts';
import { exitCode } from '../exit-code.ts';
import { readInput } from '../input-file.ts';
import { refuseReadOnly } from '../read-only.ts';
import { writeFile } from './flux/output.ts';
import { countOption, textOption } from './flux/program-input.ts';

export const command = defineCommand({
  summary: 'Breed a program that does what cases show',
  about:
    'Searches for a program of the stack machine by mutation, crossover and selection. A seed gives ' +
    'the same search on every machine and with any number of threads. A program that is right in ' +
    'every case is checked with held-out cases, simplified, and saved with its lineage. Ends with 1 ' +
    'when none is found.',
  options: [
    { flags: '--target <name>', about: `${[...namedTargets.keys()].join(', ')}, or a JSON file` },
    { flags: '--generations <count>', about: `most generations (${evolveDefaults.generations})` },
    { flags: '--seed <number>', about: 'whole number that decides the search (1)' },
    { flags: '--islands <count>', about: `populations (${evolveDefaults.islands})` },
    { flags: '--population <count>', about: `programs of one (${evolveDefaults.population})` },
    { flags: '--threads <count>', about: 'threads that breed (one for each processor)' },
    { flags: '--out <file>', about: 'where the winner is saved (<target>-<seed>.flux)' },
  ],
  examples: [
    'datum evolve --target gcd --generations 100 --seed 1',
    'datum evolve --target cases.json --out found.flux',
  ],
  run: async (invocation) => {
    const { options, world, terminal } = invocation;
    const target = chosenTarget(invocation);
    // Said before the search, which may be long.
    refuseReadOnly(invocation);
    const seed = countOption('--seed', options['seed']) ?? 1;
    const count = (name: string, absent: number): number =>
      countOption(`--${name}`, options[name]) ?? absent;
    const evolution = await evolve({
      target,
      seed,
      generations: count('generations', evolveDefaults.generations),
      islands: count('islands', evolveDefaults.islands),
      population: count('population', evolveDefaults.population),
      threads: count('threads', availableParallelism()),
      signal: world.signal,
      onGeneration: (progress) => terminal.note(progressLine(progress)),
    });
    const { winner } = evolution;
    if (winner === undefined) return failed(evolution, world.signal.aborted);
    const name = textOption(options['out']) ?? `${target.name}-${seed}.flux`;
    writeFile(invocation, name, Buffer.from(winnerFile(evolution, target)));
    return found(evolution, winner, name);
  },
});

function chosenTarget({ options, world }: Invocation): Target {
  const name = textOption(options['target']);
  const known = [...namedTargets.keys()].join(', ');
  if (name === undefined) {
    throw usageError('a target is missing', `give --target with a JSON file or one of ${known}`);
  }
  const named = namedTargets.get(name);
  if (named !== undefined) return named;
  if (!name.endsWith('.json')) throw usageError(`there is no target ${name}`, `use ${known}`);
  const text = readInput(world, name, { wanted: 'a JSON file with a target' }).toString('utf8');
  try {
    return readTarget(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw usageError(`${name} is no JSON: ${error.message}`, 'correct the file');
  }
}

const number = (value: number): string => value.toLocaleString('en');

const progressLine = (progress: Progress): string => {
  const { generation, fitness, solved, cases, error, length, evaluations } = progress;
  return `Generation ${generation}: fitness=${fitness.toFixed(2)} (${solved}/${cases} cases, distance ${error.toFixed(1)}, ${length} instructions, ${number(evaluations)} evaluations)`;
};

function failed(evolution: Evolution, isInterrupted: boolean): Report {
  const { target, solved, cases, generations, evaluations } = evolution;
  return {
    data: evolutionJson(evolution),
    text: `${target} not found: the best program solves ${solved} of ${cases} cases, after ${number(generations)} generations and ${number(evaluations)} evaluations`,
    exit: isInterrupted ? exitCode.interrupted : exitCode.failed,
  };
}

function found(evolution: Evolution, winner: Winner, file: string): Report {
  const { target, generations, evaluations, shown } = evolution;
  const { instructions, instructionsFound, heldOut, heldOutPassed, isProven } = winner;
  const lines = [
    `${target} found in generation ${number(winner.generation)} after ${number(evaluations)} evaluations`,
    '',
    winner.assembly.trimEnd(),
    '',
    `held-out cases  ${heldOutPassed} of ${heldOut} right${shown.length > 0 ? `; ${shown.length} more refuted earlier programs` : ''}`,
    `verified        ${isProven ? 'it cannot underflow or jump wild' : 'not proven: it may underflow or jump wild, and would trap'}`,
    `instructions    ${instructions}, simplified from ${instructionsFound}`,
    `bytecode        ${toHex(winner.bytecode)}`,
    `saved           ${file}, with its lineage`,
  ];
  return {
    data: { ...evolutionJson(evolution), generations, file },
    text: lines.join('\n'),
  };
}

const evolutionJson = ({ winner, shown, ...search }: Evolution): JsonObject => ({
  ...search,
  shown: shown.map(({ in: inputs, out }) => ({ in: [...inputs], out })),
  winner: winner === undefined ? null : winnerJson(winner),
});

const winnerJson = ({ bytecode, lineage, ...winner }: Winner): JsonObject => ({
  ...winner,
  bytecode: toHex(bytecode),
  lineage: lineage.map(({ generation, solved, operators, genome }) => ({
    generation,
    solved,
    operators: [...operators],
    program: printGenome(genome),
  })),
});
