import { useState } from 'react'
import type { DictionaryValue } from '../../../core/registry/property-value.ts'
import { checkPersonality } from '../../matching/personality-check.ts'
import { dictionaryXml, readDictionaryXml } from '../../matching/personality-xml.ts'
import { useAnswer } from '../../matching/use-answer.ts'
import type { WhatIfPersonality } from '../../matching/what-if.ts'
import { useActions } from '../../state/app-context.tsx'
import type { OpenCapture } from '../../state/app-state.ts'
import { Banner } from '../../widgets/banner.tsx'
import { Button } from '../../widgets/button.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { CopyPersonality } from '../matching/copy-personality.tsx'
import { SavePersonalityDialog } from './save-personality-dialog.tsx'
import { Remark, ValueForm } from './value-form.tsx'
import styles from './what-if-editor.module.css'
import { WhatIfResults } from './what-if-results.tsx'
import { XmlField } from './xml-field.tsx'

export interface WhatIfEditorProps {
  readonly current: OpenCapture
  readonly item: WhatIfPersonality
}

type Side = 'form' | 'xml'

/**
 * A what-if personality as a form and as XML, side by side, and what it would do to the capture. What is typed counts
 * as soon as it reads; until then the last that did.
 */
export function WhatIfEditor({ current, item }: WhatIfEditorProps) {
  const actions = useActions()
  const [side, setSide] = useState<Side>('form')
  const [start] = useState(() => dictionaryXml(item.properties))
  const [text, setText] = useState(start.ok ? start.text : '')
  const [isSaving, setSaving] = useState(false)
  const reading = readDictionaryXml(text)
  const written = dictionaryXml(item.properties)
  const remarks = checkPersonality(item.properties, item.bundle.bundleIdentifier)
  const { answer } = useAnswer('edited', { kind: 'what-if', id: item.id })
  const result = answer?.results[0] ?? null

  const setProperties = (properties: DictionaryValue) => {
    const next = dictionaryXml(properties)
    if (next.ok) setText(next.text)
    actions.changeWhatIf(item.id, properties)
  }
  const typeXml = (typed: string) => {
    setText(typed)
    const read = readDictionaryXml(typed)
    if (read.ok) actions.changeWhatIf(item.id, read.properties)
  }
  const { original } = item
  return (
    <section
      ref={focusOnce}
      tabIndex={-1}
      className={styles.editor}
      aria-label={`What-if ${visibleText(item.name)}`}
    >
      <header className={styles.head}>
        <div className={styles.title}>
          <h2>{visibleText(item.name)}</h2>
          <span className={styles.soft}>
            {original ? 'an edit of a personality of ' : 'of '}
            {visibleText(item.bundle.bundleIdentifier)}
          </span>
        </div>
        <div className={styles.switch}>
          <Segmented
            label="Edit as"
            value={side}
            options={[
              { value: 'form', text: 'Form' },
              { value: 'xml', text: 'XML' },
            ]}
            onChange={setSide}
          />
        </div>
        {original && (
          <Button onClick={() => setProperties(original.properties)}>Back to the original</Button>
        )}
        <CopyPersonality name={item.name} properties={item.properties} />
        <Button onClick={() => setSaving(true)}>Save as Info.plist…</Button>
        <Button kind="danger" onClick={() => actions.removeWhatIf(item.id)}>
          Remove
        </Button>
      </header>
      {!written.ok && (
        <div className={styles.banner}>
          <Banner tone="warn" isInset>
            {visibleText(written.why)} Until then the XML stays as it is.
          </Banner>
        </div>
      )}
      {isSaving && <SavePersonalityDialog item={item} onClose={() => setSaving(false)} />}
      <div className={styles.panes} data-side={side}>
        <section className={styles.form} aria-label="Form">
          <h3>Form</h3>
          {!reading.ok && start.ok && (
            <p className={styles.waits}>
              <StateMark tone="bad" isQuiet>
                The XML has a mistake; the form waits until it is mended.
              </StateMark>
            </p>
          )}
          <div className={styles.scroll} inert={!reading.ok && start.ok}>
            <ValueForm value={item.properties} remarks={remarks} onChange={setProperties} />
            <div className={styles.missing}>
              {remarks
                .filter(({ key }) => !item.properties.entries.some(([known]) => known === key))
                .map(remark => (
                  <Remark key={remark.sentence} remark={remark} />
                ))}
            </div>
          </div>
        </section>
        <section className={styles.xml} aria-label="XML">
          <h3>XML</h3>
          <XmlField
            text={text}
            mistake={reading.ok ? null : reading}
            repeatedKeys={reading.ok ? reading.repeatedKeys : []}
            onChange={typeXml}
          />
        </section>
        <section className={styles.results} aria-label="Result">
          <h3>Result on this capture</h3>
          <div className={styles.outcome} aria-live="polite">
            <WhatIfResults snapshot={current.snapshot} result={result} isEdit={original !== null} />
          </div>
        </section>
      </div>
    </section>
  )
}

/** What led here is gone with its view: the keyboard goes on from the top of this one. */
function focusOnce(editor: HTMLElement | null): void {
  editor?.focus({ preventScroll: true })
}
