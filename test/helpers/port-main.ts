import { EventEmitter } from 'node:events'
import type { MessagePort } from 'node:worker_threads'
import type { RpcPort } from '../../electron/desktop/rpc'

/** A Node port as Electron's main process would give it: held back until `start`, and messages come in an event's `data`. */
export function portMain(port: MessagePort): RpcPort {
  const emitter = new EventEmitter()
  port.on('close', () => emitter.emit('close'))
  return Object.assign(emitter, {
    start() {
      port.on('message', (data: unknown) => emitter.emit('message', { data, ports: [] }))
    },
    postMessage: (message: unknown) => port.postMessage(message),
    close: () => port.close(),
  })
}
