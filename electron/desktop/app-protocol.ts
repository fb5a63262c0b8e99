import { readFile } from 'node:fs/promises'
import { assetFile, isMissingFile } from '../host/asset-file'
import { commonHeaders, IMMUTABLE_CACHE, pagePolicy } from '../host/page-policy'
import { appPath } from './app-origin'

const HEADERS = commonHeaders(pagePolicy({ connect: "'none'" }))

/**
 * Answers requests for `app://sluice/…` from the built renderer, and nothing from anywhere else: the handler for
 * https://www.electronjs.org/docs/latest/api/protocol#protocolhandlescheme-handler.
 */
export function createAppProtocol(rendererDir: string): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    const path = appPath(request.url)
    const file = path === null ? null : assetFile(rendererDir, path)
    if (file === null) return refuse(404)
    try {
      const body = await readFile(file.path)
      const cache = file.immutable ? { 'cache-control': IMMUTABLE_CACHE } : {}
      const headers = { ...HEADERS, ...cache, 'content-type': file.contentType, 'content-length': String(body.length) }
      return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { headers })
    } catch (error) {
      if (isMissingFile(error)) return refuse(404)
      throw error
    }
  }
}

function refuse(status: 404 | 405): Response {
  return new Response(null, { status, headers: HEADERS })
}
