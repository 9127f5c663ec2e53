import type { DatumError, ErrorDetails } from './error.ts';

export interface OptionalPackage<Module> {
  readonly name: string;
  readonly load: () => Promise<Module>;
  /** The room whose error says that it is absent: `<room>/not-installed`, `<room>/not-loadable`. */
  readonly room: string;
  readonly error: new (details: ErrorDetails) => DatumError;
}

/** Loads a package that may be absent; rejects with the room's error, saying what to install. */
export async function loadOptional<Module>(optional: OptionalPackage<Module>): Promise<Module> {
  const { name, load, room, error } = optional;
  try {
    return await load();
  } catch (cause) {
    const isMissing = (cause as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
    throw new error({
      code: isMissing ? `${room}/not-installed` : `${room}/not-loadable`,
      kind: 'usage',
      // In the message, for a tool's error is told without its hint.
      message: isMissing
        ? `the package ${name} is not installed; install it with: npm install ${name}`
        : `${name} cannot be loaded`,
      hint: isMissing ? 'then do the same again' : `see the cause; reinstall ${name}`,
      cause,
    });
  }
}
