import type { Socket } from 'node:net'

/** What went over all connections of one profile since it was first opened, as they were made anew. */
export interface Traffic {
  /** Bytes of commands and of replies, as they lie on the line before TLS and SSH. */
  sent: number
  received: number
  /** How often a connection that was open was lost and came back. */
  reconnects: number
}

export function createTraffic(): Traffic {
  return { sent: 0, received: 0, reconnects: 0 }
}

/** Counts what is written to a connection from now on. */
export function countSent(stream: Socket, traffic: Traffic): void {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean
  stream.write = (...args: readonly unknown[]): boolean => {
    const [data] = args
    if (typeof data === 'string') traffic.sent += Buffer.byteLength(data)
    else if (data instanceof Uint8Array) traffic.sent += data.length
    return write(...args)
  }
}
