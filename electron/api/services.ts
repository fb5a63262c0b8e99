import type { Logger } from 'pino'
import type { Bytes } from '../../shared/bytes'
import type { HostInfo } from '../../shared/model/host'
import type { Additions } from '../services/additions/additions'
import type { Alerts } from '../services/alerts/alerts'
import type { Importing } from '../services/backup/importing'
import type { BackupSweep } from '../services/backup/sweep'
import type { Copying } from '../services/copy/copying'
import type { Connections } from '../services/connections/connections'
import type { Monitoring } from '../services/monitoring/monitoring'
import type { Discovery } from '../services/monitoring/discovery'
import type { Decoding } from '../services/decoding/decoding'
import type { EntryDeletion } from '../services/entry-deletion/entry-deletion'
import type { Exporting } from '../services/export/exporting'
import type { EntryReads } from '../services/inspection/entry-reads'
import type { GroupChanges } from '../services/group-change/group-changes'
import type { History } from '../services/history/history'
import type { Past, Span } from '../services/history/read-past'
import type { Journal } from '../services/journal/journal'
import type { Jobs } from '../services/jobs/jobs'
import type { Recovery } from '../services/recovery/recovery'
import type { Redriving } from '../services/redrive/redriving'
import type { Restore } from '../services/restore/restore'
import type { Rules } from '../services/rules/rules'
import type { Snoozes } from '../services/monitoring/snoozes'
import type { Sampler } from '../services/monitoring/sampler'
import type { SavedSearches } from '../services/searches/saved-searches'
import type { SettingsService } from '../services/settings'
import type { Sweeps } from '../services/sweep/sweeps'
import type { Trimming } from '../services/trim/trimming'
import type { Undoing } from '../services/undoing'
import type { ShowMasked } from './show-masked'
import type { HostSessions } from './host-sessions'

/** All that handlers call into, made in one place: `backend.ts`. */
export interface Services {
  readonly host: HostInfo
  readonly sessions: HostSessions
  readonly connections: Connections
  readonly showMasked: ShowMasked
  readonly settings: SettingsService
  readonly savedSearches: SavedSearches
  readonly discovery: Discovery
  readonly monitoring: Monitoring
  readonly snoozes: Snoozes
  readonly alerts: Alerts
  readonly rules: Rules
  readonly history: History
  /** What was seen of a stream through a connection, up to now. */
  readonly past: (connectionId: string, key: Bytes, span: Span, group: Bytes | null) => Promise<readonly Past[]>
  readonly sampler: Sampler
  readonly jobs: Jobs
  readonly additions: Additions
  readonly journal: Journal
  readonly recovery: Recovery
  readonly groupChanges: GroupChanges
  readonly importing: Importing
  readonly copying: Copying
  readonly restoring: Restore
  readonly backupSweep: BackupSweep
  readonly undoing: Undoing
  readonly sweeps: Sweeps
  readonly trimming: Trimming
  readonly decoding: Decoding
  readonly entryDeletion: EntryDeletion
  readonly entryReads: EntryReads
  readonly exporting: Exporting
  readonly redriving: Redriving
  readonly log: Logger
}
