import type { ActionRequest } from '../../../core/contract/types.ts'
import type { InstalledKext, LoadedKext } from '../../../core/kext/kext.ts'
import type { Snapshot } from '../../../core/registry/snapshot.ts'
import { termFor } from '../../filter/filter-terms.ts'
import type { EntryRef } from '../../state/app-state.ts'
import { Banner } from '../../widgets/banner.tsx'
import { LinkButton } from '../../widgets/button.tsx'
import { Copyable } from '../../widgets/copyable.tsx'
import { Mono } from '../../widgets/mono.tsx'
import { StateMark } from '../../widgets/state-mark.tsx'
import { visibleText } from '../../widgets/visible-text.ts'
import { sizeText } from '../action/quantities.ts'
import { FilterForButton } from '../filter/filter-for.tsx'
import { DetailsSection } from './details-section.tsx'
import { KextBuilds } from './kext-builds.tsx'
import { KextCommands } from './kext-commands.tsx'
import { dependents, linkedAgainst, wantedLibraries } from './kext-linkage.ts'
import { KextPersonalities } from './kext-personalities.tsx'
import { isKernel, type KextRow } from './kext-rows.ts'
import styles from './kext-details.module.css'

export interface KextDetailsProps {
  readonly row: KextRow
  /** null where the guest did not give its list. */
  readonly loadedKexts: readonly LoadedKext[] | null
  /** The capture tells which bundles lie on the guest's disk. */
  readonly isInstalledKnown: boolean
  readonly snapshot: Snapshot
  /** Why nothing can be changed on the guest now, or null. */
  readonly blocked: string | null
  readonly onSelectKext: (bundleIdentifier: string) => void
  readonly onShowEntry: (ref: EntryRef) => void
  /** The builds can be compared: the kexts are those of the guest that is connected. */
  readonly isOfGuest: boolean
  readonly unreachable: string | null
  readonly hostPath: string | null
  readonly onPlan: (request: ActionRequest) => void
  readonly onRecordExpectations: (bundleIdentifier: string) => void
}

export function KextDetails(props: KextDetailsProps) {
  const { row, loadedKexts, snapshot, blocked, onSelectKext, onShowEntry } = props
  const { loaded, installed, bundleIdentifier } = row
  const users = loaded && loadedKexts ? dependents(loaded, loadedKexts) : []
  const problems = installed.flatMap(kext => kext.problems.map(text => ({ path: kext.path, text })))
  return (
    <section className={styles.details} aria-label={`Kext ${bundleIdentifier}`}>
      <header className={styles.head}>
        <h2>
          <Copyable text={bundleIdentifier} what="the bundle identifier" isWrapped />
        </h2>
        <div className={styles.line}>
          {loaded ? (
            <StateMark tone="good" isChip>
              Loaded
            </StateMark>
          ) : (
            <StateMark tone="idle" isChip>
              {isKernel(row)
                ? 'The kernel'
                : loadedKexts
                  ? 'Not loaded'
                  : 'Not known whether loaded'}
            </StateMark>
          )}
          <Mono isSoft>{row.version}</Mono>
          <FilterForButton terms={[termFor.kext(bundleIdentifier)]} what={bundleIdentifier} />
        </div>
        <KextCommands
          row={row}
          blocked={blocked}
          unreachable={props.unreachable}
          hostPath={props.hostPath}
          onPlan={props.onPlan}
          onRecordExpectations={() => props.onRecordExpectations(bundleIdentifier)}
        />
        {blocked !== null && <p className={styles.soft}>{blocked}</p>}
      </header>

      {problems.length > 0 && (
        <Banner tone="warn" isInset>
          <ul>
            {problems.map(({ path, text }, index) => (
              <li key={index}>
                {visibleText(text)}
                {installed.length > 1 && (
                  <>
                    {' '}
                    <Mono isSoft>{path}</Mono>
                  </>
                )}
              </li>
            ))}
          </ul>
        </Banner>
      )}

      {installed
        .flatMap(kext => kext.notes)
        .map((remark, index) => (
          <p key={index} className={styles.soft}>
            {visibleText(remark)}
          </p>
        ))}

      {loaded && <LoadedFacts kext={loaded} />}
      {props.isOfGuest && (row.isThirdParty || props.hostPath !== null) && (
        <KextBuilds bundleIdentifier={bundleIdentifier} />
      )}
      {props.isInstalledKnown && (
        <Bundles bundles={installed} loadedVersion={loaded?.version ?? null} />
      )}
      <KextPersonalities
        personalities={row.personalities}
        kextPath={row.path}
        snapshot={snapshot}
        onShowEntry={onShowEntry}
      />
      {loaded && loadedKexts && (
        <>
          <DetailsSection title="Linked against" count={loaded.linkedAgainst.length}>
            <ul>
              {linkedAgainst(loaded, loadedKexts).map(({ index, bundleIdentifier: id }) => (
                <li key={index}>
                  {id === null ? (
                    <span
                      className={styles.soft}
                    >{`kext with index ${index}, not in the list`}</span>
                  ) : id === '__kernel__' ? (
                    <Mono>{id}</Mono>
                  ) : (
                    <KextLink id={id} onSelectKext={onSelectKext} />
                  )}
                </li>
              ))}
            </ul>
            {loaded.linkedAgainst.length === 0 && <p className={styles.soft}>Nothing</p>}
          </DetailsSection>
          <DetailsSection title="Dependents" count={users.length}>
            {users.length === 0 ? (
              <p className={styles.soft}>No loaded kext is linked against this one.</p>
            ) : (
              <>
                <p className={styles.soft}>It cannot be unloaded while these are loaded.</p>
                <ul>
                  {users.map(user => (
                    <li key={user.bundleIdentifier}>
                      <KextLink id={user.bundleIdentifier} onSelectKext={onSelectKext} />
                    </li>
                  ))}
                </ul>
              </>
            )}
          </DetailsSection>
        </>
      )}
      {installed[0] && installed[0].libraries.length > 0 && (
        <Libraries bundle={installed[0]} loadedKexts={loadedKexts} onSelectKext={onSelectKext} />
      )}
    </section>
  )
}

function LoadedFacts({ kext }: { readonly kext: LoadedKext }) {
  const { index, refs, address, size, wired, architecture, uuid } = kext
  return (
    <dl className={styles.facts}>
      <dt>UUID</dt>
      <dd>{uuid === null ? <NotKnown /> : <Copyable text={uuid} what="the UUID" isWrapped />}</dd>
      <dt>Index</dt>
      <dd>{index ?? <NotKnown />}</dd>
      <dt>References</dt>
      <dd>{refs === null ? <NotKnown /> : `${refs} by other kexts`}</dd>
      <dt>Address</dt>
      <dd>{address === null || address === '0' ? <NotKnown /> : <Mono>{address}</Mono>}</dd>
      <dt>Size</dt>
      <dd>
        {size === null ? <NotKnown /> : <Size bytes={size} />}
        {wired !== null && wired !== size && (
          <>
            , wired <Size bytes={wired} />
          </>
        )}
      </dd>
      {architecture !== null && (
        <>
          <dt>Architecture</dt>
          <dd>
            <Mono>{architecture}</Mono>
          </dd>
        </>
      )}
    </dl>
  )
}

function Size({ bytes }: { readonly bytes: number }) {
  return (
    <>
      {sizeText(bytes)} <Mono isSoft>{`0x${bytes.toString(16)}`}</Mono>
    </>
  )
}

interface BundlesProps {
  readonly bundles: readonly InstalledKext[]
  readonly loadedVersion: string | null
}

function Bundles({ bundles, loadedVersion }: BundlesProps) {
  if (bundles.length === 0) {
    return <p className={styles.soft}>No bundle with this identifier was found on the guest.</p>
  }
  return (
    <DetailsSection title={bundles.length === 1 ? 'Bundle' : 'Bundles'} {...countOf(bundles)}>
      <ul>
        {bundles.map(({ path, version, compatibleVersion, executable }) => (
          <li key={path} className={styles.bundle}>
            <Copyable text={path} what="the path" isWrapped />
            <span className={styles.soft}>
              version <Mono>{version}</Mono>
              {loadedVersion !== null && loadedVersion !== version && (
                <>
                  {', while '}
                  <Mono>{loadedVersion}</Mono> is loaded
                </>
              )}
              {compatibleVersion !== null && (
                <>
                  {', library compatible back to '}
                  <Mono>{compatibleVersion}</Mono>
                </>
              )}
              {executable === null && ', codeless'}
            </span>
          </li>
        ))}
      </ul>
    </DetailsSection>
  )
}

function countOf(items: readonly unknown[]): { readonly count?: number } {
  return items.length > 1 ? { count: items.length } : {}
}

interface LibrariesProps {
  readonly bundle: InstalledKext
  readonly loadedKexts: readonly LoadedKext[] | null
  readonly onSelectKext: (bundleIdentifier: string) => void
}

function Libraries({ bundle, loadedKexts, onSelectKext }: LibrariesProps) {
  return (
    <DetailsSection title="Libraries it asks for" count={bundle.libraries.length}>
      <ul>
        {wantedLibraries(bundle, loadedKexts).map(({ bundleIdentifier, wanted, loaded }) => (
          <li key={bundleIdentifier} className={styles.library}>
            {loaded ? (
              <KextLink id={bundleIdentifier} onSelectKext={onSelectKext} />
            ) : (
              <Mono>{bundleIdentifier}</Mono>
            )}
            <span className={styles.soft}>
              {`${wanted} wanted`}
              {loaded ? `, ${loaded.version} loaded` : loadedKexts ? ', not loaded' : ''}
            </span>
          </li>
        ))}
      </ul>
    </DetailsSection>
  )
}

function KextLink({
  id,
  onSelectKext,
}: {
  readonly id: string
  readonly onSelectKext: (bundleIdentifier: string) => void
}) {
  return (
    <LinkButton onClick={() => onSelectKext(id)}>
      <Mono>{id}</Mono>
    </LinkButton>
  )
}

function NotKnown() {
  return <span className={styles.soft}>not known</span>
}
