import type { Reply } from '../reply'

const html = 'text/html; charset=utf-8'

/** What is told of the API, made once it is asked for: most hosts are never asked. */
export interface ApiPages {
  page(): Promise<Reply>
  document(): Promise<Reply>
  style(): Promise<Reply>
}

/** `base`: below which all of it lies. */
export function createApiPages(base: string): ApiPages {
  const made = async () => {
    const [{ makeDocument }, { apiPage, API_STYLE }] = await Promise.all([import('./document'), import('./page')])
    const document = await makeDocument(base)
    return { page: apiPage(document, base), document: JSON.stringify(document), style: API_STYLE }
  }
  let once: ReturnType<typeof made> | undefined
  const all = (): ReturnType<typeof made> => (once ??= made())
  const reply = (type: string, body: string): Reply => ({ status: 200, headers: { 'content-type': type }, body })
  return {
    page: async () => reply(html, (await all()).page),
    document: async () => reply('application/json', (await all()).document),
    style: async () => reply('text/css; charset=utf-8', (await all()).style),
  }
}
