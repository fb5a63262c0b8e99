import type { ShownTimes } from '../../time/shown-zone'
import { formatCompact, formatNoun, pluralForm } from '../../format/format-count'

function countedKeys(count: number): string {
  return pluralForm(count, { one: '1 key', other: `${formatCompact(count)} keys` })
}

/** What stands around the views: bars, notices, tabs. */
export const frameWords = {
  times: { local: 'Local times', utc: 'UTC' } satisfies Record<ShownTimes, string>,
  timesIn: (zone: string) => `Times: ${zone}`,
  timesTip: 'In which zone times are shown, and read where they name none',
  zone: (times: ShownTimes, zone: string) => (times === 'utc' ? 'UTC' : zone === 'UTC' ? 'Local: UTC' : zone),
  notUndone: 'Not undone',
  addressUnknown: 'This address leads to a connection that is not here',
  addressUnknownText: 'It was removed, or belongs to another Sluice. Choose one of the list of connections.',
  skipToView: 'Skip to the view',
  widthOfStreamList: 'Width of the stream list',
  offOnlyByF5: 'Off: only by F5 or R',
  everySeconds: (seconds: number) => `Every ${seconds} s`,
  status: 'Status',
  stopScan: 'Stop the scan',
  scanForStreamsAgain: 'Scan for streams again',
  cancelJob: 'Cancel the job',
  paused: 'paused',
  refreshNow: 'Refresh now',
  refreshInterval: (intervalText: string) => `Refresh interval: ${intervalText}`,
  openViews: 'Open views',
  notices: 'Notices',
  themeAsSystem: { light: 'Theme: as the system (light)', dark: 'Theme: as the system (dark)' },
  themeIs: { light: 'Theme: light', dark: 'Theme: dark' },
  sandboxHint: 'A throwaway server of its own: nothing here is real',
  sandbox: 'sandbox',
  readOnlyHint: 'Sluice refuses every change on this connection',
  readOnly: 'read-only',
  hostReadOnly: 'all read-only',
  hostReadOnlyHint: 'This Sluice was started with --read-only: it refuses every change on every connection',
  goToDots: 'Go to…',
  copied: 'Copied',
  clipboardRefused: 'The clipboard could not be written',
  copyByHand: 'Select the text and copy it by hand.',
  inDialog: 'in a dialog',
  triage: 'Triage',
  journal: 'Journal',
  commandLog: 'Command log',
  backups: 'Backups',
  settings: 'Settings',
  connections: 'Connections',
  off: 'off',
  seconds: (seconds: number) => `${seconds} s`,
  scanning: (scanned: number, total: number | null, found: number) => {
    const keys = formatCompact(scanned) + (total === null ? '' : ` of about ${formatCompact(Math.max(total, scanned))}`)
    return `Scanning ${keys} keys, ${formatNoun(found, 'stream')}`
  },
  scanFailed: (why: string) => `Scan failed: ${why}`,
  scanStopped: (scanned: number, found: number) =>
    `Stopped after ${countedKeys(scanned)}, ${formatNoun(found, 'stream')}`,
  scanned: (scanned: number, found: number) => `${countedKeys(scanned)}, ${formatNoun(found, 'stream')}`,
}
