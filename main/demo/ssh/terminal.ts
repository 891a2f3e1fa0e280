import { Input, type Sink } from '../shell/streams.ts'

/**
 * The line discipline of a pseudo-terminal: echo, erase, kill line, Ctrl-C, Ctrl-D. What is typed becomes
 * readable line by line, for the prompt and for a running program alike.
 */
export class Terminal {
  readonly input: Input
  readonly #echo: Sink
  #line = ''
  #ready: (string | null)[] = []
  #hasEnded = false
  #isSecret = false
  #wake = () => {}
  /** What Ctrl-C does: it is different at the prompt and while a program runs. */
  onInterrupt: () => void = () => {}

  constructor(source: Input, echo: Sink) {
    this.#echo = echo
    this.input = new Input(async () => {
      const line = await this.#take()
      return line === null ? null : Buffer.from(line)
    })
    void this.#consume(source)
  }

  /** Asks for a line that is not shown, as for a password; null when there is no more input. */
  async readSecret(prompt: string): Promise<string | null> {
    this.#isSecret = true
    try {
      await this.#echo(prompt)
      const line = await this.input.line()
      await this.#echo('\n')
      return line
    } finally {
      this.#isSecret = false
    }
  }

  /** Forgets the line being typed. */
  clearLine(): void {
    this.#line = ''
  }

  async #take(): Promise<string | null> {
    for (;;) {
      const line = this.#ready.shift()
      if (line !== undefined) return line
      if (this.#hasEnded) return null
      await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }

  async #consume(source: Input): Promise<void> {
    try {
      const decoder = new TextDecoder()
      for await (const chunk of source) {
        // Arrow keys and the like would only leave rubbish in the line.
        const text = decoder.decode(chunk, { stream: true }).replace(keySequences, '')
        for (const character of text) await this.#type(character)
      }
    } catch {
      // The channel is gone; readers see the end of their input.
    }
    this.#hasEnded = true
    this.#wake()
  }

  async #type(character: string): Promise<void> {
    switch (character) {
      case '\r':
      case '\n':
        await this.#echo('\n')
        this.#commit(`${this.#line}\n`)
        return
      case '\x7f':
      case '\b':
        if (this.#line === '') return
        this.#line = [...this.#line].slice(0, -1).join('')
        if (!this.#isSecret) await this.#echo('\b \b')
        return
      case '\x15': {
        const width = [...this.#line].length
        this.#line = ''
        if (!this.#isSecret) await this.#echo('\b \b'.repeat(width))
        return
      }
      case '\x03':
        this.#line = ''
        this.#ready = []
        await this.#echo('^C\n')
        this.onInterrupt()
        return
      case '\x04':
        // At the start of a line the input ends; later it hands over the line as it is.
        this.#commit(this.#line === '' ? null : this.#line)
        return
      default:
        if (character < ' ' && character !== '\t') return
        if (this.#line.length >= longestLine) return
        this.#line += character
        if (!this.#isSecret) await this.#echo(character)
    }
  }

  #commit(line: string | null): void {
    this.#line = ''
    if (this.#ready.length < mostLinesAhead) this.#ready.push(line)
    this.#wake()
  }
}

const longestLine = 16_384
const mostLinesAhead = 1000
// eslint-disable-next-line no-control-regex -- escape sequences begin with a control character
const keySequences = /\x1b(?:\[[\d;]*[A-Za-z~]|O[A-Z])/g
