import { buffer, text } from 'node:stream/consumers'
import type { Download } from 'playwright-core'

/** What a page saved. The browser is another process's, so the file has no path here. */
export async function savedText(download: Download): Promise<string> {
  return text(await download.createReadStream())
}

export async function savedBytes(download: Download): Promise<Buffer> {
  return buffer(await download.createReadStream())
}
