import { integersAt, type IntegerReading } from '../../../core/decode/integers.ts'
import { textsOf } from '../../../core/decode/texts.ts'
import { plural } from '../../../core/decode/decoding.ts'
import { visibleText } from '../../widgets/visible-text.ts'
import styles from './value-detail.module.css'

export interface ByteReadingsProps {
  readonly bytes: Uint8Array
  /** `[start, end)` of the marked bytes; all of them where none are. */
  readonly start: number
  readonly end: number
}

/** Bytes as integers of every width and byte order. */
export function IntegerReadings({ bytes, start, end }: ByteReadingsProps) {
  const readings = integersAt(bytes.subarray(start, end), 0)
  return (
    <div className={styles.scroller} tabIndex={0} role="group" aria-label="As integers">
      <p className={styles.because}>
        {end - start === bytes.length
          ? 'From the first byte. Mark bytes to read those.'
          : `From the first of ${plural(end - start, 'marked byte')}, at 0x${start.toString(16)}.`}
      </p>
      <table className={styles.readings}>
        <thead>
          <tr>
            <th scope="col">Width</th>
            <th scope="col">Order</th>
            <th scope="col">Unsigned</th>
            <th scope="col">Signed</th>
            <th scope="col">Hexadecimal</th>
          </tr>
        </thead>
        <tbody>
          {readings.map(reading => (
            <tr key={`${reading.width} ${reading.order}`}>
              <th scope="row">{reading.width * 8} bits</th>
              <td>{orderWord(reading)}</td>
              <td>{reading.unsigned.toLocaleString('en-US')}</td>
              <td>{reading.signed < 0n ? reading.signed.toLocaleString('en-US') : 'same'}</td>
              <td>0x{reading.unsigned.toString(16).padStart(2 * reading.width, '0')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function orderWord({ width, order }: IntegerReading): string {
  return width === 1 ? '—' : order
}

/** Bytes as text in the encodings that guests use. */
export function TextReadings({ bytes, start, end }: ByteReadingsProps) {
  const readings = textsOf(bytes.subarray(start, end))
  return (
    <div className={styles.scroller} tabIndex={0} role="group" aria-label="As text">
      <dl className={styles.texts}>
        {readings.map(({ encoding, text }) => (
          <div key={encoding}>
            <dt>{encoding}</dt>
            <dd>
              {text === null ? (
                <span className={styles.none}>these bytes are none</span>
              ) : text === '' ? (
                <span className={styles.none}>empty</span>
              ) : (
                <code className={styles.text}>{visibleText(text)}</code>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** Of marked bytes, what most people want to know, in one line. */
export function MarkedLine({ bytes, start, end }: ByteReadingsProps) {
  const length = end - start
  const numbers = integersAt(bytes.subarray(start, end), 0).filter(({ width }) => width === length)
  const place = length === 1 ? hex(start) : `${hex(start)}–${hex(end - 1)}`
  return (
    <p className={styles.marked} role="status">
      <span>
        {place}, {plural(length, 'byte')}
      </span>
      {numbers.slice(0, 2).map(({ order, unsigned, width }) => (
        <span key={order}>
          {width > 1 && `${order}-endian `}
          <b>{unsigned.toLocaleString('en-US')}</b>
        </span>
      ))}
    </p>
  )
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
