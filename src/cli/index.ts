/** `cli`: the command line; each file of `commands/` is one command. */
export { main } from './main.ts';
export { systemWorld, type World } from './world.ts';
