/**
 * Settings that override a person's own on every command: no hooks, signatures, editors, pagers,
 * colours, templates, conversions or background jobs, whatever their configuration says. What
 * reaches a remote (credentials, proxies, ssh) stays theirs.
 */
export const fixedSettings: readonly string[] = [
  'advice.detachedHead=false',
  'clone.defaultRemoteName=origin',
  'color.ui=false',
  'commit.cleanup=whitespace',
  'commit.gpgSign=false',
  'commit.template=',
  'commit.verbose=false',
  'core.attributesFile=/dev/null',
  'core.autocrlf=false',
  'core.commentChar=#',
  'core.eol=lf',
  'core.excludesFile=/dev/null',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'core.safecrlf=false',
  'diff.renames=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'i18n.commitEncoding=UTF-8',
  'i18n.logOutputEncoding=UTF-8',
  'init.templateDir=',
  'log.showSignature=false',
  'maintenance.auto=false',
  'merge.autoStash=false',
  'merge.conflictStyle=merge',
  'merge.ff=true',
  'merge.verifySignatures=false',
  'protocol.ext.allow=never',
  'push.followTags=false',
  'push.gpgSign=false',
  'push.recurseSubmodules=no',
  'rerere.enabled=false',
  'status.renames=false',
  'submodule.recurse=false',
  'tag.gpgSign=false',
];

/** What git may see of the environment; no `GIT_DIR` or index of somebody else's command. */
export const passedVariables: readonly string[] = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'SYSTEMROOT',
  'TMPDIR',
  'TEMP',
  'XDG_CONFIG_HOME',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'SSH_AUTH_SOCK',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** Nothing asks, nothing opens, and messages are in the words that are read here. */
export const quietVariables: Readonly<Record<string, string>> = {
  LC_ALL: 'C.UTF-8',
  LANGUAGE: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  SSH_ASKPASS_REQUIRE: 'never',
  GIT_EDITOR: 'true',
  GIT_SEQUENCE_EDITOR: 'true',
  GIT_PAGER: 'cat',
  GIT_LITERAL_PATHSPECS: '1',
};

/** What works on this machine alone fetches nothing, not even what a partial clone left out. */
export const onThisMachine: Readonly<Record<string, string>> = {
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
};
