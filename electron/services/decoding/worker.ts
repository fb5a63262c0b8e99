import { parentPort } from 'node:worker_threads'
import { decodeValue } from '../../../shared/decode/chain'
import { createTools } from './tools'
import type { Ready, Told, WorkerTask } from './worker-message'

/** The thread that decodes for a host: a program of its own, bundled to one file. What happens to it happens to nothing else. */
const tools = createTools()

parentPort?.on('message', ({ number, request, limits }: WorkerTask) => {
  const told: Told = { number, decoded: decodeValue({ ...request, tools }, limits) }
  parentPort?.postMessage(told)
})
parentPort?.postMessage('ready' satisfies Ready)
