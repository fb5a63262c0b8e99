import { setApi, type Client } from '../../../renderer/api/client'

type Handlers = Readonly<
  Record<string, Readonly<Record<string, (input: never, options?: { signal?: AbortSignal }) => unknown>>>
>

export interface Call {
  readonly name: string
  readonly input: unknown
}

/** Puts a client in place whose procedures are these functions; any other one throws. Returns the calls as they come. */
export function fakeApi(handlers: Handlers): readonly Call[] {
  const calls: Call[] = []
  const client = new Proxy(
    {},
    {
      get: (_target, noun: string) =>
        new Proxy(
          {},
          {
            get: (_inner, verb: string) => async (input: never, options?: { signal?: AbortSignal }) => {
              calls.push({ name: `${noun}.${verb}`, input })
              const handler = handlers[noun]?.[verb]
              if (!handler) throw new Error(`not expected: ${noun}.${verb}`)
              return await handler(input, options)
            },
          },
        ),
    },
  )
  setApi(client as Client)
  return calls
}

/** An event iterator over these, which stays open after the last one unless `end` says otherwise. */
export async function* events<T>(list: readonly T[], signal?: AbortSignal, end = false): AsyncGenerator<T, void> {
  yield* list
  if (!end) await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
}
