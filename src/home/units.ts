/** What a machine needs to keep the schedules of a home by itself. */
export interface UnitOptions {
  /** The program and its first arguments, absolute. */
  readonly command: readonly string[];
  /** Absolute. */
  readonly home: string;
  /** Tells the units of several homes apart. */
  readonly name: string;
}

/** A file for the machine's own supervisor. */
export interface UnitFile {
  /** Where it belongs; `~` is the user's folder. */
  readonly path: string;
  readonly text: string;
  /** The command that starts it. */
  readonly start: string;
}

/**
 * A systemd user unit that keeps the schedules (systemd.service(5)). No key stands in it: keys come
 * from keys.json, or from a file of the user alone that it names.
 */
export function systemdUnit({ command, home, name }: UnitOptions): UnitFile {
  const line = [...command, 'cron', '--home', home].map(systemdWord).join(' ');
  const text = `[Unit]
Description=Schedules of ${home.replaceAll('%', '%%')}
After=network-online.target

[Service]
ExecStart=${line}
# Keys, when they are not in ~/.config/datum/keys.json: KEY=value lines, readable by you alone (chmod 600).
EnvironmentFile=-%h/.config/datum/cron.env
Restart=on-failure
RestartSec=60
NoNewPrivileges=yes

[Install]
WantedBy=default.target
`;
  const file = `datum-${name}.service`;
  const start = `systemctl --user daemon-reload && systemctl --user enable --now ${file}`;
  return { path: `~/.config/systemd/user/${file}`, text, start };
}

/** A launchd agent that keeps the schedules (launchd.plist(5)). No key stands in it. */
export function launchdUnit({ command, home, name }: UnitOptions): UnitFile {
  const label = `datum.${name}`;
  const words = [...command, 'cron', '--home', home].map(
    (word) => `    <string>${xml(word)}</string>`,
  );
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Keys belong in ~/.config/datum/keys.json (chmod 600), not here. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${xml(label)}</string>
  <key>ProgramArguments</key>
  <array>
${words.join('\n')}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>60</integer>
</dict>
</plist>
`;
  const path = `~/Library/LaunchAgents/${label}.plist`;
  return { path, text, start: `launchctl bootstrap gui/$(id -u) ${path}` };
}

/** A word of an ExecStart line: quoted, and free of specifiers and variables. */
const systemdWord = (word: string): string => {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./-]+$/.test(plain) ? plain : `"${plain.replace(/["\\]/g, '\\$&')}"`;
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const xml = (text: string): string => text.replace(/[&<>]/g, (sign) => ENTITIES[sign] as string);
