import { idempotenceOf, setIdempotence } from '../../redis/xcfgset'
import type { RestoreContext } from './context'
import { onOurs } from './write-part'

/**
 * Sets a stream that only we use to what another one (`context.key`) is set to for idempotent production (8.6+). What the
 * other tracks can't be copied. Where the user may not, nothing is done: the plan said so.
 */
export async function copyIdempotence(context: RestoreContext, into: Buffer, signal: AbortSignal): Promise<void> {
  if (!context.server.capabilities.xcfgset.available) return
  const { reader, writer, key } = context
  const wanted = await idempotenceOf(reader, key)
  const now = wanted && (await idempotenceOf(reader, into))
  if (now === null) return
  if (now.durationSeconds === wanted?.durationSeconds && now.maxSize === wanted.maxSize) return
  await onOurs(context, signal, () => setIdempotence(writer, into, wanted ?? now))
}
