import { join } from 'node:path'
import { z } from 'zod'
import { outsideWords } from '../../../shared/words/en/outside-words'
import type { SendWebhook } from '../../services/alerts/send'
import { errorCode, readBounded } from '../outside/bounded-file'
import { wrong } from '../outside/wrong'
import { allowedAddresses } from './allowed-addresses'
import { createSendWebhook } from './send-webhook'

const NAME = 'alert-hooks.json'
const MOST_BYTES = 65_536
const schema = z.strictObject({ allowAddresses: z.array(z.string().max(64)).max(100).default([]) })

/**
 * How this host sends webhooks: to public addresses, and to those that the owner of the machine allows in a file of his own,
 * which no page can write. Throws `UsageError` where others may read or write the file, or it makes no sense.
 */
export async function webhooksOf(configDir: string): Promise<SendWebhook> {
  const allowed = allowedAddresses(await readOwnerFile(join(configDir, NAME)))
  if (allowed === null) throw wrong(join(configDir, NAME), outsideWords.hooks.noAddress)
  return createSendWebhook({ allowed })
}

async function readOwnerFile(file: string): Promise<readonly string[]> {
  const found = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw wrong(file, outsideWords.fileNotRead(file, errorCode(error)))
  })
  if (found === undefined) return []
  if (found === null) throw wrong(file, outsideWords.fileTooLarge(file, MOST_BYTES))
  if (!found.isPrivate && process.platform !== 'win32')
    throw wrong(file, outsideWords.hooks.notPrivate, outsideWords.hooks.chmod)
  const read = schema.safeParse(jsonOf(found.text))
  if (!read.success) throw wrong(file, outsideWords.hooks.noSense, outsideWords.hooks.example)
  return read.data.allowAddresses
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
