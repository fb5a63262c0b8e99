import type { ExportChoice } from '../../../shared/model/export'
import { toBuffer } from '../../redis/bytes'
import { plain } from '../inspection/value-file-name'

const ENDINGS = { jsonl: 'jsonl', csv: 'csv', 'redis-cli': 'txt' } as const

/** A name that every system takes: `orders-pending-billing-20261129T220400.jsonl`. */
export function exportFileName(key: Buffer, { format, source }: ExportChoice, at: Date): string {
  const of = source.kind === 'pending' ? `pending-${plain(toBuffer(source.group), 'group')}` : source.kind
  const stamp = at.toISOString().replace(/[-:]|\..*$/g, '')
  return `${plain(key, 'stream')}-${of}-${stamp}.${ENDINGS[format]}`
}
