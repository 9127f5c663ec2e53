import { type Command, defineCommand } from '../command.ts';
import { type Shell, scripts } from '../completion/scripts.ts';
import { placesOf } from '../completion/words.ts';
import type { Entry } from '../entry.ts';
import { usageError } from '../error.ts';

/** `datum completion`, for the commands of a registry. */
export const completionOf = (registry: readonly Entry[]): Command =>
  defineCommand({
    summary: 'Completion of commands and options for your shell',
    about:
      'Print the completion script of a shell: it names every command and option of this datum.',
    arguments: [{ name: '<shell>', about: 'bash, zsh or fish' }],
    examples: [
      'datum completion bash > ~/.local/share/bash-completion/completions/datum',
      'datum completion zsh > ~/.zfunc/_datum',
      'datum completion fish > ~/.config/fish/completions/datum.fish',
    ],
    run: async ({ args: [shell = ''] }) => {
      if (!isShell(shell)) {
        throw usageError(`there is no completion for ${shell}`, 'choose bash, zsh or fish');
      }
      const script = scripts[shell](await placesOf(registry));
      return { data: { shell, script }, text: script.trimEnd() };
    },
  });

const isShell = (name: string): name is Shell => Object.hasOwn(scripts, name);
