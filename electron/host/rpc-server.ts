import type { AnyRouter } from '@orpc/server'
import type { StandardRPCHandlerOptions as RPCHandlerOptions } from '@orpc/server/standard'
import { RPCHandler, type MinimalWebsocket } from '@orpc/server/websocket'
import type { Logger } from 'pino'
import type { Caller } from '../../shared/model/who'
import { withinCap, type OpenCalls } from './call-cap'

/** The way back to one page: a socket or a message port. A promise holds the next event back until it settles. */
export type SendText = (text: string) => void | Promise<void>

/** One page's end of the conversation. */
export interface RpcPeer {
  receive(text: string): void
  /** The page is gone: everything it was waiting for, or listening to, is told to stop, and nothing more is begun for it. */
  close(): void
}

/** Serves the router to pages, over whatever carries text. Both hosts use it, so that both behave alike. */
export interface RpcServer {
  /** `caller`: who the page is, as long as it is there. */
  accept(send: SendText, caller: Caller): RpcPeer
}

/** Its context is what each page has open. */
const CAPPED: RPCHandlerOptions<OpenCalls> = { interceptors: [withinCap] }

export function createRpcServer(router: AnyRouter, log: Logger): RpcServer {
  const handler = new RPCHandler(router, CAPPED)

  const onError = (error: unknown): void => {
    // What JSON.parse says quotes the text, which may hold a password.
    if (error instanceof SyntaxError) log.warn('unreadable message from the page')
    else log.error({ err: error }, 'a message from the page was not handled')
  }

  return {
    accept(send, caller) {
      const link = {
        // What this gives back is awaited, though the type of a socket does not say so. The library sends anything but text
        // only for files, and the contract has none.
        send: (data: unknown) => (typeof data === 'string' ? send(data) : Promise.reject(new TypeError('not text'))),
        addEventListener: () => undefined,
      }
      const peer: MinimalWebsocket = link
      const open: OpenCalls = { caller, count: 0, isOver: false }
      return {
        receive(text) {
          if (!open.isOver) void handler.message(peer, text, { context: open }).catch(onError)
        },
        close() {
          open.isOver = true
          handler.close(peer)
        },
      }
    },
  }
}
