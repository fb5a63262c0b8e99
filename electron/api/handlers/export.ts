import type { Base } from '../base'
import type { Services } from '../services'

export function exportHandlers({ reads }: Base, { exporting }: Services) {
  return { save: reads.export.save.handler(({ input, signal }) => exporting.save(input, signal)) }
}
