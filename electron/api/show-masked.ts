import type { Bytes } from '../../shared/bytes'
import { noCounts } from '../../shared/judgement/job-counts'
import type { Message } from '../../shared/model/message'
import type { Who } from '../../shared/model/who'
import { message } from '../../shared/words/messages'
import { toBuffer } from '../redis/bytes'
import type { Connections } from '../services/connections/connections'
import { bindServer } from '../services/jobs/bound-server'
import { recordDraft } from '../services/jobs/record-draft'
import type { Journal } from '../services/journal/journal'

export interface Shown {
  readonly connectionId: string
  readonly key: Bytes
  readonly what: Message
}

/** Called before values that are masked are told as they are. Throws STORAGE where that can't be journaled: then they are not. */
export type ShowMasked = (who: Who, shown: Shown) => Promise<void>

/** An entry is opened page by page; that is one look. */
const ONE_LOOK_MS = 60_000
const MOST_KNOWN = 1_000

/** On a production connection the journal says who was shown what. */
export function createShowMasked(connections: Connections, journal: Journal, now = Date.now): ShowMasked {
  const lately = new Map<string, number>()

  return async (who, { connectionId, key, what }) => {
    const connection = connections.get(connectionId)
    if (connection.environment !== 'prod') return
    const look = JSON.stringify([who, connectionId, key, what])
    const last = lately.get(look)
    if (last !== undefined && now() - last < ONE_LOOK_MS) return
    const { identity } = await bindServer(connections.topology(connectionId).clientOf(toBuffer(key)), connection)
    const undo = { possible: false, note: message('masking.not-undone') }
    const { makes: _, ...draft } = recordDraft('show masked', key, what, { undo })
    const { name: connectionName } = connection
    const record = await journal.begin({ ...draft, who, connectionId, connectionName, server: identity })
    await record.end({ state: 'done', counts: noCounts, error: null })
    if (lately.size >= MOST_KNOWN) lately.clear()
    lately.set(look, now())
  }
}
