import { message } from '../../../shared/words/messages'
import type { Base } from '../base'
import type { Services } from '../services'

export function exportHandlers({ reads }: Base, { connections, exporting, showMasked }: Services) {
  return {
    save: reads.export.save.handler(async function* ({ input, context: { caller }, signal }) {
      const { connectionId, key, source } = input
      let mask = connections.mask(connectionId)
      if (mask !== null && input.unmasked === true && source.kind !== 'groups') {
        await showMasked(caller.who, { connectionId, key, what: message('masking.exported', { what: source.kind }) })
        mask = null
      }
      yield* exporting.save({ ...input, mask }, signal)
    }),
  }
}
