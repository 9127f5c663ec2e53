import type { Program } from './program.ts';

/** What trusting a program would allow, in a line. */
export function aboutProgram({ command, files, actionClass, env, allow }: Program): string {
  const [file] = files;
  return [
    command === undefined ? `runs ${file?.name ?? ''}` : `runs ${command.join(' ')}`,
    actionClass,
    ...(env.length === 0 ? [] : [`sees ${env.join(', ')}`]),
    ...(allow.length === 0 ? [] : [`may use ${allow.join(', ')}`]),
  ].join('; ');
}
