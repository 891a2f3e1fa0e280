import { useState, type ReactNode } from 'react'
import type { LocalBundle } from '../../../core/contract/types.ts'
import { sentenceFor, type Failure } from '../../../core/failure.ts'
import { useActions, useApp } from '../../state/app-context.tsx'
import { failureOf } from '../../state/store.ts'
import { Banner } from '../../widgets/banner.tsx'
import { LinkButton } from '../../widgets/button.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { DataTable } from '../../widgets/data-table.tsx'
import { Disclosure } from '../../widgets/disclosure.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { LintList } from './lint-list.tsx'
import { countText, modeText, sizeText } from './quantities.ts'
import { useLint } from './use-lint.ts'
import styles from './bundle-summary.module.css'

export interface BundleSummaryProps {
  readonly bundle: LocalBundle
  readonly failure: Failure | null
  /** What to do with it, after what it is. */
  readonly children?: ReactNode
}

/** What a bundle is, before anything is done with it. */
export function BundleSummary({ bundle, failure, children }: BundleSummaryProps) {
  const { kext, path, files, totalBytes, note } = bundle
  const lint = useLint(path)
  const fileCount = files.filter(file => file.kind !== 'folder').length
  return (
    <div className={styles.summary}>
      {failure && (
        <Banner tone="bad" isInset>
          {sentenceFor(failure)}
        </Banner>
      )}
      {lint === 'failed' && kext.problems.length > 0 && (
        <Banner tone="warn" isInset>
          <ul>
            {kext.problems.map((problem, index) => (
              <li key={index}>{visibleText(problem)}</li>
            ))}
          </ul>
        </Banner>
      )}
      {note !== null && <p className={styles.note}>{visibleText(note.trim())}</p>}
      <dl className={styles.facts}>
        <dt>Bundle identifier</dt>
        <dd>
          <Mono>{kext.bundleIdentifier}</Mono>
        </dd>
        <dt>Version</dt>
        <dd>
          <Mono>{kext.version}</Mono>
          {kext.compatibleVersion !== null && (
            <span className={styles.soft}>
              {' library, compatible back to '}
              <Mono>{kext.compatibleVersion}</Mono>
            </span>
          )}
        </dd>
        <dt>Executable</dt>
        <dd>
          {kext.executable === null ? (
            <span className={styles.soft}>none: a codeless kext</span>
          ) : (
            <Mono>{kext.executable}</Mono>
          )}
        </dd>
        <dt>Folder</dt>
        <dd>
          <Copyable text={path} what="the path" isWrapped />
        </dd>
      </dl>
      {children}
      {typeof lint === 'object' && <LintList report={lint} />}
      <Personalities bundle={bundle} />
      {kext.libraries.length > 0 && (
        <section aria-label="Libraries">
          <h3 className={styles.title}>Libraries</h3>
          <ul className={styles.libraries}>
            {kext.libraries.map(([id, version]) => (
              <li key={id}>
                <Mono>{id}</Mono> <Mono isSoft>{version}</Mono>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Disclosure title="Files" aside={`${countText(fileCount, 'file')}, ${sizeText(totalBytes)}`}>
        <ul className={styles.files}>
          {files.map(file => (
            <li key={file.path}>
              <Mono isSoft>{modeText(file.mode, file.kind)}</Mono>
              <span className={styles.size}>{file.kind === 'file' ? sizeText(file.size) : ''}</span>
              <Mono>{file.path}</Mono>
            </li>
          ))}
        </ul>
      </Disclosure>
    </div>
  )
}

function Personalities({ bundle }: { readonly bundle: LocalBundle }) {
  const { personalities } = bundle.kext
  if (personalities.length === 0) {
    return (
      <p className={styles.soft}>
        It has no personalities: loading it starts its code, but no driver matches a service.
      </p>
    )
  }
  return (
    <section aria-label="Personalities">
      <h3 className={styles.title}>
        {countText(personalities.length, 'personality', 'personalities')}
        <TryAsWhatIf path={bundle.path} />
      </h3>
      <DataTable
        label="Personalities"
        columns={['Name', 'IOClass', 'IOProviderClass', 'IOMatchCategory', 'IOProbeScore']}
      >
        {personalities.map(one => (
          <tr key={one.name}>
            <th scope="row">{visibleText(one.name)}</th>
            <td>{one.ioClass === null ? <Missing /> : <Mono>{one.ioClass}</Mono>}</td>
            <td>{one.providerClass === null ? <Missing /> : <Mono>{one.providerClass}</Mono>}</td>
            <td>
              {one.matchCategory === null ? (
                <span className={styles.soft}>default</span>
              ) : (
                <Mono>{one.matchCategory}</Mono>
              )}
            </td>
            <td>{one.probeScore ?? <span className={styles.soft}>–</span>}</td>
          </tr>
        ))}
      </DataTable>
    </section>
  )
}

/** What the personalities would match, told before anything is sent. */
function TryAsWhatIf({ path }: { readonly path: string }) {
  const actions = useActions()
  const hasCapture = useApp(state => state.current !== null)
  const [failure, setFailure] = useState<Failure | null>(null)
  if (!hasCapture) return null
  const add = () => {
    actions.addWhatIfPath(path).then(actions.closeSheet, (error: unknown) => {
      setFailure(failureOf(error))
    })
  }
  return (
    <span className={styles.aside}>
      <LinkButton onClick={add}>See what they would match (what-if)</LinkButton>
      {failure && <span className={styles.missing}>{sentenceFor(failure)}</span>}
    </span>
  )
}

function Missing() {
  return <span className={styles.missing}>missing</span>
}
