/** What a `.proto` says of its messages, as far as reading needs it. */
export interface ProtoTypes {
  /** The message that a value is. */
  readonly root: string
  readonly messages: ReadonlyMap<string, ReadonlyMap<number, ProtoField>>
  /** By name, what each number is called. */
  readonly enums: ReadonlyMap<string, ReadonlyMap<number, string>>
}

export interface ProtoField {
  readonly name: string
  /** A scalar's name in the language, or `message`, `enum`. */
  readonly type: string
  readonly message: string | null
  readonly enumeration: string | null
}
