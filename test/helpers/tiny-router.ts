import { setImmediate } from 'node:timers/promises'
import { implement } from '@orpc/server'
import { oc, eventIterator } from '@orpc/contract'
import { z } from 'zod'

/** A small contract with one of everything that has to cross a transport, so that hosts are tested without a Redis. */
export const tinyContract = {
  echo: oc.input(z.unknown()).output(z.unknown()),
  repeat: oc.input(z.object({ value: z.unknown(), times: z.int() })).output(z.array(z.unknown())),
  sum: oc.input(z.object({ a: z.bigint(), b: z.bigint() })).output(z.bigint()),
  refuse: oc
    .errors({ READ_ONLY: { data: z.object({ connection: z.string() }) } })
    .input(z.object({ connection: z.string() }))
    .output(z.void()),
  crash: oc.output(z.void()),
  count: oc.input(z.object({ to: z.int() })).output(eventIterator(z.int())),
  /** Never ends by itself. */
  watch: oc.output(eventIterator(z.string())),
  /** 64 KiB at a time, as fast as it is taken. */
  flood: oc.output(eventIterator(z.string())),
  failing: oc.errors({ READ_ONLY: { data: z.object({ connection: z.string() }) } }).output(eventIterator(z.string())),
}

export interface TinyRouter {
  readonly router: ReturnType<typeof createRouter>
  /** How many `watch` listeners there are now. */
  readonly watching: number
  /** How many pieces `flood` has made. */
  readonly flooded: number
}

export function tinyRouter(): TinyRouter {
  const state = { watching: 0, flooded: 0 }
  return {
    router: createRouter(state),
    get watching() {
      return state.watching
    },
    get flooded() {
      return state.flooded
    },
  }
}

function createRouter(state: { watching: number; flooded: number }) {
  const api = implement(tinyContract)
  return api.router({
    echo: api.echo.handler(({ input }) => input),
    repeat: api.repeat.handler(({ input }) => Array.from({ length: input.times }, () => input.value)),
    sum: api.sum.handler(({ input }) => input.a + input.b),
    refuse: api.refuse.handler(({ input, errors }) => {
      throw errors.READ_ONLY({ data: input, message: `${input.connection} is read-only` })
    }),
    crash: api.crash.handler(() => {
      throw new Error('secret-inside')
    }),
    count: api.count.handler(async function* ({ input }) {
      for (let n = 1; n <= input.to; n += 1) yield n
    }),
    watch: api.watch.handler(async function* ({ signal }) {
      state.watching += 1
      try {
        yield 'watching'
        await new Promise((resolve) => {
          if (signal?.aborted) resolve(null)
          signal?.addEventListener('abort', resolve, { once: true })
        })
      } finally {
        state.watching -= 1
      }
    }),
    flood: api.flood.handler(async function* () {
      const piece = 'x'.repeat(65_536)
      for (;;) {
        state.flooded += 1
        yield piece
        await setImmediate()
      }
    }),
    failing: api.failing.handler(async function* ({ errors }) {
      yield 'first'
      throw errors.READ_ONLY({ data: { connection: 'later' }, message: 'later is read-only' })
    }),
  })
}
