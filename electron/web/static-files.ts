import { readFile } from 'node:fs/promises'
import { assetFile, isMissingFile } from '../host/asset-file'
import { IMMUTABLE_CACHE } from '../host/page-policy'
import { notFound, type Reply } from './reply'

/** The built renderer over HTTP. Only names written in plain letters exist; see `assetFile`. */
export async function staticFile(rendererDir: string, urlPath: string): Promise<Reply> {
  const file = assetFile(rendererDir, urlPath)
  if (file === null) return notFound
  try {
    const body = await readFile(file.path)
    const headers = { 'content-type': file.contentType }
    return { status: 200, headers: file.immutable ? { ...headers, 'cache-control': IMMUTABLE_CACHE } : headers, body }
  } catch (error) {
    if (isMissingFile(error)) return notFound
    throw error
  }
}
