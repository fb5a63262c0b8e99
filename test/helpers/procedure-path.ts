import type { Contract } from '../../shared/contract'

/** `stream.info`: a procedure of the contract by its noun and name. */
export type ProcedurePath = {
  [Noun in keyof Contract & string]: `${Noun}.${keyof Contract[Noun] & string}`
}[keyof Contract & string]
