import type { BetterWay, ConnectionStatus, GivenBy, ReplicaState } from '../../model/connection'
import { formatRoundTrip } from '../../format/format-duration'
import { formatSize } from '../../format/format-size'
import { formatNoun, pluralForm } from '../../format/format-count'
import type { HealthLabel } from '../health-label'
import { GIVEN_BY } from './given-by'

const STATES: Readonly<Record<ConnectionStatus['state'], HealthLabel>> = {
  open: { health: 'good', label: 'Connected' },
  connecting: { health: 'warn', label: 'Connecting…' },
  reconnecting: { health: 'warn', label: 'Reconnecting…' },
  failed: { health: 'bad', label: 'Could not connect' },
  closed: { health: 'quiet', label: 'Not open' },
}

function isOnly(way: BetterWay): string {
  switch (way.kind) {
    case 'cluster':
      return way.nodes === null
        ? 'This is one node of a cluster: only its own streams are shown.'
        : `This is one of ${formatNoun(way.nodes, 'node')} of a cluster: only its own streams are shown.`
    case 'sentinel': {
      const names = way.primaries.slice(0, 3).join(', ')
      const more = way.primaries.length > 3 ? ` and ${way.primaries.length - 3} more` : ''
      return `This is a sentinel: it has no streams.${names === '' ? '' : ` It watches ${names}${more}.`}`
    }
    case 'primary':
      return `This is a replica of ${way.host}:${way.port}: it can be looked at, not changed.`
  }
}

/** What a replica shows is so old at most. It tells whole seconds, rounded down. */
function replicaText({ link, heardSecondsAgo: heard }: ReplicaState): string {
  if (link === 'syncing') return '· replica, being copied from its primary'
  if (link === 'down')
    return `· replica, ${heard === null ? 'without its primary' : `without its primary for ${heard} s`}`
  return heard === null ? '· replica' : `· replica, at most ${heard + 1} s behind`
}

/** Connections: the list, the switcher, and the banner of one that is lost. */
export const connectionWords = {
  titleOf: (name: string) => `Connection ${name}`,
  newConnection: 'New connection',
  readOnly: 'read-only',
  goTo: 'Go to',
  open: 'Open',
  edit: (name: string) => `Edit ${name}`,
  copyOf: (name: string) => `Save a copy of ${name}`,
  given: (by: GivenBy) => `given ${GIVEN_BY[by]}`,
  givenHint: 'Not saved, and not changed here: it is there as long as it is given.',
  move: (name: string) => `Move ${name}`,
  moveHint: 'Drag, or press ↑ and ↓',
  moved: (name: string, folder: string, at: number, of: number) =>
    `${name}: ${at} of ${of}${folder === '' ? '' : ` in ${folder}`}`,
  copyName: (name: string) => `${name.slice(0, 70)} (copy)`,
  filter: 'Filter connections',
  filterExample: 'name, address, folder, notes',
  noneFits: 'No connection fits this filter.',
  folderOf: (name: string) => `Folder ${name}`,
  removeNamed: (name: string) => `Remove ${name}`,
  development: 'Development',
  test: 'Test',
  production: 'Production',
  isNotOpen: (name: string) => `${name} is not open.`,
  tryNow: 'Try now',
  addDots: 'Add a connection…',
  allConnections: 'All connections',
  connectionIs: 'Connection:',
  noConnection: 'No connection',
  removed: (name: string) => `Removed ${name}`,
  serverUnchanged: 'Nothing was changed on the server.',
  connections: 'Connections',
  add: 'Add a connection',
  emptyTitle: 'Connect to a Redis',
  emptyText:
    'Sluice shows which consumers are stuck, which groups lag and which entries fail again and again, and puts them right in one click that can be taken back. All it needs is an address: redis://host:6379 will do.',
  removeQuestion: (name: string) => `Remove ${name}?`,
  removeText: 'Sluice forgets the address and the password. Nothing on the server changes; its journal stays.',
  keepIt: 'Keep it',
  remove: 'Remove',
  wasLost: (name: string, why: string) =>
    `${name} was lost: ${why}. Reconnecting by itself; what you see is of before.`,
  closed: 'the connection closed',
  justLooking: 'Just looking? {sandbox} starts a throwaway Redis with a busy, partly broken workload to try things on.',
  state: (state: ConnectionStatus['state']) => STATES[state],
  isOnly,
  openInstead: (way: BetterWay) =>
    ({ cluster: 'Open the cluster…', sentinel: 'Open what it watches…', primary: 'Open its primary…' })[way.kind],
  fillInInstead: (way: BetterWay) =>
    ({ cluster: 'Use the cluster', sentinel: 'Use the sentinels', primary: 'Use its primary' })[way.kind],
  goToNamed: (name: string) => `Go to ${name}`,
  primaryOf: (name: string) => `${name} (primary)`,
  dismiss: 'Leave it so',
  replica: (state: ReplicaState | null) => (state === null ? '· replica' : replicaText(state)),
  replicaHint: (state: ReplicaState | null) =>
    state?.unappliedBytes
      ? `By its own word. ${formatSize(state.unappliedBytes)} have come and are not applied yet.`
      : 'By its own word: how long ago it heard from its primary.',
  nodes: 'Nodes of the cluster',
  nodesOpen: (open: number, all: number) =>
    open === all
      ? formatNoun(all, 'node')
      : `${open} of ${formatNoun(all, 'node')} ${pluralForm(open, { one: 'answers', other: 'answer' })}`,
  slots: (slots: number) => formatNoun(slots, 'slot'),
  /** Bytes a second. */
  traffic: (sent: number, received: number) => `${formatSize(received)}/s in, ${formatSize(sent)}/s out`,
  trafficHint: 'Replies and commands of all its connections, over the last seconds, before TLS and SSH',
  reconnects: (count: number) => formatNoun(count, 'reconnect'),
  reconnectsHint: 'How often a connection to it was lost and came back, since it was first opened',
  /** Null: not measured, or nothing that may be asked tells it. */
  roundTrip: (ms: number | null) => (ms === null ? 'round trip unknown' : formatRoundTrip(ms)),
  roundTripHint: 'Round trip of a command that does nothing',
}
