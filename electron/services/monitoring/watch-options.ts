import type { Logger } from 'pino'
import type { Bytes } from '../../../shared/bytes'
import type { Settings } from '../../../shared/model/settings'
import type { DiscoveryEvent } from '../../../shared/model/stream'
import type { Topology } from '../../redis/topology'
import type { MovedOf } from '../inspection/held-since-moved'
import type { TouchesOf } from '../inspection/own-signs'
import type { Judgement } from '../lib/judged'
import type { SeenStream } from '../lib/seen-stream'
import type { Budget } from './budget'
import type { Deaths } from './deaths'
import type { JudgedBeside } from './findings'
import type { Followers } from './followers'
import type { Judging } from './judging'
import type { ClaimsOf, KnownStreams } from './known-streams'
import type { Ended } from './own-changes'

export interface WatchOptions {
  readonly topology: Topology
  /** What all of it may cost that nobody asked for. */
  readonly budget: Budget
  readonly settings: () => Settings
  /** What people, and rules, have to do with what is judged. */
  readonly beside: () => Pick<JudgedBeside, 'snoozed' | 'stoppedRules'>
  /** These are told all the same: they got worse. */
  readonly onWorse: (findingIds: readonly string[]) => void
  /** What is wrong by now, each time that it is judged. */
  readonly onJudged: (judgement: Judgement) => void
  /** Whom Sluice gave entries to. */
  readonly touches: TouchesOf
  /** What it gave them as idle as it was. */
  readonly movedOf: MovedOf
  /** What was seen of the claims in a group. */
  readonly claimsOf: ClaimsOf
  /** Each look at a stream, at this time of the host. */
  readonly onLook: (seen: SeenStream, atMs: number) => void
  /** A stream is no more. */
  readonly onGone: (key: Bytes) => void
  readonly log: Logger
}

/** The walk over all streams of one open connection. */
export interface Watch extends Pick<Judging, 'measure'> {
  /** Of which servers: a connection that was opened anew has others. */
  readonly topology: Topology
  readonly followers: Followers
  readonly known: KnownStreams
  readonly lastWords: Deaths['of']
  /** Progress of the search for streams. `fresh`: of one that began anew. */
  discovered(event: DiscoveryEvent, fresh: boolean): void
  /** What pages show has changed. */
  shownChanged(): void
  giveWay(): void
  /** These were changed: they are read again next. `ended`: by what may have ended this group of them. */
  look(keys: readonly Bytes[], ended: Ended | null): void
  /** Somebody asks for all of it again, also for what was refused; no matter of the budget. */
  refresh(): void
  /** The connection is back, maybe to another server: as with a beat, and what was refused may be allowed there. */
  reconnected(): void
  /** Thresholds, or how often to look. */
  settingsChanged(): void
  judgeAgain(): void
  end(): void
}
