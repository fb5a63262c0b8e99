import { cliWords } from '../../../shared/words/en/cli-words'
import { Ended } from '../aborted'
import type { HostCommand } from '../command'
import { EXIT } from '../exit-code'
import { fieldsText } from '../print/cells'
import { readFind } from '../read-find'

/** `sluice tail STREAM` */
export const tail: HostCommand = {
  kind: 'host',
  args: ['STREAM'],
  flags: ['count', 'find'],
  async run(call) {
    const { api, flags, print, signal } = call
    const most = flags.number('count', 1, Number.MAX_SAFE_INTEGER) ?? Infinity
    const query = readFind(flags)
    const { id: connectionId, name } = await call.connect()
    let shown = 0
    let passed = 0
    // Who stops it has seen what there was: that is its usual end.
    const enough = new AbortController()
    const either = AbortSignal.any([signal, enough.signal])
    const events = await api.entry.tail({ connectionId, key: call.name(0), query }, { signal: either })
    if (print.isTable) print.note(cliWords.waitsForEntries(name), 'soft')
    try {
      for await (const batch of events) {
        if (signal.aborted) break
        passed += batch.passed
        for (const entry of batch.entries.slice(0, most - shown)) {
          if (print.isTable) print.line({ text: entry.id, tone: 'title' }, fieldsText(entry.fields, entry.moreFields))
          else print.json(entry)
          shown += 1
        }
        if (query !== undefined) print.progress(cliWords.passedOver(passed))
        if (shown >= most) break
      }
    } finally {
      enough.abort()
      if (query !== undefined && print.isTable) print.note(cliWords.passedOver(passed), 'soft')
    }
    return signal.reason instanceof Ended ? signal.reason.exitCode : EXIT.fine
  },
}
