import { implement } from '@orpc/server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createUploads, type Uploads } from '../../../../electron/web/uploads'
import { startApiHost, type ApiHost } from '../../../helpers/http-api'
import { requestText, slowHttp } from '../../../helpers/raw-http'
import { tinyContract, tinyRouter } from '../../../helpers/tiny-router'

let host: ApiHost
let uploads: Uploads
let called: number
beforeEach(async () => {
  uploads = createUploads()
  called = 0
  const echo = implement(tinyContract).echo.handler(({ input }) => {
    called += 1
    return input
  })
  const router = implement({ tiny: tinyContract }).router({ tiny: { ...tinyRouter().router, echo } })
  host = await startApiHost(router as never, undefined, { uploads })
})
afterEach(() => host.stop())

/** Begins to send; what lets it go on to its end gives what is answered. */
async function begin(path: string, body: string): Promise<() => Promise<number>> {
  const headers = { authorization: `Bearer ${host.tokens.operator}`, 'content-type': 'application/json' }
  const text = requestText(host.port, { method: 'POST', path, headers, body })
  const { send, response } = slowHttp(host.port)
  send(text.slice(0, -1))
  await expect.poll(() => host.entered).toBe(1)
  return async () => {
    send(text.slice(-1))
    return (await response).status
  }
}

test('a token that ends while its call is still sent calls nothing', async () => {
  const goOn = await begin('/api/tiny/echo', '"x"')
  host.keep('viewer')
  expect([await goOn(), called]).toEqual([401, 0])
})

test('a token that stands calls, however slowly it is sent', async () => {
  const goOn = await begin('/api/tiny/echo', '"x"')
  host.keep('operator')
  expect([await goOn(), called]).toEqual([200, 1])
})

test('nor is a piece of a file taken of it', async () => {
  const given = await uploads.take(null, undefined)
  if (given?.origin.kind !== 'sent') throw new Error('nothing is taken')
  const goOn = await begin(`${given.origin.path}0`, 'abc')
  host.keep('viewer')
  expect(await goOn()).toBe(401)
  given.drop()
})
