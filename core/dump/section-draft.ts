import type { PlaneDraft } from '../registry/plane-draft.ts'
import type { TextSection } from '../registry/text-style.ts'
import { LineFlag } from './node-line.ts'

/** A section while it is read: the first line that shows how something is written decides it. */
export class SectionDraft {
  /** Made for the first node. */
  plane: PlaneDraft | null = null
  /** As a heading or a command names it; `''`: to be guessed. */
  name: string
  readonly byteOffset: number
  nodes = 0
  hasRoot = false
  /** Bytes of a line break: 1 or 2. */
  breakLength = 1
  margin = ''
  /** The blanks before its lines were lost. */
  isStripped = false
  separator: TextSection['separator'] | undefined
  endsMatches: boolean | undefined
  isHex: boolean | undefined
  private isBare: boolean | undefined
  private hasChains: boolean | undefined
  private retainWord: TextSection['retainWord'] | undefined
  private bold: readonly [string, string] | null | undefined

  constructor(name: string, byteOffset: number) {
    this.name = name
    this.byteOffset = byteOffset
  }

  /** Do its lines begin at the first column, and its node lines have angle brackets and no bold? */
  get isPlain(): boolean {
    const isUnadorned = this.isBare === false && this.bold === null && this.margin === ''
    return isUnadorned && this.nodes > 0 && !this.isStripped
  }

  /** Are there chains in the place of classes? -1: no line told. */
  get chainsNumber(): number {
    return this.hasChains === undefined ? -1 : Number(this.hasChains)
  }

  /** 1: `retain`. 2: `retain count`. 0: no line told. */
  get retainNumber(): number {
    return this.retainWord === undefined ? 0 : this.retainWord === 'retain' ? 1 : 2
  }

  /**
   * Is a node's line written as the lines before it?
   * @param line `LineFlag` bits
   */
  accepts(line: number, isBare: boolean, bold: readonly [string, string] | null): boolean {
    this.isBare ??= isBare
    if (this.bold === undefined) this.bold = bold
    if ((line & LineFlag.chain) !== 0) this.hasChains ??= true
    if ((line & LineFlag.plainClass) !== 0) this.hasChains ??= false
    if ((line & LineFlag.longRetain) !== 0) this.retainWord ??= 'retain count'
    if ((line & LineFlag.shortRetain) !== 0) this.retainWord ??= 'retain'
    const otherClass = this.hasChains ? LineFlag.plainClass : LineFlag.chain
    const otherRetain = this.retainWord === 'retain' ? LineFlag.longRetain : LineFlag.shortRetain
    const isSameBold =
      bold === null || this.bold === null
        ? bold === this.bold
        : bold[0] === this.bold[0] && bold[1] === this.bold[1]
    return isBare === this.isBare && isSameBold && (line & (otherClass | otherRetain)) === 0
  }

  style(): TextSection {
    return {
      plane: this.plane?.plane ?? this.name,
      byteOffset: this.byteOffset,
      nodes: this.nodes,
      lineBreak: this.breakLength === 2 ? '\r\n' : '\n',
      margin: this.margin,
      isBare: this.isBare ?? false,
      hasChains: this.hasChains ?? false,
      retainWord: this.retainWord ?? 'retain',
      separator: this.separator ?? 'whole',
      endsMatches: this.endsMatches ?? false,
      bold: this.bold ?? null,
      isHex: this.isHex ?? false,
    }
  }
}
