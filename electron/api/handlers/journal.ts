import type { Base } from '../base'
import type { Services } from '../services'

export function journalHandlers({ reads }: Base, { journal }: Services) {
  return {
    list: reads.journal.list.handler(async ({ input }) => {
      const list = await journal.list(input)
      return { ...list, records: [...list.records] }
    }),
  }
}
