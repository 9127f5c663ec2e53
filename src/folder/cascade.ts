/** Where the parts of an agent lie that is a role in a project, relative to the home. */
export interface CascadeFolders {
  readonly role: string;
  readonly project: string;
}

const INSTANCE = /^((?:.+\/)?)projects\/([^/]+)\/agents\/([^/]+)$/;

/**
 * The role and the project of an agent folder (atomic-runtime §20): `<system>/projects/<project>/
 * agents/<role>` where `<system>/roles/<role>/` has files too; `undefined` for an agent by itself.
 */
export function cascadeFolders(
  folder: string,
  paths: readonly string[],
): CascadeFolders | undefined {
  const [, system, project, name] = INSTANCE.exec(folder) ?? [];
  if (system === undefined || project === undefined || name === undefined) return undefined;
  const role = `${system}roles/${name}`;
  if (!paths.some((path) => path.startsWith(`${role}/`))) return undefined;
  return { role, project: `${system}projects/${project}` };
}
