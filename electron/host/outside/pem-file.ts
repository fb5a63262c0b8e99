import { outsideWords } from '../../../shared/words/en/outside-words'
import { errorCode, readBounded } from './bounded-file'
import { wrong } from './wrong'

const MOST_BYTES = 262_144

/** Certificates in a file, which are no secret. Throws `UsageError`. */
export async function readCertificates(where: string, file: string): Promise<string> {
  const found = await readBounded(file, MOST_BYTES).catch((error: unknown) => {
    throw wrong(where, outsideWords.fileNotRead(file, errorCode(error)), outsideWords.checkFile)
  })
  if (found === null) throw wrong(where, outsideWords.fileTooLarge(file, MOST_BYTES))
  if (!found.text.includes('-----BEGIN CERTIFICATE-----')) throw wrong(where, outsideWords.noPem(file))
  return found.text
}
