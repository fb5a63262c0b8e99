import type { Logger } from 'pino'
import type { HostInfo } from '../../shared/model/host'
import type { RuleDoor } from '../../shared/model/rule'
import type { ConnectionTimings } from '../redis/connect-options'
import type { AlertCommands, Notify, SendWebhook } from '../services/alerts/send'
import type { TakeFile } from '../services/backup/given-file'
import type { OpenFile } from '../services/export/open-file'
import type { SaveFile } from '../services/inspection/save-file'
import type { PresenceTimes } from '../services/journal/presence'
import type { LostReplyLimits } from '../services/jobs/create-lost-reply'
import type { RulesOptions } from '../services/rules/rules'
import type { Secrets } from '../services/connections/secrets'
import type { SweepsOptions } from '../services/sweep/sweeps'
import type { HostSessions } from './host-sessions'

/** What only a host that starts for a person knows. */
type Told = 'opens' | 'secretsKept' | 'readOnly' | 'configDir'

export interface BackendOptions extends Omit<HostInfo, Told>, Partial<Pick<HostInfo, Told>> {
  /** In memory, unless the host has somewhere better. */
  readonly secrets?: Secrets
  readonly log: Logger
  /** Of whatever serves the pages; none by default. */
  readonly sessions?: HostSessions
  /** How a person gets a file from this host. */
  readonly saveFile: SaveFile
  /** The same, of one that is written as it is read; by default nobody gets any. */
  readonly openFile?: OpenFile | undefined
  /** How a person gives this host a file; by default nobody does. */
  readonly takeFile?: TakeFile | undefined
  /** How something is sent elsewhere; by default nothing is. */
  readonly sendWebhook?: SendWebhook
  /** Programs that alerts run. */
  readonly alertCommands?: AlertCommands
  /** How something is shown on this desktop; by default it is not. */
  readonly notify?: Notify | null
  /** Where its pages are, as others reach them, with a slash at the end. */
  readonly pageUrl?: string | null
  /** The program of the thread that decodes, bundled to one file. */
  readonly decoderFile: string
  /** How long a job waits for its connection when a reply was lost; 60 s, and 2 s once it is cancelled, by default. */
  readonly lostReply?: LostReplyLimits
  /** Of every connection. */
  readonly timings?: ConnectionTimings
  /** How often a process shows that it is at work, and how long others wait for that. */
  readonly presence?: PresenceTimes
  /** When the walk over all streams begins: once a connection is opened, or once a page follows it. */
  readonly walkFrom?: 'opened' | 'followed'
  /** By which people come to it; as its kind by default. */
  readonly door?: RuleDoor
  /** Of `RulesOptions`. */
  readonly ruleTimes?: Pick<RulesOptions, 'now' | 'lookEveryMs' | 'leaseMs'>
  /** Of `RecoveryOptions`. */
  readonly claimLooksMs?: readonly number[]
  /** Of `SweepsOptions`. */
  readonly sweepLimits?: SweepsOptions['limits']
  /** Of `ConnectionsOptions`. */
  readonly notesCommands?: boolean
}
