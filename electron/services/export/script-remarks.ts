import type { ScriptRemarks } from '../../../shared/export/script'
import { message } from '../../../shared/words/messages'

const HEADS = {
  entries: 'export.script-entries',
  pending: 'export.script-pending',
  groups: 'export.script-groups',
} as const

/** What a script says of itself. */
export const scriptRemarks: ScriptRemarks = {
  head({ of, stream: key, group, atMs, facts }) {
    const about = { key, group: group ?? '', at: new Date(atMs).toISOString() }
    return facts === null ? message(HEADS[of], about) : message('export.script-stream', about)
  },
  end: (rows) => message('export.script-end', { rows }),
}
